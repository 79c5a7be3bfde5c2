"""The checks of what media columns stand for: a month's total, the year so far, a channel that began or ended."""

from __future__ import annotations

import numpy as np

from mmm_core.labels import listed
from mmm_core.table import amounts
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.typed import by_period

LONGEST_PAUSE = 13
"""Periods without activity at either end from which on a channel is said to have begun, or ended."""


def check(findings: Findings, subject: Subject) -> None:
    """Run every check of this module."""
    frame, roles = subject.table.frame, subject.roles
    media = [f"act_{name}" for name in roles.activity] + [
        f"spend_{name}" for name in roles.spend if roles.activity.get(name) != roles.spend[name]
    ]
    settled = set(subject.settings.fixes)
    # What was spread is still the same on all periods of a month: it is not asked about again.
    if subject.grain in ("DAY", "WEEK") and not settled & {"amounts_are_of_their_period", "spread_month_totals"}:
        _month_totals(findings, amounts.month_totals(frame, media))
    if not settled & {"amounts_are_of_their_period", "take_year_so_far_apart"}:
        _year_so_far(findings, amounts.year_so_far(frame, ["sales", *media]))
    if subject.grain in ("WEEK", "MONTH"):
        _began_or_ended(findings, subject)


def _month_totals(findings: Findings, columns: list[str]) -> None:
    for column in columns:
        findings.add(
            "month_totals",
            "error",
            f"Column '{findings.source(column)}' is the same on all periods of a month and changes with the month.",
            column=column,
            meaning="If it is the month's total, written on each of its periods, spend is counted four times and more, "
            "and its return looks a quarter of what it is.",
            remedy="Spread each month's total over its periods, or say that this much was bought in each of them.",
            fix="spread_month_totals",
            other_fixes=("amounts_are_of_their_period",),
        )


def _year_so_far(findings: Findings, columns: list[str]) -> None:
    for column in columns:
        findings.add(
            "year_so_far",
            "error",
            f"Column '{findings.source(column)}' only grows within each year, and falls when the next begins.",
            column=column,
            meaning="If it is the year so far, each period holds all periods before it.",
            remedy="Take what each period added, or say that these are the amounts of the periods.",
            fix="take_year_so_far_apart",
            other_fixes=("amounts_are_of_their_period",),
        )


def _began_or_ended(findings: Findings, subject: Subject) -> None:
    known = by_period(subject.table)
    for name in subject.roles.activity:
        activity = known[f"act_{name}"].fillna(0.0).to_numpy(float)
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
