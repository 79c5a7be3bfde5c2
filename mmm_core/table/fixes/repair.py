"""What a repair gives back."""

from __future__ import annotations

from typing import NamedTuple

from numpy import bool_
from numpy.typing import NDArray

from mmm_core.table.typed import TypedTable


class Repaired(NamedTuple):
    """A table after a repair: ``rows`` were changed, added or dropped; ``sentence`` says how, or why none was."""

    table: TypedTable
    rows: int
    sentence: str


def kept(table: TypedTable, keep: NDArray[bool_], sentence: str) -> Repaired:
    """The rows of a mask; the others were dropped."""
    return Repaired(table.rows(keep), int((~keep).sum()), sentence)


def refused(table: TypedTable, why: str) -> Repaired:
    """The table as it was."""
    return Repaired(table, 0, why)
