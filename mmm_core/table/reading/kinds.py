"""What a file is that is no table, told by its bytes: a Word document, a picture, an archive. Names are not asked."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import NamedTuple

OLE = b"\xd0\xcf\x11\xe0"
"""How old Office files begin, and new ones that have a password."""
ZIP = b"PK\x03\x04"

SAVE_TABLE = "Save the table in it as .xlsx or .csv, and use that file."
EXPORT = "Export the table as CSV, Excel (.xlsx) or Parquet."
UNPACK = "Unpack it, and use the .xlsx or .csv file inside."


class Kind(NamedTuple):
    """What a file is, and what to do about it."""

    what: str
    remedy: str


_BEGINNINGS = (
    (b"%PDF", Kind("a PDF document", SAVE_TABLE)),
    (b"\x89PNG", Kind("a PNG picture", EXPORT)),
    (b"\xff\xd8\xff", Kind("a JPEG picture", EXPORT)),
    (b"GIF8", Kind("a GIF picture", EXPORT)),
    (b"II*\x00", Kind("a TIFF picture", EXPORT)),
    (b"MM\x00*", Kind("a TIFF picture", EXPORT)),
    (b"\x1f\x8b", Kind("a gzip archive", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", UNPACK)),
    (b"PK\x05\x06", Kind("an empty zip archive", EXPORT)),
    (b"SQLite format 3", Kind("a database file", EXPORT)),
    (b"{\\rtf", Kind("a rich-text document", SAVE_TABLE)),
)
_WORD = Kind("a Word document", SAVE_TABLE)
_POWERPOINT = Kind("a PowerPoint presentation", SAVE_TABLE)
_PARTS = (("word/", _WORD), ("ppt/", _POWERPOINT), ("visio/", Kind("a Visio drawing", EXPORT)))
_STREAMS = (
    ("WordDocument", _WORD),
    ("PowerPoint Document", _POWERPOINT),
    ("__properties_version1.0", Kind("an Outlook message", "Save the attached table as a file, and use that.")),
)
_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": Kind("an OpenDocument text", SAVE_TABLE),
    "application/vnd.oasis.opendocument.presentation": Kind("an OpenDocument presentation", SAVE_TABLE),
    "application/vnd.oasis.opendocument.graphics": Kind("an OpenDocument drawing", EXPORT),
    "application/epub+zip": Kind("an e-book", EXPORT),
}
_WORKBOOK_PARTS = ("xl/", "content.xml")
_TAG = re.compile(r"<([!?]?[a-z][\w:.-]*)")
_HTML = frozenset({"html", "head", "body", "table"})


def of_bytes(content: bytes) -> Kind | None:
    """What a file is by its first bytes; None: it may be a table."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind("a WebP picture", EXPORT)
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), None)


def of_ole(content: bytes) -> Kind | None:
    """What an old Office file is, by the names of its streams; None: it may be a workbook."""
    return next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in content), None)


def of_archive(members: Collection[str], mimetype: str) -> Kind | None:
    """What a zip file is, by the names of its members and its own word for it; None: it may be a workbook."""
    if mimetype in _DOCUMENTS:
        return _DOCUMENTS[mimetype]
    for beginning, kind in _PARTS:
        if any(member.startswith(beginning) for member in members) and "[Content_Types].xml" in members:
            return kind
    if any(member.startswith(_WORKBOOK_PARTS) for member in members):
        return None
    if any(member.endswith(".iwa") for member in members):
        return Kind("a document of Apple Numbers, Pages or Keynote", "Export the table from it as .xlsx or .csv.")
    if "[Content_Types].xml" in members:
        return Kind("an Office document without a sheet", SAVE_TABLE)
    return Kind("a zip archive", UNPACK)


def of_text(text: str) -> Kind | None:
    """What a text is; None: it may be a table."""
    start = text[:4000].lstrip().lower()
    while start.startswith("<!--"):
        start = start.partition("-->")[2].lstrip()
    tag = match[1] if (match := _TAG.match(start)) else ""
    if tag in _HTML or start.startswith("<!doctype html") or (tag and "<html" in start):
        return Kind("a web page (HTML)", "Open it in a browser or in Excel, and save the table as .xlsx or .csv.")
    # A header such as <DATE>,<OPEN> is no markup: what is opened there is not closed.
    if tag.startswith(("?xml", "!doctype")) or (tag and f"</{tag}" in text[-4000:].lower()):
        return Kind("an XML document", EXPORT)
    return Kind("a JSON document", EXPORT) if _is_json(text, start) else None


def _is_json(text: str, start: str) -> bool:
    if re.match(r"[{\[]\s*[\"{\[]", start):
        return True
    if not re.match(r"\[[\s\d.,\-\]]", start):
        return False
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False
