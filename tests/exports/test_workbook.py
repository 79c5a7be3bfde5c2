"""The workbook as another program reads it: cells by calamine, formats and panes from the file's own XML."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from datetime import date, datetime

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from mmm_core.exports.about import Said, about_run
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.sheets import Column, Sheet, sheets_of_run
from mmm_core.exports.workbook import COVER, workbook_bytes, workbook_of_run
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_manifest, read_spec
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"
RUN = Exhibit("demo", read_outputs(DEMO), read_spec(DEMO), Units(target="€", spend="€"))
MANIFEST = read_manifest(DEMO)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = [
    "=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "{=1}", "\uff1d1+1", "\uff0bcmd", "\uff0d2",
    "\uff20SUM(A1)",
]  # fmt: skip


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook_of_run(RUN, MANIFEST)


def cells(content: bytes, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return ET.fromstring(book.read(name))  # noqa: S314 - made a moment ago


def shown_as(content: bytes, number: int) -> dict[str, str]:
    """Number format of the first row of values, by header."""
    styles = part(content, "xl/styles.xml")
    codes = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
    codes |= {"0": "General", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "49": "@"}
    cell_formats = styles.find(f"{MAIN}cellXfs")
    assert cell_formats is not None
    used = [codes[each.get("numFmtId")] for each in cell_formats]
    sheet = part(content, f"xl/worksheets/sheet{number}.xml")
    row = next(each for each in sheet.iter(f"{MAIN}row") if each.get("r") == "2")
    by_column = {re.sub(r"\d", "", cell.get("r")): used[int(cell.get("s", 0))] for cell in row}
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(number - 1).to_python()[0]
    letters = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *(f"A{each}" for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    return {name: by_column[letter] for name, letter in zip(names, letters, strict=False) if letter in by_column}


def test_the_first_sheet_says_what_it_is_and_what_every_column_means(content):
    rows = cells(content, COVER)
    said = {str(row[0]): str(row[1]) for row in rows if row[0]}
    assert rows[0][0] == "demo: what each channel brought"
    for each in about_run(RUN, MANIFEST):
        assert said[each.about] == each.text
    for sheet in sheets_of_run(RUN):
        assert said[sheet.label] == sheet.says
        assert all(said[column.name] for column in sheet.columns)


def test_its_sheets_hold_the_tables(content):
    book = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine")
    assert list(book) == [COVER, *(sheet.label for sheet in sheets_of_run(RUN))]
    for sheet in sheets_of_run(RUN):
        assert list(book[sheet.label].columns) == [column.name for column in sheet.columns]
        assert len(book[sheet.label]) == len(sheet.columns[0].values)
    first = cells(content, "Fitted and observed")[1]
    assert first[0] == date(2023, 1, 2)
    assert first[2] == 93142


def test_numbers_are_shown_as_people_read_them(content):
    totals, fitted = shown_as(content, 2), shown_as(content, 4)
    assert totals["Share of sales: median"] == "0.0%"
    assert totals["Spend (€)"] == totals["Brought (€): median"] == "#,##0"
    assert totals["Return (€ per € spent): median"] == "0.00"
    assert fitted["Week from"] == "yyyy-mm-dd"
    assert fitted["Observed (€)"] == "#,##0"


def test_names_stay_in_sight_and_columns_are_as_wide_as_they_need(content):
    for number, sheet in enumerate(sheets_of_run(RUN), start=2):
        page = part(content, f"xl/worksheets/sheet{number}.xml")
        pane = next(page.iter(f"{MAIN}pane"))
        assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("1", "1", "frozen")
        widths = {}
        for each in page.iter(f"{MAIN}col"):
            for place in range(int(each.get("min")), int(each.get("max")) + 1):
                widths[place] = float(each.get("width"))
        assert set(widths) == set(range(1, len(sheet.columns) + 1))
        assert all(12 <= width <= 62 for width in widths.values())
        header = next(page.iter(f"{MAIN}row"))
        height = float(header.get("ht"))
        for place, column in enumerate(sheet.columns, start=1):
            assert len(column.name) / widths[place] <= height / 15, column.name


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_compute_is_escaped_wherever_it_stands(text):
    sheet = Sheet("Table", text, (Column(text, "text", text, [text]), Column("n", "figure", "n.", [-2.0])))
    content = workbook_bytes(text, [Said("Source", text)], [sheet])
    found = [
        cell.strip()
        for name in (COVER, "Table")
        for row in cells(content, name)
        for cell in row
        if isinstance(cell, str) and cell
    ]
    assert [each for each in found if each.startswith(text.strip())] == []
    assert found.count(("'" + text).strip()) == 7, found
    assert -2.0 in cells(content, "Table")[1]
    for number in (1, 2):
        assert not list(part(content, f"xl/worksheets/sheet{number}.xml").iter(f"{MAIN}f"))


def test_what_is_not_known_is_an_empty_cell_and_small_amounts_keep_their_cents():
    columns = (
        Column("Spend", "amount", "Money.", [12.345, float("nan"), None]),
        Column("Day", "date", "Day.", [pd.Timestamp("2024-01-01"), pd.NaT, datetime(2024, 1, 3)]),
    )
    content = workbook_bytes("t", [], [Sheet("Table", "a row", columns)])
    assert cells(content, "Table")[1:] == [[12.345, date(2024, 1, 1)], ["", ""], ["", date(2024, 1, 3)]]
    assert shown_as(content, 2) == {"Spend": "#,##0.00", "Day": "yyyy-mm-dd"}


def test_a_table_without_rows_is_a_sheet_with_its_names():
    content = workbook_bytes("t", [], [Sheet("Table", "a row", (Column("Spend", "amount", "Money.", []),))])
    assert cells(content, "Table") == [["Spend"]]
