"""Do weighed draws say what a fit would say? Twenty moves of a slider on the demo, each answered both ways.

Called by ``python -m benchmarks.verify moves``. Compared are the means of each channel's total, in combined Monte-Carlo
errors: the standard deviation over the root of independent draws, of which weights leave fewer.
"""

from __future__ import annotations

from typing import Any

import arviz_stats
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mmm_core.model.features import build_features
from mmm_core.model.structure import AnySize
from mmm_core.results import contributions
from mmm_core.results.effects import values_of
from mmm_core.results.reweighting import LARGEST_K, reweigh
from mmm_core.runs import tables
from mmm_core.sampler.sampling import compile_structure, sample
from mmm_core.spec import RunSpec
from tests.engines import SAMPLES, recommended_spec

type Array = NDArray[np.float64]

MOST_ERRORS = 4.0
CHANNELS = ("tv", "search", "social", "video", "radio", "print")


def moves() -> dict[str, RunSpec]:
    """Settings a slider away from the usual ones, near and far, by what was moved."""
    found: dict[str, RunSpec] = {}
    for channel, decay in zip(CHANNELS, (0.6, 0.4, 0.55, 0.7, 0.2, 0.8), strict=True):
        adstock = {"per_channel": {f"act_{channel}": decay}}
        found[f"decay of {channel} to {decay}"] = recommended_spec(feature_config={"adstock": adstock})
    for channel, half in zip(CHANNELS, (1.0, 2.0, 0.6, 1.6, 3.0, 1.2), strict=True):
        saturation = {"per_channel": {f"act_{channel}": {"half_saturation": half, "slope": 1.35}}}
        found[f"half effect of {channel} to {half}"] = recommended_spec(feature_config={"saturation": saturation})
    for part, name, value in (
        ("media", "share", 0.12),
        ("media", "share", 0.3),
        ("media", "share_width", 0.8),
        ("media", "spread", 0.7),
        ("media", "spread", 1.5),
        ("baseline", "trend", 0.05),
        ("baseline", "season", 0.15),
        ("baseline", "controls", 0.2),
    ):
        model = {"kind": "recommended", part: {name: value}}
        found[f"{part}'s {name} to {value}"] = recommended_spec(model=model)
    return found


def answered_both_ways() -> dict[str, Any]:
    """Each move: Pareto-k, and by how many errors the answers differ most where k lets the weights be shown."""
    compiled = compile_structure(AnySize())
    table = tables.read_file(SAMPLES / "mmm_demo.csv", spec=recommended_spec()).canonical()
    before = build_features(table, recommended_spec())
    posterior = sample(compiled, before, settings=recommended_spec().sampler, seed=1)
    at_hand = contributions.decompose(before, posterior, seed=1)
    independent = _independent(at_hand.totals.additive, posterior.draws.sizes["chain"])
    told: dict[str, Any] = {}
    for name, spec in moves().items():
        now = build_features(table, spec)
        answer = reweigh(before, now, values_of(posterior), at_hand.totals, prob=spec.interval_prob)
        if answer is None or answer.pareto_k >= LARGEST_K:
            told[name] = {"k": None if answer is None else round(answer.pareto_k, 2), "shown": False}
            continue
        drawn = sample(compiled, now, settings=spec.sampler, seed=2)
        totals = contributions.decompose(now, drawn, seed=1).totals.additive
        left = answer.effective / totals.shape[1]
        errors = totals.std(axis=1) * np.sqrt(
            1 / (left * independent) + 1 / _independent(totals, drawn.draws.sizes["chain"])
        )
        means = np.array([channel.additive.mean for channel in answer.summary.channels])
        apart = float((np.abs(means - totals.mean(axis=1)) / errors).max())
        told[name] = {"k": round(answer.pareto_k, 2), "shown": True, "errors_apart": round(apart, 2)}
    shown = [each["errors_apart"] for each in told.values() if each["shown"]]
    return {
        "moves": len(told),
        "shown": len(shown),
        "most_errors_apart": max(shown, default=None),
        "each": told,
        "passed": bool(shown) and max(shown) <= MOST_ERRORS,
    }


def _independent(totals: Array, chains: int) -> Array:
    """Independent draws of each channel's total ``(channel)``, of totals ``(channel, sample)``."""
    each = xr.DataArray(totals.reshape(len(totals), chains, -1), dims=("channel", "chain", "draw"))
    found = arviz_stats.ess(each.transpose("chain", "draw", "channel").to_dataset(name="total"))
    return np.asarray(found["total"].to_numpy(), dtype=float)
