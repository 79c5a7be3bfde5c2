"""What a cell says: blanks, and numbers written as text in the ways that people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BLANK_WORDS = frozenset(
    {"", "na", "n/a", "n.a.", "n/d", "<na>", "null", "(null)", "<null>", "\\n", "none", "nan", "nat", "(blank)", "."}
    | {dash * count for dash in "-–—" for count in (1, 2, 3, 4)}
    | {"#n/a", "#n/a!", "#nv", "#n/d", "#div/0!"}
    | {"k.a.", "k. a.", "k.a", "k/a", "n.v.", "n. v.", "n/v", "n.b.", "n.d.", "s/o", "n.v.t.", "nvt"}
    | {"keine", "kein", "keine angabe", "aucun", "aucune", "ninguno", "ninguna", "nessuno", "nessuna", "geen"}
)
"""Cells that mean: nothing here (compared in lower case); a share of nothing (#DIV/0!) is unknown too."""
LONGEST_BLANK = max(map(len, BLANK_WORDS))
PLAIN = {".": r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$", ",": r"^-?[0-9]{1,15}(,[0-9]{1,15})?$"}
GROUPED = {
    ".": r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,15})?$",
    ",": r"^-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,15})?$",
}
"""Of Arrow's patterns, which take no more steps than a text has characters."""
SPACES = "\u00a0\u202f\u2009\u2007"
LONGEST_VALUE = 200
"""Characters, blanks around them aside, beyond which a cell is text: no pattern is tried on it."""
_SIGN = (
    r"(?:(?:US|AU?|CA?|NZ|HK|R|S)?\$|[€£¥￥₹₽₺₩₴₪]|USD|EUR|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|INR|CNY|AUD|CAD"
    r"|NZD|BRL|MXN|ZAR|SGD|HKD|KRW|zł|Kč|Ft|kr)"
)
# Blanks are stripped and never matched: a pattern that begins with them tries each of them again at every other.
_CURRENCY = re.compile(rf"^{_SIGN}|{_SIGN}$", re.IGNORECASE)
_FACTORS = {
    1e3: "k thousand thousands tsd tsd. tausend mille 千 천",
    1e4: "万 萬 만",
    1e6: "M MM m mn mio mio. mln mln. million millions millionen",
    1e8: "億 亿 억",
    1e9: "B bn mrd mrd. mlrd mlrd. milliarden milliard milliards billion billions",
}
LAST_DIGIT = 6
"""Digits behind the mark that a product is rounded to: 0.29M are 290000."""
FACTOR_OF = {word: factor for factor, words in _FACTORS.items() for word in words.split()}
"""What a number is multiplied by that a word or letter follows; single letters in this case, others in any."""
_SUFFIX = re.compile(rf"(?<=[0-9.,])([ {SPACES}]?)([^\W\d_]{{1,10}}\.?)$")
_SAME_CURRENCY = {"EUR": "€", "USD": "$", "US$": "$", "GBP": "£", "JPY": "¥"}
_NUMBER = {
    # 14,04,582.80 is grouped as in India.
    ".": re.compile(
        r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?", re.IGNORECASE
    ),
    ",": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?(?:e[+-]?\d+)?", re.IGNORECASE),
}
_SPACED = re.compile(rf"(?<=\d)[ '’{SPACES}](?=\d{{3}}(?!\d))")
_BOUND = re.compile(r"[<>≤≥]=? ?[0-9.,]+ ?%?")
_NUMERIC_LOOK = re.compile(r"[+-]?\d[\d.,]*")


class NumberColumn(NamedTuple):
    """A column as numbers: ``values`` is NaN where the cell is blank or bad (not a finite number)."""

    values: NDArray[np.float64]
    bad: NDArray[np.bool_]
    blank: NDArray[np.bool_]


class Writing(NamedTuple):
    """How the numbers of a text column are written, each with the position of its first cell."""

    currencies: dict[str, int]
    percent: int | None
    no_percent: int | None
    grouped: int | None
    bound: int | None
    scaled: int | None = None


def is_blank(text: str) -> bool:
    """Whether a cell's text means that nothing is there."""
    if len(text) > LONGEST_BLANK and not text[0].isspace() and not text[-1].isspace():
        return False  # most cells: nothing to strip, and too long for any of the words
    return text.strip().strip(SPACES).lower() in BLANK_WORDS


def is_bound(text: str) -> bool:
    """Whether a cell gives a bound and no number: a share of "< 10%"."""
    return len(text) <= LONGEST_VALUE and _BOUND.fullmatch(text.strip()) is not None


def detect_decimal(cells: Iterable[str], separator: str | None) -> Literal[".", ","]:
    """Decimal mark of a file; where no cell decides, that which goes with its separator."""
    texts = pa.array(list(cells), type=pa.large_string())
    votes, open_to_both = {".": 0, ",": 0}, np.zeros(len(texts), bool)
    told = matching(texts, r"^[0-9]*$")
    for mark in votes:
        # Most numbers are so plain that they are told together: 12.5 has a vote, and 1.234 none.
        unclear = matching(texts, rf"^[1-9][0-9]{{0,2}}[{mark}][0-9]{{3}}$")
        sure = matching(texts, rf"^[0-9]+[{mark}][0-9]+$") & ~unclear
        votes[mark] += int(sure.sum())
        open_to_both |= unclear
        told |= sure | unclear
    is_unclear = bool(open_to_both.any())
    for cell in texts.filter(pa.array(~told)).to_pylist():
        body = bare_number(cell)
        if body is None or not _NUMERIC_LOOK.fullmatch(body):
            continue
        own = decimal_of(body)
        if own in votes:
            votes[own] += is_number(body, own)  # a date such as 03.01.2022 has no vote
        elif own == "unclear":
            is_unclear = True
    if votes["."] != votes[","]:
        return "." if votes["."] > votes[","] else ","
    return "," if separator == ";" and is_unclear else "."


def parse_numbers(column: pd.Series, decimal: str) -> NumberColumn:
    """Numbers of a column, each cell judged by itself.

    Understands thousands separators, also as in India, currency signs, percent signs (12.5 % is 12.5), words for
    thousands and millions (12.5K, 1,2 Mio), accounting negatives, trailing and typographic minus signs. Words for
    infinity and formulas are bad cells; a bound (< 10%) is unknown, and so blank.
    """
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return NumberColumn(np.where(np.isfinite(numbers), numbers, np.nan), np.isinf(numbers), np.isnan(numbers))
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        blank = column.isna().to_numpy()
        return NumberColumn(np.full(len(column), np.nan), ~blank, blank)
    if column.dtype != "str":
        column = column.astype("str")
    cells = as_arrow(column)
    plain = _plain(cells, decimal) | matching(cells, GROUPED[decimal])
    values, blank = np.full(len(column), np.nan), np.zeros(len(column), bool)
    values[plain] = _numbers(cells.filter(pa.array(plain)), decimal)
    codes, texts = pd.factorize(column[~plain])
    numbers = np.array([_number(str(text), decimal) for text in texts] + [np.nan])
    empty = np.array([is_blank(str(text)) or is_bound(str(text)) for text in texts] + [True])
    values[~plain], blank[~plain] = numbers[codes], empty[codes]
    return NumberColumn(values, np.isnan(values) & ~blank, blank)


def as_arrow(column: pd.Series) -> pa.Array:
    """Text cells as Arrow has them."""
    found = pa.array(column, type=pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _plain(cells: pa.Array, decimal: str) -> NDArray[np.bool_]:
    """Cells that are digits and at most one decimal mark, as most are: read together, and by no pattern of ours."""
    return matching(cells, PLAIN[decimal])


def matching(cells: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Cells in which one of Arrow's patterns is found; blank ones are not among them."""
    found = pc.fill_null(pc.match_substring_regex(cells, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _numbers(cells: pa.Array, decimal: str) -> NDArray[np.float64]:
    """Plain cells as numbers, correctly rounded as Python's own."""
    ungrouped = pc.replace_substring(cells, "," if decimal == "." else ".", "")
    pointed = ungrouped if decimal == "." else pc.replace_substring(ungrouped, ",", ".")
    return np.asarray(pc.cast(pointed, pa.float64()).to_numpy(zero_copy_only=False))


def is_numeric(column: pd.Series, decimal: str) -> bool:
    """Whether a column holds more numbers than other cells; blanks do not count."""
    numbers = parse_numbers(column, decimal)
    return bool((~numbers.bad & ~numbers.blank).sum() > numbers.bad.sum())


def looks_numeric(column: pd.Series) -> bool:
    """Whether a column holds more numbers than other cells, whichever its decimal mark is."""
    return is_numeric(column, ".") or is_numeric(column, ",")


def writing_of(column: pd.Series, decimal: str) -> Writing:
    """How the numbers of a column are written; cells that are no numbers do not count."""
    writing = Writing({}, None, None, None, None)
    if column.dtype != "str":
        return writing
    column = column.reset_index(drop=True)
    for row, text in _telling(column, decimal):
        number = _number(text, decimal)
        if np.isnan(number):
            writing = writing._replace(bound=row) if writing.bound is None and is_bound(text) else writing
            continue
        if currency := currency_mark(text):
            writing.currencies.setdefault(currency, row)
        if number and text.rstrip(" )").endswith("%"):
            writing = writing._replace(percent=row if writing.percent is None else writing.percent)
        elif number:
            writing = writing._replace(no_percent=row if writing.no_percent is None else writing.no_percent)
        if writing.scaled is None and factor_in(text) != 1:
            writing = writing._replace(scaled=row)
        body = bare_number(text) or ""
        if writing.grouped is None and (("," if decimal == "." else ".") in body or _SPACED.search(text)):
            writing = writing._replace(grouped=row)
    return writing


def _telling(column: pd.Series, decimal: str) -> list[tuple[int, str]]:
    """Cells that say how a column is written, with their positions: each way that is there is among them, first.

    Of plain numbers, which are most cells, that is the first one that is not zero; of grouped ones the first.
    """
    cells = as_arrow(column)
    plain = _plain(cells, decimal)
    grouped = matching(cells, GROUPED[decimal])
    told = column[~plain & ~grouped].dropna().drop_duplicates()
    nonzero = plain & matching(cells, r"[1-9]")
    rows = sorted({*told.index.tolist(), *(int(each.argmax()) for each in (nonzero, grouped) if each.any())})
    return [(row, str(text)) for row, text in zip(rows, column.iloc[rows].tolist(), strict=True)]


def has_decimal(column: pd.Series, decimal: str) -> bool:
    """Whether a column has a number in which a mark can be nothing but the decimal mark."""
    if column.dtype != "str":
        return False
    cells = as_arrow(column)
    marked = pc.fill_null(pc.match_substring(cells, decimal), fill_value=False)
    bodies = (bare_number(text) for text in cells.filter(marked).to_pylist())
    return any(decimal_of(body) == decimal for body in bodies if body and _NUMERIC_LOOK.fullmatch(body))


def currency_mark(cell: str) -> str | None:
    """The currency's mark beside a number, in capitals: $, €, CHF; None: there is none."""
    text = cell.strip("()-+ \u2212").removesuffix("%").strip()
    match = _CURRENCY.search(text) if len(text) <= LONGEST_VALUE else None
    sign = match[0].upper() if match else None
    return _SAME_CURRENCY.get(sign, sign) if sign else None


def factor_in(cell: str) -> float:
    """What a number is multiplied by that is written as 12.5K, 1,2 Mio or 3 Tsd.; 1: there is no such word."""
    text = cell.strip().strip(SPACES)
    if len(text) > LONGEST_VALUE or text[-1:].isdigit() or text.endswith("%"):
        return 1.0
    return _factor_of(_without_currency(text.strip("()-")))[1]


def _without_currency(text: str) -> str:
    return _CURRENCY.sub("", text.strip()).strip().strip(SPACES)


def _factor_of(text: str) -> tuple[str, float]:
    """A text without a word for thousands or millions at its end, and what that stands for.

    A single m beside a blank are metres, and two are millimetres.
    """
    match = _SUFFIX.search(text)
    if match is None:
        return text, 1.0
    word = match[2]
    factor = FACTOR_OF.get(word) or (FACTOR_OF.get(word.lower()) if word in "K" or len(word) > len("mm") else None)
    if factor is None or (word == "m" and match[1]):
        return text, 1.0
    return text[: match.start()], factor


def bare_number(cell: str) -> str | None:
    """A number's text without spaces, currency, percent, brackets and a word for thousands; None: no number.

    A bracket becomes a minus.
    """
    text = cell.strip().strip(SPACES).replace("\u2212", "-")
    if len(text) > LONGEST_VALUE:
        return None
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    is_share = text.endswith("%")
    text = _without_currency(text.removesuffix("%"))
    if not is_share and not text[-1:].isdigit():
        text = _without_currency(_factor_of(text)[0])
    if text.startswith("-"):
        text = "-" + _CURRENCY.sub("", text[1:].strip()).strip()
    if text.endswith("-") and len(text) > 1:
        text = "-" + text[:-1].strip()
    # A space or an apostrophe between digits groups thousands.
    text = _SPACED.sub("", text)
    if negative:
        text = "-" + text
    return text if any(character.isdigit() for character in text) else None


def decimal_of(body: str) -> str | None:
    """Which mark is decimal in one number: '.', ',', 'unclear' (1,234), or None (no mark)."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if not points and not commas:
        return None
    mark, count = (".", points) if points else (",", commas)
    if count > 1:
        return "," if mark == "." else "."
    whole, part = body.lstrip("+-").split(mark)
    grouped = len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    return "unclear" if grouped else mark


def is_number(body: str, decimal: str) -> bool:
    """Whether the bare text of a number is one under a decimal mark."""
    return _NUMBER[decimal].fullmatch(body) is not None


def _number(cell: str, decimal: str) -> float:
    body = bare_number(cell)
    if body is None or not is_number(body, decimal):
        return float("nan")
    plain = body.replace(",", "") if decimal == "." else body.replace(".", "").replace(",", ".")
    try:
        factor = factor_in(cell)
        number = float(plain) if factor == 1 else round(float(plain) * factor, LAST_DIGIT)
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")
