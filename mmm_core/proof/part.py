"""A part of a proof: one question about a run, the work that answers it in steps, and the answer in words.

A *unit* is the least piece of work that is kept: one refit, as a rule. A process that is killed loses its unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from mmm_core.proof.subject import Refitter, Subject
from mmm_core.schema import Strict

type Verdict = Literal["pass", "look", "stop"]
type PartState = Literal["waiting", "working", "complete", "left_out", "failed"]
type Cell = float | str | None
type Rows = tuple[dict[str, Cell], ...]


class Told(Strict):
    """What a part answers, from the units that are done."""

    verdict: Verdict | None = Field(description="null: nothing is judged, or too little is known yet.")
    sentence: str = Field(description="The answer in one sentence, with its figure and its limit.")
    value: float | None = Field(None, description="The figure that was judged.")
    limit: float | None = Field(None, description="What it was judged by.")
    remedy: str = Field("", description="What to do; empty where nothing is to be done.")
    not_shown: tuple[str, ...] = Field((), description="Channels for which the part did not hold.")
    tables: dict[str, Rows] = Field(default_factory=dict, description="What the part's chart is drawn from.")


class PartReport(Strict):
    """A part of a proof, as far as it is."""

    name: str
    question: str
    how_to_read: str = Field(description="How to read the part's chart.")
    state: PartState
    done: int = Field(0, description="Units of work that are done.")
    units: int = Field(0, description="Units of work in all.")
    told: Told | None = Field(None, description="null: nothing is known yet, or the part cannot be answered.")
    why: str = Field("", description="Why it was left out or failed, or how much of it did; empty otherwise.")


@dataclass(frozen=True, slots=True)
class Part[R: Strict]:
    """A question, and how it is answered.

    Attributes
    ----------
    name, question, how_to_read
        As in files, and in words.
    result
        What one unit finds; kept as JSON.
    units
        Keys of the units that a run asks for, in the order of work. Raises ``DataError`` where the run cannot be asked.
    work
        One unit. Raises ``MMMError`` where it cannot be done, which is kept and told.
    tell
        The answer from the units that are done, by key; at least one is.
    reads
        Name of the part whose units this one reads, so that nothing is fitted twice; empty: it has its own.
    refits
        How many fits all its units take together, at most: by these it is said how long a proof will take.
    """

    name: str
    question: str
    how_to_read: str
    result: type[R]
    units: Callable[[Subject], tuple[str, ...]]
    work: Callable[[Subject, str, Refitter], R]
    tell: Callable[[Subject, Mapping[str, R]], Told]
    reads: str = ""
    refits: int = 0


type AnyPart = Part[Any]


def judge(value: float, limits: tuple[float, float], *, small_is_good: bool = True) -> Verdict:
    """``pass`` up to the first limit, ``look`` up to the second, beyond it ``stop``."""
    sign = 1 if small_is_good else -1
    if sign * value <= sign * limits[0]:
        return "pass"
    return "look" if sign * value <= sign * limits[1] else "stop"


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of some verdicts."""
    return max(verdicts, key=("pass", "look", "stop").index)
