"""The repairs by name, in their order, each with a record of what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.spec import FIX_NAMES, FixName, Weekday
from mmm_core.table.fixes import amounts, blanks, days, entities, rows
from mmm_core.table.fixes.repair import Repaired, refused
from mmm_core.table.long import channels
from mmm_core.table.typed import TypedTable


class AppliedFix(Strict):
    """The record of one repair."""

    fix: FixName
    rows: int = Field(description="Rows changed, added or dropped; 0: it was not applied, and the sentence says why.")
    sentence: str


def apply_fixes(
    table: TypedTable, fixes: Iterable[FixName], *, week_start: Weekday | None = None
) -> tuple[TypedTable, tuple[AppliedFix, ...]]:
    """Apply the repairs that were asked for, in the order of :data:`~mmm_core.spec.FIX_NAMES`.

    Those that say how a file or its dates are read were applied when it was (:mod:`mmm_core.table.fixes.ways`,
    :data:`~mmm_core.table.fixes.dates.READ_FIXES`).
    """
    wanted = set(fixes) & {*_FIXES, *_OF_DAYS}
    records = []
    for fix in FIX_NAMES:
        if fix in wanted:
            hidden = amounts.doubt(table, wanted) if fix == "sum_days_to_weeks" else None
            repaired = refused(table, f"Nothing was summed: {hidden}.") if hidden else _repaired(fix, table, week_start)
            if len(table.frame) and not len(repaired.table.frame):
                repaired = refused(table, "No row would be left: nothing was changed.")
            table = repaired.table
            records.append(AppliedFix(fix=fix, rows=repaired.rows, sentence=repaired.sentence))
    return table, tuple(records)


def _repaired(fix: FixName, table: TypedTable, week_start: Weekday | None) -> Repaired:
    return _OF_DAYS[fix](table, week_start) if fix in _OF_DAYS else _FIXES[fix](table)


_FIXES: dict[FixName, Callable[[TypedTable], Repaired]] = {
    "drop_rows_without_date": rows.without_undated,
    "merge_entity_names": entities.with_one_name_each,
    "blank_activity_is_zero": blanks.activity_is_zero,
    "blank_spend_is_zero": blanks.spend_is_zero,
    "drop_exact_duplicates": rows.without_exact_duplicates,
    "keep_last_of_repeated_rows": rows.with_last_only,
    "keep_first_of_repeated_rows": rows.with_first_only,
    "pivot_long_table": channels.with_sales_once,
    "pivot_adding_up_sales": channels.with_sales_added_up,
    "sales_once_per_period": rows.with_sales_once,
    "add_up_repeated_rows": rows.added_up,
    "leave_out_total_entities": entities.without_totals,
    "leave_out_repeated_entities": entities.without_copies,
    "each_entity_has_its_own_sales": entities.as_they_are,
    "sales_once_for_all_entities": entities.with_sales_once,
    "costs_above_zero": amounts.costs_above_zero,
    "take_year_so_far_apart": amounts.year_so_far_taken_apart,
    "spread_month_totals": amounts.month_totals_spread,
    "amounts_are_of_their_period": amounts.as_they_are,
    "carry_controls_forward": blanks.controls_carried,
    "interpolate_controls": blanks.controls_interpolated,
    "drop_trailing_blank_sales": blanks.without_trailing_sales,
    "blank_sales_outside_likelihood": blanks.sales_left_blank,
    "use_common_dates": rows.on_common_dates,
    "drop_nonpositive_sales_rows": rows.without_nonpositive_sales,
}
_OF_DAYS: dict[FixName, Callable[[TypedTable, Weekday | None], Repaired]] = {
    "missing_days_sold_nothing": days.with_quiet_days,
    "leave_out_incomplete_weeks": days.with_unknown_days,
    "sum_days_to_weeks": days.summed_to_weeks,
}
"""Repairs that go by weeks, which begin on a day that may be asked for."""
