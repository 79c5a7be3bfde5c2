"""How long will a proof take? By the fits that its parts still need, and by what the run's own took."""

from __future__ import annotations

import math

from mmm_core.proof.catalogue import PARTS
from mmm_core.proof.kept import Proof
from mmm_core.proof.subject import sampler_of_refits
from mmm_core.runs import drafts, runs
from mmm_core.workspace.desk import Desk

A_MINUTE = 60
FEWEST_FOR_A_PACE = 4
"""Fits that tell a pace: the first of a kind may wait for what is warmed up."""


def seconds_a_refit(desk: Desk, run_id: str) -> float | None:
    """About how long one refit takes (seconds), if nothing else keeps the machine busy; None: not known.

    Raises
    ------
    StorageError
        There is no such run of this owner.
    """
    made, spec = runs.get_manifest(desk, run_id), runs.get_spec(desk, run_id)
    if not {"features", "sampling", "outputs"} <= set(made.seconds):
        return None
    fewer, cores = sampler_of_refits(spec), made.host_cores
    steps = drafts.steps_in_turn(fewer, cores) / drafts.steps_in_turn(spec.sampler, cores)
    # What a refit is used for takes about what the run's outputs took, whose draws were more.
    return made.seconds["features"] + made.seconds["sampling"] * steps + made.seconds["outputs"]


def refits_in_all() -> float:
    """How many fits a whole proof takes, at most."""
    return sum(part.refits for part in PARTS)


def refits_left(proof: Proof) -> float:
    """About how many fits a proof that was begun still takes."""
    open_parts = {part.name: 1 - part.done / part.units for part in proof.parts if part.units}
    return sum(part.refits * open_parts.get(part.name, 0.0) for part in PARTS)


def seconds_left(left: float, done: float, elapsed: float) -> float | None:
    """How long so many fits will take (seconds) at the pace of those ``done`` in ``elapsed``; None: too few to tell."""
    return left * elapsed / done if done >= FEWEST_FOR_A_PACE else None


def in_words(seconds: float) -> str:
    """So long, about, and never less than it is: 20 s, 4 min."""
    if seconds < A_MINUTE:
        return f"{max(5, 5 * math.ceil(seconds / 5))}\u00a0s"
    return f"{math.ceil(seconds / A_MINUTE)}\u00a0min"
