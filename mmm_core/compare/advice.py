"""What a result advises, and whether a newer one advises anything else.

Advice is what somebody would act on: which channel brings the most, which can be told from no effect, which pay
at the margin, and to which the usual plan moves money. A figure that moves and changes none of these is no news.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from mmm_core.errors import MMMError
from mmm_core.labels import display_name, listed, ratio
from mmm_core.planning.answer import SMALLEST_MOVE
from mmm_core.planning.request import PlanRequest
from mmm_core.proof.subject import Subject
from mmm_core.results.channel_summary import ChannelSummary
from mmm_core.results.headline import largest
from mmm_core.results.verdicts import Grade
from mmm_core.scenarios import made
from mmm_core.schema import Strict

type Pays = Literal["pays", "does not pay", "may pay"]
type Direction = Literal["more", "less", "as now"]

HORIZON = 13
"""Periods of the usual plan."""
FAILED = "Checks of the fit failed: its figures are not to be used."


class Advice(Strict):
    """What somebody would act on."""

    largest: str | None = Field(description="Channel that brings the most; null: none can be told from no effect.")
    largest_is_sure: bool = Field(description="Whether no other may have brought more.")
    told: tuple[str, ...] = Field(description="Channels that can be told from no effect.")
    pays: dict[str, Pays] = Field(description="Whether the next unit of spend pays; empty: break-even is not known.")
    break_even: float | None = Field(description="Return at which spend pays.")
    plan: dict[str, Direction] | None = Field(description="Where the usual plan moves money; null: not asked.")
    checks: Grade = Field(description="What the checks of the fit say.")

    def sentence(self) -> str:
        """The advice in words: none, where checks of the fit failed."""
        if self.checks == "stop":
            return FAILED
        most = f"{display_name(self.largest)} brings the most" if self.largest else "No channel can be told"
        paid = [display_name(name) for name, pays in self.pays.items() if pays == "pays"]
        more = [display_name(name) for name, way in (self.plan or {}).items() if way == "more"]
        less = [display_name(name) for name, way in (self.plan or {}).items() if way == "less"]
        parts = [most, f"{listed(paid)} {_pay(len(paid))} at the margin" if paid else ""]
        if more and less:
            parts.append(f"the usual plan moves money from {listed(less)} to {listed(more)}")
        return f"{'; '.join(part for part in parts if part)}."


def advice_of(subject: Subject, checks: Grade, *, break_even: float | None, with_plan: bool = True) -> Advice:
    """What a finished run advises.

    Parameters
    ----------
    checks
        What the checks of its fit say.
    break_even
        Return at which spend pays; None: not known.
    with_plan
        Whether the usual plan is sought too, which takes about a second.
    """
    leader, channels = largest(subject.summary), subject.summary.channels
    return Advice(
        largest=leader.channel.channel if leader else None,
        largest_is_sure=leader is not None and leader.is_sure,
        told=tuple(each.channel for each in channels if not each.cannot_be_told),
        pays={} if break_even is None else {
            each.channel: _pays(each, break_even) for each in channels if each.mroi is not None
        },
        break_even=break_even,
        plan=_plan(subject) if with_plan else None,
        checks=checks,
    )  # fmt: skip


def changes(before: Advice, now: Advice) -> list[str]:
    """Each piece of advice that is another now, in a sentence; empty: none is.

    A fit whose checks failed advises nothing: beside one, what the other advises is told as a whole.
    """
    if now.checks == "stop":
        return [] if before.checks == "stop" else [FAILED]
    if before.checks == "stop":
        return [f"The checks of the fit no longer fail: its figures can be used. {now.sentence()}"]
    return [
        *_of_the_largest(before, now),
        *_of_the_told(before, now),
        *_of_what_pays(before, now),
        *_of_the_plan(before, now),
    ]


def _of_the_largest(before: Advice, now: Advice) -> Iterator[str]:
    if before.largest == now.largest:
        return
    was = display_name(before.largest) if before.largest else "none"
    sure = "" if now.largest_is_sure else ", though another may have brought more"
    yield (
        f"The largest channel is {display_name(now.largest)}{sure}; it was {was}."
        if now.largest
        else f"No channel can be told from no effect any more; the largest was {was}."
    )


def _of_the_told(before: Advice, now: Advice) -> Iterator[str]:
    new = [display_name(name) for name in now.told if name not in before.told]
    lost = [display_name(name) for name in before.told if name not in now.told]
    if new:
        yield f"{listed(new)} can now be told from no effect."
    if lost:
        yield f"{listed(lost)} can no longer be told from no effect."


def _of_what_pays(before: Advice, now: Advice) -> Iterator[str]:
    for name, pays in now.pays.items():
        was = before.pays.get(name)
        if was is not None and was != pays:
            at = f" (break-even {ratio(now.break_even)})" if now.break_even is not None else ""
            yield f"At the margin {display_name(name)} {pays}; before, it {_before(was)}{at}."


def _of_the_plan(before: Advice, now: Advice) -> Iterator[str]:
    if before.plan is None or now.plan is None:
        return
    for name, way in now.plan.items():
        was = before.plan.get(name)
        if was is not None and was != way:
            yield f"The usual plan gives {display_name(name)} {way}; before, it gave it {was}."


def _pays(channel: ChannelSummary, break_even: float) -> Pays:
    assert channel.mroi is not None  # noqa: S101 - who asks has looked
    if channel.mroi.low > break_even:
        return "pays"
    return "does not pay" if channel.mroi.high < break_even else "may pay"


def _before(pays: Pays) -> str:
    return {"pays": "paid", "does not pay": "did not pay", "may pay": "may have paid"}[pays]


def _pay(number: int) -> str:
    return "pays" if number == 1 else "pay"


def _plan(subject: Subject) -> dict[str, Direction] | None:
    """Where the usual plan moves money, if it is known to bring more than today; None: no plan can be made."""
    try:
        response = made.response_for(subject, HORIZON)
        plan = made.told(made.sought(subject, response, PlanRequest(horizon=HORIZON)), certified=False)
    except MMMError:
        return None
    return {
        each.channel: "as now"
        if not plan.differs or abs(each.plan - each.today) <= SMALLEST_MOVE * plan.budget
        else "more"
        if each.plan > each.today
        else "less"
        for each in plan.channels
    }
