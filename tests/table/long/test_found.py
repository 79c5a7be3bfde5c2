"""Which tables are long, and which of their columns say what; others are not."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.errors import SpecError
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table.long.found import LongTable
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import type_file
from tests.malformed import good_rows, table
from tests.table.long.tables import MADE, amounts, errors, prepared, written


def found_in(content: bytes, **chosen: object) -> LongTable | None:
    """How a file is long."""
    settings = DatasetSettings.model_validate(chosen)
    return type_file(read_table(content, "t.csv"), settings).long


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("plain", ("channel", "date", "sales", "spend", "impressions")),
        ("Meta's export", ("Campaign name", "Day", "Revenue", "Amount spent (EUR)", "Impressions")),
        ("Google's export", ("Campaign type", "Week", "Net sales", "Cost", "Impr.")),
        ("German", ("Kanal", "Datum", "Umsatz", "Kosten", "Impressionen")),
        ("markets", ("channel", "date", "region", "sales", "spend", "impressions")),
        ("one amount without a usual name", ("source", "date", "sales", "investment")),
        ("measures in rows", ("variable", "value", "date", "region")),
    ],
)
def test_columns_are_guessed_from_names_and_cells(name, columns):
    found = found_in(MADE[name]().content)
    assert found is not None
    assert found.columns == columns


def test_a_person_may_choose_other_columns():
    rows = amounts("search", "tv").assign(clicks=7, format=lambda rows: rows["channel"].map({"search": "a", "tv": "b"}))
    chosen = {"names": "format", "activity": "clicks"}
    found = found_in(written(rows), pivot=chosen)
    assert found is not None
    assert (found.names, found.activity) == ("format", ("clicks",))
    frame = prepared(written(rows), "pivot_long_table", pivot=chosen).canonical().frame
    assert frame["act_a"].tolist() == [7.0] * 40
    with pytest.raises(SpecError, match=r"dataset.pivot: the table has no column 'kind' \(wanted as names\)"):
        found_in(written(rows), pivot={"names": "kind"})


def test_names_of_columns_that_say_nothing_are_told_by_their_cells():
    rows = amounts("Google Search", "Facebook").rename(columns={"channel": "x"})
    found = found_in(written(rows))
    assert found is not None
    assert found.names == "x"


@pytest.mark.parametrize(
    "content",
    [
        table(good_rows()),
        written(amounts("search")),
        written(amounts("alpha", "beta").rename(columns={"channel": "note"})),
        written(amounts("search", "tv").drop(columns=["spend", "impressions"])),
    ],
    ids=["a table as it should be", "one channel", "words that name no channels", "nothing but sales"],
)
def test_other_tables_are_not_long(content):
    assert found_in(content) is None


def test_rows_that_came_twice_are_no_channels():
    rows = [row[:] for row in good_rows()]
    again = [*rows[10][:2], "99", *rows[10][3:]]
    assert [code for code, _ in errors(table([*rows, again]))] == ["duplicate_period"]


def test_a_mapping_goes_before_a_guess():
    rows = amounts("search", "tv").assign(margin=5.0)
    rows["margin"] = rows["sales"] * 2
    columns = {"period_start": "date", "sales": "margin", "spend_all": "spend"}
    frame = prepared(written(rows), "pivot_long_table", columns=columns).canonical().frame
    assert frame["sales"].sum() == pytest.approx(2 * rows.drop_duplicates("date")["sales"].sum())


def test_without_sales_it_is_said_what_is_missing():
    content = written(amounts("search", "tv").drop(columns="sales"))
    assert errors(content) == [("long_layout", ()), ("missing_column", ())]
    assert errors(content, "pivot_long_table") == [("long_layout", ()), ("missing_column", ())]


def test_year_and_week_in_two_columns_are_the_period_of_channels_too():
    rows = amounts("search", "tv")
    iso = pd.to_datetime(rows["date"]).dt.isocalendar()
    content = written(rows.drop(columns="date").assign(year=iso["year"], week=iso["week"]))
    fixes = ("join_year_and_week", "pivot_long_table")
    found = tables.prepare(content, "t.csv", DatasetSettings.model_validate({"fixes": fixes}))
    assert found.report.grain == "WEEK"
    assert len(found.canonical().frame) == 40
