"""How a file becomes a table of known columns: format, roles, repairs."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from mmm_core.schema import Real, Strict

FixName = Literal[
    # How the file is read.
    "stack_sheets",
    "turn_table",
    "fill_down_merged_cells",
    "leave_out_total_rows",
    "doubtful_marks_are_thousands",
    "doubtful_marks_are_decimal",
    "words_are_zero_and_one",
    "named_events_are_one",
    "one_control_for_each_event",
    "headers_say_thousands",
    "numbers_are_in_full",
    # What one currency or unit is to another.
    "keep_one_currency",
    "convert_currencies",
    "amounts_are_in_one_currency",
    # How dates are read.
    "join_year_and_week",
    "join_year_and_month",
    "join_year_month_and_day",
    "dates_day_first",
    "dates_month_first",
    "dates_year_first",
    "swap_day_and_month",
    "dates_are_local_midnights",
    "dates_are_period_ends",
    "dates_are_period_starts",
    # Which rows there are, and whose.
    "drop_rows_without_date",
    "merge_entity_names",
    "blank_activity_is_zero",
    "blank_spend_is_zero",
    "drop_exact_duplicates",
    "keep_last_of_repeated_rows",
    "keep_first_of_repeated_rows",
    "pivot_long_table",
    "pivot_adding_up_sales",
    "sales_once_per_period",
    "add_up_repeated_rows",
    "leave_out_total_entities",
    "leave_out_repeated_entities",
    "each_entity_has_its_own_sales",
    "sales_once_for_all_entities",
    # What amounts stand for.
    "costs_above_zero",
    "take_year_so_far_apart",
    "spread_month_totals",
    "amounts_are_of_their_period",
    # What blank cells mean.
    "carry_controls_forward",
    "interpolate_controls",
    "blank_sales_outside_likelihood",
    # Days that are missing, and sums.
    "missing_days_sold_nothing",
    "leave_out_incomplete_weeks",
    "sum_days_to_weeks",
    # What the sums are like.
    "use_common_dates",
    "drop_nonpositive_sales_rows",
    "drop_trailing_blank_sales",
]
FIX_NAMES: tuple[FixName, ...] = get_args(FixName)
"""Repairs that a person may ask for, in the order of application; docs/data-format.md says what each does.

The order cannot hide an error: how a file is read comes before what rows there are, that before what they hold, and
nothing is summed before all of it. Entities are compared once each has one row per period. A blank that means zero is
one before rows are added up: their sum would be blank, and zero after it.
"""
MOST_RATES, LARGEST_RATE = 100, 1e9
CurrencyName = Annotated[str, Field(min_length=1, max_length=40)]
Rate = Annotated[Real, Field(gt=0, le=LARGEST_RATE)]
Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


ENCODINGS = frozenset(
    codecs.lookup(name).name
    for name in (
        "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be ascii latin-1 mac-roman mac-cyrillic "
        "mac-greek mac-turkish mac-latin2 cp437 cp850 cp852 cp855 cp857 cp858 cp862 cp864 cp866 cp869 cp874 cp932 "
        "cp949 cp950 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u koi8-t shift_jis "
        "shift_jisx0213 euc-jp iso-2022-jp euc-kr iso-2022-kr johab gb2312 gbk gb18030 hz big5 big5hkscs tis-620 "
        + " ".join(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17)))
    ).split()
)
"""Encodings that tables are written in. Python knows others, which are no text or answer in errors of their own."""


def _known_encoding(name: str) -> str:
    try:
        known = codecs.lookup(name).name in ENCODINGS
    except (LookupError, ValueError):
        known = False
    if not known:
        raise ValueError(f"'{name[:40]}' is no encoding that is read here, as are utf-8, cp1252 and latin-1")
    return name


class ReadingOptions(Strict):
    """What the reader may be told instead of finding out; ``None`` means: detect it."""

    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = Field(
        None, description="Text encoding, for example utf-8, cp1252, latin-1 or shift_jis."
    )
    separator: Literal[",", ";", "\t", "|"] | None = Field(None, description="Field separator of a text file.")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal mark of numbers written as text.")
    date_order: Literal["YMD", "DMY", "MDY"] | None = Field(
        None, description="Order of year, month and day in dates written with digits only."
    )
    sheet: str | None = Field(None, description="Sheet of an Excel file.")


class LongColumns(Strict):
    """Which columns of a long table say what, where it is pivoted; ``None`` means: guess it."""

    names: str | None = Field(None, description="Column whose cells name channels, or what was measured.")
    values: str | None = Field(None, description="Column of the numbers, where the names are those of measures.")
    period: str | None = Field(None, description="Column of dates.")
    entity: str | None = Field(None, description="Column of brands, regions or markets.")
    sales: str | None = Field(None, description="Column of sales.")
    spend: str | None = Field(None, description="Column of what was spent on the channel of each row.")
    activity: str | None = Field(None, description="Column of its impressions, clicks or GRPs.")


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
        (),
        description="Columns of the file that play no role, whatever their names say; `columns` goes before it. Of a "
        "table with a row for each channel, channels as well.",
    )
    fixes: tuple[FixName, ...] = Field((), description="Repairs to apply, in their canonical order.")
    rates: dict[CurrencyName, Rate] = Field(
        default_factory=dict,
        max_length=MOST_RATES,
        description=(
            "What one of a currency or unit is worth in that of the table (0 to 1e9, 0 excluded), by its code as the "
            'report names it: {"USD": 0.92, "GBP": 1.17} where the table is in euro. Sales, if they are money, and '
            "spend are multiplied by it, before anything is summed; a currency that is not named stays as it is."
        ),
    )
    keep_currency: CurrencyName | None = Field(
        None,
        description="Of a table whose rows are in several currencies or units, keep those in this one; null: all.",
    )
    pivot: LongColumns = Field(
        LongColumns(), description="Columns of a table with a row for each channel or measure, where it is pivoted."
    )
    week_start: Weekday | None = Field(
        None, description="First day of the week when days are summed to weeks; null: that of the earliest date."
    )
