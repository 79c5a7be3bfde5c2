"""Delimited text: its encoding, its separator, its records."""

from __future__ import annotations

import csv
import io
import re
from typing import Literal

import numpy as np

from mmm_core.errors import DataError
from mmm_core.spec import ReadingOptions
from mmm_core.table.reading import kinds
from mmm_core.table.reading.limits import check_size, not_a_table_error, require_table
from mmm_core.table.reading.raw_table import Cell, DetectedFormat, RawTable
from mmm_core.table.reading.records import spoken, table_of

SEPARATORS: tuple[Literal[",", ";", "\t", "|"], ...] = (",", ";", "\t", "|")
SNIFFED_RECORDS = 60
EXAMINED = 65_536
FIRST_HIGH, MOSTLY_PAIRS, LEAST_COMMON = 0x80, 0.25, 0.2
EASTERN = {
    "cp932": re.compile("[ぁ-ヺー年月日週売上高費用広告表示回数円店舗地域価格合計媒体]"),
    "gb18030": re.compile("[年月日期周销售额费用广告展示点击渠道地区价格花曝光量店铺总计元收入]"),
    "cp949": re.compile("[년월일주날짜매출액비용광고노출클릭채널지역가격합계원수점포의이]"),
    "big5": re.compile("[年月日期週銷售額費用廣告展示點擊通路地區價格花曝光量店鋪總計元收入]"),
}
"""Encodings without a mark of their own that take two bytes for a sign, and what is common in tables in them."""

# A long cell is refused by its length, in words, and not by the parser.
csv.field_size_limit(2**31 - 1)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_text(content: bytes, name: str, options: ReadingOptions) -> RawTable:
    """Read delimited text; what is not said in the options is found out. Raises DataError."""
    text, encoding = _decode(content, name, options.encoding)
    require_table(name, kinds.of_text(text))
    if _looks_binary(text):
        raise not_a_table_error(
            f"'{name}' is no kind of file that can be read here: it is not text, but has control characters."
        )
    separator = options.separator or _find_separator(text)
    records = _records(text, separator, name)
    notes = [f"Text in {encoding}, fields separated by {spoken(separator)}."]
    return table_of(records, name, DetectedFormat(kind="csv", encoding=encoding, separator=separator), options, notes)


def _decode(content: bytes, name: str, wanted: str | None) -> tuple[str, str]:
    if wanted:
        try:
            return content.decode(wanted).removeprefix("\ufeff"), wanted
        except (LookupError, ValueError) as error:  # some codecs refuse in words of their own
            raise DataError(
                f"'{name}' is not text in {wanted}.", code="bad_encoding", remedy="Leave the encoding to be found."
            ) from error
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            candidates = [encoding]
            break
    else:
        candidates = _encodings_without_mark(content)
        if candidates[0] == "utf-8" and not _is_in(content, "utf-8"):
            candidates = [*_eastern(content), *candidates[1:]]
    for encoding in candidates:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise not_a_table_error(f"'{name}' is damaged text: it starts like {candidates[0]} and breaks off.")


def _encodings_without_mark(content: bytes) -> list[str]:
    """Every other byte of UTF-16 text in Latin letters is zero."""
    head = content[:4000]
    if head[1::2].count(0) > 0.6 * len(head[1::2]):
        return ["utf-16-le"]
    if head[0::2].count(0) > 0.6 * len(head[0::2]):
        return ["utf-16-be"]
    return ["utf-8", "cp1252", "latin-1"]


def _is_in(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _eastern(content: bytes) -> list[str]:
    """The encoding of Japanese, Chinese or Korean text, by what its characters then are; none for other languages.

    Letters with accents stand alone among others, signs of these scripts take two bytes and stand together.
    """
    head = content[:EXAMINED]
    high = np.frombuffer(head, np.uint8) >= FIRST_HIGH
    if not high.any() or (high[1:] & high[:-1]).sum() < MOSTLY_PAIRS * high.sum():
        return []
    shares = {encoding: _share_of(head, encoding, common) for encoding, common in EASTERN.items()}
    best = max(shares, key=lambda encoding: shares[encoding])
    return [best] if shares[best] >= LEAST_COMMON and _is_in(content, best) else []


def _share_of(head: bytes, encoding: str, common: re.Pattern[str]) -> float:
    """Share of the characters beyond ASCII that are common in tables of a language (fraction)."""
    text = head.decode(encoding, errors="replace")
    beyond = [character for character in text if not character.isascii()]
    if text.count("\ufffd") > 1:  # the last character may be cut in two
        return 0.0
    return len(common.findall(text)) / max(1, len(beyond))


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
            check_size(len(records), len(record), name, cells=cells)
    except csv.Error as error:
        raise DataError(
            f"'{name}': row {len(records) + 1} cannot be split into cells ({error}).",
            code="broken_quotes",
            remedy="Look for a quotation mark that is not closed, or export the table again.",
            row=len(records) + 1,
        ) from error
    return records
