"""Does the model explain sales? How far periods are off, and how much of the ups and downs it follows.

Everything is computed from the tables of a finished run, so that runs made before this module can be asked too.

*Off by* is ``observed / fitted − 1``, as on the chart of residuals: +0.40 says that 40 % more was observed than
the fitted median. Observed and not fitted stands above the line, so that a period in which nothing was sold has a
figure as well (−100 %). The *typical miss* is the median of its size over the periods: half of them are nearer.

*Explained* is R² on the log scale, on which the model is linear: ``1 − Σ(z − f)² / Σ(z − mean z)²`` with
``z = log(y + eps)`` and ``f = log(fitted + eps)``, the mean being that of the row's entity. It is in-sample, so every
column explains a little by chance: of pure noise about one row's share each (10 columns on 100 rows: 10 %). It may be
negative where a few wild periods weigh more than the rest; Bayesian R² (Gelman, Goodrich, Gabry, Vehtari 2019,
doi:10.1080/00031305.2018.1549100) cannot, but calls a fit that moves much and wrongly half explained.

*Explained by the baseline* is the same with season, trend and controls alone, media held at its mean effect:
``1 − var(z − b) / var(z)`` with ``b = log(baseline + eps)``. The rest is no share of media: where media and season move
together, either could have explained what both explain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import date_name, percent, short
from mmm_core.model.link import LogLink
from mmm_core.results.verdicts import Verdict, grade

type Array = NDArray[np.float64]

EXPLAINED_LIMIT = 0.5
"""Share of the variation of log sales that a fit must explain to pass.

At one half, knowing everything in the model narrows the spread of a period by 1 − √½ = 29 %; below, more of the ups
and downs is noise to the model than not, and what chance alone explains in-sample (10 to 25 % on a year of weeks with
a dozen columns) is no longer small beside it. It is never a stop: sales may be noisy, and intervals say so.
"""
WORST_SHOWN = 5
"""Periods that are named as the worst."""


@dataclass(frozen=True, slots=True)
class FitQuality:
    """How well the fitted median follows the target over the estimation rows.

    Attributes
    ----------
    typical_miss
        Median of ``|observed / fitted − 1|`` over periods (fraction).
    explained
        R² on the log scale (at most 1); None: the target does not vary.
    explained_by_baseline
        The same with the baseline alone (at most 1); None: the target does not vary, or a baseline is not positive.
    """

    typical_miss: float
    explained: float | None
    explained_by_baseline: float | None


def fit_quality(fitted: pd.DataFrame, decomposition: pd.DataFrame, *, eps: float) -> FitQuality:
    """Figures of a fit from its tables.

    Parameters
    ----------
    fitted, decomposition
        Tables of a run, in the target's unit; rows without a target are left out.
    eps
        The target's offset (``feature_scaler.json``), in the target's unit.

    Raises
    ------
    KeyError
        A period of ``fitted`` has no baseline in ``decomposition``.
    """
    link, known = LogLink(eps), fitted[fitted["y"].notna()]
    log_target = link.scale(known["y"].to_numpy(float))
    left = log_target - link.scale(known["y_hat_mean"].to_numpy(float))
    entities = known["entity_id"].to_numpy()
    about = _within(log_target, entities)
    spread = float(np.square(about).sum()) if float(np.ptp(about)) > 0 else 0.0
    parts = decomposition[decomposition["kind"] == "baseline"].groupby(["entity_id", "period_start"])["mean"].sum()
    baseline = parts.loc[pd.MultiIndex.from_frame(known[["entity_id", "period_start"]])].to_numpy(float)
    without_media = log_target - link.scale(np.where(baseline + eps > 0, baseline, np.nan))
    return FitQuality(
        typical_miss=float(np.median(np.abs(off_by(known)))),
        explained=_share(np.square(left).sum(), spread),
        explained_by_baseline=_share(np.square(_within(without_media, entities)).sum(), spread),
    )


def _within(values: Array, entities: NDArray[np.object_]) -> Array:
    """Values ``(row)`` about the mean of their own entity: that one entity is larger than another explains nothing."""
    rows = pd.Series(values)
    return (rows - rows.groupby(entities).transform("mean")).to_numpy()


def off_by(fitted: pd.DataFrame) -> Array:
    """Observed over fitted, less one ``(row)`` (fraction); NaN where the target is blank."""
    off: Array = fitted["y"].to_numpy(float) / fitted["y_hat_mean"].to_numpy(float) - 1
    return off


def worst_periods(fitted: pd.DataFrame, *, grain: str, count: int = WORST_SHOWN) -> pd.DataFrame:
    """The periods that are furthest off, worst first, as a person reads them.

    Upward and downward misses are compared as ratios: twice the fitted is as far off as half of it. Columns are text:
    the entity where there are several, the period, observed and fitted in the target's unit, and how far it is off.
    """
    known = fitted[fitted["y"].notna()].assign(off_by=lambda rows: off_by(rows))
    with np.errstate(divide="ignore"):
        ratio = np.abs(np.log(np.maximum(1 + known["off_by"].to_numpy(float), 0)))
    found = known.iloc[np.argsort(-ratio, kind="stable")[:count]]
    several = known["entity_id"].nunique() > 1
    return pd.DataFrame(
        ({"Entity": list(found["entity_id"])} if several else {})
        | {
            "Month" if grain == "MONTH" else "Week of": [date_name(start, grain) for start in found["period_start"]],
            "Observed": [short(value) for value in found["y"]],
            "Fitted": [short(value) for value in found["y_hat_mean"]],
            "Off by": [percent(value, signed=True) for value in found["off_by"]],
        }
    )


def explained_verdict(quality: FitQuality) -> Verdict:
    """Whether the model explains enough of the variation of sales to be read as a description of it."""
    explained, miss = quality.explained, percent(quality.typical_miss, 1)
    enough = (
        explained is not None and grade("explained", explained, (EXPLAINED_LIMIT, 0.0), small_is_good=False) == "pass"
    )
    share = "Of the ups and downs of sales an unknown share is"
    if explained is not None:
        share = f"{'' if enough else 'Only '}{percent(max(explained, 0))} of the ups and downs of sales are"
    return Verdict(
        code="explained",
        status="pass" if enough else "look",
        value=explained,
        limit=EXPLAINED_LIMIT,
        finding=f"{share} explained; half of the periods are off by more than {miss}.",
        advice=""
        if enough
        else "Most of what moved sales is not in the model: look at the worst periods, and add a control for what "
        "happened then (events, prices, distribution).",
    )


def _share(left: float, spread: float) -> float | None:
    """What is explained of a sum of squares, where there is one."""
    return float(1 - left / spread) if spread > 0 and np.isfinite(left) else None
