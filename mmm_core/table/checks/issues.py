"""One thing that is wrong with a table, and the collector that the checks fill."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.spec import FixName
from mmm_core.table.typed import TypedTable

type Severity = Literal["error", "warning", "info"]

MOST_ROWS_LISTED = 20


class Issue(Strict):
    """One thing that is wrong, or was assumed."""

    code: str
    severity: Severity
    column: str | None = Field(description="Column of the file; null: the whole table.")
    rows: tuple[int, ...] = Field(description="First rows concerned, numbered as in the file.")
    n_rows: int = Field(description="How many rows are concerned.")
    message: str
    meaning: str = Field(description="What it means for the result.")
    remedy: str
    fix: FixName | None = Field(description="A repair that can be applied by name; null: none is safe.")
    other_fixes: tuple[FixName, ...] = Field(
        (), description="Repairs that would do instead: which of them is right only a person knows."
    )
    rates_for: tuple[str, ...] = Field(
        (), description="Currencies or units of which `dataset.rates` may say what one is worth, the commonest first."
    )

    @property
    def fixes(self) -> tuple[FixName, ...]:
        """Every repair that is offered, the likeliest first."""
        return (*((self.fix,) if self.fix else ()), *self.other_fixes)


class Findings:
    """Collects issues about one table; the only mutable thing here, so that checks stay one line each."""

    def __init__(self, table: TypedTable | None) -> None:
        self.table = table
        self.issues: list[Issue] = []

    def add(
        self,
        code: str,
        severity: Severity,
        message: str,
        *,
        meaning: str,
        remedy: str,
        column: str | None = None,
        rows: NDArray[np.bool_] | None = None,
        fix: FixName | None = None,
        other_fixes: tuple[FixName, ...] = (),
        rates_for: tuple[str, ...] = (),
    ) -> None:
        """Record an issue; ``column`` is canonical and is named as in the file, ``rows`` is a mask."""
        table = self.table
        numbers = table.row_numbers[rows] if table is not None and rows is not None else np.array([], dtype=int)
        self.issues.append(
            Issue(
                code=code,
                severity=severity,
                column=table.sources.get(column, column) if table is not None and column else column,
                rows=tuple(int(number) for number in numbers[:MOST_ROWS_LISTED]),
                n_rows=len(numbers),
                message=message,
                meaning=meaning,
                remedy=remedy,
                fix=fix,
                other_fixes=other_fixes,
                rates_for=rates_for,
            )
        )

    def place(self, rows: NDArray[np.bool_]) -> str:
        """Where a mask first holds: "first in row 14, 2023-04-03"."""
        assert self.table is not None  # noqa: S101 - only checks of a table ask
        first = int(np.flatnonzero(rows)[0])
        when = self.table.frame["period_start"].iloc[first]
        date = "" if pd.isna(when) else f", {when.date().isoformat()}"
        return f"first in row {int(self.table.row_numbers[first])}{date}"

    def source(self, column: str) -> str:
        """A canonical column's name in the file."""
        return self.table.sources.get(column, column) if self.table is not None else column
