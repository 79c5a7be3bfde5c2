"""Does leaving a month out by weights say what a refit without it says?

Usage: ``python -m benchmarks.months [--worlds N] [--model fixed|recommended] [--months M]``. In each world the ``M``
trusted months that carry most (Pareto-k below 0.7) are left out both ways; printed is how many figures differ by at
most two Monte-Carlo errors of the difference, and the largest difference. Two errors hold 95 % where nothing but chance
differs.

A median's error is 1.25 times that of a mean; of draws by weights as many count as :attr:`Month.effective` says, of a
refit's the third part.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache

import numpy as np

from benchmarks.proofs import subject_of
from benchmarks.worlds import FIRST_WORLD, world
from mmm_core.proof.measure import draws_of, measured
from mmm_core.proof.parts import months
from mmm_core.proof.parts.months import WEIGHTS, Month
from mmm_core.proof.subject import Refitter, Subject, refitter
from mmm_core.results.reweighting import LARGEST_K
from mmm_core.sampler.sampling import compile_structure

MEDIAN = 1.25
CORRELATED = 3
"""So many draws of a refit count as one that is independent of the others."""
WITHIN = 2


def main() -> None:
    """Leave months out both ways, and count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.months")
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--months", type=int, default=4)
    parser.add_argument("--model", choices=("fixed", "recommended"), default="recommended")
    options = parser.parse_args()
    refit, found = refitter(cache(compile_structure)), []
    for seed in range(FIRST_WORLD, FIRST_WORLD + options.worlds):
        errors = differences(subject_of(world(seed), options.model, refit), options.months, refit)
        print(json.dumps({"world": seed, "errors": [round(each, 2) for each in errors]}), file=sys.stderr, flush=True)
        found += errors
    sizes = np.abs(found)
    print(f"{len(sizes)} figures: {np.mean(sizes <= WITHIN):.1%} within {WITHIN} errors, largest {sizes.max():.1f}")


def differences(subject: Subject, most: int, refit: Refitter) -> list[float]:
    """Weights less refit of every figure, in Monte-Carlo errors, over the trusted months that carry most."""
    weighed = months.work(subject, WEIGHTS, refit).months
    trusted = [each for each in weighed if each.moved and each.k is not None and each.k < LARGEST_K]
    found = []
    for month in sorted(trusted, key=_pull)[-most:]:
        (anew,) = months.work(subject, month.month, refit).months
        found += _in_errors(subject, month, anew)
    return found


def _pull(month: Month) -> float:
    return sum(each.reach**2 for each in month.moved)


def _in_errors(subject: Subject, weighed: Month, anew: Month) -> list[float]:
    assert weighed.effective is not None  # noqa: S101 - it is weighed
    whole = draws_of(subject.summary, subject.totals.additive, subject.totals.fitted)
    refitted = {(each.channel, each.measure): each.without for each in anew.moved}
    own = {
        (figure.channel, figure.measure): (figure.own.shown, draws)
        for figure, draws in zip(measured(subject.summary), whole, strict=True)
    }
    found = []
    for each in weighed.moved:
        shown, draws = own[each.channel, each.measure]
        spread = shown * draws.std() / np.median(draws)
        error = MEDIAN * spread * np.sqrt(1 / weighed.effective + CORRELATED / draws.size)
        found.append(float((each.without - refitted[each.channel, each.measure]) / error))
    return found


if __name__ == "__main__":
    main()
