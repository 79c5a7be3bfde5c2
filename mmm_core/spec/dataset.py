"""How a file becomes a table of known columns: format, roles, repairs."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from mmm_core.schema import Strict

FixName = Literal[
    "blank_activity_is_zero",
    "blank_spend_is_zero",
    "carry_controls_forward",
    "interpolate_controls",
    "drop_trailing_blank_sales",
    "blank_sales_outside_likelihood",
    "sum_days_to_weeks",
    "use_common_dates",
    "drop_exact_duplicates",
    "drop_rows_without_date",
    "drop_nonpositive_sales_rows",
]
FIX_NAMES: tuple[FixName, ...] = get_args(FixName)
"""Repairs that a person may ask for, in the order of application; docs/data-format.md says what each does."""
Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


class ReadingOptions(Strict):
    """What the reader may be told instead of finding out; ``None`` means: detect it."""

    encoding: str | None = Field(None, description="Text encoding, for example utf-8 or latin-1.")
    separator: Literal[",", ";", "\t", "|"] | None = Field(None, description="Field separator of a text file.")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal mark of numbers written as text.")
    date_order: Literal["YMD", "DMY", "MDY"] | None = Field(
        None, description="Order of year, month and day in dates written with digits only."
    )
    sheet: str | None = Field(None, description="Sheet of an Excel file.")


class DatasetSettings(Strict):
    """How a file becomes a table of known columns."""

    reading: ReadingOptions = Field(ReadingOptions(), description="Overrides of the detected format.")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Column roles for tables whose columns are named otherwise: role name to column of the file, "
            'for example {"period_start": "DATE", "sales": "revenue", "act_tv": "tv_S", "spend_tv": "tv_S"}. '
            "Empty: roles by name and prefix. One column of the file may play two roles."
        ),
    )
    left_out: tuple[str, ...] = Field(
        (), description="Columns of the file that play no role, whatever their names say; `columns` goes before it."
    )
    fixes: tuple[FixName, ...] = Field((), description="Repairs to apply, in their canonical order.")
    week_start: Weekday | None = Field(
        None, description="First day of the week when days are summed to weeks; null: that of the earliest date."
    )
