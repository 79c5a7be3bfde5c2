"""How long does a plan take? Medians over runs in one process, with the memory it takes.

Usage: ``python -m benchmarks.plan_speed [--runs N]``. Models of ten channels in 13 weeks and of thirty in 52, 2,000
draws, Hill curves and carry-over of 13 weeks, drawn at random: the plan itself, its certificate, one's own split
without seeking, and response curves.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np

from mmm_core.model.link import BoxCoxLink
from mmm_core.planning.certificate import certify
from mmm_core.planning.curves import Spending, response_curves
from mmm_core.planning.optimise import best
from mmm_core.planning.response import Curves, Response
from mmm_core.planning.task import Task

DRAWS, LAGS = 2000, 13


def main() -> None:
    """Time each part, and print a line of JSON a size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan_speed")
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    for channels, weeks, runs in ((10, 13, options.runs), (30, 52, max(options.runs // 5, 1))):
        print(json.dumps(timed(channels, weeks, runs)), flush=True)


def timed(channels: int, weeks: int, runs: int) -> dict[str, float]:
    """Seconds of each part on a model of some size."""
    task = made(channels, weeks)
    spend = best(task).spend
    spending = Spending(task.price, task.today / weeks, 0 * task.today, 2 * task.today / weeks)
    return {
        "channels": channels,
        "weeks": weeks,
        "draws": DRAWS,
        "plan, seconds": median(lambda: best(made(channels, weeks)), runs),
        "certificate": median(lambda: certify(task, spend), max(runs // 4, 1)),
        "own split": median(lambda: task.sales(0.9 * spend), runs),
        "curves": median(lambda: response_curves(task.response, spending), runs),
        "largest memory of the process, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def median(work: Callable[[], object], runs: int) -> float:
    """Seconds, the median of some runs."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return round(statistics.median(seconds), 3)


def made(channels: int, weeks: int) -> Task:
    """A task on a model that is drawn at random, the same one every time."""
    r = np.random.default_rng(channels)
    periods = weeks + LAGS
    weights = r.uniform(0.0, 0.7, (channels, 1, DRAWS)) ** np.arange(LAGS + 1.0)[None, :, None]
    unit, price = r.uniform(10.0, 1000.0, channels), r.uniform(0.5, 5.0, channels)
    today = unit * price * weeks
    response = Response(
        channels=tuple(f"c{place}" for place in range(channels)),
        dates=np.datetime64("2024-01-01") + 7 * np.arange(periods),
        horizon=weeks,
        base=r.normal(0.0, 0.05, (periods, DRAWS)),
        arrived=r.uniform(0.0, 0.5, (channels, periods, DRAWS)) * 0.5 ** np.arange(periods)[None, :, None],
        curves=Curves(
            unit=unit,
            weights=weights / weights.sum(axis=1, keepdims=True),
            kinds=("hill",) * channels,
            half=r.uniform(0.3, 3.0, (channels, DRAWS)),
            slope=r.uniform(0.7, 1.6, (channels, DRAWS)),
            scale=r.uniform(0.1, 1.0, (channels, 1)) / channels * r.uniform(0.7, 1.3, (channels, DRAWS)),
        ),
        link=BoxCoxLink(1000.0, r.uniform(0.0, 1.0, DRAWS)),
    )
    return Task(
        response=response,
        price=price,
        pattern=np.full((channels, weeks), 1 / weeks),
        kept=np.zeros((channels, weeks)),
        today=today,
        low=0.5 * today,
        high=1.5 * today,
        total=float(today.sum().round(2)),
        step=np.zeros(channels),
    )


if __name__ == "__main__":
    main()
