"""Sentences that are made of numbers: each function is a rule, and says nothing where the numbers carry nothing.

Rules that other doors use too are where they were: who brought most in :mod:`mmm_core.results.headline`, what a check
means in :mod:`mmm_core.results.verdict_words`, what a plan says in :mod:`mmm_core.planning.answer`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.labels import (
    break_even_in_words,
    counted,
    day,
    display_names,
    listed,
    listed_first,
    percent,
    ratio,
    ratio_span,
)
from mmm_core.planning.answer import Plan
from mmm_core.planning.curves import ResponseCurve
from mmm_core.report import texts
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.fit_quality import FitQuality
from mmm_core.results.headline import LIKELY, best_return
from mmm_core.results.intervals import Estimate
from mmm_core.results.verdict_words import check_groups

type Array = NDArray[np.float64]

PAYS, DOES_NOT = 0.95, 0.05
"""Chance from which on a channel is said to pay, and below which not to."""
PAY, BRING = ("pays", "pay"), ("brings more than it cost", "bring more than they cost")
"""Of one channel and of several, where a margin is known and where none is."""
NO_MARGIN = "No margin on sales is said, so whether spend pays is not known."
MOST_NAMED = 5
LEAST_MOVE = 0.005
"""Money below which nothing is moved: half a cent."""


def best_return_in_words(summary: ContributionSummary, per: str) -> str:
    """Whose return is best and who may have a better one; empty where no channel with spend can be told."""
    leader = best_return(summary)
    if leader is None:
        return ""
    names = display_names([channel.channel for channel in summary.channels])
    figure = f"{ratio(leader.figure.shown)} {per} ({ratio_span(leader.figure)})"
    with_spend = sum(channel.roi is not None for channel in summary.channels)
    name = names[leader.channel.channel]
    if with_spend == 1:
        return f"{name} returned {figure}."
    if leader.is_sure:
        return f"{name} returned the most for its money, {figure}."
    is_likely = leader.is_largest and (leader.chance is None or leader.chance >= LIKELY)
    begun = name if leader.is_largest else f"Of the channels that can be told, {name}"
    chance = "" if leader.chance is None else f", chance {percent(leader.chance)}"
    rivals = leader.rivals_in_words(
        lambda each: names[each.channel] + (f" ({ratio_span(each.roi)})" if each.roi else "")
    )
    did = "probably returned the most for its money" if is_likely else "may have returned the most for its money"
    return f"{begun} {did}, {figure}{chance}; {rivals} may have returned more."


def checks_in_words(found: Diagnostics) -> str:
    """How many checks of the fit pass, and which do not."""
    checks = [check for group in check_groups(found) for check in group.checks]
    if not checks:
        return ""
    failing = [check for check in checks if check.status != "pass"]
    if not failing:
        return f"The fit passes all of its {len(checks)} checks." if len(checks) > 1 else "The fit passes its check."
    passed = len(checks) - len(failing)
    asked = " ".join(check.title for check in failing[:MOST_NAMED])
    more = f" And {counted(len(failing) - MOST_NAMED, 'other')}." if len(failing) > MOST_NAMED else ""
    did = "passes" if passed == 1 else "pass"
    return f"{passed} of {counted(len(checks), 'check')} of the fit {did}. Not passed: {asked}{more}"


def pays_in_words(
    summary: ContributionSummary, least: float, margin: float | None, silent: Collection[str] = ()
) -> list[str]:
    """Which channels pay, which do not, and which may, at a return of ``least``; nothing where no chance is known.

    Of channels in ``silent`` (bare names) the table says nothing: what was believed before is no finding.
    """
    names = display_names([channel.channel for channel in summary.channels])
    chances = {
        names[channel.channel]: round(chance, 2)  # as it is shown
        for channel in summary.largest_first
        if (chance := channel.chance_of_return_above(least)) is not None
    }
    if not chances:
        return []
    untold = [name for channel, name in names.items() if channel in silent and name in chances]
    found = {name: chance for name, chance in chances.items() if name not in untold}
    pays = [name for name, chance in found.items() if chance >= PAYS]
    not_ = [name for name, chance in found.items() if chance <= DOES_NOT]
    open_ = [name for name in found if name not in pays and name not in not_]
    verbs = PAY if margin is not None else BRING
    said = []
    if pays:
        said.append(f"{listed(pays)} {verbs[len(pays) > 1]} (chance at least {percent(PAYS)})")
    if not_:
        said.append(f"{listed(not_)} {'does' if len(not_) == 1 else 'do'} not (chance at most {percent(DOES_NOT)})")
    if open_:
        said.append(f"for {listed([f'{name} ({percent(chances[name])})' for name in open_])} it is open")
    if untold:
        said.append(f"of {listed(untold)} this table cannot tell")
    if margin is None:
        return [f"{NO_MARGIN} In sales alone, against a return of {ratio(least)}: {'; '.join(said)}."]
    return [
        f"Spend pays at a return above one over the margin, {break_even_in_words(least, margin)}: {'; '.join(said)}."
    ]


def over_in_words(plan: Plan, now: datetime) -> str:
    """That a plan's periods have passed; empty: they have not."""
    if now.date() <= date.fromisoformat(plan.last):
        return ""
    return texts.OVER.format(made=day(now), first=day(date.fromisoformat(plan.first)))


def quality_in_words(quality: FitQuality, period: str) -> list[str]:
    """How far off the fit is, and how much it explains."""
    said = [f"Half of the {period}s are fitted to within {percent(quality.typical_miss, 1)}."]
    explained, without = quality.explained, quality.explained_by_baseline
    if explained is not None and explained > 0:
        rest = "" if without is None else f"; {percent(max(without, 0))} by the baseline without media"
        said.append(f"{percent(explained)} of the ups and downs of sales (R² of their logarithm) are explained{rest}.")
    elif explained is not None:
        said.append("The model explains none of the ups and downs of sales.")
    return said


def adds_up_in_words(summary: ContributionSummary, amount: str, baseline: str, media: str, periods: str) -> str:
    """Baseline and channels as parts of the fitted total; all three are means, already in words."""
    parts = (
        f"In {periods} the fitted line adds up to {amount}: {baseline} from the baseline and {media} from the "
        f"{'channel' if len(summary.channels) == 1 else 'channels'}"
    )
    return f"{parts} (means, which add up)."


class OnCurve(NamedTuple):
    """What a channel's curve says at today's spend: of each unit on average, and of the next one."""

    average: Estimate | None
    following: Estimate


def on_curve(curve: ResponseCurve, today: float, estimate_of: Callable[[Array], Estimate]) -> OnCurve:
    """Figures of a response curve at ``today`` (money a period), with intervals; ``estimate_of`` sums draws up."""
    brought, following = curve.at(today)
    return OnCurve(estimate_of(brought / today) if today > 0 else None, estimate_of(following))


def slack_in_words(rows: Sequence[tuple[str, OnCurve]], *, others: bool = False) -> str:
    """Where the next unit brings most, and who may bring more; empty for one channel.

    ``others``: there are channels beside these, which cannot be told from no effect.
    """
    if len(rows) < 2:
        return ""
    ordered = sorted(rows, key=lambda row: -row[1].following.shown)
    first, last = ordered[0], ordered[-1]
    rivals = [name for name, found in ordered[1:] if found.following.high >= first[1].following.low]
    brings = "is estimated to bring most in" if rivals else "brings most in"
    of = " of those that can be told" if others else ""
    said = f"At today's spend the next unit of money {brings} {_next_of(first)}, and least{of} in {_next_of(last)}."
    return f"{said} {listed_first(rivals, MOST_NAMED)} may bring more: intervals overlap." if rivals else said


def _next_of(row: tuple[str, OnCurve]) -> str:
    name, found = row
    return f"{name}, {ratio(found.following.shown)} ({ratio_span(found.following)})"


def adding_up(values: Sequence[float], digits: int) -> list[float]:
    """Values rounded so that they add up to their rounded sum: by largest remainder, so that none passes another."""
    scaled = np.asarray(values, float) * 10**digits
    whole = np.floor(scaled)
    missing = round(float(scaled.sum())) - int(whole.sum())
    nearest = np.argsort(-(scaled - whole), kind="stable")[: max(missing, 0)]
    whole[nearest] += 1
    return [float(each) for each in np.round(whole / 10**digits, digits)]


def digits_for(total: float) -> int:
    """Decimals of amounts that add up to ``total``: none where it is large, so that columns stay readable."""
    size = abs(total)
    return 0 if size >= 1000 else 2 if size >= 1 else 4


def amount(value: float, digits: int) -> str:
    """An amount with all its digits: 1,812,345."""
    shown = f"{value:,.{digits}f}"
    return (shown if float(shown.replace(",", "")) else f"{0:.{digits}f}").replace("-", "−")
