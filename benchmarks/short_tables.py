"""Shorter and monthly tables of the worlds with known truth: does the recommended model hold there, too?

Each kind is the last weeks of a world, or one of another length summed to months, by the same seeds. The recommended
model has the settings that such a table begins with (:func:`mmm_core.model.usual.usual_config`); fixed settings are
those of a specification that says nothing, with which such tables began before.

What such a table begins with was chosen on other seeds (:data:`CHOSEN_ON`), so that the evidence is on worlds that had
no say in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.worlds import DAYS, FIRST_WORLD, Array, World, in_months, last_weeks, world
from mmm_core.errors import DataError
from mmm_core.model.usual import usual_config

KINDS: dict[str, tuple[str, int]] = {
    "26_weeks": ("WEEK", 26),
    "36_weeks": ("WEEK", 36),
    "44_weeks": ("WEEK", 44),
    "24_months": ("MONTH", 24),
    "36_months": ("MONTH", 36),
    "48_months": ("MONTH", 48),
}
CHOSEN_ON = range(16)
"""Seeds on which :data:`CHOICES` were compared."""
_K4: dict[str, Any] = {"seasonality": {"K": 4}}
_K2: dict[str, Any] = {"seasonality": {"K": 2}}
_NONE: dict[str, Any] = {"seasonality": {"enabled": False}}
_MONTHS = {"K 4": _K4, "K 2": _K2, "K 2, decay 0.25": _K2 | {"adstock": {"decay_default": 0.25}}}
CHOICES: dict[str, dict[str, dict[str, Any]]] = {
    "26_weeks": {"K 4": _K4, "K 2": _K2, "no season": _NONE},
    "44_weeks": {"K 4": _K4, "K 2": _K2, "no season": _NONE},
    "24_months": _MONTHS,
    "48_months": _MONTHS,
}
"""Settings of ``feature_config`` that were compared for a kind."""
FEWEST_COVERED = 0.86
"""Share of true totals that 90 % intervals are to hold; there is no most, as a short table's are to be wide."""
MOST_CRPS = 0.8
"""Of the continuous ranked probability score under fixed settings."""
FEWEST_AGREED = 0.88
"""Share of tables whose totals have an R-hat of at most 1.01."""
MOST_DIVERGED = 0.001
WEEKS_OF_MONTH = 365.25 / 12 / DAYS
BESIDE = 2
"""Months more than are kept, of which the first and last are not whole."""

type Score = Callable[..., dict[str, Any]]
"""One fit beside its truth: see ``_score`` in :mod:`benchmarks.verify`."""


def table_of(kind: str, seed: int) -> World:
    """The table of a kind that a seed gives."""
    grain, periods = KINDS[kind]
    if grain == "WEEK":
        return last_weeks(world(seed), periods)
    return in_months(world(seed, weeks=int((periods + BESIDE) * WEEKS_OF_MONTH) + 1), periods)


def figures(fits: int, score: Score, *, draws: int | None = None) -> dict[str, Any]:
    """Coverage, error and convergence of every kind under both models; see :data:`KINDS`."""
    found: dict[str, Any] = {"fits": fits, "first_seed": FIRST_WORLD}
    for kind, (_, periods) in KINDS.items():
        tables = [table_of(kind, FIRST_WORLD + number) for number in range(fits)]
        found[kind] = {
            "recommended": _scored(tables, score, "recommended", draws, usual_config(periods, tables[0].grain)),
            "fixed": _scored(tables, score, "fixed", draws, {}),
        }
    found["passed"] = all(_holds(found[kind]["recommended"], found[kind]["fixed"]) for kind in KINDS)
    return found


def choices(fits: int, score: Score, *, draws: int | None = None) -> dict[str, Any]:
    """The recommended model under other beginnings, on seeds that are set aside for choosing; see :data:`CHOICES`."""
    return {
        kind: {
            name: _scored([table_of(kind, seed) for seed in CHOSEN_ON[:fits]], score, "recommended", draws, config)
            for name, config in settings.items()
        }
        for kind, settings in CHOICES.items()
    }


def _scored(tables: list[World], score: Score, model: str, draws: int | None, config: dict[str, Any]) -> dict[str, Any]:
    rows, refused = [], 0
    for table in tables:
        try:
            rows.append(score(table, model, draws, config))
        except DataError:  # more parameters than rows
            refused += 1
    held = np.array([(np.sum(row["covered"]), len(row["covered"])) for row in rows], dtype=float)
    covered, error = ratio_with_error(held)
    return {
        "refused": refused,
        "channels": int(held[:, 1].sum()),
        "coverage_90": covered,
        "coverage_90_error": error,
        "error_of_median": float(np.mean([row["error"] for row in rows])),
        "crps_1000": float(1000 * np.concatenate([row["crps"] for row in rows]).mean()),
        "totals_r_hat_within_1.01": float(np.mean([row["totals_r_hat"] <= 1.01 for row in rows])),
        "parameters_r_hat_within_1.01": float(np.mean([row["r_hat"] <= 1.01 for row in rows])),
        "divergent_draws": float(sum(row["divergences"] for row in rows) / sum(row["draws"] for row in rows)),
        "median_seconds": float(np.median([row["seconds"] for row in rows])),
        "median_processor_seconds": float(np.median([row["processor_seconds"] for row in rows])),
    }


def ratio_with_error(counts: Array) -> tuple[float, float]:
    """Part that is held over all tables, and its standard error, as channels of one table err together.

    Parameters
    ----------
    counts
        ``(table, 2)``: how many are held, of how many.

    Notes
    -----
    The variance of a ratio of sums over m tables, ``m / (m − 1) · Σ (heldᵢ − p nᵢ)² / (Σ nᵢ)²``: Cochran (1977),
    *Sampling Techniques*, section 6.4.
    """
    held, of = counts[:, 0], counts[:, 1]
    part, tables = held.sum() / of.sum(), len(counts)
    if tables == 1:
        return float(part), float("nan")
    return float(part), float(np.sqrt(tables / (tables - 1) * ((held - part * of) ** 2).sum()) / of.sum())


def _holds(mine: dict[str, Any], fixed: dict[str, Any]) -> bool:
    return bool(
        mine["coverage_90"] >= FEWEST_COVERED
        and mine["crps_1000"] <= MOST_CRPS * fixed["crps_1000"]
        and mine["totals_r_hat_within_1.01"] >= FEWEST_AGREED
        and mine["divergent_draws"] < MOST_DIVERGED
    )
