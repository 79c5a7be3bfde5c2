"""From the bytes of a file to a table of cells, saying what was detected.

Reads delimited text (CSV, TSV, semicolons, pipes), Excel workbooks and Parquet. Takes bytes and opens no file. A
file that is no table is refused with a :class:`~mmm_core.errors.DataError`; what is wrong *within* a table is left to
:mod:`mmm_core.table.validation`, so that a person sees all of it at once.

A formula-like cell (``=1+1``) is text and is never evaluated.
"""

from __future__ import annotations

import threading
from contextlib import nullcontext

from mmm_core.errors import DataError
from mmm_core.spec import ReadingOptions
from mmm_core.table.reading import kinds
from mmm_core.table.reading.excel import read_excel
from mmm_core.table.reading.limits import MAX_BYTES, require_table, too_large_error
from mmm_core.table.reading.parquet import read_parquet
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.reading.text import read_text

LARGE_BYTES = 4 * 2**20
"""Files above this size are read two at a time: each may take 700 MB while it is read."""
_large_files = threading.BoundedSemaphore(2)


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
        raise too_large_error(f"'{name}' has {len(content) / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} MB are read.")
    require_table(name, kinds.of_bytes(content))
    with _large_files if len(content) > LARGE_BYTES else nullcontext():
        if content.startswith(b"PAR1"):
            return read_parquet(content, name)
        if content.startswith((kinds.ZIP, kinds.OLE)):
            return read_excel(content, name, options)
        return read_text(content, name, options)
