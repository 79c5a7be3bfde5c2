"""Ways to break a table, each with the words that a person must be told."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xlsxwriter

HEADER = "entity_id,period_start,sales,act_tv,act_radio,ctrl_price,spend_tv,spend_radio"


@dataclass(frozen=True)
class Malformed:
    """A file that must be refused; ``words`` is a pattern that the message matches."""

    name: str
    content: bytes
    words: str


def good_rows(weeks: int = 80) -> list[list[str]]:
    """Rows of a table without any fault."""
    rng = np.random.default_rng(0)
    rows = []
    for week in range(weeks):
        date = dt.date(2022, 1, 3) + dt.timedelta(weeks=week)
        tv, radio = rng.gamma(2, 50), rng.gamma(2, 20)
        sales = 1000 * np.exp(rng.normal(0, 0.1))
        values = [sales, tv, radio, rng.normal(10, 1), 3 * tv, 2 * radio]
        rows.append(["brand", date.isoformat(), *(f"{value:.2f}" for value in values)])
    return rows


def table(rows: list[list[str]], header: str = HEADER) -> bytes:
    """Rows as CSV."""
    return ("\n".join([header, *(",".join(row) for row in rows)]) + "\n").encode()


def with_cell(row: int, column: str, value: str) -> bytes:
    """The good table with one cell replaced; ``row`` as a spreadsheet numbers it."""
    rows = good_rows()
    rows[row - 2][HEADER.split(",").index(column)] = value
    return table(rows)


def with_column(column: str, values: list[str]) -> bytes:
    """The good table with one column replaced."""
    rows = good_rows(len(values))
    place = HEADER.split(",").index(column)
    for row, value in zip(rows, values, strict=True):
        row[place] = value
    return table(rows)


def workbook(sheets: dict[str, list[list[object]]], **options: object) -> bytes:
    """An Excel file."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    book.close()
    return buffer.getvalue()


def zip_bomb() -> bytes:
    """A workbook that unpacks to more than the cap."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(520):
                part.write(b"\0" * 2**20)
    return buffer.getvalue()


def nested_parquet() -> bytes:
    """Parquet with a column of lists."""
    buffer = io.BytesIO()
    pd.DataFrame({"period_start": ["2022-01-03"], "sales": [[1, 2]]}).to_parquet(buffer)
    return buffer.getvalue()


def malformed_tables() -> list[Malformed]:
    """Every way to break a table that is known here."""
    rows = good_rows()
    dates = [row[1] for row in rows]
    weeks = len(rows)
    text = table(rows)
    monthly_ambiguous = [f"{1 + i % 12:02d}/{1 + i // 12:02d}/2022" for i in range(12)]
    daily = [(dt.date(2022, 1, 3) + dt.timedelta(days=i)).isoformat() for i in range(weeks)]
    odd = [(dt.date(2022, 1, 3) + dt.timedelta(days=5 * i)).isoformat() for i in range(weeks)]
    late = [(dt.date(2040, 1, 2) + dt.timedelta(weeks=i)).isoformat() for i in range(weeks)]
    blank_end = [row[2] for row in rows[:-3]] + ["", "", ""]
    M = Malformed
    return [
        # Files that are no tables.
        M("empty.csv", b"", "empty"),
        M("blank.csv", b" \n\n ,,, \n", "empty|single column"),
        M("header_only.csv", (HEADER + "\n").encode(), "header and no rows"),
        M("no_header.csv", table(rows[1:], ",".join(rows[0])), "row 1 should name the columns"),
        M("one_column.csv", b"sales\n1\n2\n", "single column"),
        M("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG picture"),
        M("photo.xlsx", b"\xff\xd8\xff\xe0" + bytes(100), "JPEG picture"),
        M("document.csv", b"%PDF-1.7\n%abc", "PDF document"),
        M("archive.csv", b"\x1f\x8b\x08" + bytes(50), "gzip"),
        M("page.csv", b"<!DOCTYPE html><html><table></table></html>", "web page"),
        M("page.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "web page"),
        M("data.csv", b'[{"sales": 1}]', "JSON"),
        M("binary.csv", b"a,b\n1,2\n" + bytes(range(1, 9)) + b"\n", "control characters"),
        M("zip.xlsx", _plain_zip(), "is a zip archive, not a table. Unpack it"),
        M("damaged.xlsx", b"PK\x03\x04" + bytes(200), "damaged"),
        M("cut.xlsx", workbook({"a": [["x", "y"], [1, 2]]})[:400], "damaged"),
        M("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "password"),
        M("ole.xls", b"\xd0\xcf\x11\xe0" + bytes(2000), "old Office file \\(.xls\\)"),
        M("bomb.xlsx", zip_bomb(), "unpacks to"),
        M("bad.parquet", b"PAR1" + bytes(100) + b"PAR1", "damaged Parquet"),
        M("cut.parquet", b"PAR1", "damaged Parquet"),
        M("nested.parquet", nested_parquet(), "column 'sales' holds lists"),
        M("empty.xlsx", workbook({"a": []}), "workbook without a filled cell"),
        M("sheets.xlsx", workbook({"a": [["x", "y"], [1, 2]], "b": [["x", "y"], [1, 2]]}), "2 sheets.*'a', 'b'"),
        M("utf16.csv", b"\xff\xfe" + "a,b\n1,2".encode("utf-16-le") + b"\x00", "damaged text|no table"),
        # Broken structure.
        M("quote.csv", text.replace(b"brand,2022-01-31", b'"brand,2022-01-31', 1), "cannot be split into cells"),
        M("long_row.csv", text.replace(b"2022-01-31", b"2022-01-31,7", 1), "row 6 has 9 cells"),
        M("short_row.csv", text.replace(b"brand,2022-02-07,", b"brand,", 1), "row 7 has 7 cells, the header has 8"),
        M(
            "twice.csv",
            table(rows, HEADER.replace("act_radio", "act_tv")),
            r"two columns are named 'act_tv' \(columns 4 and 5",
        ),
        M("long_cell.csv", with_cell(9, "entity_id", "x" * 10_001), "column 'entity_id', row 9.*10,001 characters"),
        M("wide.csv", (",".join(f"c{i}" for i in range(301)) + "\n").encode() * 2, "301 columns"),
        M("long.csv", b"a,b\n" + b"1,2\n" * 200_001, "more than 200,000 rows"),
        M(
            "layout.csv",
            b"Period,VariableName,VariableValue\n2022-01-03,Sales,1\n2022-01-03,TV,2\n",
            "long layout",
        ),
        # Columns that are missing.
        M("no_sales.csv", table(rows, HEADER.replace("sales", "revenue")), "no column 'sales'"),
        M("no_date.csv", table(rows, HEADER.replace("period_start", "week")), "no column 'period_start'"),
        M("no_media.csv", table([row[:3] for row in rows], "entity_id,period_start,sales"), "no media column|act_tv"),
        # Dates.
        M("bad_date.csv", with_cell(5, "period_start", "soon"), r"1 cell is not a date \(first in row 5"),
        M("no_such_day.csv", with_cell(5, "period_start", "2022-02-31"), "1 cell is not a date"),
        M("blank_date.csv", with_cell(5, "period_start", ""), r"1 blank cell \(first in row 5"),
        M("ambiguous.csv", with_column("period_start", monthly_ambiguous), "day and month cannot be told apart"),
        M(
            "repeated.csv",
            with_cell(5, "period_start", dates[2]),
            r"repeats? an entity and period \(first in row 5, 2022-01-17",
        ),
        M("copy.csv", table([*rows, rows[-1]]), "repeats? an entity and period"),
        M("gap.csv", table(rows[:20] + rows[21:]), "1 irregular step .*2022-05-16 to 2022-05-30"),
        M("shifted.csv", with_cell(10, "period_start", "2022-03-01"), "not evenly spaced"),
        M("daily.csv", with_column("period_start", daily), "rows are days"),
        M("five_days.csv", with_column("period_start", odd), "neither days, weeks nor months"),
        M("one_week.csv", table(rows[:1]), "only one period|periods for"),
        # Cells.
        M(
            "word.csv",
            with_cell(7, "act_tv", "many"),
            r"'act_tv': 1 cell is not a number, 'many' \(first in row 7, 2022-02-07",
        ),
        M("infinite.csv", with_cell(7, "sales", "inf"), "'sales': 1 cell is not a number"),
        M("formula.csv", with_cell(7, "act_tv", "=1+1"), "'act_tv': 1 cell is not a number"),
        M("excel_error.csv", with_cell(7, "spend_tv", "#REF!"), "'spend_tv': 1 cell is not a number"),
        M(
            "mixed_decimals.csv",
            with_cell(7, "ctrl_price", '"9,99"'),
            "'ctrl_price': 1 cell is written with a decimal comma, '9,99'",
        ),
        M(
            "minus_spend.csv",
            with_cell(14, "spend_tv", "-5"),
            r"'spend_tv': 1 negative values \(first in row 14, 2022-03-28",
        ),
        M("accounting.csv", with_cell(14, "act_tv", "(5.00)"), "'act_tv': 1 negative values"),
        M("zero_sales.csv", with_cell(14, "sales", "0"), r"'sales': 1 value at or below 0 \(first in row 14"),
        M("minus_sales.csv", with_cell(14, "sales", "-3"), "'sales': 1 value at or below 0"),
        M("blank_sales.csv", with_cell(14, "sales", ""), r"'sales': 1 blank cell \(first in row 14"),
        M("blank_activity.csv", with_cell(14, "act_radio", "N/A"), "'act_radio': 1 blank cell"),
        M("blank_spend.csv", with_cell(14, "spend_radio", "-"), "'spend_radio': 1 blank cell"),
        M("blank_control.csv", with_cell(14, "ctrl_price", "null"), "'ctrl_price': 1 blank cell"),
        M("no_entity.csv", with_cell(14, "entity_id", ""), "'entity_id': 1 blank cell"),
        M("blank_end.csv", with_column("sales", blank_end), "3 blank cells at the end"),
        M("future.csv", _future(late), "in the future"),
        M("empty_sales.csv", with_column("sales", [""] * weeks), "'sales' is empty"),
        # What cannot be told.
        M("constant.csv", with_column("act_tv", ["5"] * weeks), "'act_tv' is always 5"),
        M("zero.csv", with_column("act_tv", ["0"] * weeks), "'act_tv' is always zero"),
        M("constant_control.csv", with_column("ctrl_price", ["9.99"] * weeks), "'ctrl_price' is always 9.99"),
        M("short.csv", table(rows[:11]), "11 periods for 12 parameters"),
        M("unbalanced.csv", _unbalanced(rows), "not all 2 entities are present"),
    ]


def _plain_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return buffer.getvalue()


def _future(dates: list[str]) -> bytes:
    rows = good_rows(len(dates))
    for row, date in zip(rows, dates, strict=True):
        row[1] = date
    for row in rows[-2:]:
        row[2] = ""
    return table(rows)


def _unbalanced(rows: list[list[str]]) -> bytes:
    other = [["other", *row[1:]] for row in rows]
    return table(rows + other[:-2])
