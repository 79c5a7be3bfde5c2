"""The table is found in what stands around it, and a table on its side is turned; rows of a table are never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.table.reading.layout import is_total_word
from mmm_core.table.reading.reading import read_table
from tests.table.cases.written import text, weeks

BODY = [f"{date},{100 + n},{n}" for n, date in enumerate(weeks(5))]


def read(*lines: str):
    return read_table(text(*lines), "t.csv")


@pytest.mark.parametrize(
    "above",
    [["Report"], ["Report", "Author,Jane"], ["Date range,2022-01-03 - 2022-01-31"], ["# a", "# b", "", "Made,today"]],
)
def test_lines_above_the_header_are_left_out(above):
    found = read(*above, "period_start,sales,spend_tv", *BODY)
    assert list(found.cells.columns) == ["period_start", "sales", "spend_tv"]
    assert len(found.cells) == 5
    assert "above the header and w" in " ".join(found.detected.notes)


@pytest.mark.parametrize(
    "words",
    ["Total", "TOTAL:", "Grand total", "Total: Account", "Totals", "Summe", "Gesamt", "Gesamtsumme", "Totale", "Somme",
     "Sum of all", "Campaign total", "Итого", "Suma", "Subtotal"],
)  # fmt: skip
def test_totals_by_any_wording(words):
    assert is_total_word(words)
    assert read("period_start,sales,spend_tv", *BODY, f"{words},510,10").detected.dropped_totals_rows == (7,)


@pytest.mark.parametrize("words", ["Summer", "Totally", "Sumatra", "x" * 500 + " total", "totaliser", "Assume"])
def test_other_words_are_no_totals(words):
    assert not is_total_word(words)


def test_an_entity_whose_name_says_total_keeps_its_rows():
    rows = [f"{name},{line}" for name in ("Acme", "Total Energies") for line in BODY]
    assert len(read("entity_id,period_start,sales,spend_tv", *rows).cells) == 10


@pytest.mark.parametrize(
    "below",
    [["Source: finance"], ["", "* preliminary", "Source: a, b"], ["Notes", "1) December is preliminary"]],
)
def test_text_below_the_table_is_left_out_and_said(below):
    wide = [f"{line},1,1,1" for line in BODY]
    found = read("period_start,sales,spend_tv,ctrl_a,ctrl_b,ctrl_c", *wide, *below)
    assert len(found.cells) == 5
    assert "text below the table" in " ".join(found.detected.notes)


@pytest.mark.parametrize("last", ["brand", "brand,2022-02-07", "south,2022-02-07,5"])
def test_a_row_that_was_cut_off_is_no_footnote(last):
    with pytest.raises(DataError, match="row 7 has"):
        read("entity_id,period_start,sales,spend_tv", *(f"brand,{line}" for line in BODY), last)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ([",,Spend,", "period_start,sales,tv,radio"], ["period_start", "sales", "tv", "radio"]),
        (["Date,KPI,Spend,", ",sales,tv,radio"], ["Date", "sales", "Spend_tv", "Spend_radio"]),
        (["period_start,sales,Spend,Spend", ",,tv,radio"], ["period_start", "sales", "Spend_tv", "Spend_radio"]),
        (["period_start,sales,spend_tv,ctrl_a", "day,EUR,EUR,index"], ["period_start", "sales", "spend_tv", "ctrl_a"]),
        (["period_start,sales,spend_tv,ctrl_a", "day,EUR,k€,-"], ["period_start", "sales", "spend_tv (k€)", "ctrl_a"]),
    ],
)
def test_a_header_may_take_two_rows(header, names):
    found = read(*header, *(f"{line},7" for line in BODY))
    assert list(found.cells.columns) == names
    assert len(found.cells) == 5


@given(st.integers(3, 30), st.integers(1, 5), st.booleans(), st.booleans())
def test_a_table_on_its_side_is_turned_back(dates, measures, totalled, footed):
    values = [[100 * row + column + 0.5 for column in range(dates)] for row in range(measures)]
    total = [",Total"] if totalled else [""]
    lines = [f"metric,{','.join(weeks(dates))}{total[0]}"]
    for row, cells in enumerate(values):
        lines.append(f"m{row},{','.join(map(str, cells))}{f',{sum(cells)}' if totalled else ''}")
    found = read(*lines, *([f"Source: x{',' * (dates + totalled)}"] if footed else []))
    assert found.detected.turned
    assert list(found.cells.columns) == ["period_start", *(f"m{row}" for row in range(measures))]
    assert found.cells["period_start"].tolist() == weeks(dates)
    assert found.row_numbers.tolist() == list(range(2, dates + 2))
    for row, cells in enumerate(values):
        assert found.cells[f"m{row}"].astype(float).tolist() == cells


@pytest.mark.parametrize("year", ["FY22", "FY 2021/22", "2022", "GJ 22", "YTD", "Q1 22", "Full year"])
def test_a_year_after_its_months_is_a_total_and_left_out(year):
    found = read(f"€,Jan-22,Feb-22,{year},Jan-23,Feb-23,{year}", "sales,1,2,3,4,5,9", "spend_tv,1,1,2,2,2,4")
    assert found.cells["sales"].astype(float).tolist() == [1, 2, 4, 5]


def test_what_a_turned_table_leaves_out_is_said():
    found = read(
        "Group,Name,Jan-22,Feb-22,FY22,,Jan-23,Feb-23,Mar-23",
        "Media,spend_tv,1,2,3,,4,5,6",
        "Business,sales,5,6,11,,7,8,9",
        "Remarks,,,,,,,,",
        ",,,,99,,,,",
        "Source: finance,,,,,,,,",
    )
    assert [(part.part, part.rows, part.names) for part in found.detected.left_out] == [
        ("columns", (), ("Group",)),
        ("columns", (), ("FY22",)),
        ("lines", (4, 5, 6), ()),
    ]
    assert "Remarks" in found.detected.left_out[2].words


def test_a_column_without_a_name_beside_dates_across_is_said_if_there_is_anything_in_it():
    found = read(",Jan-22,Feb-22,,Mar-22", "sales,1,2,remark,4", "spend_tv,1,2,,3")
    assert [part.names for part in found.detected.left_out] == [("column 4",)]


def test_names_that_are_years_are_no_dates_across():
    with pytest.raises(DataError, match="row 1 should name the columns"):
        read("week,2021,2022,2023", "2022-01-03,1,2,3", "2022-01-10,4,5,6")


def test_a_name_of_two_letters_is_not_lost():
    found = read("entity_id,period_start,sales", "NA,2022-01-03,1", "EU,2022-01-03,NA", "n/a,2022-01-03,2")
    assert found.names("entity_id").tolist()[:2] == ["NA", "EU"]
    assert found.names("entity_id").isna().tolist() == [False, False, True]
    assert found.cells["sales"].isna().tolist() == [False, True, False]


def across(labels: str, *lines: str) -> bytes:
    """Lines with their labels, each with as many numbers as there are weeks, all different."""
    rows = [
        f"{line},{','.join(str(100 * place + week) for week in range(1, 13))}" for place, line in enumerate(lines, 1)
    ]
    return text(f"{labels},{','.join(weeks(12))}", *rows)


@pytest.mark.parametrize(
    ("labels", "lines", "entities"),
    [
        ("Region,Metric", ["N,sales", "N,spend_tv", "S,sales", "S,spend_tv"], ["N", "S"]),
        ("Kennzahl,Markt", ["sales,AT", "sales,CH", "sales,DE", "spend_tv,AT", "spend_tv,CH", "spend_tv,DE"],
         ["AT", "CH", "DE"]),
        ("Pays,", ["FR,sales", ",spend_tv", "BE,sales", ",spend_tv"], ["FR", "BE"]),
    ],
)  # fmt: skip
def test_two_labels_may_be_an_entity_and_a_measure(labels, lines, entities):
    found = read_table(across(labels, *lines), "t.csv")
    assert list(found.cells.columns) == ["period_start", "entity_id", "sales", "spend_tv"]
    assert found.cells["entity_id"].drop_duplicates().tolist() == entities
    assert len(found.cells) == 12 * len(entities)
    numbers = sorted(float(cell) for name in ("sales", "spend_tv") for cell in found.cells[name])
    assert numbers == sorted(100.0 * place + week for place in range(1, len(lines) + 1) for week in range(1, 13))
    assert "names entities" in found.detected.notes[-1]


@pytest.mark.parametrize(
    ("labels", "lines", "names"),
    [
        ("Group,Name", ["Media,spend_tv", ",spend_radio", "Business,sales"], ["spend_tv", "spend_radio", "sales"]),
        ("Name,Unit", ["sales,EUR", "spend_tv,k€", "spend_radio,EUR"], ["sales", "spend_tv (k€)", "spend_radio"]),
        ("Name,Unit", ["sales,EUR", "spend_tv,USD"], ["sales (EUR)", "spend_tv (USD)"]),
        ("Kanal,Was", ["TV,Kosten", "TV,GRP", "Radio,Kosten", "Shop,Umsatz"],
         ["TV_Kosten", "TV_GRP", "Radio_Kosten", "Shop_Umsatz"]),
    ],
)  # fmt: skip
def test_two_labels_may_name_a_column_together(labels, lines, names):
    found = read_table(across(labels, *lines), "t.csv")
    assert list(found.cells.columns) == ["period_start", *names]
    assert len(found.cells) == 12


def test_lines_that_two_labels_do_not_tell_apart_are_refused():
    with pytest.raises(DataError, match="should name the columns"):
        read_table(across("a,b", "N,sales", "N,sales"), "t.csv")
