"""A workbook gives the cells of the one sheet that holds the table, or says which sheets there are."""

import datetime as dt
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from mmm_core.errors import DataError
from mmm_core.spec import ReadingOptions
from mmm_core.table.reading.cells import parse_numbers
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.excel import read_excel
from mmm_core.table.reading.reading import read_table
from tests.malformed import workbook


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_excel_dates_in_both_calendars(options):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    sheet, style = book.add_worksheet("s"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["week", "sales"])
    for row in range(3):
        sheet.write_datetime(row + 1, 0, dt.datetime(2022, 1, 3) + dt.timedelta(weeks=row), style)
        sheet.write_number(row + 1, 1, row)
    book.close()
    found = read_table(buffer.getvalue(), "t.xlsx")
    assert np.datetime_as_string(parse_dates(found.cells["week"]).values, "D").tolist() == [
        "2022-01-03", "2022-01-10", "2022-01-17",
    ]  # fmt: skip


def test_excel_serial_numbers_are_dates_where_dates_are_asked_for():
    found = read_table(workbook({"s": [["week", "sales"], [44564, 1], [44571, 2]]}), "t.xlsx")
    assert np.datetime_as_string(parse_dates(found.cells["week"]).values, "D").tolist() == ["2022-01-03", "2022-01-10"]


def test_excel_titles_totals_and_missing_cells():
    cells = [
        ["Sales report"],
        [],
        ["week", "sales", "tv"],
        ["2022-01-03", 1.5, "#N/A"],
        ["2022-01-10", 2, 3],
        ["Total", 3.5, 3],
    ]
    found = read_table(workbook({"s": cells}), "t.xlsx")
    assert found.cells["sales"].tolist() == [1.5, 2]
    assert parse_numbers(found.cells["tv"], ".").blank.tolist() == [True, False]
    assert found.row_numbers.tolist() == [4, 5]
    assert found.detected.sheet == "s"


def test_a_workbook_and_a_text_with_the_same_cells_are_the_same_table():
    rows = [["week", "sales", "tv"], ["2022-01-03", "1.5", ""], ["2022-01-10", "x", "3"], ["2022-01-17", "=1+1", "4"]]
    sheet = read_table(workbook({"s": rows}, strings_to_formulas=False), "t.xlsx")
    text = read_table("\n".join(",".join(row) for row in rows).encode(), "t.csv")
    pd.testing.assert_frame_equal(sheet.cells, text.cells)
    assert sheet.row_numbers.tolist() == text.row_numbers.tolist()


def test_numbers_and_words_in_one_column_stay_as_they_were_written():
    found = read_table(workbook({"s": [["a", "b"], [1, 0.1], [2.5, True], ["x", 1e20]]}), "t.xlsx").cells
    assert found["a"].tolist() == ["1", "2.5", "x"]
    assert found["b"].tolist() == [0.1, 1.0, 1e20]


def test_rows_keep_the_number_that_the_sheet_shows():
    found = read_table(workbook({"s": [[], ["a", "b"], [], ["x", 1], [None, None], ["y", 2]]}), "t.xlsx")
    assert found.row_numbers.tolist() == [4, 6]


def test_a_workbook_with_a_password_or_without_cells_is_refused_in_words():
    locked = b"\xd0\xcf\x11\xe0" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DataError, match=r"protected by a password\. Save a copy without a password"):
        read_table(locked, "t.xlsx")
    with pytest.raises(DataError, match=r"a workbook without a filled cell \(2 sheets\)\. Put the table on a sheet"):
        read_table(workbook({"a": [], "b": [[]]}), "t.xlsx")


TABLE: list[list[object]] = [["week", "sales", "act_tv"], *([f"2022-01-{day:02d}", 5, 1] for day in (3, 10, 17))]


@pytest.mark.parametrize(
    "cover",
    [
        [["Sales report"], [], ["Author", "Jane"], ["Made on", 45000]],
        [["Column", "Meaning", "Unit"], ["sales", "all shops", "pieces"], ["act_tv", "shown", "GRP"]],
    ],
)
def test_the_one_sheet_with_a_table_is_read_and_the_others_are_named(cover):
    found = read_table(workbook({"Cover": cover, "Data": TABLE, "Empty": []}), "t.xlsx")
    assert (found.detected.sheet, found.detected.sheets) == ("Data", ("Cover", "Data"))
    assert found.cells["sales"].tolist() == [5, 5, 5]
    assert [part.names for part in found.detected.left_out] == [("Cover",)]
    assert found.detected.notes[:2] == (
        "Sheet 'Data' of an Excel workbook.",
        "The workbook has another sheet that was not read ('Cover'): no table was found there.",
    )


def test_what_is_left_out_of_sheets_under_each_other_is_said_of_each():
    total = ["Total", 15, 3]
    book = workbook({"Cover": [["Sales"]], "2022": [["Report"], *TABLE, total], "2023": [*TABLE[:1], *(
        [f"2023-01-{day:02d}", 5, 1] for day in (2, 9, 16)), total]})  # fmt: skip
    found = read_table(book, "t.xlsx").detected
    assert [(part.part, part.rows, part.names) for part in found.left_out] == [
        ("sheets", (), ("Cover",)),
        ("titles", (1,), ()),
        ("totals", (6,), ()),
        ("totals", (11,), ()),
    ]
    assert found.left_out[2].sentence == "'2022': Row 6 holds totals and was left out."
    assert found.left_out[3].sentence == "'2023': Row 5 holds totals and was left out."
    assert found.dropped_totals_rows == (6, 11)


def test_between_two_tables_a_person_chooses():
    book = workbook({"One": TABLE, "Two": [[*TABLE[0][:2], "act_radio"], *TABLE[1:]]})
    with pytest.raises(DataError, match=r"has 2 sheets with cells: 'One', 'Two'\. Save the sheet that you want"):
        read_table(book, "t.xlsx")
    chosen = read_table(book, "t.xlsx", ReadingOptions(sheet="Two")).detected
    assert chosen.sheet == "Two"
    assert "another sheet that was not read ('One')." in chosen.notes[1]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("Three", r"'t\.xlsx': sheet 'Three' is not in the workbook\. Sheets with cells: 'One'\. Choose one of these"),
        ("Empty", r"'t\.xlsx': sheet 'Empty' is empty\. Sheets with cells: 'One'"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_named_beside_those_that_can(wanted, words):
    with pytest.raises(DataError, match=words):
        read_excel(workbook({"One": TABLE, "Empty": []}), "t.xlsx", ReadingOptions(sheet=wanted))


def repacked(change) -> bytes:
    """A good workbook with its parts changed."""
    source, packed = zipfile.ZipFile(io.BytesIO(workbook({"s": TABLE}))), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return packed.getvalue()


def test_a_damaged_sheet_is_refused_in_words():
    broken = repacked(lambda name, part: part[: len(part) // 2] if "sheet1" in name else part)
    with pytest.raises(DataError, match=r"'t\.xlsx' is not an Excel workbook that can be read"):
        read_excel(broken, "t.xlsx", ReadingOptions())


def test_a_workbook_that_unpacks_to_more_than_any_table_is_not_unpacked():
    padded = repacked(lambda name, part: part + b" " * (30 * 2**20) if "sheet1" in name else part)
    with pytest.raises(DataError, match=r"'t\.xlsx' unpacks to [\d,]+ times its size; no table does"):
        read_excel(padded, "t.xlsx", ReadingOptions())


YEARS = {
    str(year): [
        ["Sales report"],
        TABLE[0],
        *([f"{year}-0{month}-01", year, month] for month in (1, 2, 3)),
        ["Total", 9, 9],
    ]
    for year in (2022, 2023)
}


def test_sheets_with_the_same_headers_are_read_one_under_the_other():
    found = read_table(workbook(YEARS), "t.xlsx")
    assert found.detected.stacked == ("2022", "2023")
    assert found.cells["sales"].tolist() == [2022] * 3 + [2023] * 3
    assert found.row_numbers.tolist() == [3, 4, 5, 9, 10, 11]
    assert found.detected.dropped_totals_rows == (6, 12)
    assert "entity_id" not in found.cells


def test_sheets_that_order_their_columns_otherwise_are_put_together_by_name():
    turned = [[*row[::-1]] if len(row) == 3 else row for row in YEARS["2023"]]
    found = read_table(workbook({**YEARS, "2023": turned[:-1]}), "t.xlsx")
    assert found.cells["sales"].tolist() == [2022] * 3 + [2023] * 3


def test_sheets_with_the_same_dates_are_entities():
    found = read_table(workbook({"north": TABLE, "south": TABLE}), "t.xlsx")
    assert found.cells["entity_id"].tolist() == ["north"] * 3 + ["south"] * 3


def test_a_column_of_words_on_one_sheet_and_numbers_on_another_keeps_both():
    words = [TABLE[0], *([f"2023-01-{day:02d}", 5, "many"] for day in (3, 10, 17))]
    found = read_table(workbook({"One": TABLE, "Two": words}), "t.xlsx")
    assert found.cells["act_tv"].tolist() == ["1"] * 3 + ["many"] * 3


def without_value(name: str, part: bytes) -> bytes:
    return part.replace(b"<v>0</v>", b"<v></v>") if "sheet1" in name else part


def test_a_formula_without_its_value_is_no_blank():
    rows = [["week", "sales", "act_tv"], *([f"2022-01-{day:02d}", day, f"=B{day} & 1 < 2"] for day in (3, 10, 17))]
    packed = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(workbook({"s": rows})))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, without_value(name, source.read(name)))
    found = read_table(packed.getvalue(), "t.xlsx")
    assert found.cells["act_tv"].tolist() == ["=B3 & 1 < 2", "=B10 & 1 < 2", "=B17 & 1 < 2"]
    assert found.cells["sales"].tolist() == [3, 10, 17]
