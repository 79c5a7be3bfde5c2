"""Amounts become those of their period."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import pandas as pd

from mmm_core.labels import listed
from mmm_core.spec import FixName
from mmm_core.table import amounts
from mmm_core.table.fixes.repair import Repaired, refused
from mmm_core.table.typed import TypedTable


def month_totals_spread(table: TypedTable) -> Repaired:
    """A total of a month, quarter or week that stands on each of its periods is spread over them in equal parts."""
    found = amounts.month_totals(table.frame, media_columns(table))
    told = " and ".join(f"{span} totals" for span in dict.fromkeys(found.values()))
    return _changed(table, list(found), amounts.spread_over_weeks, f"{told} were spread over their periods")


def year_so_far_taken_apart(table: TypedTable) -> Repaired:
    """The year so far becomes what each period added to it."""
    found = amounts.year_so_far(table.frame, ["sales", *media_columns(table)])
    return _changed(table, list(found), amounts.of_the_period, "the sum so far became what each period added to it")


def costs_above_zero(table: TypedTable) -> Repaired:
    """Costs that are booked below zero change their sign."""
    found = amounts.below_zero(table.frame, media_columns(table))
    return _changed(table, found, lambda frame, column: -frame[column], "amounts below zero changed their sign")


def doubt(table: TypedTable, answered: Collection[FixName]) -> str | None:
    """What a sum over periods would hide, in words; None: nothing. Each is an issue of the report."""
    media = media_columns(table)
    found: list[str] = []
    if "amounts_are_of_their_period" in answered:
        return None
    if "spread_month_totals" not in answered:  # what was spread still looks like it
        found += amounts.month_totals(table.frame, media)
    if "take_year_so_far_apart" not in answered:
        found += amounts.year_so_far(table.frame, ["sales", *media])
    named = [f"'{name}'" for name in dict.fromkeys(table.sources[column] for column in found)]
    return f"{listed(named)} may hold totals of more than a day" if named else None


def as_they_are(table: TypedTable) -> Repaired:
    """Amounts stay as they are: a person has looked at them."""
    return Repaired(table, len(table.frame), "Amounts that look like a month's total or the year so far were kept.")


def media_columns(table: TypedTable) -> list[str]:
    """Activity and spend."""
    return [str(name) for name in table.frame.columns if str(name).startswith(("act_", "spend_"))]


def _changed(
    table: TypedTable, columns: list[str], change: Callable[[pd.DataFrame, str], pd.Series], what: str
) -> Repaired:
    if not columns:
        return refused(table, "No column looks like that: nothing was changed.")
    frame = table.frame.copy()
    for column in columns:
        frame[column] = change(table.frame, column)
    named = listed([f"'{name}'" for name in dict.fromkeys(table.sources[column] for column in columns)])
    return Repaired(replace(table, frame=frame), len(frame), f"{named}: {what}.")
