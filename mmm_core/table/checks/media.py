"""The checks of what media columns stand for: a month's total, the year so far, a channel that began or ended.

And of what would come out: sales for each unit of spend that no channel brings are a sign of two units.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from mmm_core.labels import first_of, listed
from mmm_core.table import amounts
from mmm_core.table.checks import currencies, layout
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.reading.units import is_counted, unit_in

LONGEST_PAUSE = 13
"""Periods without activity at either end from which on a channel is said to have begun, or ended."""


MOST_SALES_PER_SPEND, LEAST_SALES_PER_SPEND = 100.0, 0.01
"""Sales for each unit of a channel's spend, in the periods in which it was spent, beyond which units are in doubt."""
OTHER_SIZE = 1000.0
"""So many times larger or smaller than that of the other channels spend is of another order."""
AMOUNTS_ASKED = frozenset(
    (
        *("unit_in_header", "ambiguous_numbers", "mixed_currencies", currencies.SEVERAL),
        *(layout.TOTALS, "month_totals", "year_so_far"),
    )
)
MOST_NAMED = 5
FEWEST_PARTS, FEWEST_PERIODS = 2, 8
"""Channels, and periods, from which on a sum of channels is no accident."""
ROUNDING = 0.005
"""Relative difference that rounding of parts may leave in a sum."""
ALWAYS = 0.99
"""Correlation of spend and activity from which on the two seem to be one and the same."""


def check(findings: Findings, subject: Subject) -> None:
    """Run every check of this module."""
    frame, roles = subject.table.frame, subject.roles
    media = [f"act_{name}" for name in roles.activity] + [
        f"spend_{name}" for name in roles.spend if roles.activity.get(name) != roles.spend[name]
    ]
    settled = set(subject.settings.fixes)
    # What was spread is still the same on all periods of a month: it is not asked about again.
    if subject.grain and not settled & {"amounts_are_of_their_period", "spread_month_totals"}:
        _month_totals(findings, amounts.month_totals(frame, media))
    if not settled & {"amounts_are_of_their_period", "take_year_so_far_apart"}:
        _year_so_far(findings, amounts.year_so_far(frame, ["sales", *media]))
    known = subject.brand.fillna(0.0)
    _total(findings, subject, known)
    if subject.grain in ("WEEK", "MONTH"):
        _began_or_ended(findings, subject, known)
    _implausible(findings, subject, known)


def _month_totals(findings: Findings, spans: dict[str, str]) -> None:
    for column, span in spans.items():
        findings.add(
            "month_totals",
            "error",
            f"Column '{findings.source(column)}' is the same on all periods of a {span} and changes with the {span}.",
            column=column,
            meaning=f"If it is the {span}'s total, written on each of its periods, spend is counted once for each of "
            "them, and its return looks as many times smaller than it is.",
            remedy=f"Spread each {span}'s total over its periods, or say that this much was bought in each of them.",
            fix="spread_month_totals",
            other_fixes=("amounts_are_of_their_period",),
        )


def _year_so_far(findings: Findings, columns: dict[str, bool]) -> None:
    for column, falls in columns.items():
        seen = "only grows within each year, and falls when the next begins" if falls else "never falls"
        held = "the year so far" if falls else "the sum since the beginning"
        findings.add(
            "year_so_far",
            "error",
            f"Column '{findings.source(column)}' {seen}.",
            column=column,
            meaning=f"If it is {held}, each period holds all periods before it.",
            remedy="Take what each period added, or say that these are the amounts of the periods.",
            fix="take_year_so_far_apart",
            other_fixes=("amounts_are_of_their_period",),
        )


def _total(findings: Findings, subject: Subject, known: pd.DataFrame) -> None:
    """A channel whose spend is that of others together, which would be counted twice."""
    spend = {name: known[f"spend_{name}"] for name in subject.roles.spend if known[f"spend_{name}"].any()}
    largest = max(spend, key=lambda name: spend[name].sum(), default=None)
    others = [name for name in spend if name != largest]
    if largest is None or len(others) < FEWEST_PARTS or len(known) < FEWEST_PERIODS:
        return
    money, parts = spend[largest].to_numpy(), np.column_stack([spend[name] for name in others])
    weights = np.round(np.asarray(np.linalg.lstsq(parts, money, rcond=None)[0], dtype=float))
    mine = [name for name, weight in zip(others, weights.tolist(), strict=True) if weight == 1]
    far = np.abs(parts @ weights - money) > ROUNDING * money
    if len(mine) < FEWEST_PARTS or not np.isin(weights, (0, 1)).all() or far.mean() > 1 - ALWAYS:
        return
    column = subject.roles.spend[largest]
    findings.add(
        "total_channel",
        "error",
        f"Column '{column}' is the sum of the spend of {first_of([f"'{name}'" for name in mine], MOST_NAMED)}.",
        column=f"spend_{largest}",
        meaning="A total beside its parts counts their money twice, and takes its share of their effects.",
        remedy=f"Leave '{column}' out (dataset.left_out), or leave its parts out.",
    )


def _began_or_ended(findings: Findings, subject: Subject, known: pd.DataFrame) -> None:
    for name in subject.roles.activity:
        activity = known[f"act_{name}"].to_numpy(float)
        bought = np.flatnonzero(activity)
        if not len(bought):
            continue
        first, last = bought[0], bought[-1]
        told = []
        if first >= LONGEST_PAUSE:
            told.append(f"begins on {known.index[first].date()}")
        if len(activity) - 1 - last >= LONGEST_PAUSE:
            told.append(f"ends on {known.index[last].date()}")
        if told:
            findings.add(
                "channel_began_or_ended",
                "info",
                f"Channel '{name}' {listed(told)}, inside the table.",
                column=f"act_{name}",
                meaning="Nothing is assumed to have been bought before it began; its share is of the whole time, "
                "its return of the money that was spent.",
                remedy="Nothing, if that is so; if it was bought before under another name, put the columns together.",
            )


def _implausible(findings: Findings, subject: Subject, known: pd.DataFrame) -> None:
    """Returns that would be too large or too small to be true, before anybody sees them, with the likeliest cause."""
    if any(issue.code in AMOUNTS_ASKED for issue in (*subject.file.cell_issues, *findings.issues)):
        return  # what the amounts are is asked already
    spent = {name: known[f"spend_{name}"] for name in subject.roles.spend if known[f"spend_{name}"].sum() > 0}
    target = subject.roles.target or "sales"
    if known["sales"].sum() > 0 and not is_counted(target):
        ratios = {name: known["sales"][money > 0].sum() / money.sum() for name, money in spent.items()}
        _far_from_sales(findings, subject, {n: ratio for n, ratio in ratios.items() if ratio > MOST_SALES_PER_SPEND})
        tiny = {name: ratio for name, ratio in ratios.items() if ratio < LEAST_SALES_PER_SPEND}
        _far_from_sales(findings, subject, tiny)
        total, sales = sum(money.sum() for money in spent.values()), known["sales"].sum()
        if not tiny and total > sales:
            _more_than_sales(findings, total / sales, max(spent, key=lambda name: spent[name].sum()), subject)
    _of_another_size(findings, subject, {name: float(money[money > 0].mean()) for name, money in spent.items()})


def _far_from_sales(findings: Findings, subject: Subject, ratios: dict[str, float]) -> None:
    """Channels whose sales for each unit of spend are all too many, or all too few."""
    if not ratios:
        return
    told = [f"{_times(ratio)} that of '{name}'" for name, ratio in ratios.items()]
    large = min(ratios.values()) > 1
    causes = (
        "spend in thousands beside sales in full, a channel that hardly spent, or spend in another currency"
        if large
        else "sales in thousands, or counted in units instead of money, impressions or clicks in the column of spend, "
        "or another currency"
    )
    # Multiplying makes spend larger, and is done once.
    may_multiply = large and "headers_say_thousands" not in subject.settings.fixes
    units = [subject.roles.spend[name] for name in ratios if _has_unit(subject.roles.spend[name])]
    unit = units[0] if units and may_multiply else None
    findings.add(
        "implausible_returns",
        "warning",
        f"Sales are far {'above' if large else 'below'} spend in the periods in which a channel spent: "
        f"{first_of(told, MOST_NAMED)}.",
        column=f"spend_{next(iter(ratios))}",
        meaning=(
            "A return of nearly that size would look possible. " if large else "Returns would be next to nothing. "
        )
        + f"Likely causes: {_seen(subject, ratios)}{causes}.",
        remedy="See that sales and spend are money in the same unit and currency, and correct the column that is not"
        + (f"; the header '{unit}' names a unit, by which it can be multiplied." if unit else "."),
        fix="headers_say_thousands" if unit else None,
    )


def _more_than_sales(findings: Findings, times: float, largest: str, subject: Subject) -> None:
    findings.add(
        "spend_above_sales",
        "warning",
        f"All channels together spent {_times(times)} what was sold; the most '{largest}'.",
        column=f"spend_{largest}",
        meaning="Returns will be below 1 for most channels, which few businesses can live with. Likely causes: "
        f"{_seen(subject, [largest])}sales that are counted in units instead of money, sales of a part of the business "
        "only, sales in thousands, impressions or clicks in a column of spend, or spend in another currency.",
        remedy="See that sales and spend are money in the same unit and of the same business.",
    )


def _of_another_size(findings: Findings, subject: Subject, usual: dict[str, float]) -> None:
    """Channels whose usual spend is a thousand times that of the others, or a thousandth."""
    odd = {name: mine / np.median(rest) for name, mine in usual.items() if (rest := _others(usual, name))}
    odd = {name: times for name, times in odd.items() if times >= OTHER_SIZE or times <= 1 / OTHER_SIZE}
    if len(usual) == 2:  # each is the other's measure
        odd = {name: times for name, times in odd.items() if times > 1}
    if not odd:
        return
    told = [f"'{name}' {_times(times)} as large" for name, times in odd.items()]
    findings.add(
        "spend_of_another_size",
        "warning",
        f"Spend is of another order than that of the other channels: {first_of(told, MOST_NAMED)}.",
        column=f"spend_{next(iter(odd))}",
        meaning="Returns of channels whose spend is in different units cannot be compared, and no budget can be split "
        f"between them. Likely causes: {_seen(subject, odd)}thousands in one column, impressions or clicks instead of "
        "money, or another currency.",
        remedy="See that the spend of all channels is money in the same unit, and correct the column that is not.",
    )


def _others(usual: dict[str, float], name: str) -> list[float]:
    return [spend for other, spend in usual.items() if other != name]


def _seen(subject: Subject, names: Iterable[str]) -> str:
    """What the numbers themselves say of the cause: spend that is nothing but its activity."""
    for name in names:
        activity, spend = subject.roles.activity.get(name), subject.roles.spend[name]
        if activity is None or activity == spend:
            continue
        both = subject.table.frame[[f"act_{name}", f"spend_{name}"]].dropna().to_numpy(float)
        if len(both) and (both[:, 0] == both[:, 1]).mean() >= ALWAYS and both.any():
            return f"'{spend}' has the numbers of '{activity}', which is no money; "
    return ""


def _has_unit(source: str) -> bool:
    return unit_in(source) is not None


def _times(ratio: float) -> str:
    """A ratio in words: 2,350 times, 1.4 times, 0.0031 times."""
    return f"{ratio:,.0f} times" if 10 <= ratio < 1e6 else f"{ratio:.2g} times"
