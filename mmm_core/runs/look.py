"""The first answers of a live estimate: what a moved setting makes of the draws at hand, and a first look at few draws.

A draft of the recommended model is answered three times. The draws of the estimate before, weighted by new prior over
old, answer within a moment where they can; a first look at few draws replaces that; all draws, with every check, follow
quietly. The draws that the next draft may weigh are kept beside the answer (``look.npz``).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import MMMError
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.posterior import Posterior
from mmm_core.model.shapes import LABELS
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.contributions import Contributions, Totals
from mmm_core.results.effects import values_of
from mmm_core.results.reweighting import reweigh
from mmm_core.runs.fits import read_features
from mmm_core.runs.folder import LOOK, REWEIGHTED
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec, SamplerSettings
from mmm_core.workspace import storage

type Array = NDArray[np.float64]

FIRST_DRAWS = 500
"""Draws, and steps of tuning, of each chain at a first look."""
OF_TOTALS = "total_"


class ReweightedAnswer(Strict):
    """The file ``reweighted.json`` of a draft: an answer before anything was fitted."""

    format_version: int = 1
    summary: ContributionSummary
    pareto_k: float = Field(description="Shape of the largest weights: below 0.7 they can be trusted.")
    effective: float = Field(description="So many equally weighted draws would tell as much.")


class _Draws(NamedTuple):
    values: Mapping[str, Array]
    totals: Totals


def first_sampler(spec: RunSpec) -> SamplerSettings | None:
    """Sampler settings of a first look; None: the whole fit is there about as soon."""
    whole = spec.sampler
    if spec.model.kind != "recommended" or whole.draws + whole.tune <= 2 * FIRST_DRAWS:
        return None
    return whole.model_copy(update={"draws": FIRST_DRAWS, "tune": FIRST_DRAWS})


def keep(folder: Path, posterior: Posterior, contributions: Contributions) -> None:
    """Keep what the next draft may weigh."""
    arrays = dict(values_of(posterior))
    arrays |= {OF_TOTALS + each.name: getattr(contributions.totals, each.name) for each in fields(Totals)}
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    storage.write_bytes(folder / LOOK, packed.getvalue())


def answer_from(before: Path, folder: Path, built: FeatureMatrix, spec: RunSpec) -> bool:
    """Answer a draft from the draws of the one before it, where weights can; whether they could."""
    with suppress(
        MMMError, OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile
    ):  # pruned meanwhile, or of another version: then it waits
        draws = _read(before)
        found = reweigh(read_features(before), built, draws.values, draws.totals, prob=spec.interval_prob)
        if found is not None:
            answer = ReweightedAnswer(summary=found.summary, pareto_k=found.pareto_k, effective=found.effective)
            storage.write_json(folder / REWEIGHTED, answer)
            return True
    return False


def read_reweighted(folder: Path) -> ReweightedAnswer | None:
    """The answer from weighted draws; None: there is none."""
    path = folder / REWEIGHTED
    return storage.read_json(path, ReweightedAnswer) if path.exists() else None


def shapes_drawn(folder: Path, channel: str, channels: Sequence[str]) -> dict[str, Array] | None:
    """Draws of a channel's carry-over and curve ``(sample)`` by property, each in its unit; None: none are kept."""
    with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        place, arrays = list(channels).index(channel), _arrays(folder, LABELS)
        return {name: values[place] for name, values in arrays.items()}
    return None


def _read(folder: Path) -> _Draws:
    arrays = _arrays(folder)
    totals = {name.removeprefix(OF_TOTALS): value for name, value in arrays.items() if name.startswith(OF_TOTALS)}
    return _Draws({name: value for name, value in arrays.items() if not name.startswith(OF_TOTALS)}, Totals(**totals))


def _arrays(folder: Path, names: Collection[str] | None = None) -> dict[str, Array]:
    """Arrays of what is kept, by name: all of them, or those of these names that are there."""
    # Read at once: NumPy leaves a file that is none of its own open. Pickles are refused unless asked for.
    with np.load(io.BytesIO((folder / LOOK).read_bytes())) as file:
        return {name: file[name] for name in file.files if names is None or name in names}
