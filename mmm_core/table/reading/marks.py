"""Which mark is the decimal one in a column: 1.170 is 1170 in one, and a little more than one in the next.

A number is *sure* where its mark can be nothing but the decimal mark, or nothing but a separator of thousands (12.5,
1,234.50, 1.234.567), and *unclear* where three digits follow the only mark (1.234). Sure numbers decide their column.
Where all are unclear the rest of the column may decide: programs that separate thousands write values below 1000
without a mark and of the same size; programs that leave out final zeros never write 1.170. Else only a person knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mmm_core.table.reading.cells import as_arrow, bare_number, decimal_of, is_number, matching

type DecimalMark = Literal[".", ","]

MARKS: tuple[DecimalMark, ...] = (".", ",")
OTHER: dict[str, DecimalMark] = {".": ",", ",": "."}
NEAR, APART = 1.0, 3.0
"""Powers of ten up to which two medians are of one size, and by which the two readings differ."""
LEAST_HUNDREDS = 100
"""A column that goes on below this has no values just below a thousand."""
THOUSAND = 1000
_SURE = {mark: rf"^[+-]?([0-9]+[{mark}][0-9]*|[{mark}][0-9]+)$" for mark in MARKS}
_GROUPED = {
    ".": r"^[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]*$|^[+-]?[1-9][0-9]{0,2}(,[0-9]{3}){2,}$",
    ",": r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]*$|^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}$",
}
_UNCLEAR = {mark: rf"^[+-]?[1-9][0-9]{{0,2}}[{mark}][0-9]{{3}}$" for mark in MARKS}
_UNMARKED = r"^[+-]?[0-9]{1,15}$"


class ColumnMark(NamedTuple):
    """The decimal mark of a column.

    Attributes
    ----------
    decimal
        The mark; in doubt, the usual one of the file.
    doubt
        Position of the first number that may be either, where nothing decides.
    inferred
        Position of the first number that may be either, where others show that the mark separates thousands.
    """

    decimal: DecimalMark
    doubt: int | None = None
    inferred: int | None = None

    def doubted(self, column: pd.Series) -> DecimalMark:
        """The mark that is in doubt."""
        position = self.doubt if self.doubt is not None else self.inferred
        return "," if position is not None and "," in str(column.iloc[position]) else "."


class _Numbers(NamedTuple):
    """Numbers of a column: how many have a sure mark; positions and sizes (without mark) of unclear ones; others."""

    sure: dict[DecimalMark, int]
    unclear: dict[DecimalMark, list[int]]
    as_thousands: NDArray[np.float64]
    ends_in_zero: bool
    unmarked: NDArray[np.float64]


def mark_of(
    column: pd.Series, usual: DecimalMark, *, is_usual_known: Callable[[], bool], separator: str | None = None
) -> ColumnMark:
    """The decimal mark of a column.

    Parameters
    ----------
    usual
        Mark of the file, for a column that does not say.
    is_usual_known
        Whether a number of the file shows the usual mark beyond doubt; asked only where it matters.
    separator
        Of fields: what separates them and separates digits too, in quotation marks, is no decimal mark.
    """
    if column.dtype != "str":
        return ColumnMark(usual)
    numbers = _numbers_of(column)
    point, comma = numbers.sure["."], numbers.sure[","]
    if point != comma:
        return ColumnMark("." if point > comma else ",")
    marked = [mark for mark in MARKS if numbers.unclear[mark]]
    if point or not marked:
        return ColumnMark(usual)
    mark, first = marked[0], min(numbers.unclear[each][0] for each in marked)
    if len(marked) == 1:
        if (mark != usual and is_usual_known()) or mark == separator:
            return ColumnMark(OTHER[mark])
        if _separates_thousands(numbers):
            return ColumnMark(OTHER[mark], inferred=first)
    return ColumnMark(usual, doubt=first)


def _separates_thousands(numbers: _Numbers) -> bool:
    """Whether the numbers beside unclear ones leave no doubt that their mark separates thousands.

    That it is a decimal mark cannot be told so: counts of one to nine and now and then a thousand look the same.
    """
    plain = numbers.unmarked[numbers.unmarked > 0]
    if not len(plain):
        return False
    distance = np.log10(np.median(numbers.as_thousands)) - np.log10(np.median(plain))
    of_size = abs(distance) < NEAR or (numbers.ends_in_zero and plain.max() >= LEAST_HUNDREDS)
    return bool(plain.max() < THOUSAND and of_size and abs(distance - APART) >= NEAR)


def _numbers_of(column: pd.Series) -> _Numbers:
    cells = as_arrow(column)
    marked = {mark: matching(cells, _SURE[mark]) | matching(cells, _GROUPED[mark]) for mark in MARKS}
    unclear = {mark: matching(cells, _UNCLEAR[mark]) for mark in MARKS}
    unmarked = matching(cells, _UNMARKED)
    sure: dict[DecimalMark, int] = {mark: int((marked[mark] & ~unclear[mark]).sum()) for mark in MARKS}
    places = {mark: np.flatnonzero(unclear[mark]).tolist() for mark in MARKS}
    bodies = [body for mark in MARKS for body in cells.filter(pa.array(unclear[mark])).to_pylist()]
    plain = np.asarray(pc.cast(cells.filter(pa.array(unmarked)), pa.float64()).to_numpy(zero_copy_only=False))
    others = [plain]
    rest = column.reset_index(drop=True)[~(marked["."] | marked[","] | unmarked)].dropna().drop_duplicates()
    for place, text in rest.items():
        body = bare_number(str(text))
        mark = decimal_of(body) if body else None
        if body is None or not any(is_number(body, each) for each in MARKS):
            continue
        if mark == "unclear":
            places["," if "," in body else "."].append(int(str(place)))
            bodies.append(body)
        elif mark is None:
            others.append(np.array([float(body)]))
        elif is_number(body, mark):
            sure["." if mark == "." else ","] += 1
    sizes = np.array([float(body.lstrip("+-").replace(".", "").replace(",", "")) for body in bodies])
    return _Numbers(
        sure,
        {mark: sorted(places[mark]) for mark in MARKS},
        sizes,
        any(body.endswith("0") for body in bodies),
        np.abs(np.concatenate(others)),
    )
