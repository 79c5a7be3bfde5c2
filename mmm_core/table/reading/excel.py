"""Excel workbooks: which sheet, and its rows; a process of its own opens them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd

from mmm_core.errors import DataError
from mmm_core.labels import counted
from mmm_core.spec import ReadingOptions
from mmm_core.table.glance import left_out
from mmm_core.table.glance.left_out import LeftOut
from mmm_core.table.reading import kinds
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.isolation import ExhaustedError, UnreadableError, read_isolated
from mmm_core.table.reading.limits import (
    LIMITS,
    MAX_DECOMPRESSED_BYTES,
    MAX_RATIO,
    SMALL_BYTES,
    check_size,
    exhausting_error,
    not_a_table_error,
    password_error,
    require_table,
    too_large_error,
)
from mmm_core.table.reading.raw_table import Cell, DetectedFormat, RawTable, one_under_another
from mmm_core.table.reading.records import table_of

MOST_DATES = 0.5
"""Share of dates that stand on several sheets from which these are not parts of one time."""


def read_excel(content: bytes, name: str, options: ReadingOptions) -> RawTable:
    """Read the sheet asked for, or the only one that holds a table. Raises DataError."""
    _check_workbook(content, name)
    try:
        answer, _ = read_isolated("excel", content, limits=LIMITS, sheet=options.sheet)
    except ExhaustedError as error:
        raise exhausting_error(name) from error
    except UnreadableError as error:
        if "password" in str(error).lower():
            raise password_error(name) from error
        if content.startswith(kinds.OLE):
            require_table(name, kinds.of_ole(content))
            raise not_a_table_error(
                f"'{name}' is an old Office file (.xls), and no workbook in it can be read.",
                "Open it in Excel, save it as .xlsx, and use that file.",
            ) from error
        raise not_a_table_error(f"'{name}' is not an Excel workbook that can be read.") from error
    sheets = answer["filled"]
    if "tables" in answer and (together := _stacked(answer["tables"], sheets, name, options)) is not None:
        return together
    sheet = _choose_sheet(sheets, answer["every"], name, options.sheet or answer["only_table"])
    if "size" in answer:
        rows, columns = answer["size"]
        check_size(rows, columns, name)
    records = [[_excel_cell(cell) for cell in row] for row in answer["rows"]]
    check_size(len(records), max((len(row) for row in records), default=0), name)
    notes = [f"Sheet '{sheet}' of an Excel workbook."]
    why = "" if options.sheet else ": no table was found there"
    unread = _unread([other for other in sheets if other != sheet], why)
    notes.extend(part.sentence for part in unread)
    detected = DetectedFormat(kind="excel", sheet=sheet, sheets=tuple(sheets), left_out=unread)
    return table_of(records, name, detected, options, notes)


def _unread(sheets: list[str], why: str) -> tuple[LeftOut, ...]:
    return (left_out.sheets(sheets, why=why),) if sheets else ()


def _stacked(
    tables: dict[str, list[list[Any]]], sheets: list[str], name: str, options: ReadingOptions
) -> RawTable | None:
    """Sheets with the same headers under each other, their rows numbered on; None: their headers differ.

    Sheets that speak of the same days are not parts of one time: their names are entities.
    """
    read: list[RawTable] = []
    before, rows = [], 0
    for sheet, sheet_rows in tables.items():
        detected = DetectedFormat(kind="excel", sheet=sheet, sheets=tuple(sheets))
        records = [[_excel_cell(cell) for cell in row] for row in sheet_rows]
        try:
            read.append(table_of(records, name, detected, options, []))
        except DataError:
            return None
        before.append(rows)
        rows += len(records)
    if len({frozenset(table.cells.columns) for table in read}) > 1:
        return None
    check_size(rows, len(read[0].cells.columns), name)
    cells = one_under_another([table.cells for table in read])
    own = pd.Series(np.repeat(list(tables), [len(table.cells) for table in read]), dtype="str")
    notes = [
        f"{len(read)} sheets with the same headers, one under the other: {', '.join(tables)}. Rows are numbered on."
    ]
    if _repeats_days(cells, own) and "entity_id" not in {str(label).lower() for label in cells.columns}:
        cells.insert(0, "entity_id", own)
        notes.append("The sheets have the same dates: their names are the entities.")
    unread = _unread([sheet for sheet in sheets if sheet not in tables], ": no table was found there")
    notes.extend(part.sentence for part in unread)
    parts = [
        left_out.of_sheet(part, sheet, before=start)
        for sheet, start, table in zip(tables, before, read, strict=True)
        for part in table.detected.left_out
    ]
    totals: list[int] = []
    for sheet, start, table in zip(tables, before, read, strict=True):
        notes.extend(f"'{sheet}': {note}" for note in table.detected.notes)
        totals.extend(row + start for row in table.detected.dropped_totals_rows)
    changes = {
        "sheet": None,
        "stacked": tuple(tables),
        "dropped_totals_rows": tuple(totals),
        "left_out": (*unread, *parts),
        "notes": tuple(notes),
    }
    numbers = [table.row_numbers + start for start, table in zip(before, read, strict=True)]
    called_na = {
        label: np.concatenate([table.called_na.get(label, np.zeros(len(table.cells), bool)) for table in read])
        for label in {label for table in read for label in table.called_na}
    }
    return RawTable(cells, np.concatenate(numbers), read[0].detected.model_copy(update=changes), called_na)


def _repeats_days(cells: pd.DataFrame, own: pd.Series) -> bool:
    """Whether most dates stand on more than one sheet."""
    for label in cells.columns:
        column = cells[label]
        if pd.api.types.is_numeric_dtype(column.dtype) or parse_dates(column.head(20), "DMY").bad.any():
            continue
        sheets = own.groupby(column.to_numpy()).nunique()
        return bool(len(sheets) and (sheets > 1).mean() > MOST_DATES)
    return False


def _choose_sheet(sheets: list[str], every: list[str], name: str, wanted: str | None) -> str:
    listed = ", ".join(f"'{sheet}'" for sheet in sheets)
    if wanted is not None and wanted not in sheets:
        what = "is empty" if wanted in every else "is not in the workbook"
        raise DataError(
            f"'{name}': sheet '{wanted}' {what}. Sheets with cells: {listed or 'none'}.",
            code="unknown_sheet",
            remedy="Choose one of these sheets (--sheet NAME).",
        )
    if not sheets:
        raise DataError(
            f"'{name}' is a workbook without a filled cell ({counted(len(every), 'sheet')}).",
            code="empty_file",
            remedy="Put the table on a sheet, save the workbook, and use that file.",
        )
    if wanted is None and len(sheets) > 1:
        raise DataError(
            f"'{name}' has {len(sheets)} sheets with cells: {listed}.",
            code="sheet_choice",
            remedy=f"Save the sheet that you want as a file of its own, or choose it: --sheet '{sheets[0]}'.",
        )
    return wanted or sheets[0]


def _check_workbook(content: bytes, name: str) -> None:
    if content.startswith(kinds.OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise password_error(name)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            mimetype = _mimetype(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise not_a_table_error(f"'{name}' is a damaged workbook or archive.") from error
    require_table(name, kinds.of_archive([member.filename for member in members], mimetype))
    if any(member.flag_bits & 1 for member in members):
        raise password_error(name)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_DECOMPRESSED_BYTES:
        raise too_large_error(
            f"'{name}' unpacks to {unpacked / 2**20:,.0f} MB; at most {MAX_DECOMPRESSED_BYTES // 2**20} MB."
        )
    if unpacked > SMALL_BYTES and unpacked > MAX_RATIO * len(content):
        raise too_large_error(f"'{name}' unpacks to {unpacked / len(content):,.0f} times its size; no table does.")


def _mimetype(archive: zipfile.ZipFile) -> str:
    """What an OpenDocument file says that it is: its first member, in plain text."""
    first = next(iter(archive.infolist()), None)
    if first is None or first.filename != "mimetype" or first.file_size > 200:
        return ""
    if first.compress_type != zipfile.ZIP_STORED or first.flag_bits & 1:
        return ""
    with archive.open(first) as part:
        return part.read(200).decode("ascii", errors="replace").strip()


def _excel_cell(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return dt.datetime.fromisoformat(cell["t"]).replace(tzinfo=None)
    if isinstance(cell, bool | int | float):
        return float(cell)
    return None if cell is None else str(cell)
