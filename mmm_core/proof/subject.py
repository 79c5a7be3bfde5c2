"""What is proved: a finished run with its draws, and the means to fit something like it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.model.features import FeatureMatrix, build_features
from mmm_core.model.padding import structure_of
from mmm_core.model.structure import Structure
from mmm_core.proof.density import Density
from mmm_core.proof.tried import Tried
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.contributions import Totals, summarise_totals, totals_of
from mmm_core.results.effects import values_of, values_of_draws
from mmm_core.runs.fits import read_features
from mmm_core.runs.folder import CANONICAL, CHANNELS, DRAWS, FITTED, read_manifest, read_spec, whole
from mmm_core.spec import MediaPrior, RecommendedModel, RunSpec, SamplerSettings, control_name, spec_from
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData
from mmm_core.table.windows import split_rows
from mmm_core.workspace import storage

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel

type Array = NDArray[np.float64]

DRAWS_OF_A_REFIT = 500
"""Draws, and steps of tuning, of each chain of a refit: a proof needs many, and none of them to the last digit."""
NO_MEDIA = MediaPrior(share=0.001, share_width=0.05)
"""Prior under which all media together bring next to nothing."""


@dataclass(frozen=True)
class Subject:
    """A finished run.

    Attributes
    ----------
    spec, features, table
        What was fitted: the canonical table with all its entities and rows.
    values
        Draws by parameter ``(sample)`` or ``(member, sample)``, each in its own unit.
    summary, fitted
        What came out.
    settings_before
        How many other settings were tried on the table before.
    tried
        Those of them that are kept, with what they answered.
    """

    spec: RunSpec
    table: CanonicalData
    features: FeatureMatrix
    values: Mapping[str, Array]
    summary: ContributionSummary
    fitted: pd.DataFrame
    settings_before: int = 0
    tried: tuple[Tried, ...] = ()

    @property
    def channels(self) -> list[str]:
        """Bare names, in the order of the model."""
        return list(self.features.scaler.channels)

    @cached_property
    def totals(self) -> Totals:
        """Sums over the rows in each draw, in the target's unit."""
        return totals_of(self.features, self.values)

    @cached_property
    def density(self) -> Density:
        """How likely the run finds each row."""
        return Density.of(self.features, self.values)


@dataclass(frozen=True)
class Refit:
    """Something like the run, fitted anew.

    Attributes
    ----------
    values
        Draws by parameter ``(sample)`` or ``(member, sample)``, each in its own unit.
    """

    spec: RunSpec
    features: FeatureMatrix
    values: Mapping[str, Array]

    @cached_property
    def totals(self) -> Totals:
        """Sums over the rows in each draw, in the target's unit."""
        return totals_of(self.features, self.values)

    @cached_property
    def summary(self) -> ContributionSummary:
        """What each channel brought, with intervals of the run's probability."""
        return summarise_totals(self.features, self.totals, self.spec.interval_prob)


class Refitter(Protocol):
    """Fits a table under a specification, with fewer draws than a run has; it may be stopped."""

    def __call__(self, table: CanonicalData, spec: RunSpec, *, media: bool = True) -> Refit:
        """Fit; without ``media`` no channel brings anything (recommended model: a thousandth of sales, all together).

        Raises
        ------
        DataError, SpecError, RunError
            The table cannot be fitted, the sampler broke down, or the work was stopped.
        """
        ...


def without_still_controls(table: CanonicalData, spec: RunSpec) -> RunSpec:
    """The specification without controls that do not vary where a part of the table is estimated.

    An event that has not come yet has no effect to be told, and who fitted at that time did not have it.
    """
    frame = aggregate_brand(table).frame
    estimated = frame[split_rows(frame, spec).estimation]
    names = [control_name(column) for column in spec.controls]
    still = {name for name in names if estimated[f"ctrl_{name}"].nunique(dropna=False) == 1}
    if not still:
        return spec
    data = spec.model_dump(by_alias=True)
    events = data["feature_config"]["events"]
    data["controls"] = [column for column in spec.controls if control_name(column) not in still]
    events["columns"] = [column for column in events["columns"] if control_name(column) not in still]
    return spec_from(data)


def read_subject(folder: Path, tried: tuple[Tried, ...] = ()) -> Subject:
    """The finished run in a folder; ``tried`` is what its workspace has of the settings tried before it.

    Raises
    ------
    StorageError
        It is not finished, or a file is damaged.
    """
    manifest = read_manifest(folder)
    assert manifest.grain is not None  # noqa: S101 - a finished run has one
    draws = storage.read_netcdf(whole(folder, DRAWS))["posterior"].to_dataset()
    return Subject(
        spec=read_spec(folder),
        table=CanonicalData(storage.read_parquet(whole(folder, CANONICAL)), manifest.grain),
        features=read_features(folder),
        values=values_of_draws(draws),
        summary=storage.read_json(whole(folder, CHANNELS), ContributionSummary),
        fitted=storage.read_parquet(whole(folder, FITTED)),
        settings_before=manifest.drafts_before,
        tried=tried,
    )


def sampler_of_refits(spec: RunSpec) -> SamplerSettings:
    """How a refit of a run with this specification is sampled."""
    return spec.sampler.model_copy(update={"draws": DRAWS_OF_A_REFIT, "tune": DRAWS_OF_A_REFIT, "chains": 2})


def refitter(
    compiled: Callable[[Structure], CompiledModel], should_stop: Callable[[], str | None] | None = None
) -> Refitter:
    """The function that fits for a proof.

    Parameters
    ----------
    compiled
        Gives the compiled model of a size.
    should_stop
        ``"discard"`` once the work is to end early.
    """

    def refit(table: CanonicalData, spec: RunSpec, *, media: bool = True) -> Refit:
        from mmm_core.sampler import sampling  # loads PyMC, which the web process does without

        fewer = sampler_of_refits(spec)
        spec = spec.model_copy(update={"sampler": fewer})
        if not media and isinstance(spec.model, RecommendedModel):
            spec = spec.model_copy(update={"model": spec.model.model_copy(update={"media": NO_MEDIA})})
        built = build_features(table, spec)
        # With fixed settings a column of zeros is no media, whatever its coefficient is.
        features = (
            built
            if media or spec.model.kind == "recommended"
            else replace(built, channels_scaled=0.0 * built.channels_scaled)
        )
        posterior = sampling.sample(
            compiled(structure_of(features)), features, settings=fewer, seed=spec.random_seed, should_stop=should_stop
        )
        values = values_of(posterior)
        if features is not built:
            values["beta"] = 0.0 * values["beta"]
        return Refit(spec, built, values)

    return refit
