"""The tables of a run as one Excel workbook, with a first sheet that says what it is and what every column means.

A cell that a spreadsheet would take for a formula is text with an apostrophe before it, as in CSV files.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import xlsxwriter

from mmm_core.exports.about import Said, about_run, title_of
from mmm_core.exports.formats import escaped
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.sheets import Column, Form, Sheet, sheets_of_run
from mmm_core.runs.manifest import Manifest

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
"""Options of every workbook of ours: no text of a person becomes a formula or a link."""
COVER = "About"
FORMATS: dict[Form, str] = {
    "text": "@",
    "date": "yyyy-mm-dd",
    "amount": "#,##0",
    "share": "0.0%",
    "ratio": "0.00",
    "figure": "0.000",
    "count": "#,##0",
}
SMALL_AMOUNT = "#,##0.00"
"""Of a column whose largest amount is below :data:`LARGE`: orders a day are no millions of euros."""
LARGE = 100
WIDTHS: dict[Form, int] = {"text": 12, "date": 12, "amount": 15, "share": 12, "ratio": 12, "figure": 12, "count": 12}
"""Characters; a column of text is as wide as what it holds, up to :data:`WIDEST`."""
WIDEST = 60
COVER_WIDTHS = (34, 100)
LINE_HEIGHT = 15
"""Points."""


def workbook_of_run(run: Exhibit, manifest: Manifest) -> bytes:
    """Everything that a run's tables say, as one Excel file."""
    return workbook_bytes(title_of(run), about_run(run, manifest), sheets_of_run(run))


def workbook_bytes(title: str, about: Sequence[Said], sheets: Sequence[Sheet]) -> bytes:
    """A cover with a title, paragraphs and the meaning of every column; then a sheet for each table."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        book.set_properties({"title": escaped(title)})
        _write_cover(book, title, about, sheets)
        for sheet in sheets:
            _write_sheet(book, sheet)
    return buffer.getvalue()


def _write_cover(book: Any, title: str, about: Sequence[Said], sheets: Sequence[Sheet]) -> None:
    page = book.add_worksheet(COVER)
    page.hide_gridlines(2)
    top = {"valign": "top", "text_wrap": True}
    plain, bold = book.add_format(top), book.add_format(top | {"bold": True})
    heading = book.add_format({"bold": True, "font_size": 13, "bottom": 1})
    for place, width in enumerate(COVER_WIDTHS):
        page.set_column(place, place, width)
    page.write_string(0, 0, escaped(title), book.add_format({"bold": True, "font_size": 16}))
    row = 2
    for said in about:
        row = _write_pair(page, row, said.about, said.text, bold, plain)
    for sheet in sheets:
        row += 1
        page.write_string(row, 0, escaped(sheet.label), heading)
        page.write_string(row, 1, escaped(sheet.says), heading)
        row += 1
        for column in sheet.columns:
            row = _write_pair(page, row, column.name, column.says, plain, plain)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_pair(page: Any, row: int, name: str, text: str, name_format: Any, text_format: Any) -> int:
    """Write a row of the cover, as high as its texts need; the next row."""
    pair = (escaped(name), escaped(text))
    lines = max(math.ceil(len(each) / width) for each, width in zip(pair, COVER_WIDTHS, strict=True))
    page.set_row(row, LINE_HEIGHT * max(lines, 1))
    page.write_string(row, 0, pair[0], name_format)
    page.write_string(row, 1, pair[1], text_format)
    return row + 1


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.label)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#F8F6F1"})
    most = 1
    for place, column in enumerate(sheet.columns):
        name, width = escaped(column.name), _width(column)
        most = max(most, math.ceil(1.25 * len(name) / width))
        page.set_column(place, place, width)
        page.write_string(0, place, name, header)
        shown = book.add_format({"num_format": _number_format(column)})
        for row, value in enumerate(column.values, start=1):
            _write_cell(page, row, place, value, shown)
    page.set_row(0, LINE_HEIGHT * most)
    rows = max((len(column.values) for column in sheet.columns), default=0)
    page.autofilter(0, 0, rows, len(sheet.columns) - 1)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_cell(page: Any, row: int, place: int, value: Any, shown: Any) -> None:
    if isinstance(value, str):
        page.write_string(row, place, escaped(value), shown)
    elif value is None or pd.isna(value):
        return  # what is not known stays empty: a spreadsheet has no word for it that it would not count
    elif isinstance(value, date):  # a pandas timestamp is one
        page.write_datetime(row, place, pd.Timestamp(value).to_pydatetime(), shown)
    elif isinstance(value, int | float) and math.isfinite(value):
        page.write_number(row, place, float(value), shown)


def _number_format(column: Column) -> str:
    if column.form != "amount":
        return FORMATS[column.form]
    largest = max((abs(value) for value in column.values if isinstance(value, int | float)), default=0)
    return SMALL_AMOUNT if largest < LARGE else FORMATS["amount"]


def _width(column: Column) -> int:
    if column.form != "text":
        return WIDTHS[column.form]
    longest = max((len(str(value)) for value in column.values), default=0)
    return min(max(WIDTHS["text"], longest + 2), WIDEST)
