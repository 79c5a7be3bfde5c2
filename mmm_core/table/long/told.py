"""What is said of a long table, and what can be done about it: a person decides whether it is pivoted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of
from mmm_core.spec import FixName
from mmm_core.table.checks.issues import Findings
from mmm_core.table.long.channels import Plan, copies_in, notes_of, plan_of
from mmm_core.table.long.found import LongTable
from mmm_core.table.long.measures import Measures, described
from mmm_core.table.repeats import KEYS, MOST_REVISED, has_sales_once, repeated_keys
from mmm_core.table.typed import TypedTable

CODE, REPEATED_SALES = "long_layout", "repeated_sales"
MOST_NAMED = 6
CHOOSE = "If other columns are meant, say which (dataset.pivot; --pivot names=COLUMN)."
ONE_COLUMN_EACH = "A mix model needs a column for each channel: added up, all rows of a period are one channel."


def tell_channels(findings: Findings, table: TypedTable, long: LongTable, *, is_table: bool = True) -> bool:
    """Say that rows of a period are channels; False: they are not, or something else has to be mended first.

    ``is_table``: the columns have their roles already, so that rows can be added up instead.
    """
    if copies := copies_in(table):
        if plan_of(table.rows(~table.exact_duplicate)) is not None:
            _tell_copies(findings, table, copies)
            return True
        return False
    plan = plan_of(table)
    if plan is None:
        return False
    names = first_of(list(plan.channels), MOST_NAMED)
    is_once = plan.sales == "once" and is_table
    others = _others(table) if is_table and plan.sales is not None else ()
    remedy = _without_sales(plan) if plan.sales is None else _remedy(plan, long, is_table=is_table)
    findings.add(
        REPEATED_SALES if is_once else CODE,
        "error",
        f"The table has a row for each channel: column '{long.names}' names {counted(len(plan.channels), 'channel')} "
        f"({names}), and a period has a row for each of them.",
        column=long.names,
        rows=repeated_keys(table.frame) if findings.table is not None else None,
        meaning=ONE_COLUMN_EACH,
        remedy=f"{remedy} {' '.join(notes_of(plan, past=False))}".strip() + f" {CHOOSE}",
        fix=_pivot(plan),
        other_fixes=others,
    )
    return True


def tell_measures(findings: Findings, found: Measures) -> None:
    """Say that each row holds one measure."""
    fix: FixName | None = None
    others: tuple[FixName, ...] = ()
    if found.is_ready:
        remedy = "Pivot it: a row for each period and a column for each measure. " + CHOOSE
        fix = "pivot_long_table"
    elif not found.table.period:
        remedy = f"Pivot it: name the column of dates, and the table can be pivoted here. {CHOOSE}"
    elif bool((found.repeated == found.copies).all()):
        fix = "drop_exact_duplicates"
        remedy = (
            f"Pivot it, once the {counted(found.copies.sum(), 'row')} that repeat another in every cell are dropped. "
            f"{CHOOSE}"
        )
    else:
        fix, others = "keep_last_of_repeated_rows", ("keep_first_of_repeated_rows",)
        remedy = (
            f"Pivot it, once each has one row: {counted(found.repeated.sum(), 'row')} repeat a period and a measure. "
            f"Keep the last or the first of them, if they were revised. {CHOOSE}"
        )
    findings.add(
        CODE,
        "error",
        f"The table is in long layout: {described(found)}.",
        column=found.table.names,
        meaning="A row must hold one period, with a column for sales and for each channel.",
        remedy=remedy,
        fix=fix,
        other_fixes=others,
    )


def _tell_copies(findings: Findings, table: TypedTable, copies: int) -> None:
    findings.add(
        "duplicate_period",
        "error",
        f"{counted(copies, 'row')} {'repeats' if copies == 1 else 'repeat'} another in every cell "
        f"({findings.place(table.exact_duplicate)}).",
        column="period_start",
        rows=table.exact_duplicate,
        meaning="It is not known whether they are to be counted twice; rows of channels are added up after that.",
        remedy="Keep one of each.",
        fix="drop_exact_duplicates",
    )


def _pivot(plan: Plan) -> FixName | None:
    if plan.sales is None:
        return None
    return "pivot_long_table" if plan.sales == "once" else "pivot_adding_up_sales"


def _others(table: TypedTable) -> tuple[FixName, ...]:
    """What would do instead: one channel of all rows, and one of several rows of a channel."""
    assert table.labels is not None  # noqa: S101 - what has a plan has labels
    once: tuple[FixName, ...] = ("sales_once_per_period",) if has_sales_once(table.frame) else ()
    told_apart = table.frame[list(KEYS)].assign(label=table.labels)
    several: NDArray[np.bool_] = told_apart.duplicated(keep=False).to_numpy()
    is_revised = 0 < several.mean() <= MOST_REVISED
    revised: tuple[FixName, ...] = ("keep_last_of_repeated_rows", "keep_first_of_repeated_rows") if is_revised else ()
    return (*once, "add_up_repeated_rows", *revised)


def _remedy(plan: Plan, long: LongTable, *, is_table: bool) -> str:
    columns = _columns(long.spend, "spend"), _columns(long.activity, "activity")
    amounts = " and ".join(each for each in columns if each)
    how = "once a period, as all its rows say" if plan.sales == "once" else "added up, for the rows of a period differ"
    told = [f"Pivot it: each channel gets its {amounts}; sales are those of '{long.sales}', {how}."]
    if plan.sales == "added up":
        told.append(
            "Sales that a platform credits to itself are not what is to be explained: put those of the whole business "
            "in their place."
        )
    if is_table:
        told.append("If the rows are parts of one channel, add them up.")
    return " ".join(told)


def _without_sales(plan: Plan) -> str:
    return (
        "Pivot it once it has sales: put those of each period beside these rows, the same on every row of a period, "
        f"or say which column holds them. Then each of the {len(plan.channels)} channels gets its own columns."
    )


def _columns(names: tuple[str, ...], what: str) -> str:
    return f"{what} from {first_of([f"'{name}'" for name in names], MOST_NAMED)}" if names else ""
