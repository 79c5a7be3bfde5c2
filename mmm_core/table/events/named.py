"""Columns that name events: of text, with a few names, and nothing or one usual word in the other rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.spec import control_name
from mmm_core.table.entities import spellings
from mmm_core.table.number_ways import words_in
from mmm_core.table.reading.cells import looks_numeric, parse_numbers
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles

LONGEST_NAME = 40
MOST_EVENT_ROWS = 0.25
"""Share of rows up to which what stands out is an event and not a second kind of row; a control may name more."""
LEAST_ROWS = 8
MOST_NAMES = 60
"""Different names beyond which a control holds remarks."""
_NOTHING = (
    "0 0.0 no nein non nee none nothing normal regular standard usual ohne sin sans senza geen nessuno ninguno aucun "
    "false no-promo no-promotion no-event keine-aktion kein-event sin-promoción pas-de-promo"
)
NOTHING = frozenset(word.replace("-", " ") for word in _NOTHING.split())
"""Words for: nothing happened."""


class EventColumn(NamedTuple):
    """A column that names events.

    Attributes
    ----------
    control
        Bare name of the control that it is; None: it plays no role yet.
    events
        The names, by the row (row) that they stand in; spellings of one name are one.
    usual
        What stands in the other rows; None: they are blank.
    """

    column: str
    control: str | None
    events: pd.Series
    usual: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once, the most frequent first."""
        counts = self.events.value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
        return tuple(map(str, counts.index))


def event_columns(raw: RawTable, roles: Roles, others: Collection[str] = ()) -> tuple[EventColumn, ...]:
    """Columns that name events: controls, and columns without a role; ``others`` are known to say something else."""
    controls = {source: control_name(role) for role, source in roles.sources.items() if role.startswith("ctrl_")}
    played = {*roles.sources.values(), *others}
    found = []
    for name, cells in raw.cells.items():
        column = str(name)
        if column in controls:
            found.append(_of_control(column, controls[column], cells))
        elif column not in played and not looks_numeric(cells):
            found.append(_standing_out(column, cells))
    return tuple(each for each in found if each is not None)


def standing_out(cells: pd.Series) -> bool:
    """Whether a column of text names events."""
    return _standing_out("", cells) is not None


def _standing_out(column: str, cells: pd.Series) -> EventColumn | None:
    """Cells that stand out from a column that mostly says nothing, or one thing; None: the column tells no events.

    Notes that differ in every row have no usual value, and sentences are no names.
    """
    if cells.dtype != "str" or len(cells) < LEAST_ROWS:
        return None
    present = cells.dropna()
    counts = present.value_counts()
    usual = None if len(present) <= len(cells) / 2 else str(counts.index[0])
    events = present[present != usual] if usual is not None else present
    if not 0 < len(events) <= MOST_EVENT_ROWS * len(cells) or not _are_names(events.unique()):
        return None
    return EventColumn(column, None, _in_one_spelling(events), usual)


def _of_control(column: str, control: str, cells: pd.Series) -> EventColumn | None:
    """A control whose cells are names and no numbers; a word for nothing, or the usual one, is none of them."""
    if cells.dtype != "str" or len(cells) < LEAST_ROWS or words_in(cells) is not None:
        return None
    present = cells.dropna()
    nothing = present.str.strip().str.lower().isin(NOTHING)
    names, usual = present[~nothing], None
    if any((~parse_numbers(names, mark).bad).any() for mark in (".", ",")):
        return None
    if nothing.any():
        usual = str(present[nothing].iloc[0])
    elif len(present) == len(cells) and len(counts := present.value_counts()) > 1 and counts.iloc[0] > len(cells) / 2:
        usual = str(counts.index[0])
        names = present[present != usual]
    is_everywhere = len(names) == len(cells)
    if is_everywhere or not 0 < names.nunique() <= MOST_NAMES or not _are_names(names.unique()):
        return None
    return EventColumn(column, control, _in_one_spelling(names), usual)


def _in_one_spelling(events: pd.Series) -> pd.Series:
    tidy = events.str.split().str.join(" ")
    merged: Mapping[str, str] = spellings(tidy)
    return tidy.replace(dict(merged)) if merged else tidy


def _are_names(values: Iterable[object]) -> bool:
    texts = [str(value) for value in values]
    return all(len(text) <= LONGEST_NAME for text in texts) and not _are_dates(texts)


def _are_dates(texts: list[str]) -> bool:
    return not np.any(parse_dates(pd.Series(texts, dtype="str"), "DMY").bad)
