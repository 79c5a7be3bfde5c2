"""What a person presses for each repair, and which repairs leave something out."""

from __future__ import annotations

from mmm_core.spec import FixName

FIXES: dict[FixName, str] = {
    "stack_sheets": "Put the sheets under each other",
    "turn_table": "Turn it: each date is a row",
    "fill_down_merged_cells": "Give each blank cell the value above it",
    "leave_out_total_rows": "Leave out the rows of totals",
    "doubtful_marks_are_thousands": "The mark separates thousands: 1.234 is 1234",
    "doubtful_marks_are_decimal": "It is a decimal mark: 1.234 is a little more than 1",
    "words_are_zero_and_one": "Read these words as 1 and 0",
    "named_events_are_one": "Count 1 where something stands",
    "one_control_for_each_event": "Make a control of each name",
    "headers_say_thousands": "Multiply by the unit in the header",
    "numbers_are_in_full": "The numbers are in full: multiply nothing",
    "keep_one_currency": "Keep the rows of one currency",
    "convert_currencies": "Convert with the rates that are given",
    "amounts_are_in_one_currency": "All amounts are in one already: convert nothing",
    "join_year_and_week": "Read year and week together",
    "join_year_and_month": "Read year and month together",
    "join_year_month_and_day": "Read year, month and day together",
    "dates_day_first": "The day comes first",
    "dates_month_first": "The month comes first",
    "dates_year_first": "The year comes first",
    "swap_day_and_month": "Swap day and month back",
    "dates_are_local_midnights": "Use the days that begin at these times",
    "dates_are_period_ends": "They are last days: move them to the first",
    "dates_are_period_starts": "They are first days: keep them",
    "merge_entity_names": "They are one: use the name that is written most often",
    "leave_out_total_entities": "Leave out the totals",
    "leave_out_repeated_entities": "Leave out the copies",
    "each_entity_has_its_own_sales": "Each has sales of its own: keep all",
    "sales_once_for_all_entities": "Count these sales once, and add up the spend",
    "sales_once_per_period": "Count sales once a period, and add up the spend",
    "keep_last_of_repeated_rows": "Keep the last of the rows",
    "keep_first_of_repeated_rows": "Keep the first of the rows",
    "pivot_long_table": "Pivot it: a column for each channel or measure",
    "pivot_adding_up_sales": "Pivot it: a column for each channel, and add up the sales",
    "add_up_repeated_rows": "Add the rows up, sales too",
    "missing_days_sold_nothing": "Nothing was sold or bought on the missing days",
    "leave_out_incomplete_weeks": "Do not estimate weeks with missing days",
    "costs_above_zero": "Change the sign of these costs",
    "take_year_so_far_apart": "Take what each period added",
    "spread_month_totals": "Spread each total over its periods",
    "amounts_are_of_their_period": "They are the amounts of each period",
    "blank_activity_is_zero": "Count blank activity as zero",
    "blank_spend_is_zero": "Count blank spend as zero",
    "carry_controls_forward": "Fill blank controls with the value before",
    "interpolate_controls": "Fill blank controls from the values on both sides",
    "drop_trailing_blank_sales": "Drop the last periods, which have no sales",
    "blank_sales_outside_likelihood": "Keep periods without sales for carry-over only",
    "sum_days_to_weeks": "Sum the days to weeks",
    "use_common_dates": "Keep only the dates that every entity has",
    "drop_exact_duplicates": "Drop the rows that repeat another",
    "drop_rows_without_date": "Drop the rows without a date",
    "drop_nonpositive_sales_rows": "Drop the rows with zero or negative sales",
}
"""What a person presses."""
NOT_SAID: dict[FixName, dict[str, object]] = {
    "keep_one_currency": {"keep_currency": None},
    "convert_currencies": {"rates": {}},
    "pivot_long_table": {"pivot": {}},
    "pivot_adding_up_sales": {"pivot": {}},
}
"""What else is taken back with a fix that is more than its name."""
LEAVES_OUT: frozenset[FixName] = frozenset(
    (
        "leave_out_total_rows",
        "keep_one_currency",
        "leave_out_total_entities",
        "leave_out_repeated_entities",
        "keep_last_of_repeated_rows",
        "keep_first_of_repeated_rows",
        "leave_out_incomplete_weeks",
        "drop_trailing_blank_sales",
        "blank_sales_outside_likelihood",
        "use_common_dates",
        "drop_exact_duplicates",
        "drop_rows_without_date",
        "drop_nonpositive_sales_rows",
    )
)
"""Repairs after which rows of the file are not in the estimate: they are told with what else was left out."""
