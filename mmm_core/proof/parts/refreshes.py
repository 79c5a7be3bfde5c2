"""Does a refresh rewrite history? What each channel had brought by the rows of each fold, as the table grew."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from mmm_core.labels import counted, display_name, listed
from mmm_core.proof.part import Part, Told, judge
from mmm_core.proof.parts import foresight
from mmm_core.proof.parts.foresight import Fold
from mmm_core.proof.subject import Subject
from mmm_core.results.intervals import Estimate

LEFT_LIMITS = (0.2, 0.5)
"""Share of later estimates outside the interval before them that is looked at, or stops."""


def tell(subject: Subject, folds: Mapping[str, Fold]) -> Told:
    """How often the next estimate left the interval before it."""
    found = sorted(folds.values(), key=lambda fold: fold.fitted)
    stages = [{each.channel: each.roi or each.share for each in fold.channels} for fold in found]
    stages.append({each.channel: each.roi or each.share for each in subject.summary.channels})
    names = [fold.last for fold in found] + [str(subject.features.dates.max().astype("datetime64[D]"))]
    moves = [
        (channel, not before[channel].low <= after[channel].shown <= before[channel].high)
        for before, after in pairwise(stages)
        for channel in subject.channels
    ]
    left = [channel for channel, is_outside in moves if is_outside]
    with_return = {each.channel for each in subject.summary.channels if each.roi is not None}
    share = len(left) / len(moves)
    verdict = judge(share, LEFT_LIMITS)
    who = sorted(set(left), key=lambda channel: -left.count(channel))
    whom = listed([display_name(each) for each in who])
    named = f": {whom}" if who else ""
    return Told(
        verdict=verdict,
        sentence=(
            f"As the table grew, {len(left)} of {counted(len(moves), 'later estimate')} left the interval of the one "
            f"before{named}."
        ),
        value=share,
        limit=LEFT_LIMITS[0],
        remedy=""
        if verdict == "pass"
        else f"Report {whom} with the range of {'its' if len(who) == 1 else 'their'} estimates, and look what "
        "changed in the table meanwhile.",
        not_shown=tuple(who) if verdict != "pass" else (),
        tables={
            "returns": tuple(
                {
                    "until": name,
                    "channel": channel,
                    "measure": "return" if channel in with_return else "share",
                    **_ends(stage[channel]),
                }
                for name, stage in zip(names, stages, strict=True)
                for channel in subject.channels
            )
        },
    )


def _ends(estimate: Estimate) -> dict[str, float]:
    return {"median": estimate.shown, "low": estimate.low, "high": estimate.high}


REFRESHES = Part(
    name="refreshes",
    question="Does a refresh rewrite history?",
    how_to_read="Each line is a channel's return by the periods up to then, with its interval: lines that stay inside "
    "their earlier intervals are estimates that new data confirm.",
    result=Fold,
    units=foresight.units,
    work=foresight.work,
    tell=tell,
    reads="foresight",
)
