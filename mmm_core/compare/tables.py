"""How a table differs from an earlier one: periods that came or went, and cells that were revised.

Two canonical tables are compared cell by cell over the periods that both have; a cell that is blank in both is the
same. From the two the tables *between* them can be made: with the periods of one and the cells of the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.labels import counted, date_name, display_name, first_of
from mmm_core.schema import Strict
from mmm_core.spec import Grain, RunSpec, channel_name, control_name
from mmm_core.table.typed import BRAND

KEYS = ["entity_id", "period_start"]
SAME = 1e-9
"""Two cells that differ by less than this part of the larger are the same number, written otherwise."""
MOST_LISTED = 200
"""So many revisions are listed; all are counted."""
MOST_NAMED = 4
NOUNS = {"WEEK": "week", "MONTH": "month"}
LEAST_AMOUNTS = 3
"""Amounts that must have been multiplied alike for another unit to be believed."""
ROUNDED = 0.02
"""How far from a power of ten the logarithm (base ten) of an amount in another unit may be, as it was rounded."""
FAR = 30
"""So many times above the largest amount, or below the least, is another unit."""


class Revision(Strict):
    """One cell that was revised."""

    entity: str = Field(description="Entity of the row.")
    period: dt.date = Field(description="First day of the row's period.")
    column: str = Field(description="Canonical column.")
    before: float | None = Field(description="What it was, in the column's unit; null: blank.")
    now: float | None = Field(description="What it is; null: blank.")


class TableChange(Strict):
    """How a table differs from an earlier one."""

    grain: Grain
    new: tuple[dt.date, ...] = Field(description="First days of periods that only the later table has.")
    gone: tuple[dt.date, ...] = Field(description="First days of periods that only the earlier table has.")
    shared: int = Field(description="Periods that both have.")
    revised: int = Field(description="Cells of these periods that differ.")
    by_column: dict[str, int] = Field(description="How many of them are in each column, most first.")
    rows_new: int = Field(0, description="Rows of entities that only the later table has, in shared periods.")
    rows_gone: int = Field(0, description="Rows of entities that only the earlier table has, in shared periods.")
    revisions: tuple[Revision, ...] = Field(description="The first of the revised cells, by period.")
    columns_new: tuple[str, ...] = Field((), description="Columns that only the later table has.")
    columns_gone: tuple[str, ...] = Field((), description="Columns that only the earlier table has.")

    @property
    def has_other_periods(self) -> bool:
        """Whether periods came or went."""
        return bool(self.new or self.gone)

    @property
    def is_revised(self) -> bool:
        """Whether anything differs within the periods that both have."""
        return bool(self.revised or self.rows_new or self.rows_gone)

    def sentences(self) -> list[str]:
        """Each kind of difference in a sentence; empty: the tables are the same."""
        noun = NOUNS[self.grain]
        told = [
            f"{counted(len(days), f'{noun}')} {word}: {self._span(days)}."
            for days, word in ((self.new, "added"), (self.gone, "left out"))
            if days
        ]
        if self.revised:
            columns = [f"{_column(name)} ({number})" for name, number in self.by_column.items()]
            told.append(f"{counted(self.revised, 'cell')} revised: {first_of(columns, MOST_NAMED)}.")
        for rows, word in ((self.rows_new, "added"), (self.rows_gone, "left out")):
            if rows:
                told.append(f"{counted(rows, 'row')} of entities {word}.")
        return told

    def _span(self, days: Sequence[dt.date]) -> str:
        ends = [date_name(dt.datetime.combine(day, dt.time()), self.grain) for day in (days[0], days[-1])]
        return ends[0] if len(days) == 1 else f"{ends[0]} to {ends[1]}"


def table_change(before: pd.DataFrame, now: pd.DataFrame, grain: Grain) -> TableChange:
    """How a canonical table differs from an earlier one of the same grain."""
    periods = [frame["period_start"].unique() for frame in (before, now)]
    shared = np.intersect1d(periods[0], periods[1])
    parts = [_by_key(frame[frame["period_start"].isin(shared)]) for frame in (before, now)]
    keys = parts[0].index.intersection(parts[1].index)
    columns = [name for name in parts[0].columns if name in parts[1].columns]
    earlier, later = (part.loc[keys, columns] for part in parts)
    differs = pd.DataFrame(_differ(earlier, later), index=keys, columns=columns)
    by_column = differs.sum()[lambda counts: counts > 0].sort_values(ascending=False, kind="stable")
    return TableChange(
        grain=grain,
        new=_days(np.setdiff1d(periods[1], shared)),
        gone=_days(np.setdiff1d(periods[0], shared)),
        shared=len(shared),
        revised=int(differs.to_numpy().sum()),
        by_column={str(name): int(number) for name, number in by_column.items()},
        rows_new=len(parts[1].index.difference(keys)),
        rows_gone=len(parts[0].index.difference(keys)),
        revisions=_revisions(differs, earlier, later),
        columns_new=_only(parts[1], parts[0]),
        columns_gone=_only(parts[0], parts[1]),
    )


def other_unit(before: pd.DataFrame, now: pd.DataFrame) -> tuple[str, float] | None:
    """A column that a later table counts in another unit, and in times of the earlier one; None: there is none.

    It is in another unit where every amount that both tables have was multiplied by one power of ten; sales also
    where those of new periods are further from the earlier ones than any period could make one believe. Of channels
    that is no sign: one that was only tried before may have begun.

    Parameters
    ----------
    before, now
        Canonical tables.
    """
    amounts = [str(name) for name in before if name in now and str(name).startswith(("sales", "act_", "spend_"))]
    one, other = (_by_key(frame)[amounts] for frame in (before, now))
    keys = one.index.intersection(other.index)
    new = other.loc[other.index.difference(one.index)]
    for name in amounts:
        times = _times(one.loc[keys, name].to_numpy(float), other.loc[keys, name].to_numpy(float))
        if times is None and name == "sales":
            times = _times_of_median(one[name].to_numpy(float), new[name].to_numpy(float))
        if times is not None:
            return name, times
    return None


def _times(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """The power of ten, other than 1, that every amount of one in the other is; None: they are no such."""
    both = (one > 0) & (other > 0)
    if both.sum() < LEAST_AMOUNTS:
        return None
    powers = np.log10(other[both] / one[both])
    power = round(float(np.median(powers)))
    return 10.0**power if power and np.allclose(powers, power, rtol=0, atol=ROUNDED) else None


def _times_of_median(one: NDArray[np.float64], new: NDArray[np.float64]) -> float | None:
    """How many times a middle amount is that of before, if nothing but a unit explains it."""
    one, new = one[one > 0], new[new > 0]
    if not (one.size and new.size):
        return None
    times = float(np.median(new) / np.median(one))
    beyond = np.median(new) > FAR * one.max() or FAR * np.median(new) < one.min()
    return 10.0 ** round(np.log10(times)) if beyond else None


def between(
    before: pd.DataFrame, now: pd.DataFrame, spec: RunSpec, *, new_periods: bool, revised: bool
) -> pd.DataFrame | None:
    """The table between two: with the periods of one of them, and the cells of one of them where both have a period.

    Parameters
    ----------
    before, now
        Canonical tables.
    spec
        What is to be fitted: its columns are taken. One that a table does not have comes from the other.
    new_periods, revised
        Whether the later table's periods and its cells are taken, or the earlier one's.

    Returns
    -------
    None where there is no such table: a column is missing in periods that only one of the tables has.
    """
    shared = np.intersect1d(before["period_start"].unique(), now["period_start"].unique())
    main, other = (now, before) if revised else (before, now)
    wanted = _columns(spec, before, now)
    common = main[main["period_start"].isin(shared)]
    missing = [name for name in wanted if name not in main]
    if missing:
        common = common.merge(other[[*KEYS, *missing]], on=KEYS, how="left")
    source = now if new_periods else before
    own = source[~source["period_start"].isin(shared)]
    if len(own) and any(name not in own for name in wanted):
        return None
    frame = pd.concat([common[[*KEYS, *wanted]], own[[*KEYS, *wanted]]] if len(own) else [common[[*KEYS, *wanted]]])
    return frame.sort_values(KEYS, kind="stable").reset_index(drop=True)


def _columns(spec: RunSpec, *tables: pd.DataFrame) -> list[str]:
    channels = [channel_name(driver) for driver in spec.drivers]
    named = [
        *(f"act_{name}" for name in channels),
        *(f"spend_{name}" for name in channels),
        *(f"ctrl_{control_name(name)}" for name in spec.controls),
    ]
    # A channel may have no spend in either table; what else is missing is told where the table is fitted.
    return ["sales", *(name for name in named if any(name in table for table in tables))]


def _by_key(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(KEYS)


def _only(one: pd.DataFrame, other: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in one.columns if name not in other.columns)


def _differ(earlier: pd.DataFrame, later: pd.DataFrame) -> NDArray[np.bool_]:
    one, other = (frame.to_numpy(float) for frame in (earlier, later))
    return np.asarray(~np.isclose(one, other, rtol=SAME, atol=0.0, equal_nan=True), bool)


def _revisions(differs: pd.DataFrame, earlier: pd.DataFrame, later: pd.DataFrame) -> tuple[Revision, ...]:
    rows, columns = np.nonzero(differs.to_numpy())
    keys = [differs.index[row] for row in rows]
    order = sorted(range(len(rows)), key=lambda each: (keys[each][1], keys[each][0], columns[each]))[:MOST_LISTED]
    cells = earlier.to_numpy(float), later.to_numpy(float)
    return tuple(
        Revision(
            entity=str(keys[each][0]),
            period=pd.Timestamp(keys[each][1]).date(),
            column=str(differs.columns[columns[each]]),
            before=_cell(cells[0][rows[each], columns[each]]),
            now=_cell(cells[1][rows[each], columns[each]]),
        )
        for each in order
    )


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _days(periods: NDArray[np.datetime64]) -> tuple[dt.date, ...]:
    return tuple(day.date() for day in pd.DatetimeIndex(np.sort(periods)))


def _column(name: str) -> str:
    """A canonical column as a person calls it: sales, spend on TV."""
    role, _, bare = name.partition("_")
    words = {"act": "activity of ", "spend": "spend on ", "ctrl": ""}
    return f"{words[role]}{display_name(bare)}" if role in words and bare else name


def column_in_words(name: str) -> str:
    """A canonical column as a person calls it: sales, spend on TV."""
    return _column(name)


def row_in_words(revision: Revision, grain: Grain) -> str:
    """Where a revised cell stands: its period, and its entity where there are several."""
    period = date_name(dt.datetime.combine(revision.period, dt.time()), grain)
    return period if revision.entity == BRAND else f"{period}, {revision.entity}"
