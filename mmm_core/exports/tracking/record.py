"""What is kept of a run by a tracking server: parameters, figures and sentences under names that say what they are.

Figures (MLflow's *metrics*), each with ``.low`` and ``.high``, the ends of its interval, where it is an estimate::

    media_share, share.CHANNEL              median; fraction of fitted sales, additive
    roi.CHANNEL, mroi.CHANNEL               median; sales per unit of spend, of all spend and of the next 1 %
    contribution.CHANNEL, baseline.PART     mean; sales, additive: media and baseline add up to fitted
    media, fitted                           mean; sales
    fit.…                                   how the fitted median follows what was observed, in the periods fitted
    check.…                                 what the checks of the fit judge
    seconds.…                               what each stage took

They are the figures of the run's own files: nothing is estimated here. Parameters are the fields of the run's
specification by their path, with hashes and versions beside them. Tags are sentences: conditions, verdict, source.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from mmm_core import shipped
from mmm_core.exports.about import about_run, title_of
from mmm_core.exports.archive import exhibit_of
from mmm_core.exports.gallery import STUDIO, Exhibit
from mmm_core.exports.tracking.names import as_key
from mmm_core.proof import kept
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import FAILED_CHECKS
from mmm_core.results.headline import unclear_in_words
from mmm_core.results.intervals import Estimate
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import LABEL, SPEC, hashes_of_outputs, read_manifest
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.spec import RunSpec
from mmm_core.workspace import status, storage

LONGEST_PARAMETER = 500
"""Characters of a parameter's value: what every version of MLflow has room for."""
LONGEST_TAG = 5000
LONGEST_NAME = 250
CUT = f"… (the whole is in {SPEC})"
OURS = "mmm."
"""What the names of our own tags begin with."""
IDENTITY = f"{OURS}identity"
"""Tag by which a run is found again: the hash of all that makes it this run and no other."""
CHECKED = (
    "max_r_hat",
    "min_ess_bulk",
    "min_ess_tail",
    "totals_r_hat",
    "totals_ess_bulk",
    "divergences",
    "max_treedepth_share",
    "residual_autocorrelation",
    "fitted_to_observed",
    "pareto_k_above",
    "elpd_loo",
    "elpd_loo_se",
)
"""Fields of the diagnostics that become figures, under their own names."""


@dataclass(frozen=True, slots=True)
class Record:
    """A run in a tracking server's terms.

    Attributes
    ----------
    identity
        Of the run: the same for every copy of its folder, another for every other run.
    started, ended
        When the fit was at work.
    params, metrics, tags
        By name; ``metrics`` in the units that this module says.
    """

    identity: str
    name: str
    started: datetime
    ended: datetime
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


def record_of(folder: Path, *, units: Units) -> Record:
    """What is kept of the finished run in ``folder``, whose sales and spend are in ``units``.

    Raises
    ------
    StorageError
        The run is not finished, or a file is damaged.
    """
    run, manifest = exhibit_of(folder, units=units)
    current, label = status.get_status(folder), storage.read_json(folder / LABEL, Label)
    return Record(
        identity=_identity(folder, manifest),
        name=_cut(run.name, LONGEST_NAME, "…"),
        started=current.started_at or manifest.created_at,
        ended=current.updated_at,
        params=dict(_params(run.spec, manifest, run)),
        metrics={key: float(value) for key, value in _metrics(run, manifest) if value is not None and isfinite(value)},
        tags={name: _cut(text, LONGEST_TAG, "…") for name, text in _tags(folder, run, manifest, label).items() if text},
    )


def _identity(folder: Path, manifest: Manifest) -> str:
    outputs = sorted(hashes_of_outputs(folder).items())
    decided = (manifest.owner, manifest.created_at, manifest.canonical_hash, manifest.spec_hash, outputs)
    return storage.content_hash(repr(decided).encode())


def _params(spec: RunSpec, manifest: Manifest, run: Exhibit) -> Iterator[tuple[str, str]]:
    found: dict[str, object] = dict(_flat(spec.model_dump(mode="json", by_alias=True)))
    found |= {
        "run.model": run.outputs.summary.model,
        "run.data_hash": manifest.dataset_hash,
        "run.canonical_hash": manifest.canonical_hash,
        "run.spec_hash": manifest.spec_hash,
        "run.grain": run.outputs.scaler.grain,
        "run.interval_prob": run.outputs.summary.interval_prob,
        "run.settings_tried_before": manifest.drafts_before,
    }
    found |= {f"version.{as_key(name)}": version for name, version in sorted(manifest.versions.items())}
    # Keys that are not the name itself say it here, also where they were cut.
    found |= {f"name.{as_key(name)}": name for name in run.channels if as_key(name) != name}
    for name, value in found.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield name, _cut(text, LONGEST_PARAMETER, CUT)


def _flat(part: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Fields by their path; a list is one value, and so is what is empty."""
    for name, value in part.items():
        path = f"{above}{as_key(name)}"
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{path}.")
        else:
            yield path, value


def _metrics(run: Exhibit, manifest: Manifest) -> Iterator[tuple[str, float | None]]:
    outputs = run.outputs
    yield from _answer(outputs.summary)
    yield "fit.explained", outputs.quality.explained
    yield "fit.explained_by_baseline", outputs.quality.explained_by_baseline
    yield "fit.typical_miss", outputs.quality.typical_miss
    yield "fit.mape", in_sample_mape(outputs.fitted)
    yield "fit.coverage", outputs.diagnostics.coverage
    yield "fit.rows", outputs.diagnostics.rows
    for name in CHECKED:
        yield f"check.{name}", getattr(outputs.diagnostics, name)
    yield "check.min_bfmi", min(outputs.diagnostics.bfmi, default=None)
    yield "check.draws", outputs.diagnostics.chains * outputs.diagnostics.draws
    for stage, seconds in manifest.seconds.items():
        yield f"seconds.{as_key(stage)}", seconds
    if manifest.seconds:
        yield "seconds.all", sum(manifest.seconds.values())


def _answer(summary: ContributionSummary) -> Iterator[tuple[str, float | None]]:
    """What media and each channel brought, with intervals."""
    yield from _single("media_share", summary.media_share)
    yield from _adding("media", summary.media)
    yield from _adding("fitted", summary.fitted)
    yield "observed", summary.observed
    for channel in summary.channels:
        key = as_key(channel.channel)
        yield from _single(f"share.{key}", channel.share)
        yield from _adding(f"contribution.{key}", channel.additive)
        if channel.roi is not None:
            yield from _single(f"roi.{key}", channel.roi)
        if channel.mroi is not None:
            yield from _single(f"mroi.{key}", channel.mroi)
        yield f"spend.{key}", channel.spend
        yield f"cannot_be_told.{key}", float(channel.cannot_be_told)
    for part, total in summary.baseline.items():
        yield from _adding(f"baseline.{as_key(part)}", total)


def _single(name: str, estimate: Estimate) -> Iterator[tuple[str, float]]:
    """A figure that nothing is added to: its median, as every page shows it."""
    yield from ((name, estimate.shown), (f"{name}.low", estimate.low), (f"{name}.high", estimate.high))


def _adding(name: str, estimate: Estimate) -> Iterator[tuple[str, float]]:
    """A part of a sum: its mean, for means add up."""
    yield from ((name, estimate.mean), (f"{name}.low", estimate.low), (f"{name}.high", estimate.high))


def in_sample_mape(fitted: pd.DataFrame) -> float | None:
    """Mean of ``|observed - fitted| / observed`` over the periods that were fitted and had sales (fraction).

    ``fitted`` is the run's table, in the target's unit; None: no period had sales. It is in-sample: a proof's foresight
    has the error in periods that a fit had not seen.
    """
    observed, middle = fitted["y"].to_numpy(float), fitted["y_hat_mean"].to_numpy(float)
    sold = observed > 0
    return float(np.mean(np.abs(observed[sold] - middle[sold]) / observed[sold])) if sold.any() else None


def _tags(folder: Path, run: Exhibit, manifest: Manifest, label: Label) -> dict[str, str]:
    outputs = run.outputs
    said = about_run(run, manifest)
    begun = [f"**{FAILED_CHECKS}**"] if outputs.diagnostics.overall == "stop" else []
    paragraphs = [*begun, f"**{title_of(run)}**", *(f"**{each.about}.** {each.text}" for each in said), FIGURES_SAID]
    found = {
        "mlflow.note.content": "\n\n".join([*paragraphs, *([f"**Note.** {label.note}"] if label.note else [])]),
        "mlflow.source.name": f"{STUDIO} {manifest.versions.get('mmm_core', '')}".strip(),
        "mmm.run": folder.resolve().name,
        "mmm.dataset": manifest.source_name,
        "mmm.demo": "true" if _is_demo(manifest) else "false",
        "mmm.answer": said[0].text,
        "mmm.conditions": run.conditions(),
        "mmm.verdict": outputs.diagnostics.overall,
        "mmm.cannot_be_told": unclear_in_words(outputs.summary),
        "mmm.next_return": outputs.summary.mroi_note or "",
        "mmm.partial": "true" if outputs.summary.partial else "false",
        "mmm.unit.sales": run.units.target,
        "mmm.unit.spend": run.units.spend,
    }
    proof = kept.read(folder)
    for part in proof.parts if proof else ():
        if part.told is not None and part.told.verdict is not None:
            found[f"mmm.proof.{as_key(part.name)}"] = part.told.verdict
    return found


FIGURES_SAID = (
    "**Figures.** share, media_share, roi and mroi are medians; contribution, baseline, media and fitted are means, "
    "which add up; .low and .high are the ends of the interval. fit.explained is R² on the logarithm of sales, "
    "fit.typical_miss the median and fit.mape the mean of how far periods are off, all in the periods that were fitted."
)


def _is_demo(manifest: Manifest) -> bool:
    """Whether the run was made on the table that ships."""
    return manifest.dataset_hash == read_manifest(shipped.RUNS[shipped.DEMO]).dataset_hash


def _cut(text: str, longest: int, end: str) -> str:
    return text if len(text) <= longest else f"{text[: longest - len(end)]}{end}"
