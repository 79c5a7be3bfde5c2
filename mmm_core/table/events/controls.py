"""Names of events become controls of 0 and 1: one for all of them, or one for each name."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.labels import counted, first_of
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.events.named import EventColumn, event_columns
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.guesses import default_name
from mmm_core.table.long.found import channels_in
from mmm_core.table.long.names import plain_name
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles, resolve_roles

ONE: FixName = "named_events_are_one"
EACH: FixName = "one_control_for_each_event"
EVENT_FIXES: tuple[FixName, ...] = (ONE, EACH)
MOST_EACH = 6
"""So many names of a column get a control each."""
MOST_NAMED = 8


class Told(NamedTuple):
    """A table whose events are controls, the settings under which they are, their bare names, and the records."""

    raw: RawTable
    settings: DatasetSettings
    controls: tuple[str, ...]
    applied: tuple[AppliedFix, ...]


def with_event_controls(raw: RawTable, settings: DatasetSettings) -> Told:
    """The table with a control for its events, or for each of their names, if a person asked for it. Raises SpecError.

    Both may be asked for: columns with few names get a control for each then, and the others one for all.
    """
    asked = [fix for fix in EVENT_FIXES if fix in settings.fixes]
    if not asked:
        return Told(raw, settings, (), ())
    found = events_of(raw, resolve_roles(list(raw.cells.columns), settings), settings)
    records, cells, columns, controls = [], raw.cells, dict(settings.columns), list[str]()
    done: dict[FixName, list[EventColumn]] = {fix: [] for fix in asked}
    for each in found:
        is_split = EACH in asked and len(each.names) <= MOST_EACH
        if not is_split and ONE not in asked:
            continue
        cells, columns, made = _for_each(cells, columns, each) if is_split else _for_all(cells, columns, each)
        controls += made
        done[EACH if is_split else ONE].append(each)
    for fix in asked:
        told = [f"'{each.column}': {first_of(list(each.names), MOST_NAMED)}" for each in done[fix]]
        rows = len({int(row) for each in done[fix] for row in each.events.index})
        what = "became one control of 0 and 1" if fix == ONE else "became a control of 0 and 1 for each name"
        sentence = f"Names of events {what} ({'; '.join(told)})." if told else _nothing(fix, found)
        records.append(AppliedFix(fix=fix, rows=rows, sentence=sentence))
    settings = settings.model_copy(update={"columns": columns})
    return Told(replace(raw, cells=cells), settings, tuple(controls), tuple(records))


def events_of(raw: RawTable, roles: Roles, settings: DatasetSettings) -> tuple[EventColumn, ...]:
    """Columns of a table that name events, other than those that name its channels."""
    channels = channels_in(raw, roles, settings)
    others = channels.table.columns if channels is not None else ()
    return event_columns(raw, roles, others)


def _nothing(fix: FixName, found: tuple[EventColumn, ...]) -> str:
    if fix == EACH and found:
        return f"No column names {counted(MOST_EACH, 'event')} or fewer: nothing was changed."
    return "No column names events: nothing was changed." if not found else "Each name has a control of its own."


type _Made = tuple[pd.DataFrame, dict[str, str], list[str]]
"""Cells, roles of columns, and bare names of the controls that were made."""


def _for_all(cells: pd.DataFrame, columns: dict[str, str], each: EventColumn) -> _Made:
    numbers = pd.Series(np.zeros(len(cells)), index=cells.index)
    numbers[each.events.index] = 1.0
    own = each.control or default_name(each.column)
    role = {} if each.control is not None else {f"ctrl_{own}": each.column}
    return cells.assign(**{each.column: numbers}), columns | role, [own]


def _for_each(cells: pd.DataFrame, columns: dict[str, str], each: EventColumn) -> _Made:
    base = each.control or default_name(each.column)
    made: dict[str, pd.Series] = {}
    for number, name in enumerate(sorted(each.names), start=1):
        own = f"{base}_{plain_name(name) or number}"
        own = own if f"ctrl_{own}" not in {*cells.columns, *made, *columns} else f"{own}_{number}"
        numbers = pd.Series(np.zeros(len(cells)), index=cells.index)
        numbers[each.events.index[each.events == name]] = 1.0
        made[f"ctrl_{own}"] = numbers
    kept = {role: column for role, column in columns.items() if column != each.column}
    return cells.drop(columns=each.column).assign(**made), kept, [name.removeprefix("ctrl_") for name in made]
