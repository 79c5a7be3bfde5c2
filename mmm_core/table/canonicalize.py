"""From a raw table to canonical columns: roles, types, fixes, brand level.

Canonical columns are ``entity_id, period_start, sales, act_<channel>, spend_<channel>, ctrl_<name>``. A *role* says
which column of the file plays which of these; it comes from names and prefixes, or from an explicit mapping. A *fix*
is a repair that a person asked for; nothing is repaired without being asked, and every fix leaves a record.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import SpecError
from mmm_core.schema import Strict
from mmm_core.spec import FIX_NAMES, DatasetSettings, FixName, Grain, RunSpec, Weekday, channel_name, control_name
from mmm_core.table.reading.cells import DateOrder, parse_dates, parse_numbers
from mmm_core.table.reading.reading import RawTable

BRAND = "brand_total"
"""Entity of a table without entities, and of the sum over all."""
WEEKDAYS: tuple[Weekday, ...] = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column of the file plays which role; channels and controls by bare name, in order."""

    entity: str | None
    period: str | None
    target: str | None
    activity: dict[str, str]
    spend: dict[str, str]
    controls: dict[str, str]

    @property
    def sources(self) -> dict[str, str]:
        """Canonical column to column of the file, for every role that is played."""
        named = {"entity_id": self.entity, "period_start": self.period, "sales": self.target}
        found = {role: column for role, column in named.items() if column is not None}
        for prefix, columns in (("act_", self.activity), ("spend_", self.spend), ("ctrl_", self.controls)):
            found |= {f"{prefix}{name}": column for name, column in columns.items()}
        return found


class AppliedFix(Strict):
    """The record of one repair."""

    fix: FixName
    rows: int = Field(description="Rows changed or dropped.")
    sentence: str


@dataclass(frozen=True, slots=True)
class TypedTable:
    """Canonical columns, typed, with what could not be read.

    Attributes
    ----------
    frame
        Canonical columns; numbers are NaN and dates NaT where the cell is blank or bad.
    row_numbers
        Row of the file that each row came from (the first one, for summed rows).
    bad
        Canonical column to mask of cells that are no number or no date.
    sources
        Canonical column to column of the file.
    exact_duplicate
        Rows that repeat an earlier row in every cell.
    """

    frame: pd.DataFrame
    row_numbers: NDArray[np.int64]
    bad: dict[str, NDArray[np.bool_]]
    sources: dict[str, str]
    exact_duplicate: NDArray[np.bool_]
    date_order: DateOrder | None
    date_order_ambiguous: bool

    def rows(self, mask: NDArray[np.bool_]) -> TypedTable:
        """The rows of a mask."""
        return replace(
            self,
            frame=self.frame[mask].reset_index(drop=True),
            row_numbers=self.row_numbers[mask],
            bad={column: cells[mask] for column, cells in self.bad.items()},
            exact_duplicate=self.exact_duplicate[mask],
        )


@dataclass(frozen=True, slots=True)
class CanonicalData:
    """A table that can be modelled: canonical columns, sorted by entity and period, entity level kept."""

    frame: pd.DataFrame
    grain: Grain


def resolve_roles(columns: Sequence[str], settings: DatasetSettings, spec: RunSpec | None = None) -> Roles:
    """Decide which column plays which role.

    A mapping in ``settings.columns`` names roles outright; other columns go by name and prefix. A specification narrows
    channels and controls to its own, in its order, and may name columns without prefix.

    Raises
    ------
    SpecError
        The mapping or the specification names a column that the table does not have.
    """
    named = _named_roles(columns, settings)
    activity, spend, controls = (_by_prefix(named, prefix) for prefix in ("act_", "spend_", "ctrl_"))
    target = named.get("sales")
    if spec is not None:
        known = _Known(list(columns), named)
        target = known.find(spec.target_col, "target_col", "sales") if spec.target_col != "sales" else target
        activity = {channel_name(driver): known.driver(driver) for driver in spec.drivers}
        spend = {name: column for name, column in spend.items() if name in activity}
        controls = {control_name(control): known.find(control, "controls", "ctrl_") for control in spec.controls}
    else:
        # Where nothing else measures exposure, money does.
        activity |= {name: column for name, column in spend.items() if name not in activity}
    return Roles(named.get("entity_id"), named.get("period_start"), target, activity, spend, controls)


def type_columns(raw: RawTable, roles: Roles, settings: DatasetSettings) -> TypedTable:
    """Read every role's column as what it must be: text, dates or numbers."""
    decimal = settings.reading.decimal or raw.detected.decimal
    columns: dict[str, object] = {}
    bad: dict[str, NDArray[np.bool_]] = {}
    order: DateOrder | None = None
    ambiguous = False
    for role, source in roles.sources.items():
        cells = raw.cells[source]
        if role == "entity_id":
            columns[role] = _entity_names(cells)
        elif role == "period_start":
            dates = parse_dates(cells, settings.reading.date_order)
            columns[role], bad[role] = dates.values, dates.bad
            order, ambiguous = dates.order, dates.ambiguous
        else:
            numbers = parse_numbers(cells, decimal)
            columns[role], bad[role] = numbers.values, numbers.bad
    columns.setdefault("entity_id", pd.Series([BRAND] * len(raw.cells), dtype="str"))
    frame = pd.DataFrame(columns)
    return TypedTable(
        frame=frame[_column_order(frame.columns)],
        row_numbers=raw.row_numbers,
        bad=bad,
        sources=roles.sources,
        exact_duplicate=raw.cells.duplicated().to_numpy(),
        date_order=order,
        date_order_ambiguous=ambiguous,
    )


def apply_fixes(
    table: TypedTable, fixes: Iterable[FixName], *, week_start: Weekday | None = None
) -> tuple[TypedTable, tuple[AppliedFix, ...]]:
    """Apply the repairs that were asked for, in the order of :data:`~mmm_core.spec.FIX_NAMES`."""
    wanted = set(fixes)
    records = []
    for fix in FIX_NAMES:
        if fix not in wanted:
            continue
        repaired = _summed_to_weeks(table, week_start) if fix == "sum_days_to_weeks" else _FIXES[fix](table)
        table = repaired.table
        records.append(AppliedFix(fix=fix, rows=repaired.rows, sentence=repaired.sentence))
    return table, tuple(records)


def to_canonical(table: TypedTable, grain: Grain) -> CanonicalData:
    """The table in canonical order: sorted by entity and period, dates at midnight, columns in a fixed order."""
    frame = table.frame[_column_order(table.frame.columns)]
    frame = frame.sort_values(["entity_id", "period_start"], kind="stable").reset_index(drop=True)
    return CanonicalData(frame.astype({"entity_id": "str", "period_start": "datetime64[us]"}), grain)


def aggregate_brand(data: CanonicalData) -> CanonicalData:
    """One entity, ``brand_total``: sales, activity and spend summed, controls averaged over the entities present.

    A sum with a blank part is blank: it is not known.
    """
    frame = data.frame
    if frame["entity_id"].nunique() <= 1:
        return CanonicalData(frame.assign(entity_id=pd.Series([BRAND] * len(frame), dtype="str")), data.grain)
    periods = frame.drop(columns="entity_id").groupby("period_start", sort=True)
    parts = {
        str(column): periods[column].mean() if str(column).startswith("ctrl_") else periods[column].sum(skipna=False)
        for column in frame.columns
        if column not in ("entity_id", "period_start")
    }
    brand = pd.DataFrame(parts).reset_index()
    brand.insert(0, "entity_id", pd.Series([BRAND] * len(brand), dtype="str"))
    return CanonicalData(brand, data.grain)


def near_matches(name: str, names: Iterable[str]) -> str:
    """A hint such as "Did you mean 'tv_S'?", or the names there are."""
    listed = [str(candidate) for candidate in names]
    close = difflib.get_close_matches(name, listed, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(repr(candidate) for candidate in close)}?"
    return f"Columns: {', '.join(listed[:40])}{', …' if len(listed) > 40 else ''}."


def step_days(dates: pd.Series) -> NDArray[np.int64]:
    """Days between neighbouring distinct dates."""
    days = np.unique(dates.dropna().to_numpy().astype("datetime64[D]"))
    return np.diff(days).astype("int64")


class _Known(NamedTuple):
    """Columns of the file, and the roles that they were found to play."""

    columns: list[str]
    named: dict[str, str]

    def driver(self, name: str) -> str:
        """Column of a driver: its role, its own name, or its channel's activity or, failing that, spend."""
        channel = channel_name(name)
        for role in (name, f"act_{channel}", f"spend_{channel}"):
            if role in self.named:
                return self.named[role]
        return self.find(name, "drivers", "act_")

    def find(self, name: str, field: str, prefix: str) -> str:
        for role in (name, f"{prefix}{name}"):
            if role in self.named:
                return self.named[role]
        if name in self.columns:
            return name
        raise SpecError(
            f"{field}: the table has no column '{name}'.",
            code="unknown_column",
            remedy=near_matches(name, [*self.columns, *self.named]),
        )


def _named_roles(columns: Sequence[str], settings: DatasetSettings) -> dict[str, str]:
    """Role to column: by name and prefix in any case, the mapping on top."""
    roles: dict[str, str] = {}
    mapping = settings.columns
    for column in columns:
        role = _role_by_name(column)
        mapped = {name for name, source in mapping.items() if source == column}
        # What the mapping calls otherwise goes by that alone; but spend may be called activity too.
        channel = channel_name(role or "")
        renamed = bool(mapped) and not mapped <= {f"act_{channel}", f"spend_{channel}"}
        if role and not renamed and column not in settings.left_out:
            roles.setdefault(role, column)
    for role, column in mapping.items():
        if role not in ("entity_id", "period_start", "sales") and not _has_prefix(role):
            raise SpecError(
                f"dataset.columns: '{role}' is not a role.",
                code="unknown_role",
                remedy="Roles are entity_id, period_start, sales, act_<channel>, spend_<channel>, ctrl_<name>.",
            )
        if column not in columns:
            raise SpecError(
                f"dataset.columns: the table has no column '{column}' (wanted as {role}).",
                code="unknown_column",
                remedy=near_matches(column, columns),
            )
        roles[role] = column
    return roles


def _role_by_name(column: str) -> str | None:
    lowered = column.strip().lower()
    if lowered in ("entity_id", "period_start", "sales"):
        return lowered
    for prefix in ("act_", "spend_", "ctrl_"):
        if lowered.startswith(prefix) and len(lowered) > len(prefix):
            return prefix + column.strip()[len(prefix) :]
    return None


def _has_prefix(role: str) -> bool:
    return any(role.startswith(prefix) and len(role) > len(prefix) for prefix in ("act_", "spend_", "ctrl_"))


def _by_prefix(named: dict[str, str], prefix: str) -> dict[str, str]:
    return {role.removeprefix(prefix): column for role, column in named.items() if role.startswith(prefix)}


def _entity_names(cells: pd.Series) -> pd.Series:
    numeric = pd.api.types.is_numeric_dtype(cells.dtype)
    names = cells.map(lambda value: f"{value:.15g}", na_action="ignore") if numeric else cells
    return names.astype("str").reset_index(drop=True)


def _column_order(columns: Iterable[object]) -> list[str]:
    names = [str(column) for column in columns]
    first = [name for name in ("entity_id", "period_start", "sales") if name in names]
    rest = [name for prefix in ("act_", "spend_", "ctrl_") for name in names if name.startswith(prefix)]
    return first + rest


class _Repaired(NamedTuple):
    table: TypedTable
    rows: int
    sentence: str


def _filled(table: TypedTable, prefix: str, fill: Callable[[pd.Series], pd.Series], what: str) -> _Repaired:
    """Fill blank cells (never bad ones) of the columns with a prefix."""
    frame = table.frame.copy()
    touched = np.zeros(len(frame), bool)
    # Spend that stands for activity is one column of the file, and its blanks mean one thing.
    sources = {source for name, source in table.sources.items() if name.startswith(prefix)}
    for column in [name for name in frame.columns if table.sources.get(name) in sources]:
        blank = frame[column].isna().to_numpy() & ~table.bad.get(str(column), np.zeros(len(frame), bool))
        filled = fill(frame[column])
        frame[column] = frame[column].where(~blank, filled)
        touched |= blank & frame[column].notna().to_numpy()
    return _Repaired(replace(table, frame=frame), int(touched.sum()), what)


def _zero(column: pd.Series) -> pd.Series:
    return column.fillna(0.0)


def _carried(table: TypedTable) -> _Repaired:
    entities, order = table.frame["entity_id"], table.frame["period_start"]

    def carry(column: pd.Series) -> pd.Series:
        return column.iloc[order.argsort(kind="stable")].groupby(entities).ffill().reindex(column.index)

    return _filled(table, "ctrl_", carry, "Blank controls were given the value before them.")


def _interpolated(table: TypedTable) -> _Repaired:
    entities, order = table.frame["entity_id"], table.frame["period_start"]

    def between(column: pd.Series) -> pd.Series:
        ordered = column.iloc[order.argsort(kind="stable")].groupby(entities)
        return ordered.transform(lambda part: part.interpolate(limit_area="inside")).reindex(column.index)

    return _filled(table, "ctrl_", between, "Blank controls were put on the line between their neighbours.")


def _kept(table: TypedTable, keep: NDArray[np.bool_], sentence: str) -> _Repaired:
    return _Repaired(table.rows(keep), int((~keep).sum()), sentence)


def _without_trailing_blank_sales(table: TypedTable) -> _Repaired:
    known = table.frame["sales"].notna() | table.bad["sales"]
    last = table.frame["period_start"].where(known).max()
    keep = (table.frame["period_start"].isna() | (table.frame["period_start"] <= last)).to_numpy()
    return _kept(table, keep, "Periods after the last one with sales were dropped.")


def _blank_sales_kept(table: TypedTable) -> _Repaired:
    blank = int((table.frame["sales"].isna().to_numpy() & ~table.bad["sales"]).sum())
    return _Repaired(table, blank, "Periods without sales feed carry-over and are not estimated.")


def _common_dates(table: TypedTable) -> _Repaired:
    frame = table.frame
    present = frame.groupby("period_start")["entity_id"].nunique()
    common = set(present.index[present == frame["entity_id"].nunique()])
    return _kept(table, frame["period_start"].isin(common).to_numpy(), "Only dates that every entity has were kept.")


def _without_exact_duplicates(table: TypedTable) -> _Repaired:
    return _kept(table, ~table.exact_duplicate, "Rows that repeat another in every cell were dropped.")


def _without_undated_rows(table: TypedTable) -> _Repaired:
    keep = (table.frame["period_start"].notna() | table.bad["period_start"]).to_numpy()
    return _kept(table, keep, "Rows without a date were dropped.")


def _without_nonpositive_sales(table: TypedTable) -> _Repaired:
    keep = ~(table.frame["sales"] <= 0).to_numpy()
    return _kept(table, keep, "Rows with zero or negative sales were dropped.")


def _summed_to_weeks(table: TypedTable, week_start: Weekday | None) -> _Repaired:
    """Days summed to weeks per entity, controls averaged; weeks that the table only partly covers are dropped."""
    frame = table.frame
    dates = frame["period_start"]
    if dates.isna().any() or not len(step_days(dates)) or step_days(dates).min() != 1:
        return _Repaired(table, 0, "The table is not daily: nothing was summed.")
    first_day = WEEKDAYS.index(week_start) if week_start else int(dates.min().weekday())
    weeks = dates - pd.to_timedelta((dates.dt.day_of_week - first_day) % 7, unit="D")
    grouped = frame.assign(period_start=weeks).groupby(["entity_id", "period_start"], sort=True)
    values = [str(name) for name in frame.columns if name not in ("entity_id", "period_start")]
    parts = {
        name: grouped[name].mean() if name.startswith("ctrl_") else grouped[name].sum(skipna=False) for name in values
    }
    firsts = pd.Series(table.row_numbers, index=frame.index).groupby([frame["entity_id"], weeks]).min()
    whole = (grouped.size() == 7).to_numpy()
    edge = np.isin(grouped.size().index.get_level_values("period_start"), [weeks.min(), weeks.max()])
    keep = whole | ~edge
    bad = {
        name: pd.Series(cells, index=frame.index).groupby([frame["entity_id"], weeks]).any().to_numpy()[keep]
        for name, cells in table.bad.items()
    }
    summed = pd.DataFrame(parts).reset_index()[keep].reset_index(drop=True)
    dropped = sorted({str(week.date()) for week in grouped.size().index.get_level_values("period_start")[~keep]})
    sentence = f"Days were summed to weeks starting on {WEEKDAYS[first_day].title()}, controls averaged."
    if dropped:
        sentence += f" Partly covered weeks were dropped: {', '.join(dropped)}."
    result = replace(
        table,
        frame=summed.astype({"period_start": "datetime64[us]"}),
        row_numbers=firsts.to_numpy()[keep],
        bad=bad,
        exact_duplicate=np.zeros(len(summed), bool),
    )
    return _Repaired(result, len(frame), sentence)


_FIXES: dict[FixName, Callable[[TypedTable], _Repaired]] = {
    "blank_activity_is_zero": lambda table: _filled(table, "act_", _zero, "Blank activity was set to zero."),
    "blank_spend_is_zero": lambda table: _filled(table, "spend_", _zero, "Blank spend was set to zero."),
    "carry_controls_forward": _carried,
    "interpolate_controls": _interpolated,
    "drop_trailing_blank_sales": _without_trailing_blank_sales,
    "blank_sales_outside_likelihood": _blank_sales_kept,
    "use_common_dates": _common_dates,
    "drop_exact_duplicates": _without_exact_duplicates,
    "drop_rows_without_date": _without_undated_rows,
    "drop_nonpositive_sales_rows": _without_nonpositive_sales,
}
