"""Does the design mislead, or the choice of truths? The worlds of *recovery* with media drawn from the prior instead.

Usage: ``python -m benchmarks.public_proofs.prior_truths RUN [--worlds N]``, where RUN is the folder of a finished run
of the recommended model. The part *recovery* takes a draw of the posterior as the truth of a world, and intervals are
calibrated for truths from the prior (Talts et al. 2018). Here what media do comes from the prior, and all else from the
same draw.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path

import numpy as np

from mmm_core.model.family import Family, family_of
from mmm_core.model.parameters import draw_prior
from mmm_core.model.terms import EstimatedMedia, Values
from mmm_core.proof.parts.recovery import RecoveredWorld, monte_carlo_error, recovered, simulated, true_totals
from mmm_core.proof.subject import Refitter, Subject, read_subject, refitter
from mmm_core.sampler.sampling import compile_structure

WORLDS = 30


def main() -> None:
    """Simulate, fit and count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_proofs.prior_truths")
    parser.add_argument("run", type=Path)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    options = parser.parse_args()
    subject = read_subject(options.run)
    media = media_from_prior(family_of(subject.features), subject, options.worlds)
    refit = refitter(cache(compile_structure))
    worlds = [fitted_world(subject, media, number, refit) for number in range(options.worlds)]
    print(json.dumps(summary(worlds, subject.spec.interval_prob), indent=1))


def media_from_prior(family: Family, subject: Subject, worlds: int) -> Values:
    """Draws of what media do ``(sample)`` or ``(channel, sample)``, a world each, before the table is seen."""
    assert isinstance(family.media, EstimatedMedia)  # noqa: S101 - fixed settings have no prior of shares
    sizes = {"channel": len(subject.channels), "control": len(family.columns.kinds)}
    drawn = draw_prior(family.media.parameters, sizes=sizes, draws=worlds, seed=subject.spec.random_seed)
    return drawn | family.media.derived(drawn, family.media.curve(drawn))


def fitted_world(subject: Subject, media: Values, number: int, refit: Refitter) -> RecoveredWorld:
    """One world, by the same draw of the posterior and the same noise as in *recovery*, but for its media."""
    rng = np.random.default_rng((subject.spec.random_seed, 5, number))
    draw = int(rng.integers(len(subject.values["intercept"])))
    values = {name: value[..., draw : draw + 1] for name, value in subject.values.items()}
    values |= {name: value[..., number : number + 1] for name, value in media.items()}
    found = refit(simulated(subject.table, subject.features, values, rng), subject.spec)
    return recovered(found, *true_totals(subject.features, values))


def summary(worlds: list[RecoveredWorld], meant: float) -> dict[str, float]:
    """How many intervals held the truth, and on which side the others missed it."""
    rows = [row for world in worlds for row in world.channels]
    return {
        "intervals": len(rows),
        "held": sum(row.is_held for row in rows),
        "truth above": sum(row.truth > row.high for row in rows),
        "truth below": sum(row.truth < row.low for row in rows),
        "meant": meant,
        "error": monte_carlo_error([[row.is_held for row in world.channels] for world in worlds], meant),
    }


if __name__ == "__main__":
    main()
