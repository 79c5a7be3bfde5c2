"""What a check may look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from mmm_core.spec import DatasetSettings
from mmm_core.table.asked import Asked
from mmm_core.table.checks.layout import MERGED
from mmm_core.table.grain import AnyGrain
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable, by_period
from mmm_core.table.typed_file import TypedFile

type CountParameters = Callable[[int, int, bool], int]
"""How many parameters a model has: given channels and controls, Fourier pairs, and whether there is a trend."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A typed table and what is asked of it.

    Attributes
    ----------
    table
        The table; ``file.table``, which a subject always has.
    grain
        Grain of the most common step between periods; None where there is none to speak of.
    asked
        What a specification wants of the table; None: nothing in particular.
    brand
        Numbers per period: sums over entities, averages of controls. Worked out once, for all checks.
    """

    file: TypedFile
    table: TypedTable
    grain: AnyGrain
    settings: DatasetSettings
    asked: Asked | None
    today: dt.date
    count_parameters: CountParameters
    brand: pd.DataFrame = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sum the table by period."""
        object.__setattr__(self, "brand", by_period(self.table))

    @property
    def roles(self) -> Roles:
        """Which column of the file plays which role."""
        return self.file.roles

    def is_merged(self, column: str) -> bool:
        """Whether the blank cells of a canonical column are said to be merged ones already."""
        source = self.table.sources.get(column)
        return any(issue.code == MERGED and issue.column == source for issue in self.file.cell_issues)
