"""The long evidence: recovery, calibration, padding, tables and worlds with known truth, and what holds of any table.

``python -m benchmarks.verify [NAME ...] [--fits N] [--json FILE]``; without a name all of them: recovery, calibration,
calibration_recommended, padding, truths, worlds, short_tables, short_choices, moves, tables. ``docs/verification.md``
holds the last figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from benchmarks import calibration as recommended_calibration
from benchmarks import moves as benchmark_moves
from benchmarks import short_tables as benchmark_short_tables
from benchmarks import worlds as benchmark_worlds
from mmm_core.model import padding
from mmm_core.model.family import family_of
from mmm_core.model.features import FeatureMatrix, build_features
from mmm_core.model.posterior import Posterior
from mmm_core.model.structure import Bucket
from mmm_core.results import contributions, intervals, posterior_summary
from mmm_core.runs import tables
from mmm_core.sampler.sampling import compile_structure, sample
from mmm_core.spec import RunSpec, SamplerSettings, spec_from
from mmm_core.table.typed import CanonicalData
from tests.table.properties import laws
from tests.worlds import World, simulate

type Array = NDArray[np.float64]

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
TRUTH_TABLES = ("meridian_national_media", "pymc_mmm_example", "redam94_national", "mmmmachine_104w")
CALIBRATION_DRAWS = 99
FEWEST_TRUTHS = 15
"""True totals of the public tables, of 17, that 90 % intervals are to hold."""
MOST_BROKEN_TOLD = 5
compiled = cache(compile_structure)


def main(arguments: list[str] | None = None) -> int:
    """Run the evidence asked for; exit code 1 if a criterion is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify")
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--fits", type=int, help="fits per kind of evidence; default: as the claims need")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {}
    for name in options.names or EVIDENCE:
        started = time.perf_counter()
        figures[name] = EVIDENCE[name](options.fits)
        figures[name]["seconds"] = round(time.perf_counter() - started, 1)
        print(name, json.dumps(figures[name], indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if all(found.get("passed", True) for found in figures.values()) else 1


def recovery(fits: int | None) -> dict[str, Any]:
    """Coverage of true totals, convergence and divergences over simulated tables."""
    rows = [_recover(simulate(1000 + number)) for number in range(fits or 200)]
    covered = {kind: float(np.concatenate([row[kind] for row in rows]).mean()) for kind in ("removal", "additive")}
    r_hats = np.array([row["r_hat"] for row in rows])
    found = {
        "fits": len(rows),
        "channels": int(sum(len(row["removal"]) for row in rows)),
        "coverage_removal": covered["removal"],
        "coverage_additive": covered["additive"],
        "r_hat_within_1.01": float((r_hats <= 1.01).mean()),
        "r_hat_within_1.02": float((r_hats <= 1.02).mean()),
        "without_divergences": float(np.mean([row["divergences"] == 0 for row in rows])),
    }
    found["passed"] = bool(
        all(0.88 <= value <= 0.98 for value in covered.values())
        and found["r_hat_within_1.01"] >= 0.90
        and found["r_hat_within_1.02"] >= 0.98
        and found["without_divergences"] >= 0.95
    )
    return found


def calibration(fits: int | None) -> dict[str, Any]:
    """Simulation-based calibration of beta, sigma and sigma_beta (Talts et al. 2018, Säilynoja et al. 2022)."""
    number = fits or 300
    built = _features(simulate(5, weeks=104, channels=4))
    ranks = [_rank_prior_draw(built, seed) for seed in range(number)]
    inside = inside_band(np.array([list(row.values()) for row in ranks]), prob=0.99)
    names = list(ranks[0])
    return {
        "fits": number,
        "inside_99_band": dict(zip(names, (bool(value) for value in inside), strict=True)),
        "mean_rank_share": {name: float(np.mean([row[name] for row in ranks])) / CALIBRATION_DRAWS for name in names},
        "passed": bool(inside.all()),
    }


def calibration_recommended(fits: int | None) -> dict[str, Any]:
    """The same of the recommended model: shapes, shares, totals, link and noise."""
    return recommended_calibration.summary(fits, inside_band)


def worlds(fits: int | None, *, draws: int | None = None) -> dict[str, Any]:
    """Coverage of 90 % intervals and errors of totals on worlds that are no model's own, under both models."""
    found: dict[str, Any] = {"fits": fits or 500, "first_seed": benchmark_worlds.FIRST_WORLD}
    for kind in ("recommended", "fixed"):
        rows = [
            _score(benchmark_worlds.world(benchmark_worlds.FIRST_WORLD + number), kind, draws)
            for number in range(fits or 500)
        ]
        drawn = sum(row["draws"] for row in rows)
        found[kind] = {
            "channels": int(sum(len(row["covered"]) for row in rows)),
            "coverage_90": float(np.concatenate([row["covered"] for row in rows]).mean()),
            "error_of_median": float(np.mean([row["error"] for row in rows])),
            "crps_1000": float(1000 * np.concatenate([row["crps"] for row in rows]).mean()),
            "no_effect_starts_below_1_percent": _share([low for row in rows for low in row["no_effect"]], below=0.01),
            "totals_r_hat_within_1.01": float(np.mean([row["totals_r_hat"] <= 1.01 for row in rows])),
            "parameters_r_hat_within_1.01": float(np.mean([row["r_hat"] <= 1.01 for row in rows])),
            "divergent_draws": float(sum(row["divergences"] for row in rows) / drawn),
        }
    mine, landed = found["recommended"], found["fixed"]
    found["passed"] = bool(
        0.86 <= mine["coverage_90"] <= 0.95
        and mine["error_of_median"] <= 0.37
        and mine["crps_1000"] <= 0.65 * landed["crps_1000"]
        and mine["totals_r_hat_within_1.01"] >= 0.88
        and mine["parameters_r_hat_within_1.01"] >= 0.78
        and mine["divergent_draws"] < 0.001
    )
    return found


def _share(values: list[float], *, below: float) -> float | None:
    return float(np.mean(np.array(values) < below)) if values else None


def _score(
    world: benchmark_worlds.World, kind: str, draws: int | None = None, config: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One fit beside its truth, in shares of observed sales; ``error`` is Σ|median − truth| / Σ truth.

    ``config`` is the specification's ``feature_config``, where it is not the model's usual one. Raises DataError.
    """
    shorter = {"sampler": {"draws": draws, "tune": draws}} if draws else {}
    spec = spec_from(world.spec | {"model": {"kind": kind}, "feature_config": config or {}} | shorter)
    built = build_features(CanonicalData(world.frame, world.grain), spec)
    model = compiled(padding.structure_of(built))
    started, worked = time.perf_counter(), time.process_time()
    posterior = sample(model, built, settings=spec.sampler, seed=spec.random_seed)
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - worked
    totals = contributions.decompose(built, posterior, seed=1).additive_totals / world.frame["sales"].sum()
    truth = world.truth / world.frame["sales"].sum()
    low, median, high = np.quantile(totals, [0.05, 0.5, 0.95], axis=1)
    import arviz_stats

    chains = posterior.draws.sizes["chain"]
    each = xr.Dataset({"total": (("channel", "chain", "draw"), totals.reshape(len(totals), chains, -1))})
    declared = [parameter.name for parameter in family_of(built).parameters]
    rows = posterior_summary.summarise_posterior(posterior).parameters
    return {
        "covered": (low <= truth) & (truth <= high),
        "error": float(np.abs(median - truth).sum() / truth.sum()),
        "crps": np.array([benchmark_worlds.crps(draws, value) for draws, value in zip(totals, truth, strict=True)]),
        "no_effect": [float(value) for value in low[truth == 0]],
        "totals_r_hat": float(arviz_stats.rhat(each.transpose("chain", "draw", "channel"))["total"].max()),
        "r_hat": max((row.r_hat or 1.0) for row in rows if row.name.split("[")[0] in declared),
        "divergences": int(posterior.stats["diverging"].sum()),
        "draws": totals.shape[1],
        "seconds": seconds,
        "processor_seconds": processor_seconds,
    }


def short_tables(fits: int | None, *, draws: int | None = None) -> dict[str, Any]:
    """The same on tables of less than a year and on months."""
    return benchmark_short_tables.figures(fits or 64, _score, draws=draws)


def short_choices(fits: int | None, *, draws: int | None = None) -> dict[str, Any]:
    """What such tables may begin with, compared on worlds that are set aside for choosing."""
    return benchmark_short_tables.choices(fits or len(benchmark_short_tables.CHOSEN_ON), _score, draws=draws)


def moves(fits: int | None) -> dict[str, Any]:  # noqa: ARG001 - the moves are a list
    """Draws weighed for a moved setting beside fits under it."""
    return benchmark_moves.answered_both_ways()


def padding_cost(fits: int | None) -> dict[str, Any]:
    """Effective sample size of sigma_beta, padded against plain, and agreement of every mean."""
    found: dict[str, Any] = {}
    for channels in (2, 6, 16):
        world = simulate(40 + channels, weeks=156, channels=channels)
        built = _features(world)
        plain = Bucket(channels, built.controls_scaled.sizes["control"])
        pairs = [
            [
                _summary(sample(compiled(size), built, settings=SamplerSettings(), seed=seed))
                for size in (plain, _bucket(built))
            ]
            for seed in range(fits or 5)
        ]
        ess = np.array([[each["sigma_beta"].ess_bulk for each in pair] for pair in pairs], dtype=float)
        off = [
            abs(pair[0][name].mean - pair[1][name].mean)
            / np.hypot(*(each[name].sd / np.sqrt(each[name].ess_bulk) for each in pair))
            for pair in pairs
            for name in pair[0]
        ]
        found[f"{channels}_channels"] = {
            "ess_ratio": float(np.median(ess[:, 1]) / np.median(ess[:, 0])),
            "largest_difference_in_mcse": float(max(off)),
            "comparisons": len(off),
        }
    found["passed"] = all(each["ess_ratio"] >= 0.5 for each in found.values())
    return found


def truths(fits: int | None) -> dict[str, Any]:  # noqa: ARG001 - the tables are what they are
    """Totals of four public tables against their truth under both models; the recommended one is judged."""
    if not SHARED_DATA.is_dir():
        return {"skipped": "the public tables are not beside the project (../shared/data)"}
    found: dict[str, Any] = {}
    for kind in ("recommended", "fixed"):
        rows = {name: _truths_of(name, kind) for name in TRUTH_TABLES}
        every = [row for table in rows.values() for row in table.values()]
        errors = [abs(row["median"] / row["truth"] - 1) for row in every]
        found[kind] = {
            "covered_90": f"{sum(row['covered'] for row in every)}/{len(every)}",
            "mean_error_of_median": float(np.mean(errors)),
            "tables": rows,
        }
    covered = int(found["recommended"]["covered_90"].split("/")[0])
    found["passed"] = bool(covered >= FEWEST_TRUTHS and found["recommended"]["mean_error_of_median"] <= 0.30)
    return found


def _truths_of(name: str, kind: str) -> dict[str, Any]:
    """Every channel of a public table: its true total, and what a model says of it, in the target's unit."""
    truth = json.loads((SHARED_DATA / "truth.json").read_text())
    path = SHARED_DATA / f"{name}.csv"
    columns = list(pd.read_csv(path, nrows=1).columns)
    spec = spec_from(
        {
            "dataset_id": name,
            "drivers": [column for column in columns if column.startswith("act_")],
            "controls": [column for column in columns if column.startswith("ctrl_")],
            "model": {"kind": kind},
        }
    )
    built = build_features(tables.read_file(path, spec=spec).canonical(), spec)
    model = compiled(padding.structure_of(built))
    posterior = sample(model, built, settings=spec.sampler, seed=spec.random_seed)
    totals = contributions.decompose(built, posterior, seed=spec.random_seed).additive_totals
    return {
        channel: _against_truth(draws, truth[name]["contribution"][channel])
        for channel, draws in zip(built.activity["channel"].to_numpy(), totals, strict=True)
    }


def any_table(fits: int | None) -> dict[str, Any]:
    """Random damaged tables against what holds of any of them: ``--fits`` is the number of tables of each law."""
    number = fits or 1000
    found: dict[str, Any] = {"tables_of_each": number, "broken": {}}
    for name, law in laws.LAWS.items():
        broken = {seed: said for seed in range(number) if (said := law(seed))}
        found["broken"][name] = {"tables": len(broken), "first": dict(list(broken.items())[:MOST_BROKEN_TOLD])}
    found["passed"] = all(not each["tables"] for each in found["broken"].values())
    return found


def _recover(world: World) -> dict[str, Any]:
    built = _features(world)
    posterior = sample(compiled(_bucket(built)), built, settings=SamplerSettings(), seed=1)
    found = contributions.decompose(built, posterior, seed=1)
    row: dict[str, Any] = {}
    for kind, draws, true in (
        ("removal", found.removal_totals, world.removal),
        ("additive", found.additive_totals, world.additive),
    ):
        low, high = intervals.hdi(draws)
        row[kind] = (low <= true) & (true <= high)
    summary = posterior_summary.summarise_posterior(posterior)
    row["r_hat"] = max(each.r_hat or np.inf for each in summary.parameters)
    row["divergences"] = int(posterior.stats["diverging"].sum())
    return row


def _rank_prior_draw(built: FeatureMatrix, seed: int) -> dict[str, int]:
    """Ranks of one exact prior draw among nearly independent posterior draws of data simulated from it."""
    rng = np.random.default_rng(10_000 + seed)
    x, z = built.channels_scaled.to_numpy(), built.controls_scaled.to_numpy()
    sigma_beta = abs(rng.normal(0, 0.5))
    beta = np.abs(rng.normal(0, sigma_beta, x.shape[1]))
    gamma = rng.normal(0, 0.5, z.shape[1])
    sigma, nu = abs(rng.normal(0, 1)), rng.exponential(10)
    eta = rng.normal(0, 2) + x @ beta + z @ gamma
    # On the centred log scale: no exp and no re-centring, so that the prior is the model's exactly.
    target = eta + sigma * rng.standard_t(nu, len(eta))
    simulated = replace(built, target_scaled=built.target_scaled.copy(data=target))
    posterior = _nearly_independent(simulated, seed)
    ranks = {f"beta[{c}]": int((posterior["beta"].to_numpy()[:, c] < beta[c]).sum()) for c in range(len(beta))}
    ranks["sigma"] = int((posterior["sigma"].to_numpy() < sigma).sum())
    ranks["sigma_beta"] = int((posterior["sigma_beta"].to_numpy() < sigma_beta).sum())
    return ranks


def _nearly_independent(built: FeatureMatrix, seed: int) -> xr.Dataset:
    settings = SamplerSettings(draws=5000, tune=1500, target_accept=0.95)
    draws = sample(compiled(_bucket(built)), built, settings=settings, seed=seed).draws
    chain, draw = np.divmod(
        np.linspace(0, draws["intercept"].size - 1, CALIBRATION_DRAWS).astype(int), draws.sizes["draw"]
    )
    return draws.isel(chain=xr.DataArray(chain, dims="sample"), draw=xr.DataArray(draw, dims="sample"))


def inside_band(ranks: NDArray[np.int64], *, prob: float, simulations: int = 4000) -> NDArray[np.bool_]:
    """Whether each column's ranks stay inside the simultaneous ECDF band of uniform ranks.

    The pointwise level is found by simulation, so that a share ``prob`` of uniform samples stays inside everywhere.
    """
    from scipy import stats

    number, bins = len(ranks), CALIBRATION_DRAWS + 1
    expected = np.arange(1, bins) / bins

    def extremeness(sample_ranks: NDArray[np.int64]) -> float:
        counts = np.searchsorted(np.sort(sample_ranks), np.arange(1, bins), side="left")
        below = stats.binom.cdf(counts, number, expected)
        above = stats.binom.sf(counts - 1, number, expected)
        return float(2 * np.minimum(below, above).min())

    rng = np.random.default_rng(0)
    uniform = [extremeness(rng.integers(0, bins, number)) for _ in range(simulations)]
    limit = np.quantile(uniform, 1 - prob)
    return np.array([extremeness(column) >= limit for column in ranks.T])


def _against_truth(draws: Array, truth: float) -> dict[str, Any]:
    low, median, high = (float(value) for value in np.quantile(draws, [0.05, 0.5, 0.95]))
    held = {"low": low, "high": high, "covered": bool(low <= truth <= high)}
    return {"truth": truth, "mean": float(draws.mean()), "median": median, **held}


def _features(world: World) -> FeatureMatrix:
    spec: RunSpec = spec_from(world.spec)
    return build_features(CanonicalData(world.frame, "WEEK"), spec)


def _bucket(built: FeatureMatrix) -> Bucket:
    return padding.bucket_of(built)


def _summary(posterior: Posterior) -> dict[str, Any]:
    return {row.name: row for row in posterior_summary.summarise_posterior(posterior).parameters}


EVIDENCE: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "recovery": recovery,
    "calibration": calibration,
    "calibration_recommended": calibration_recommended,
    "padding": padding_cost,
    "truths": truths,
    "worlds": worlds,
    "short_tables": short_tables,
    "short_choices": short_choices,
    "moves": moves,
    "tables": any_table,
}

if __name__ == "__main__":
    sys.exit(main())
