"""From the bytes of a file to a table of cells, saying what was detected.

Reads delimited text (CSV, TSV, semicolons, pipes), Excel workbooks and Parquet. Takes bytes and opens no file. A
file that is no table is refused with a :class:`~mmm_core.errors.DataError`; what is wrong *within* a table is left to
:mod:`mmm_core.validation`, so that a person sees all of it at once.

Rows are numbered as a spreadsheet shows them: records from 1, title and header rows counted. A formula-like cell
(``=1+1``) is text and is never evaluated.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import Field

from mmm_core import file_kinds, reading_cells
from mmm_core.errors import DataError
from mmm_core.isolation import ExhaustedError, ReadingLimits, UnreadableError, read_isolated
from mmm_core.labels import counted
from mmm_core.reading_cells import DateColumn, DateOrder, NumberColumn, parse_dates, parse_numbers
from mmm_core.spec import ReadingOptions, Strict

__all__ = ["DateColumn", "DetectedFormat", "NumberColumn", "RawTable", "parse_dates", "parse_numbers", "read_table"]

MAX_BYTES = 50 * 2**20
MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_CELLS = 5_000_000
MAX_CELL_CHARACTERS = 10_000
MAX_TEXT_BYTES = 200 * 2**20
MAX_DECOMPRESSED_BYTES = 500 * 2**20
MAX_RATIO = 250
"""Caps of what is read: every door has the same. The last is of a workbook's size, unpacked over packed."""
SMALL_BYTES = 20 * 2**20
"""Unpacked size up to which the ratio does not matter."""
LARGE_BYTES = 4 * 2**20
"""Files above this size are read two at a time: each may take 700 MB while it is read."""
LIMITS = ReadingLimits(
    rows=MAX_ROWS + 1,
    columns=MAX_COLUMNS,
    cells=MAX_CELLS,
    cell_bytes=4 * MAX_CELL_CHARACTERS,
    text_bytes=MAX_TEXT_BYTES,
)

TOTAL_WORDS = frozenset({"total", "totals", "grand total", "sum", "gesamt", "summe"})
SEPARATORS: tuple[Literal[",", ";", "\t", "|"], ...] = (",", ";", "\t", "|")
SNIFFED_RECORDS = 60
DECIMAL_SAMPLE = 20_000

# A long cell is refused by its length, in words, and not by the parser.
csv.field_size_limit(2**31 - 1)
_large_files = threading.BoundedSemaphore(2)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
type Cell = str | float | dt.datetime | None


class DetectedFormat(Strict):
    """How a file was read; part of ``dataset.json``."""

    kind: Literal["csv", "excel", "parquet"]
    encoding: str | None = None
    separator: str | None = None
    decimal: Literal[".", ","] = "."
    date_order: DateOrder | None = Field(None, description="Order of dates, once a date column has been read.")
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int = Field(1, description="Row of the header (1 is the first).")
    index_column: bool = Field(False, description="An unnamed column that numbers the rows was left out.")
    dropped_totals_rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = Field((), description="What was found and done, in sentences.")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it was written.

    Attributes
    ----------
    cells
        One column per header: ``str`` text with blanks missing, ``float64`` or ``datetime64[us]``.
    row_numbers
        Number of each row in the file.
    """

    cells: pd.DataFrame
    row_numbers: NDArray[np.int64]
    detected: DetectedFormat


def read_table(content: bytes, name: str, options: ReadingOptions | None = None) -> RawTable:
    """Read a table from the bytes of a file.

    Parameters
    ----------
    name
        The file's name: a label in messages, never a path.

    Raises
    ------
    DataError
        The bytes are no table, or one beyond the caps; the message says why and what to do.
    """
    options = options or ReadingOptions()
    if not content.strip(b"\x00\r\n\t ,;|\xef\xbb\xbf"):
        raise DataError(f"'{name}' is empty.", code="empty_file", remedy="Export the table again.")
    if len(content) > MAX_BYTES:
        raise _too_large(f"'{name}' has {len(content) / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} MB are read.")
    _require_table(name, file_kinds.of_bytes(content))
    with _large_files if len(content) > LARGE_BYTES else nullcontext():
        if content.startswith(b"PAR1"):
            return _read_parquet(content, name)
        if content.startswith((file_kinds.ZIP, file_kinds.OLE)):
            return _read_excel(content, name, options)
        return _read_text(content, name, options)


def _read_text(content: bytes, name: str, options: ReadingOptions) -> RawTable:
    text, encoding = _decode(content, name, options.encoding)
    _require_table(name, file_kinds.of_text(text))
    if _looks_binary(text):
        raise _not_a_table(
            f"'{name}' is no kind of file that can be read here: it is not text, but has control characters."
        )
    separator = options.separator or _find_separator(text)
    records = _records(text, separator, name)
    notes = [f"Text in {encoding}, fields separated by {_spoken(separator)}."]
    return _table(records, name, DetectedFormat(kind="csv", encoding=encoding, separator=separator), options, notes)


def _decode(content: bytes, name: str, wanted: str | None) -> tuple[str, str]:
    if wanted:
        try:
            return content.decode(wanted).removeprefix("\ufeff"), wanted
        except (UnicodeDecodeError, LookupError) as error:
            raise DataError(
                f"'{name}' is not text in {wanted}.", code="bad_encoding", remedy="Leave the encoding to be found."
            ) from error
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            candidates = [encoding]
            break
    else:
        candidates = _encodings_without_mark(content)
    for encoding in candidates:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise _not_a_table(f"'{name}' is damaged text: it starts like {candidates[0]} and breaks off.")


def _encodings_without_mark(content: bytes) -> list[str]:
    """Every other byte of UTF-16 text in Latin letters is zero."""
    head = content[:4000]
    if head[1::2].count(0) > 0.6 * len(head[1::2]):
        return ["utf-16-le"]
    if head[0::2].count(0) > 0.6 * len(head[0::2]):
        return ["utf-16-be"]
    return ["utf-8", "cp1252", "latin-1"]


def _looks_binary(text: str) -> bool:
    return _CONTROL.search(text) is not None


def _find_separator(text: str) -> Literal[",", ";", "\t", "|"]:
    """The separator under which most records have the same number of fields, and more than one."""
    head = text[:200_000].splitlines()[:SNIFFED_RECORDS]
    best, best_score = SEPARATORS[0], (0.0, 0)
    for separator in SEPARATORS:
        counts = [len(record) for record in csv.reader(head, delimiter=separator) if record]
        if not counts:
            continue
        width = max(set(counts), key=lambda count: (counts.count(count), count))
        score = (counts.count(width) / len(counts) if width > 1 else 0.0, width)
        if score > best_score:
            best, best_score = separator, score
    return best


def _records(text: str, separator: str, name: str) -> list[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[Cell]] = []
    cells = 0
    try:
        for record in reader:
            records.append(list(record))
            cells += len(record)
            _check_size(len(records), len(record), name, cells=cells)
    except csv.Error as error:
        raise DataError(
            f"'{name}': row {len(records) + 1} cannot be split into cells ({error}).",
            code="broken_quotes",
            remedy="Look for a quotation mark that is not closed, or export the table again.",
            row=len(records) + 1,
        ) from error
    return records


def _read_excel(content: bytes, name: str, options: ReadingOptions) -> RawTable:
    _check_workbook(content, name)
    try:
        found, _ = read_isolated("excel", content, limits=LIMITS, sheet=options.sheet)
    except ExhaustedError as error:
        raise _exhausting(name) from error
    except UnreadableError as error:
        if "password" in str(error).lower():
            raise _password(name) from error
        if content.startswith(file_kinds.OLE):
            _require_table(name, file_kinds.of_ole(content))
            raise _not_a_table(
                f"'{name}' is an old Office file (.xls), and no workbook in it can be read.",
                "Open it in Excel, save it as .xlsx, and use that file.",
            ) from error
        raise _not_a_table(f"'{name}' is not an Excel workbook that can be read.") from error
    sheets = found["filled"]
    sheet = _choose_sheet(sheets, found["every"], name, options.sheet or found["only_table"])
    if "size" in found:
        rows, columns = found["size"]
        _check_size(rows, columns, name)
    records = [[_excel_cell(cell) for cell in row] for row in found["rows"]]
    _check_size(len(records), max((len(row) for row in records), default=0), name)
    notes = [f"Sheet '{sheet}' of an Excel workbook."]
    others = ", ".join(f"'{other}'" for other in sheets if other != sheet)
    if others:
        why = "" if options.sheet else ": no table was found there"
        notes.append(f"The workbook has other sheets that were not read ({others}){why}.")
    return _table(records, name, DetectedFormat(kind="excel", sheet=sheet, sheets=tuple(sheets)), options, notes)


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
    if content.startswith(file_kinds.OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _password(name)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            mimetype = _mimetype(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _not_a_table(f"'{name}' is a damaged workbook or archive.") from error
    _require_table(name, file_kinds.of_archive([member.filename for member in members], mimetype))
    if any(member.flag_bits & 1 for member in members):
        raise _password(name)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_DECOMPRESSED_BYTES:
        raise _too_large(
            f"'{name}' unpacks to {unpacked / 2**20:,.0f} MB; at most {MAX_DECOMPRESSED_BYTES // 2**20} MB."
        )
    if unpacked > SMALL_BYTES and unpacked > MAX_RATIO * len(content):
        raise _too_large(f"'{name}' unpacks to {unpacked / len(content):,.0f} times its size; no table does.")


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


def _read_parquet(content: bytes, name: str) -> RawTable:
    table = _parquet_table(content, name)
    names = _headers(list(table.column_names), 1, name)
    try:
        columns = {label: _arrow_column(table.column(i)) for i, label in enumerate(names)}
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise _not_a_table(f"'{name}' has a column that cannot be read: {error}.") from error
    cells = pd.DataFrame(columns)
    _check_cells(cells, np.arange(2, len(cells) + 2), name)
    detected = DetectedFormat(kind="parquet", notes=("A Parquet file; types as stored.",))
    return RawTable(cells, np.arange(2, len(cells) + 2), detected)


def _parquet_table(content: bytes, name: str) -> pa.Table:
    """The table, its size judged by the footer first and then by what there is."""
    try:
        meta = pq.read_metadata(pa.BufferReader(content))
        _check_size(meta.num_rows, meta.num_columns, name)
        unpacked = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
        if unpacked > MAX_DECOMPRESSED_BYTES:
            raise _too_large(f"'{name}' unpacks to {unpacked / 2**20:,.0f} MB.")
        found, stream = read_isolated("parquet", content, limits=LIMITS)
    except ExhaustedError as error:
        raise _exhausting(name) from error
    except (UnreadableError, pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise _not_a_table(f"'{name}' is a damaged Parquet file.") from error
    if "nested" in found:
        raise DataError(
            f"'{name}': column '{found['nested']}' holds lists or records, not single values.",
            code="nested_column",
            remedy="Leave the column out, or spread it over several columns.",
            column=found["nested"],
        )
    if "long_cell" in found:
        column, row, length = found["long_cell"]
        raise _cell_too_long(name, column, row + 2, length)
    if "size" in found:
        rows, columns = found["size"]
        _check_size(rows, columns, name)
        raise _too_large(f"'{name}' holds more than {MAX_TEXT_BYTES // 2**20} MB of text.")
    return pa.ipc.open_stream(stream).read_all()


def _arrow_column(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        # The zone is dropped as written: what the clock on the wall said.
        local = pc.local_timestamp(column) if getattr(kind, "tz", None) else column
        return pd.Series(local.cast(pa.timestamp("us"), safe=False).to_numpy(zero_copy_only=False))
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    ):
        return pd.Series(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    return _text_column([None if cell is None else str(cell) for cell in column.to_pylist()])


def _table(
    records: Sequence[Sequence[Cell]], name: str, detected: DetectedFormat, options: ReadingOptions, notes: list[str]
) -> RawTable:
    """Find header and body among the records, and give every column its type."""
    rows = [(number, [_tidy(cell) for cell in record]) for number, record in enumerate(records, start=1)]
    rows = [(number, cells) for number, cells in rows if any(cell is not None for cell in cells)]
    start = next((i for i, (_, cells) in enumerate(rows) if sum(cell is not None for cell in cells) > 1), None)
    if start is None:
        raise DataError(
            f"'{name}' has a single column.",
            code="single_column",
            remedy="Check the separator: comma, semicolon, tab and bar are understood.",
        )
    if start:
        notes.append(f"{start} title row(s) above the header were left out.")
    header_row, header = rows[start]
    _require_header(header, header_row, name)
    body = rows[start + 1 :]
    if not body:
        raise DataError(f"'{name}' has a header and no rows.", code="no_rows", remedy="Export the table again.")
    body, totals = _without_totals(body, notes)
    width = _width(header, body, name, detected.separator)
    labels = _headers(
        [_as_text(cell) or "" for cell in header[:width]] + [""] * (width - len(header)), header_row, name
    )
    columns = {
        label: _typed_column([cells[i] if i < len(cells) else None for _, cells in body])
        for i, label in enumerate(labels)
    }
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    cells = pd.DataFrame(columns)
    index = _index_column(cells)
    if index is not None:
        cells = cells.drop(columns=index)
        notes.append("The unnamed first column numbers the rows and was left out.")
    empty = [label for label in cells if str(label).startswith("column_") and cells[label].isna().all()]
    cells = cells.drop(columns=empty)
    _check_cells(cells, numbers, name)
    decimal, assumed = _decimal(cells, detected, options)
    if assumed:
        reading = "1,234 is read as one thousand" if decimal == "." else "1,234 is read as one point two"
        notes.append(f"Numbers could be read two ways; the decimal mark is taken to be '{decimal}': {reading}.")
    return RawTable(
        cells,
        numbers,
        detected.model_copy(
            update={
                "decimal": decimal,
                "header_row": header_row,
                "index_column": index is not None,
                "dropped_totals_rows": totals,
                "notes": tuple(notes),
            }
        ),
    )


def _tidy(cell: Cell) -> Cell:
    if isinstance(cell, str):
        text = cell.strip().strip("\u00a0").removeprefix("\ufeff")
        return None if reading_cells.is_blank(text) else text
    return cell


def _require_header(header: list[Cell], row: int, name: str) -> None:
    """A header is words; a first row of numbers and dates is data."""
    present = [cell for cell in header if cell is not None]
    data_like = sum(not isinstance(cell, str) or _is_value(cell) for cell in present)
    if data_like > len(present) / 2:
        raise DataError(
            f"'{name}': row {row} should name the columns, and holds values ({_as_text(present[0])}, …).",
            code="no_header",
            remedy="Add a first row with the names of the columns.",
            row=row,
        )


def _is_value(text: str) -> bool:
    column = pd.Series([text], dtype="str")
    return not (parse_numbers(column, ".").bad[0] and parse_dates(column, "DMY").bad[0])


def _without_totals(
    body: list[tuple[int, list[Cell]]], notes: list[str]
) -> tuple[list[tuple[int, list[Cell]]], tuple[int, ...]]:
    totals: list[int] = []
    while len(body) > 1 and _is_totals(body[-1][1], body[0][1]):
        totals.insert(0, body[-1][0])
        body = body[:-1]
    if len(totals) == 1:
        notes.append(f"Row {totals[0]} holds totals and was left out.")
    elif totals:
        notes.append(f"Rows {totals[0]} to {totals[-1]} hold totals and were left out.")
    return body, tuple(totals)


def _is_totals(cells: list[Cell], first_row: list[Cell]) -> bool:
    """A word for totals begins the row, or stands in a row without a date; not where all rows have that word."""
    place = next((i for i, cell in enumerate(cells) if _is_total_word(cell)), None)
    if place is None or (place < len(first_row) and _is_total_word(first_row[place])):
        return False
    return all(cell is None for cell in cells[:place]) or not any(_is_written_date(cell) for cell in cells)


def _is_total_word(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.lower().rstrip(": ") in TOTAL_WORDS


def _is_written_date(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return isinstance(cell, dt.datetime)
    column = pd.Series([cell], dtype="str")
    return bool(parse_numbers(column, ".").bad[0] and not parse_dates(column, "DMY").bad[0])


def _width(header: list[Cell], body: list[tuple[int, list[Cell]]], name: str, separator: str | None) -> int:
    """Number of columns; a row with cells where the header has none is at fault, and so is a row that is cut short."""
    named = max((i + 1 for i, cell in enumerate(header) if cell is not None), default=0)
    used = [max((i + 1 for i, cell in enumerate(cells) if cell is not None), default=0) for _, cells in body]
    long = [(body[row][0], cells) for row, cells in enumerate(used) if cells > max(named, len(header))]
    if long:
        example = ", such as 1,234," if separator == "," else ""
        remedy = (
            f"Look for {_spoken(separator)} inside a cell{example} and put that cell in quotation marks."
            if separator
            else "Name the columns of these cells, or remove the cells."
        )
        raise _ragged(f"'{name}': {_those(long, named)}", remedy, long[0][0])
    short = [(number, len(cells)) for number, cells in body if len(cells) < named]
    if short:
        raise _ragged(
            f"'{name}': {_those(short, named)}",
            "Fill the row up with empty cells where they are missing, or export the table again.",
            short[0][0],
        )
    return max(named, max(len(cells) for _, cells in body))


def _those(rows: list[tuple[int, int]], named: int) -> str:
    (number, cells), more = rows[0], len(rows) - 1
    others = f" {counted(more, 'more row')} {'is' if more == 1 else 'are'} not as wide as the header." if more else ""
    return f"row {number} has {counted(cells, 'cell')}, the header has {named}.{others}"


def _ragged(message: str, remedy: str, row: int) -> DataError:
    return DataError(message, code="ragged_row", remedy=remedy, row=row)


def _headers(labels: list[str], row: int, name: str) -> list[str]:
    found: dict[str, int] = {}
    result = []
    for position, label in enumerate(labels, start=1):
        text = label.strip() or f"column_{position}"
        if text in found:
            raise DataError(
                f"'{name}': two columns are named '{text}' (columns {found[text]} and {position}, row {row}).",
                code="duplicate_header",
                remedy="Rename or remove one of them.",
                column=text,
                row=row,
            )
        found[text] = position
        result.append(text)
    return result


def _typed_column(cells: list[Cell]) -> pd.Series:
    present = [cell for cell in cells if cell is not None]
    if present and all(isinstance(cell, float) for cell in present):
        return pd.Series([np.nan if cell is None else cell for cell in cells], dtype="float64")
    if present and all(isinstance(cell, dt.datetime) for cell in present):
        return pd.Series(np.array(["NaT" if cell is None else cell for cell in cells], dtype="datetime64[us]"))
    return _text_column([_as_text(cell) for cell in cells])


def _text_column(cells: list[str | None]) -> pd.Series:
    tidy = [None if cell is None or reading_cells.is_blank(cell) else cell for cell in cells]
    return pd.Series(tidy, dtype="str")


def _as_text(cell: Cell) -> str | None:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, dt.datetime) else cell


def _index_column(cells: pd.DataFrame) -> str | None:
    """An unnamed first column that counts the rows from 0 or 1."""
    first = str(cells.columns[0])
    if first != "column_1" or cells.shape[1] < 3:
        return None
    numbers, _, _ = parse_numbers(cells[first], ".")
    counting = np.arange(len(numbers))
    return first if any(np.array_equal(numbers, counting + start) for start in (0, 1)) else None


def _decimal(cells: pd.DataFrame, detected: DetectedFormat, options: ReadingOptions) -> tuple[Literal[".", ","], bool]:
    if options.decimal:
        return options.decimal, False
    return reading_cells.detect_decimal(_sample(cells), detected.separator)


def _sample(cells: pd.DataFrame) -> Iterator[str]:
    texts = [column for _, column in cells.items() if column.dtype == "str"]
    per_column = max(50, DECIMAL_SAMPLE // max(1, len(texts)))
    for column in texts:
        yield from (str(cell) for cell in column.dropna().head(per_column))


def _check_size(rows: int, columns: int, name: str, *, cells: int | None = None) -> None:
    if rows > MAX_ROWS + 1:
        raise _too_large(f"'{name}' has more than {MAX_ROWS:,} rows.")
    if columns > MAX_COLUMNS:
        raise _too_large(f"'{name}' has {columns:,} columns; at most {MAX_COLUMNS} are read.")
    if (rows * columns if cells is None else cells) > MAX_CELLS:
        raise _too_large(f"'{name}' has more than {MAX_CELLS:,} cells.")


def _check_cells(cells: pd.DataFrame, numbers: NDArray[np.int64], name: str) -> None:
    if cells.empty:
        raise DataError(f"'{name}' has a header and no rows.", code="no_rows", remedy="Export the table again.")
    for label, column in cells.items():
        if column.dtype != "str":
            continue
        lengths = column.str.len().fillna(0).to_numpy()
        if lengths.max() > MAX_CELL_CHARACTERS:
            raise _cell_too_long(name, str(label), int(numbers[int(lengths.argmax())]), int(lengths.max()))


def _cell_too_long(name: str, column: str, row: int, length: int) -> DataError:
    return DataError(
        f"'{name}': column '{column}', row {row}: a cell of {length:,} characters.",
        code="cell_too_long",
        remedy=f"Shorten it to {MAX_CELL_CHARACTERS:,} characters, or look for a missing quotation mark.",
        column=column,
        row=row,
    )


def _spoken(separator: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[separator]


def _require_table(name: str, kind: file_kinds.Kind | None) -> None:
    if kind is not None:
        raise _not_a_table(f"'{name}' is {kind.what}, not a table.", kind.remedy)


def _not_a_table(message: str, remedy: str = file_kinds.EXPORT) -> DataError:
    return DataError(message, code="not_a_table", remedy=remedy)


def _too_large(message: str) -> DataError:
    return DataError(
        message,
        code="too_large",
        remedy="Leave out rows or columns that the model does not need, or sum to weeks first.",
    )


def _exhausting(name: str) -> DataError:
    return _too_large(f"'{name}' needs more memory or time to be read than a table may take.")


def _password(name: str) -> DataError:
    return DataError(
        f"'{name}' is protected by a password.", code="password", remedy="Save a copy without a password and use that."
    )
