"""What a finished run leaves behind: written by the executor, listed and read by every door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.model.features import FeatureMatrix, FeatureScaler, feature_frame
from mmm_core.model.posterior import Posterior
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import next_return_note
from mmm_core.results.contributions import Contributions
from mmm_core.results.diagnostics import Diagnostics, with_explained
from mmm_core.results.fit_quality import FitQuality, fit_quality
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs.folder import (
    CHANNELS,
    CHECKS,
    CONTRIBUTIONS,
    DECOMPOSITION,
    DRAWS,
    FEATURES,
    FITTED,
    PARAMETERS,
    SCALER,
    whole,
)
from mmm_core.workspace import storage


@dataclass(frozen=True, slots=True)
class Outputs:
    """The tables and summaries of a finished run, as a page shows them."""

    contributions: pd.DataFrame
    fitted: pd.DataFrame
    decomposition: pd.DataFrame
    summary: ContributionSummary
    diagnostics: Diagnostics
    quality: FitQuality
    parameters: PosteriorSummary
    scaler: FeatureScaler


def write_features(folder: Path, features: FeatureMatrix) -> None:
    """Write ``features.parquet`` and ``feature_scaler.json``: all that training reads of the data."""
    storage.write_parquet(folder / FEATURES, feature_frame(features))
    storage.write_json(folder / SCALER, features.scaler)


def write_answer(folder: Path, contributions: Contributions, summary: PosteriorSummary) -> None:
    """Write what each channel brought and the parameters' summary: all that a live estimate shows."""
    storage.write_json(folder / PARAMETERS, summary)
    storage.write_json(folder / CHANNELS, contributions.summary)


def write_outputs(
    folder: Path,
    *,
    features: FeatureMatrix,
    posterior: Posterior,
    contributions: Contributions,
    diagnostics: Diagnostics,
) -> None:
    """Write every other output of a fit; a run becomes ``OUTPUTS_READY`` only after this returns."""
    storage.write_json(folder / CHECKS, diagnostics)
    storage.write_parquet(folder / CONTRIBUTIONS, contributions.contributions)
    storage.write_parquet(folder / FITTED, contributions.fitted)
    storage.write_parquet(folder / DECOMPOSITION, contributions.decomposition)
    storage.write_netcdf(folder / DRAWS, posterior_tree(features, posterior, contributions.log_likelihood))


def read_outputs(folder: Path) -> Outputs:
    """Read the outputs of a finished run.

    Raises
    ------
    StorageError
        The run is not finished, or a file is damaged.
    """
    fitted = storage.read_parquet(whole(folder, FITTED))
    decomposition = storage.read_parquet(whole(folder, DECOMPOSITION))
    scaler = storage.read_json(folder / SCALER, FeatureScaler)
    quality = fit_quality(fitted, decomposition, eps=scaler.target_offset)
    diagnostics = storage.read_json(whole(folder, CHECKS), Diagnostics)
    return Outputs(
        contributions=storage.read_parquet(whole(folder, CONTRIBUTIONS)),
        fitted=fitted,
        decomposition=decomposition,
        summary=read_summary(folder),
        diagnostics=with_explained(diagnostics, quality),
        quality=quality,
        parameters=storage.read_json(whole(folder, PARAMETERS), PosteriorSummary),
        scaler=scaler,
    )


def read_summary(folder: Path) -> ContributionSummary:
    """Totals per channel of a finished fit, with what must be said of them also where an earlier version made it.

    Raises
    ------
    StorageError
        The fit is not finished, or a file is damaged.
    """
    summary = storage.read_json(whole(folder, CHANNELS), ContributionSummary)
    if summary.mroi_note is not None:
        return summary
    note = next_return_note(storage.read_json(folder / SCALER, FeatureScaler))
    return summary.model_copy(update={"mroi_note": note})


def posterior_tree(features: FeatureMatrix, posterior: Posterior, log_likelihood: np.ndarray) -> xr.DataTree:
    """The groups of ``posterior.nc`` in ArviZ's schema.

    ``log_likelihood/obs`` is the closed-form StudentT log density ``(chain, draw, row)`` in single precision: half
    the file, and far below the Monte-Carlo error of anything computed from it.
    """
    row = {
        "row": np.arange(features.target.size),
        "date": ("row", features.dates.astype("datetime64[ns]")),
        "entity": ("row", features.entities),
    }
    draws = posterior.draws.sizes
    likelihood = np.moveaxis(log_likelihood, 0, -1).astype("float32")
    constant = {
        "X_channels": (("row", "channel"), features.channels_scaled.to_numpy()),
        "X_controls": (("row", "control"), features.controls_scaled.to_numpy()),
        "target": (("row",), features.target.to_numpy()),
    }
    names = {dim: posterior.draws[dim].to_numpy().astype(str) for dim in ("channel", "control")}
    return xr.DataTree.from_dict(
        {
            "posterior": posterior.draws.assign_coords(names),
            "sample_stats": posterior.stats.drop_attrs(),
            "log_likelihood": xr.Dataset(
                {"obs": (("chain", "draw", "row"), likelihood)},
                coords=row | {"chain": np.arange(draws["chain"]), "draw": np.arange(draws["draw"])},
            ),
            "observed_data": xr.Dataset({"obs": (("row",), features.target_scaled.to_numpy())}, coords=row),
            "constant_data": xr.Dataset(constant, coords=row | names),
        }
    )
