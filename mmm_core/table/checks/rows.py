"""The checks of what rows hold: dates, sales, blanks and signs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.spec import FixName
from mmm_core.table.amounts import below_zero
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.events.told import CONTROL
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable, nonpositive_periods

WORDS = frozenset({"words_for_numbers", CONTROL})
"""Codes of controls in which blank cells stand for 0 once their words are read."""

type Mask = NDArray[np.bool_]


def check_dates(findings: Findings, subject: Subject) -> None:
    """Whether every row has a place in time."""
    if not subject.is_merged("period_start"):
        _dates(findings, subject.table)


def has_dates(table: TypedTable) -> bool:
    """Whether there are dates to go by."""
    return not table.date_order_ambiguous and bool(table.frame["period_start"].notna().any())


def check(findings: Findings, subject: Subject) -> None:
    """Sales, blanks, signs."""
    table = subject.table
    _sales(findings, subject)
    _blanks(findings, subject)
    _signs(findings, table)
    _spend_against_activity(findings, table, subject.roles)


def _dates(findings: Findings, table: TypedTable) -> None:
    column = findings.source("period_start")
    dates, bad = table.frame["period_start"], table.bad["period_start"]
    if table.date_order_ambiguous:
        return  # told with the cells
    blank = dates.isna().to_numpy() & ~bad
    if blank.any():
        findings.add(
            "blank_date",
            "error",
            f"Column '{column}': {counted(blank.sum(), 'blank cell')} ({findings.place(blank)}).",
            column="period_start",
            rows=blank,
            meaning="These rows have no place in time.",
            remedy="Fill in the dates, or drop these rows: first or last in a table they are often totals or remarks.",
            fix="drop_rows_without_date",
        )


def _sales(findings: Findings, subject: Subject) -> None:
    table, asked = subject.table, subject.asked
    frame, column = table.frame, findings.source("sales")
    blank = frame["sales"].isna().to_numpy() & ~table.bad["sales"] & ~table.left_out
    last = frame["period_start"].where(frame["sales"].notna()).max()
    trailing = blank & (frame["period_start"] > last).to_numpy()
    future = trailing & (frame["period_start"] > pd.Timestamp(subject.today)).to_numpy()
    inside = blank & ~trailing
    if blank.all():
        findings.add(
            "no_sales",
            "error",
            f"Column '{column}' is empty.",
            column="sales",
            meaning="There is nothing to explain.",
            remedy="Fill in the column.",
        )
        return
    if trailing.any():
        findings.add(
            "future_rows" if future.any() else "trailing_blank_sales",
            "error",
            f"Column '{column}': {counted(trailing.sum(), 'blank cell')} at the end ({findings.place(trailing)})"
            + (", in the future." if future.any() else "."),
            column="sales",
            rows=trailing,
            meaning="Periods without sales cannot be estimated.",
            remedy="Drop these periods.",
            fix="drop_trailing_blank_sales",
        )
    if inside.any():
        findings.add(
            "blank_sales",
            "error",
            f"Column '{column}': {counted(inside.sum(), 'blank cell')} ({findings.place(inside)}).",
            column="sales",
            rows=inside,
            meaning="Blank is not zero: these periods cannot be estimated, but their advertising still carries over.",
            remedy="Fill in the cells, or let these periods feed carry-over only.",
            fix="blank_sales_outside_likelihood",
        )
    offset = asked.target_offset if asked else 0.0
    # The model explains the sum over entities: one of them may sell nothing.
    low = nonpositive_periods(frame, offset)
    if low.any():
        inner = low & ~_at_the_ends(frame, low)
        findings.add(
            "nonpositive_sales",
            "error",
            f"Column '{column}': {counted(low.sum(), 'value')} at or below {0 - offset:g} ({findings.place(low)}).",
            column="sales",
            rows=low,
            meaning="The model explains the logarithm of sales, which zero does not have; a tiny stand-in would become "
            "the largest outlier of the table.",
            remedy="Correct or drop these rows" + (", or set target_offset in the unit of sales." if asked else "."),
            fix=None if inner.any() else "drop_nonpositive_sales_rows",
        )


def _at_the_ends(frame: pd.DataFrame, rows: Mask) -> Mask:
    """Rows of a mask that can be dropped without leaving a hole: a run at either end of the table."""
    dates = frame["period_start"]
    kept = dates[~rows]
    return np.asarray(rows & ((dates < kept.min()) | (dates > kept.max())).to_numpy())


def _some_follow_a_value(frame: pd.DataFrame, column: str, blank: Mask) -> bool:
    """Whether a blank control can be filled from what stands before it."""
    in_time = frame["period_start"].argsort(kind="stable")
    known = frame[column].iloc[in_time].groupby(frame["entity_id"]).ffill().reindex(frame.index).notna().to_numpy()
    return bool((blank & known).any())


def _blanks(findings: Findings, subject: Subject) -> None:
    table = subject.table
    fixes: dict[str, tuple[FixName, str, str]] = {
        "act_": ("blank_activity_is_zero", "A blank may mean nothing was bought, or that it is not known.", "zero"),
        "spend_": ("blank_spend_is_zero", "A blank may mean nothing was spent, or that it is not known.", "zero"),
        "ctrl_": (
            "carry_controls_forward",
            "A control must be known in every period.",
            "the value before or one between its neighbours",
        ),
    }
    # Where a word stands for 1, blank stands for 0: that is one question.
    asked_of = {issue.column for issue in subject.file.cell_issues if issue.code in WORDS}
    for column, source in table.numbers().items():
        for prefix, (fix, meaning, value) in fixes.items():
            if not column.startswith(prefix) or source in asked_of:
                continue
            blank = table.frame[column].isna().to_numpy() & ~table.bad[column]
            if blank.all():
                _empty(findings, column)
            elif blank.any():
                mended = prefix != "ctrl_" or _some_follow_a_value(table.frame, column, blank)
                way_out = f"let blank mean {value}" if mended else "leave the column out"
                findings.add(
                    f"blank_{prefix.rstrip('_')}",
                    "error",
                    f"Column '{findings.source(column)}': {counted(blank.sum(), 'blank cell')} "
                    f"({findings.place(blank)}).",
                    column=column,
                    rows=blank,
                    meaning=meaning,
                    remedy=f"Fill in the cells, or {way_out}.",
                    fix=fix if mended else None,
                )


def _empty(findings: Findings, column: str) -> None:
    findings.add(
        "empty_column",
        "error",
        f"Column '{findings.source(column)}' is empty.",
        column=column,
        meaning="Nothing can be told of it, and a column of zeros would say that nothing was ever bought.",
        remedy="Fill in the column, or leave it out.",
    )


def _signs(findings: Findings, table: TypedTable) -> None:
    for column in table.numbers():
        if not column.startswith(("act_", "spend_")):
            continue
        negative = (table.frame[column] < 0).to_numpy()
        if negative.any():
            what = "Spend" if column.startswith("spend_") else "Activity"
            booked = bool(below_zero(table.frame, [column]))
            findings.add(
                "negative_value",
                "error",
                f"Column '{findings.source(column)}': {int(negative.sum())} negative values "
                f"({findings.place(negative)}). {what} must be ≥ 0.",
                column=column,
                rows=negative,
                meaning="Negative advertising would carry over as a negative effect.",
                remedy="Correct the file (credits belong to the week of the purchase), or map the column as a control."
                if not booked
                else "If costs are booked below zero, change the sign of all of them.",
                fix="costs_above_zero" if booked else None,
            )


def _spend_against_activity(findings: Findings, table: TypedTable, roles: Roles) -> None:
    for channel in roles.spend:
        if channel not in roles.activity or roles.activity[channel] == roles.spend[channel]:
            continue
        activity, spend = table.frame[f"act_{channel}"], table.frame[f"spend_{channel}"]
        for code, rows, message in (
            ("spend_without_activity", (spend > 0) & (activity == 0), "spend but no activity"),
            ("activity_without_spend", (activity > 0) & (spend == 0), "activity but no spend"),
        ):
            mask = rows.to_numpy()
            if mask.any():
                findings.add(
                    code,
                    "warning",
                    f"Channel '{channel}': {counted(mask.sum(), 'period')} with {message} ({findings.place(mask)}).",
                    column=f"spend_{channel}",
                    rows=mask,
                    meaning="The return on spend sets these two columns against each other.",
                    remedy="Check that both are booked in the same period.",
                )
