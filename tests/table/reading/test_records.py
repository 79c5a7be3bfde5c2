"""Records become a table: what stands around it is left out and said, and rows keep the number that a person sees."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.runs import tables
from mmm_core.spec import ReadingOptions
from mmm_core.table.reading.raw_table import DetectedFormat
from mmm_core.table.reading.reading import read_table
from mmm_core.table.reading.records import table_of
from tests.malformed import good_rows, table
from tests.table.cases.written import text


def records(*rows: list[object]):
    return table_of(rows, "t", DetectedFormat(kind="csv", separator=","), ReadingOptions(), [])


def with_row(row: int, change) -> bytes:
    lines = table(good_rows()).decode().splitlines()
    lines[row - 1] = change(lines[row - 1])
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda line: line + ",9",
            "row 14 has 9 cells, the header has 8. Look for commas inside a cell, such as 1,234",
        ),
        (lambda line: line.rsplit(",", 1)[0], "row 14 has 7 cells, the header has 8. Fill the row up"),
    ],
)
def test_a_ragged_row_is_named_with_its_cells(change, words):
    with pytest.raises(DataError, match=r"row 14 has \d cells") as caught:
        tables.prepare(with_row(14, change), "t.csv")
    assert words in str(caught.value)
    assert caught.value.row == 14


def test_further_ragged_rows_are_counted():
    lines = [
        line + ",9" if number > 77 else line for number, line in enumerate(table(good_rows()).decode().split("\n"))
    ]
    with pytest.raises(DataError, match=r"row 79 has 9 cells, the header has 8\. 2 more rows are not as wide"):
        tables.prepare("\n".join(lines[:-1]).encode(), "t.csv")


@pytest.mark.parametrize("line", ["", ",,,,,,,"])
def test_rows_after_a_blank_line_keep_their_number(line):
    content = with_row(14, lambda text: f"{line}\n{text.replace('brand,2022-03-28', 'brand,soon')}")
    report = tables.prepare(content, "t.csv").report
    assert [(issue.code, issue.rows) for issue in report.issues if issue.severity == "error"] == [("bad_date", (15,))]


@pytest.mark.parametrize("last", ["Total,,9,9,9,9,9,9", "brand,Total,9,9,9,9,9,9", ",Grand total:,9,9,9,9,9,9"])
def test_a_total_at_the_end_is_left_out_and_said(last):
    report = tables.prepare(table(good_rows()) + last.encode(), "t.csv").report
    assert report.ok
    assert report.n_rows == 80
    assert "Row 82 holds totals and was left out." in report.detected.notes


def test_a_brand_that_is_called_total_keeps_its_rows():
    report = tables.prepare(table([["Total", *row[1:]] for row in good_rows()]), "t.csv").report
    assert (report.ok, report.n_rows) == (True, 80)


@pytest.mark.parametrize("start", [0, 1])
def test_an_unnamed_index_column_is_left_out_and_said(start):
    found = read_table(text(",a,b", *(f"{start + i},{i},{2 * i}" for i in range(5))), "t.csv")
    assert list(found.cells.columns) == ["a", "b"]
    assert "numbers the rows" in " ".join(found.detected.notes)


def test_title_rows_and_totals_are_left_out_and_said():
    found = read_table(
        text("Report,,", "Brand X,,", "week,sales,tv", "2022-01-03,1,2", "2022-01-10,3,4", "Total,4,6"), "t.csv"
    )
    assert list(found.cells.columns) == ["week", "sales", "tv"]
    assert found.row_numbers.tolist() == [4, 5]
    assert found.detected.header_row == 3
    assert found.detected.dropped_totals_rows == (6,)


def test_windows_line_ends_and_blank_lines():
    found = read_table(b"a,b\r\n1,2\r\n\r\n3,4\r\n", "t.csv")
    assert found.row_numbers.tolist() == [2, 4]


def test_the_decimal_mark_of_a_file_is_found_or_told():
    found = read_table(text("a;b", "1,234;x", "5,678;y"), "t.csv")
    assert found.detected.decimal == ","
    told = read_table(text("a;b", "1,234;x"), "t.csv", ReadingOptions(decimal="."))
    assert told.detected.decimal == "."


@settings(max_examples=40)
@given(st.integers(0, 3), st.lists(st.integers(0, 2), min_size=4, max_size=4), st.integers(0, 2), st.booleans())
def test_what_stands_around_a_table_does_not_change_it(titles, blanks, totals, indexed):
    """Title rows, blank lines, totals and an index, in any mix; the numbers are those of a loop over the lines."""
    body = [["n", "2022-01-03", 1.5], ["n", "2022-01-10", None], ["s", "2022-01-10", 3.0], ["s", "x", 4.0]]
    lines, numbers = [["Report"]] * titles + [[*([""] if indexed else []), "who", "week", "sales"]], []
    for place, (row, gap) in enumerate(zip(body, blanks, strict=True)):
        lines += [[None] * len(lines[-1])] * gap + [[*([float(place)] if indexed else []), *row]]
        numbers.append(len(lines))
    lines += [[*([None] if indexed else []), "Total", None, 8.5]] * totals
    found = records(*lines)
    pd.testing.assert_frame_equal(found.cells, records(["who", "week", "sales"], *body).cells)
    assert found.row_numbers.tolist() == numbers
    assert found.detected.header_row == titles + 1
    assert len(found.detected.dropped_totals_rows) == totals
    assert found.detected.index_column == indexed


@settings(max_examples=60)
@given(st.integers(0, 3), st.sampled_from(["one", "group", "units"]), st.integers(0, 2), st.integers(0, 2))
def test_every_row_of_a_file_is_in_the_table_or_said_to_be_left_out(titles, header, totals, notes):
    """The header may take two rows; whatever else is not in the table has its number and its words in the report."""
    group, units = ["", "shop", "Spend", "", ""], ["day", "EUR", "EUR", "EUR", "index"]
    lines = [[f"Report {place}"] for place in range(titles)]
    names = [["week", "sales", "tv", "radio", "price"]]
    lines += [*([group] if header == "group" else []), *names, *([units] if header == "units" else [])]
    named = range(titles + 1, titles + (3 if header == "group" else 2))
    lines += [[day, "1", "2", "3", "4"] for day in ("2022-01-03", "2022-01-10", "2022-01-17")]
    lines += [["Total", "3", "6", "9", ""] for _ in range(totals)]
    lines += [[f"* note {place}", "", "", "", ""] for place in range(notes)]
    found = records(*lines)
    said = [row for part in found.detected.left_out for row in part.rows]
    assert sorted([*named, *said, *found.row_numbers.tolist()]) == list(range(1, len(lines) + 1))
    quoted = " ".join(words for part in found.detected.left_out for words in part.words)
    assert all(f"Report {place}" in quoted for place in range(titles))
    assert all(f"* note {place}" in quoted for place in range(notes))
    assert all(part.sentence in found.detected.notes for part in found.detected.left_out)


@pytest.mark.parametrize("first", [["2022-01-03", "1", "2"], ["n", 1.0, 2.0], ["n", "44564", "1.5"]])
def test_a_first_row_of_values_is_no_header(first):
    with pytest.raises(DataError, match=r"'t': row 1 should name the columns, and holds values"):
        records(first, ["2022-01-10", "3", "4"])


def test_names_may_have_years_and_numbers_in_them():
    found = records(["week", "2022", "sales 2023", "tv"], ["x", "1", "2", "3"])
    assert list(found.cells.columns) == ["week", "2022", "sales 2023", "tv"]


def test_a_column_that_counts_is_an_index_only_without_a_name_and_from_the_start():
    for name, first in (("week", 0.0), ("", 5.0)):
        found = records([name, "a", "b"], *([first + n, "x", "y"] for n in range(3)))
        assert found.cells.shape == (3, 3)


def test_a_nameless_column_stays_if_there_is_anything_in_it():
    found = records(["a", "", "b", ""], ["1", None, "2", None], ["3", "note", "4", None])
    assert list(found.cells.columns) == ["a", "column_2", "b"]
    with pytest.raises(DataError, match=r"row 3 has 4 cells, the header has 3\. Look for commas inside a cell"):
        records(["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6", "7"])


def test_cells_survive_quoting_and_blanks_around_them():
    cells = [["a", "b"], ["  x ", "1"], ['"y",\n', "2"]]
    buffer = io.StringIO()
    csv.writer(buffer).writerows(cells)
    assert read_table(buffer.getvalue().encode(), "t.csv").cells["a"].tolist() == ["x", '"y",']


def test_a_row_of_numbers_with_a_comma_is_no_header():
    with pytest.raises(DataError, match="row 1 should name the columns, and holds values") as caught:
        records(["Januar", "1000,5", "2,25"], ["Februar", "7,5", "8"])
    assert caught.value.code == "no_header"


def test_only_a_column_without_a_name_is_left_out_when_it_is_empty():
    found = records(
        ["week", "column_a", "sales", None], ["2022-01-03", None, "1", None], ["2022-01-10", None, "2", None]
    )
    assert list(found.cells.columns) == ["week", "column_a", "sales"]
