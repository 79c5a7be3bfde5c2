"""A channel's move between two results in one sentence, and never more than the draws and the intervals carry."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core.compare.figures import Figure, MeasureName
from mmm_core.labels import display_name, listed, percent, ratio
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict
from mmm_core.spec import Grain

type PartCause = Literal["periods", "revisions", "settings", "together", "chance"]
type MoveKind = Literal["noise", "inside", "moved"]

ERRORS_OF_NOISE = 2.0
"""Moves below so many Monte-Carlo standard errors are noise."""
MOST = 0.5
"""Part of a move from which on it is said to come from one cause."""
ALL = 0.8
OVERSHOT = 1.2
"""From there on a cause moved clearly more than is left of it: what took some of it back is named too."""


class Part(Strict):
    """What one cause moved."""

    cause: PartCause = Field(description="together: causes that cannot be told apart.")
    moved: float = Field(description="In the figure's unit; the parts add up to the move.")
    error: float = Field(description="Monte-Carlo standard error, in the figure's unit.")


class Move(Strict):
    """How a channel's figure moved from one result to another, and why."""

    channel: str
    measure: MeasureName
    before: Estimate
    now: Estimate
    moved: float = Field(description="Later median less earlier, in the figure's unit.")
    noise: float = Field(description="A move of less is within Monte-Carlo noise.")
    kind: MoveKind = Field(
        description="noise: no move that the draws could tell. inside: the interval of each holds the other. moved."
    )
    parts: tuple[Part, ...]
    sentence: str

    @property
    def main(self) -> Part | None:
        """The part that made most of the move; None: no part made half of it."""
        return main_part(self.parts, self.moved)


def cause_in_words(cause: PartCause, grain: Grain) -> str:
    """A cause as a sentence has it."""
    return {
        "periods": "new months" if grain == "MONTH" else "new weeks",
        "revisions": "revised data",
        "settings": "changed settings",
        "together": "all that differs, which cannot be told apart",
        "chance": "chance (where the sampler began)",
    }[cause]


def told_move(before: Figure, now: Figure, parts: tuple[Part, ...], grain: Grain) -> Move:
    """A move with its parts, in words."""
    moved = now.value.shown - before.value.shown
    noise = ERRORS_OF_NOISE * (before.error**2 + now.error**2) ** 0.5
    kind: MoveKind = "moved"
    if abs(moved) <= noise:
        kind = "noise"
    elif _holds(before.value, now.value) and _holds(now.value, before.value):
        kind = "inside"
    return Move(
        channel=now.channel, measure=now.measure, before=before.value, now=now.value, moved=moved, noise=noise,
        kind=kind, parts=parts, sentence=_sentence(before, now, parts, kind, noise, grain),
    )  # fmt: skip


def main_part(parts: tuple[Part, ...], moved: float) -> Part | None:
    """The part that made most of a move, in its direction; None: none made half of it."""
    along = [part for part in parts if part.moved * moved > 0]
    first = max(along, key=lambda part: abs(part.moved), default=None)
    return first if first is not None and abs(first.moved) > MOST * abs(moved) else None


def amount(value: float, measure: MeasureName) -> str:
    """A move with its sign: a share in percentage points, a return in its own unit."""
    shown = f"{100 * value:+.1f}" if measure == "share" else f"{value:+.2f}"
    return f"{shown}{'\u00a0points' if measure == 'share' else ''}".replace("-", "−")


def figure_in_words(value: float, measure: MeasureName) -> str:
    """A share as 12.0 %, a return as 1.84."""
    return percent(value, 1) if measure == "share" else ratio(value)


def _holds(interval: Estimate, other: Estimate) -> bool:
    return interval.low <= other.shown <= interval.high


def _sentence(before: Figure, now: Figure, parts: tuple[Part, ...], kind: MoveKind, noise: float, grain: Grain) -> str:
    measure = now.measure
    name = f"{display_name(now.channel)}'s {measure}"
    was, is_now = (figure_in_words(each.value.shown, measure) for each in (before, now))
    if kind == "noise":
        least = amount(noise, measure).lstrip("+")
        return f"{name} has not moved ({was}, then {is_now}): less than {least} is within Monte-Carlo noise."
    span = f"from {was} to {is_now}"
    if kind == "inside":
        return f"{name} went {span}; the interval of each holds the other: nothing to explain."
    moved = now.value.shown - before.value.shown
    first = main_part(parts, moved)
    if first is None:
        told = [f"{cause_in_words(part.cause, grain)} {amount(part.moved, measure)}" for part in parts]
        return f"No single cause made most of the move of {name} {span}: {listed(told)}."
    cause, share = cause_in_words(first.cause, grain), first.moved / moved
    others = [part for part in parts if part is not first and part.moved * moved < 0]
    if share > OVERSHOT and others:
        back = max(others, key=lambda part: abs(part.moved))
        return (
            f"{name} went {span}: {cause} moved it by {amount(first.moved, measure)}, and "
            f"{cause_in_words(back.cause, grain)} by {amount(back.moved, measure)}."
        )
    much = "Nearly all" if share >= ALL else "Most"
    return f"{much} of the move of {name} {span} comes from {cause}."
