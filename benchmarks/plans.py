"""What does a plan gain in truth? Plans of the recommended model on simulated worlds, beside the best plan there is.

Usage: ``python -m benchmarks.plans [--fits N] [--first SEED] [--beside FILE]``. The model is fitted to each world of
``benchmarks.plan_worlds``, the usual plan of the next 13 weeks is made (today's money, each channel within half to one
and a half times of its own), and then held against the truth: what it really gains over today, as a part of what the
best plan within the same limits gains; beside it what the certificate had promised, and what the splits of a peer gain
(FILE, by ``benchmarks/peer_plans.py``).
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.plan_worlds import BEFORE, FIRST, HORIZON, LAGS, WEEKS, Truth, world
from mmm_core.model.link import LogLink
from mmm_core.planning.certificate import certify
from mmm_core.planning.optimise import best
from mmm_core.planning.request import PlanRequest, asked
from mmm_core.planning.response import Curves, Response, response_of
from mmm_core.planning.usual import usual_task
from mmm_core.proof.subject import Refitter, refitter
from mmm_core.sampler.sampling import compile_structure
from mmm_core.spec import spec_from
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]


def main() -> None:
    """Plan world after world; a line each on stderr, the distribution at the end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans")
    parser.add_argument("--fits", type=int, default=30)
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--beside", type=Path, metavar="FILE", help="splits of a peer, a line of JSON a world")
    options = parser.parse_args()
    refit = refitter(cache(compile_structure))
    lines = options.beside.read_text().splitlines() if options.beside else []
    # Its sampler prints its progress between them.
    told = [json.loads(line) for line in lines if line.startswith("{")]
    beside = {row["seed"]: np.array(row["spend"]) for row in told}
    rows = []
    for seed in range(options.first, options.first + options.fits):
        truth = world(seed)
        rows.append({"seed": seed} | realised(truth, refit, beside.get(seed)))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    found = {
        "worlds": len(rows),
        **gains(rows, "gain"),
        "moving what cannot be told": gains(rows, "gain_if_moved"),
        "promised chance of losing, mean": float(np.mean([row["loses"] for row in rows])),
        "promised part, mean": float(np.mean([row["promised"] for row in rows])),
    }
    both = [row for row in rows if "peer_gain" in row]
    if both:
        found["the peer's"] = {"worlds": len(both), **gains(both, "peer_gain")}
        found["ours in the same worlds"] = gains(both, "gain")
    print(json.dumps(found, indent=1))


def gains(rows: list[dict[str, float]], name: str) -> dict[str, object]:
    """What plans gained as parts of what could be gained (fractions), world by world and all together."""
    gain, possible = (np.array([row[each] for row in rows]) for each in (name, "possible"))
    return {
        "realised part of the possible gain, quartiles": np.quantile(gain / possible, [0.25, 0.5, 0.75])
        .round(3)
        .tolist(),
        "plans that lose": float((gain < 0).mean()),
        "realised over possible, all worlds together": float(gain.sum() / possible.sum()),
    }


def realised(truth: Truth, refit: Refitter, beside: Array | None = None) -> dict[str, float]:
    """What the plan gains in truth, what could be gained, and what was promised; gains in the target's unit.

    ``beside (channel)`` is the money of another's plan, in the same order; its sum is today's but for rounding.
    """
    drivers = [str(name) for name in truth.frame if str(name).startswith("act_")]
    spec = spec_from({"dataset_id": "world", "drivers": drivers, "model": {"kind": "recommended"}})
    table = CanonicalData(truth.frame, "WEEK")
    run = refit(table, spec)
    response = response_of(run.features, run.values, table, spec, horizon=HORIZON)
    untold = [each.channel for each in run.summary.channels if each.cannot_be_told]
    given = asked(response, table, PlanRequest(horizon=HORIZON), cannot_be_told=untold)
    plan, moved = best(given.task), best(given.free)
    known = certify(given.task, plan.spend, free=given.free)
    own = usual_task(true_response(truth, response), table)
    most = best(own)
    spends = (own.today, plan.spend, moved.spend, most.spend)
    today, reached, moving, possible = (float(own.sales(each)[0]) for each in spends)
    peer = {}
    if beside is not None:
        peer = {"peer_gain": float(own.sales(beside * own.today.sum() / beside.sum())[0]) - today}
    return peer | {
        "channels": len(drivers),
        "still": len(untold),
        "gain": reached - today,
        "gain_if_moved": moving - today,
        "possible": possible - today,
        "part": (reached - today) / (possible - today),
        "promised": float(known.part or 0.0),
        "promised_gain": float(known.gain.mean()),
        "loses": known.loses,
        "gain_share": (reached - today) / today,
    }


def true_response(truth: Truth, like: Response) -> Response:
    """The truth on the periods that come, as one world whose sales are known; its base is the level with the season."""
    weights = truth.decay[:, None] ** np.arange(LAGS + 1)
    weights /= weights.sum(axis=1, keepdims=True)
    frame = truth.frame
    activity = np.stack([frame[f"act_{name}"].to_numpy() for name in like.channels])
    unit = activity.mean(axis=1)
    arrived = np.zeros((len(unit), like.periods, 1))
    for period in range(min(LAGS, like.periods)):
        reach = weights[:, period + 1 :][:, ::-1]
        arrived[:, period, 0] = (reach * activity[:, -reach.shape[1] :]).sum(axis=1) / unit
    carried = np.ones_like(unit)
    usual = truth.strength @ (carried / (truth.half**truth.slope + 1))
    base = 0.08 * np.sin(2 * np.pi * (WEEKS + BEFORE + np.arange(like.periods)) / 52) - usual
    link = LogLink(0.0) if truth.multiplies else _Adding(truth.level)
    return Response(
        channels=like.channels,
        dates=like.dates,
        horizon=like.horizon,
        base=(base + (np.log(truth.level) if truth.multiplies else 1.0))[:, None],
        arrived=arrived,
        curves=Curves(
            unit=unit,
            weights=weights[:, :, None],
            kinds=("hill",) * len(unit),
            half=truth.half[:, None],
            slope=truth.slope[:, None],
            scale=truth.strength[:, None],
        ),
        link=link,  # type: ignore[arg-type]
    )


class _Adding(NamedTuple):
    """Effects add up, in shares of the level."""

    level: float

    def to_sales(self, mu: Array) -> Array:
        return self.level * mu

    def rise(self, mu: Array) -> Array:
        return np.full_like(mu, self.level)


if __name__ == "__main__":
    main()
