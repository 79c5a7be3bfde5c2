"""Whether a table is long, and which of its columns say what: names, dates, markets, amounts.

All of it is guessed from names and cells unless a person said it (``dataset.columns``, ``dataset.pivot``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import pandas as pd
from pydantic import Field

from mmm_core.errors import SpecError
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.date_columns import period_parts
from mmm_core.table.guesses import guess_of, likely_roles
from mmm_core.table.long.names import (
    CHANNEL_COLUMNS,
    ENTITY_COLUMNS,
    MEASURE_COLUMNS,
    USUAL_NAMES,
    VALUE_COLUMNS,
    names_channel,
    squeezed,
)
from mmm_core.table.reading.cells import looks_numeric
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles, near_matches, resolve_roles

MOST_CHANNELS, MOST_MEASURES, MOST_ENTITIES = 60, 250, 500
"""Different names beyond which a column names something else."""
LOOKED_AT = 2000
"""Rows by which a column that may name channels is told from one of remarks, at first."""
MOSTLY = 0.5
"""Share of periods, or of names, that must be so."""
MOST_KEPT = 60
"""Names that are kept to be shown."""


class LongTable(Strict):
    """How a long table is read: which column says what a row is about, and which hold what."""

    shape: Literal["channels", "measures"]
    names: str = Field(description="Column whose cells name channels, or what was measured.")
    named: tuple[str, ...] = Field(description="The first names in it.")
    values: str | None = Field(None, description="Column of the numbers, where the names are those of measures.")
    period: tuple[str, ...] = Field((), description="Column of dates, or those that tell the period together.")
    entity: str | None = None
    sales: str | None = None
    spend: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    roles: Roles | None = Field(None, description="Roles of its own columns, once it was pivoted.")

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that say or hold something."""
        named = (self.names, self.values, *self.period, self.entity, self.sales, *self.spend, *self.activity)
        return tuple(dict.fromkeys(name for name in named if name is not None))


class Channels(NamedTuple):
    """A table with a row for each channel, and the roles that its columns play until it is pivoted."""

    table: LongTable
    roles: Roles


def channels_in(raw: RawTable, roles: Roles, settings: DatasetSettings) -> Channels | None:
    """The columns of a table with a row for each period and channel; None: it is none.

    Raises
    ------
    SpecError
        The settings name a column that the table does not have.
    """
    require_columns(raw, settings)
    if settings.pivot.values is not None:
        return None
    candidates = _channel_columns(raw, roles, settings)
    if not candidates:
        return None
    mapping = likely_roles(raw, roles, settings.left_out) | _chosen(settings)
    mapping |= _spend_alone(raw, mapping, candidates)
    media = {role: column for role, column in mapping.items() if role.startswith(("act_", "spend_"))}
    period = mapping.get("period_start")
    if period is None or not media:
        return None
    if "entity_id" not in mapping and (entity := _entity_column(raw, [*mapping.values(), *candidates])):
        mapping["entity_id"] = entity
    keys = [period, *([mapping["entity_id"]] if "entity_id" in mapping else [])]
    names = next((name for name in candidates if name not in mapping.values() and _tells_apart(raw, keys, name)), None)
    if names is None:
        return None
    every = settings.model_copy(update={"columns": mapping, "left_out": (*settings.left_out, names)})
    found = resolve_roles(list(raw.cells.columns), every)
    table = LongTable(
        shape="channels",
        names=names,
        named=_named(raw.cells[names]),
        period=(period,),
        entity=mapping.get("entity_id"),
        sales=found.target,
        spend=tuple(found.spend.values()),
        activity=tuple(column for column in found.activity.values() if column not in found.spend.values()),
    )
    return Channels(table, found)


def measures_in(raw: RawTable, settings: DatasetSettings) -> LongTable | None:
    """The columns of a table with a row for each period and measure; None: it is none.

    Raises
    ------
    SpecError
        The settings name a column that the table does not have.
    """
    require_columns(raw, settings)
    pivot, columns = settings.pivot, [str(name) for name in raw.cells.columns]
    if pivot.values is None and pivot.names is not None and (pivot.spend or pivot.activity):
        return None
    values = pivot.values or _value_column(raw, columns)
    if values is None:
        return None
    names = pivot.names or _measure_column(raw, [name for name in columns if name != values])
    if names is None or names == values or raw.cells[names].dtype != "str":
        return None
    period = _periods(raw, settings, [name for name in columns if name not in (names, values)])
    others = [name for name in columns if name not in (names, values, *period)]
    entity = pivot.entity or settings.columns.get("entity_id") or _entity_column(raw, [names, values, *period])
    if entity is None:
        entity = next((name for name in others if name.strip().lower() == "entity_id"), None)
    if period and not raw.cells.duplicated(list(period)).any():
        return None
    return LongTable(
        shape="measures", names=names, named=_named(raw.cells[names]), values=values, period=period, entity=entity
    )


def require_columns(raw: RawTable, settings: DatasetSettings) -> None:
    """See that the table has the columns that a person named. Raises SpecError."""
    columns = [str(name) for name in raw.cells.columns]
    for part, name in settings.pivot.model_dump().items():
        if name is not None and name not in columns:
            raise SpecError(
                f"dataset.pivot: the table has no column '{name}' (wanted as {part}).",
                code="unknown_column",
                remedy=near_matches(name, columns),
            )


def _chosen(settings: DatasetSettings) -> dict[str, str]:
    """Role to column, as a person said."""
    pivot = settings.pivot
    said = {
        "period_start": pivot.period,
        "entity_id": pivot.entity,
        "sales": pivot.sales,
        "spend_ads": pivot.spend,
        "act_ads": pivot.activity,
    }
    return {role: column for role, column in said.items() if column is not None}


def _channel_columns(raw: RawTable, roles: Roles, settings: DatasetSettings) -> list[str]:
    """Columns that may name channels, the likeliest first."""
    if settings.pivot.names is not None:
        return [settings.pivot.names]
    played = set(roles.sources.values())
    texts = [
        str(name)
        for name, cells in raw.cells.items()
        if str(name) not in played and cells.dtype == "str" and _names_few(cells, MOST_CHANNELS)
    ]
    by_name = [name for names in CHANNEL_COLUMNS for name in texts if squeezed(name) in names]
    by_cells = [name for name in texts if name not in by_name and _are_channels(raw.cells[name])]
    return by_name + by_cells


def _are_channels(cells: pd.Series) -> bool:
    different = cells.dropna().unique()
    return sum(names_channel(str(text)) for text in different) >= MOSTLY * len(different)


def _names_few(cells: pd.Series, most: int) -> bool:
    """Whether a column of text has more than one and not too many different cells."""
    return cells.head(LOOKED_AT).nunique() <= most and 1 < cells.nunique() <= most


def _tells_apart(raw: RawTable, keys: list[str], names: str) -> bool:
    """Whether rows of one period, most of the times when there are several, have different names."""
    several = raw.cells.duplicated(keys, keep=False)
    if not several.any():
        return False
    pairs = raw.cells.loc[several, [*keys, names]].drop_duplicates()
    first = ~pairs.duplicated(keys)
    return bool((first & pairs.duplicated(keys, keep=False)).sum() >= MOSTLY * first.sum())


def _spend_alone(raw: RawTable, mapping: dict[str, str], candidates: Sequence[str]) -> dict[str, str]:
    """The one column of numbers without a role, where none is spend or activity: an amount, a budget."""
    if any(role.startswith(("act_", "spend_")) for role in mapping):
        return {}
    taken = {*mapping.values(), *candidates}
    numbers = [str(name) for name, cells in raw.cells.items() if str(name) not in taken and looks_numeric(cells)]
    return {"spend_ads": numbers[0]} if len(numbers) == 1 else {}


def _entity_column(raw: RawTable, taken: Iterable[str]) -> str | None:
    """A column that names markets or brands, by its own name."""
    found = [
        str(name)
        for name, cells in raw.cells.items()
        if str(name) not in set(taken)
        and squeezed(str(name)) in ENTITY_COLUMNS
        and cells.dtype == "str"
        and 1 < raw.names(str(name)).nunique() <= MOST_ENTITIES
    ]
    return found[0] if len(found) == 1 else None


def _value_column(raw: RawTable, columns: Sequence[str]) -> str | None:
    """The column of values: by its name, which may stand beside another word."""
    named = [name for name in columns if squeezed(name) in VALUE_COLUMNS]
    named = named or [name for name in columns if "value" in name.lower()]
    return next((name for name in named if looks_numeric(raw.cells[name])), None)


def _measure_column(raw: RawTable, columns: Sequence[str]) -> str | None:
    """The column that names measures: by its own name, or because its cells have names of measures."""
    texts = [name for name in columns if raw.cells[name].dtype == "str" and _names_few(raw.cells[name], MOST_MEASURES)]
    named = [name for name in texts if squeezed(name) in MEASURE_COLUMNS]
    named = named or [
        name for name in texts if any(word in squeezed(name) for word in ("variable", "metric", "measure"))
    ]
    return next(iter(named or [name for name in texts if _are_measures(raw.cells[name])]), None)


def _are_measures(cells: pd.Series) -> bool:
    different = [str(text) for text in cells.dropna().unique()]
    return len(different) > 1 and sum(map(is_measure, different)) >= MOSTLY * len(different)


def is_measure(name: str) -> bool:
    """Whether a name is that of a measure: sales, spend or activity."""
    lowered = name.strip().lower()
    return (
        lowered.startswith(("act_", "spend_", "ctrl_"))
        or lowered in {"sales", *USUAL_NAMES["sales"]}
        or guess_of(name) is not None
    )


def _periods(raw: RawTable, settings: DatasetSettings, columns: Sequence[str]) -> tuple[str, ...]:
    """The column of dates, or those that tell the period together."""
    said = settings.pivot.period or settings.columns.get("period_start")
    if said is not None:
        return (said,)
    named = [name for name in columns if name.strip().lower() == "period_start"]
    named += [name for name in columns if name.strip().lower().replace(" ", "_") in USUAL_NAMES["period_start"]]
    named = named or [name for name in columns if _are_dates(raw.cells[name])]
    together = period_parts(raw, named[0] if named else None)
    if together is not None:
        return together.columns
    return tuple(named[:1])


def _are_dates(cells: pd.Series) -> bool:
    if cells.dtype == "float64":
        return False
    some = cells.dropna().drop_duplicates().head(LOOKED_AT)
    found = parse_dates(some, "DMY")
    return bool(len(some) and not found.bad.any())


def _named(cells: pd.Series) -> tuple[str, ...]:
    return tuple(str(text) for text in cells.dropna().unique()[:MOST_KEPT])
