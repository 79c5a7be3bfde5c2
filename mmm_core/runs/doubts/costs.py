"""What a repair would do to a table and to the answer: its numbers, their order, and the sentence that says them.

*Effect* is what repairs are ordered by (a fraction): the largest change of a channel's share of sales, against the
table without the repair or against another answer to the same question, or of the table's sales or spend, whichever is
larger; of its rows where no money is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import Field

from mmm_core.labels import counted, display_name, listed, percent, ratio, short
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict
from mmm_core.spec import FixName
from mmm_core.table.checks.issues import Severity
from mmm_core.table.typed_file import TypedFile

SMALLEST_CHANGE = 0.002
"""Smallest change of a share (fraction of sales) that is worth words."""
SMALLEST_RATIO = 1.1
"""The same for a return: so many times the other."""
ROUNDING = 1e-6
"""Sums that differ by less, as a fraction, are the same."""
MOST_CHANNELS_NAMED = 3


class TableFacts(Strict):
    """What a table holds, all rows together."""

    rows: int
    sales: float | None = Field(description="Sum of the target, in its unit; null: no such column.")
    spend: dict[str, float] = Field(description="Sum of spend per channel, in its currency.")


class ChannelAnswer(Strict):
    """What a channel brought, by a quick estimate with the default settings."""

    channel: str
    share: Estimate = Field(description="Share of sales (fraction).")
    roi: Estimate | None = Field(description="Sales per unit of spend; null without spend.")


class Answer(Strict):
    """What a quick estimate of a table says."""

    channels: tuple[ChannelAnswer, ...]
    media_share: Estimate = Field(description="Share of sales of all channels together (fraction).")

    @classmethod
    def of(cls, summary: ContributionSummary) -> Answer:
        """The part of a summary that repairs are compared by; the largest channel first."""
        channels = tuple(ChannelAnswer(channel=c.channel, share=c.share, roi=c.roi) for c in summary.largest_first)
        return cls(channels=channels, media_share=summary.media_share)


class Cost(Strict):
    """What one repair would do."""

    fix: FixName
    severity: Severity = Field(description="Of the worst issue that offers it.")
    codes: tuple[str, ...] = Field(description="Codes of the issues that offer it.")
    other_answers: tuple[FixName, ...] = Field(description="Repairs that the same issues offer instead.")
    rows_changed: int = Field(description="Rows that it changes, adds or drops.")
    before: TableFacts
    after: TableFacts
    together_with: tuple[FixName, ...] = Field(
        description="Repairs of other errors that were taken to be made too, so that the table can be estimated."
    )
    answer_before: Answer | None = Field(description="Without the repair; null: it cannot be estimated so.")
    answer_after: Answer | None = Field(description="With the repair; null: it cannot be estimated.")
    not_estimated: str | None = Field(description="Why there is no estimate with the repair; null: there is one.")
    effect: float = Field(description="How much it matters (fraction); repairs are ordered by it.")
    says: str = Field(description="All of this in words.")


def facts_of(file: TypedFile) -> TableFacts:
    """What a typed file holds."""
    if file.table is None:
        return TableFacts(rows=file.rows, sales=None, spend={})
    frame = file.table.frame
    spend = {channel: float(frame[f"spend_{channel}"].sum()) for channel in file.roles.spend}
    return TableFacts(rows=len(frame), sales=float(frame["sales"].sum()), spend=spend)


def cost_of(
    fix: FixName,
    *,
    severity: Severity,
    codes: tuple[str, ...],
    other_answers: tuple[FixName, ...],
    rows_changed: int,
    facts: tuple[TableFacts, TableFacts],
    together_with: tuple[FixName, ...] = (),
    answers: tuple[Answer | None, Answer | None] = (None, None),
    not_estimated: str | None = None,
) -> Cost:
    """A repair's cost, from the table's facts and answers without it and with it."""
    said = [*_answer_in_words(*answers, not_estimated)]
    if _moved_amounts(*facts) or not together_with:  # what one repair does only after another is said by the answer
        said.append(_table_in_words(*facts, rows_changed))
    return Cost(
        fix=fix,
        severity=severity,
        codes=codes,
        other_answers=other_answers,
        rows_changed=rows_changed,
        before=facts[0],
        after=facts[1],
        together_with=together_with,
        answer_before=answers[0],
        answer_after=answers[1],
        not_estimated=None if answers[1] else not_estimated,
        effect=max(_of_money(*facts), _difference(*answers)),
        says=" ".join(said),
    )


def worst_first(costs: Iterable[Cost]) -> tuple[Cost, ...]:
    """Repairs of errors before those of warnings, and within them by effect, answers to one question compared."""
    order: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
    known = {cost.fix: cost for cost in costs}
    compared = [_compared(cost, known) for cost in known.values()]
    return tuple(sorted(compared, key=lambda cost: (order[cost.severity], -cost.effect)))


def _compared(cost: Cost, known: Mapping[FixName, Cost]) -> Cost:
    others = [known[fix].answer_after for fix in cost.other_answers if fix in known]
    effect = max([cost.effect, *(_difference(cost.answer_after, other) for other in others)])
    return cost.model_copy(update={"effect": effect})


def _difference(one: Answer | None, other: Answer | None) -> float:
    """Largest difference of a channel's share (fraction); 0 where one is not known."""
    if one is None or other is None:
        return 0.0
    shares, others = _shares(one), _shares(other)
    return max((abs(shares.get(name, 0) - others.get(name, 0)) for name in {*shares, *others}), default=0.0)


def _shares(answer: Answer) -> Mapping[str, float]:
    return {each.channel: each.share.mean for each in answer.channels}


def _of_money(before: TableFacts, after: TableFacts) -> float:
    amounts = _amounts(before, after)
    money = {name: each for name, each in amounts.items() if name != "rows"}
    return max(_relative(*each) for each in (money or amounts).values())


def _amounts(before: TableFacts, after: TableFacts) -> dict[str, tuple[float, float]]:
    amounts = {"rows": (float(before.rows), float(after.rows))}
    if before.sales is not None and after.sales is not None:
        amounts["sales"] = before.sales, after.sales
    if before.spend and after.spend:
        amounts["spend"] = sum(before.spend.values()), sum(after.spend.values())
    return amounts


def _relative(one: float, other: float) -> float:
    largest = max(abs(one), abs(other))
    return min(abs(one - other) / largest, 1.0) if largest else 0.0


def _answer_in_words(before: Answer | None, after: Answer | None, reason: str | None) -> Iterator[str]:
    if after is None:
        if reason:
            yield f"It cannot be estimated yet: {reason}"
    elif before is None:
        yield f"{_brought(after)}."
    else:
        yield _moved(before, after)


def _brought(answer: Answer) -> str:
    said = []
    for number, each in enumerate(answer.channels[:MOST_CHANNELS_NAMED]):
        share = percent(each.share.mean, 1)
        name = display_name(each.channel)
        roi = f" (return {_return(each.roi)})" if each.roi else ""
        said.append(f"{name} {share}{roi}" if number else f"{name} would bring {share} of sales{roi}")
    return listed(said)


def _moved(before: Answer, after: Answer) -> str:
    earlier = {each.channel: each for each in before.channels}
    common = [(earlier[each.channel], each) for each in after.channels if each.channel in earlier]
    if not common:
        return f"{_brought(after)}."
    was, now = max(common, key=lambda pair: abs(pair[1].share.mean - pair[0].share.mean))
    if abs(now.share.mean - was.share.mean) >= SMALLEST_CHANGE:
        share = f"share of sales goes from {percent(was.share.mean, 1)} to {percent(now.share.mean, 1)}"
        returns = f", its return {_from_to(was, now)}" if _times(was, now) >= SMALLEST_RATIO else ""
        return f"{display_name(now.channel)}'s {share}{returns}."
    was, now = max(common, key=lambda pair: _times(*pair))
    if _times(was, now) >= SMALLEST_RATIO:
        return f"{display_name(now.channel)}'s return goes {_from_to(was, now)}; shares of sales stay."
    return f"No channel's share of sales changes by {percent(SMALLEST_CHANGE, 1)} or more."


def _from_to(was: ChannelAnswer, now: ChannelAnswer) -> str:
    assert was.roi is not None and now.roi is not None  # noqa: S101, PT018 - for the type checker
    return f"from {_return(was.roi)} to {_return(now.roi)}"


def _times(was: ChannelAnswer, now: ChannelAnswer) -> float:
    """How many times the smaller the larger return is; 1 where one is not known, or not positive."""
    if was.roi is None or now.roi is None or min(was.roi.mean, now.roi.mean) <= 0:
        return 1.0
    return max(was.roi.mean, now.roi.mean) / min(was.roi.mean, now.roi.mean)


def _return(roi: Estimate) -> str:
    return "under 0.01" if 0 < roi.mean < 0.005 else ratio(roi.mean)


def _moved_amounts(before: TableFacts, after: TableFacts) -> dict[str, tuple[float, float]]:
    return {name: each for name, each in _amounts(before, after).items() if _relative(*each) > ROUNDING}


def _table_in_words(before: TableFacts, after: TableFacts, rows_changed: int) -> str:
    moved, said = _moved_amounts(before, after), []
    if "sales" in moved:
        said.append("sales go from {} to {}".format(*map(short, moved["sales"])))
    if "spend" in moved:
        said.append("spend goes from {} to {}".format(*map(short, moved["spend"])))
    if "rows" in moved:
        said.append(f"rows go from {before.rows:,} to {after.rows:,}")
    if said:
        return f"The table's {listed(said)}."
    concerned = f"It concerns {counted(rows_changed, 'row')}; the" if rows_changed else "The"
    return f"{concerned} table's sales and spend stay."
