"""Events become columns of the model: the part of each event that falls into each period.

They are neither centred nor scaled: a coefficient is the effect of one whole event on one period, and its prior does
not depend on how rare the event is, as that of a z-score would.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.labels import listed
from mmm_core.model.events.calendars import Occasion, occasions
from mmm_core.schema import Strict
from mmm_core.spec import Grain, RunSpec
from mmm_core.table.windows import RowSplit
from mmm_core.transforms.events import event_share

type Array = NDArray[np.float64]
type Days = NDArray[np.int64]

DAYS_OF_WEEK = 7
EPOCH = date(1970, 1, 1).toordinal()
NOT_TOLD = "Event "
"""How a notice of an event begins that is left out."""
EVENT_PREFIX = "event: "
"""How the columns of events begin, so that nobody takes one for a control."""
LONGEST_MONTH = 35
"""Days of the longest month of a retail calendar."""


class EventScaler(Strict):
    """An event as it became a model column; part of ``feature_scaler.json``."""

    dates: tuple[date, ...] = Field(description="Days on which it falls, of those that the estimated rows reach.")
    before: int = Field(description="Days before each that belong to it.")
    after: int = Field(description="Days after each that belong to it.")


class EventColumns(NamedTuple):
    """Events on the estimation rows.

    Attributes
    ----------
    matrix
        ``(row, event)``: part of the event that falls into the row's period (fraction).
    scalers
        What each column is, by its name, in the order of the columns; several events of one column are named together.
    notices
        Events of the person's own that are left out, in words.
    """

    matrix: Array
    scalers: dict[str, tuple[EventScaler, ...]]
    notices: list[str]


def event_columns(frame: pd.DataFrame, spec: RunSpec, split: RowSplit, grain: Grain) -> EventColumns:
    """The events of a specification that fall into estimated rows.

    Events that fall into the same periods throughout the table cannot be told apart: they become one column, named
    after all of them.

    Parameters
    ----------
    frame
        The canonical table, all rows.
    split
        Which rows of ``frame`` are estimated.

    Returns
    -------
    Columns ``(row, event)``, fractions of an event.

    Raises
    ------
    SpecError
        A calendar or a holiday that there is not, or two events of one name.
    """
    rows, events = int(split.estimation.sum()), spec.feature_config.events
    if events.are_none:
        return EventColumns(np.zeros((rows, 0)), {}, [])
    begins, ends = (days[split.estimation] for days in _periods(frame["period_start"].to_numpy(), grain))
    first, last = _day(begins.min()), _day(ends.max() - 1)
    columns: dict[tuple[float, ...], list[Occasion]] = {}
    for occasion in occasions(events, first, last):
        days = np.array(occasion.dates, dtype="datetime64[D]").astype(np.int64)
        share = event_share(begins, ends, days, before=occasion.before, after=occasion.after)
        columns.setdefault(tuple(share.round(9)), []).append(occasion)
    told = {share: group for share, group in columns.items() if np.ptp(share) > 0}
    named: dict[str, list[Occasion]] = {}
    for group in told.values():
        name = EVENT_PREFIX + listed([each.name for each in group])
        named[name if name not in named else f"{name} ({len(named) + 1})"] = group
    return EventColumns(
        np.array(list(told), dtype=float).reshape(len(told), rows).T,
        {name: tuple(_scaler(each, begins, ends) for each in group) for name, group in named.items()},
        _left_out(spec, {each.name for group in told.values() for each in group}),
    )


def _periods(starts: NDArray[np.datetime64], grain: Grain) -> tuple[Days, Days]:
    """First day of each row's period and the first day after it ``(row)``, in days since 1970."""
    dates = starts.astype("datetime64[D]").astype(np.int64)
    if grain == "WEEK":
        return dates, dates + DAYS_OF_WEEK
    unique, place = np.unique(dates, return_inverse=True)
    days = unique.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    into = (days - months.astype("datetime64[D]")).astype(np.int64)
    if len(np.unique(into)) == 1:
        after = (months.astype(np.int64) + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return dates, (after + into)[place]
    # A month of a retail calendar ends where the next begins; the last, and one before a hole, as a year before.
    lengths = np.append(np.diff(unique), LONGEST_MONTH + 1)
    for number in np.flatnonzero(lengths > LONGEST_MONTH):
        a_year_before = int(lengths[number - 12]) if number >= 12 else LONGEST_MONTH
        lengths[number] = min(a_year_before, LONGEST_MONTH)
    return dates, (unique + lengths)[place]


def _day(number: int) -> date:
    return date.fromordinal(EPOCH + int(number))


def _scaler(occasion: Occasion, begins: Days, ends: Days) -> EventScaler:
    days = tuple(
        day
        for day in occasion.dates
        if event_share(begins, ends, [day.toordinal() - EPOCH], before=occasion.before, after=occasion.after).any()
    )
    return EventScaler(dates=days, before=occasion.before, after=occasion.after)


def _left_out(spec: RunSpec, used: set[str]) -> list[str]:
    own = [event.name for event in spec.feature_config.events.own if event.name not in used]
    asked = spec.feature_config.events.holidays
    named = [name for name in (asked.names or () if asked else ()) if name not in used]
    return [
        f"{NOT_TOLD}{name}: no day of it tells one estimated period from another; it is left out."
        for name in own + named
    ]
