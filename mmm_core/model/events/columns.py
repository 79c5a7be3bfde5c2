"""Events become columns of the model: the part of each event that falls into each period.

They are neither centred nor scaled: a coefficient is the effect of one whole event on one period, and its prior does
not depend on how rare the event is, as that of a z-score would. A control that says when something was the case may be
an event too: it counts in units of its largest value, so that an event of one day of a week, which days that were
averaged have as 1/7, is a whole one there as it is where the days are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.labels import column_in_words, counted, display_name, listed
from mmm_core.model.events.calendars import Occasion, occasions
from mmm_core.schema import Strict
from mmm_core.spec import Grain, RunSpec, control_name
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
    column: str | None = Field(
        None, description="Control of the table that says when; dates are the first days of its periods then."
    )
    largest: float = Field(1.0, description="What stands in that control where the event is a whole one.")


class EventColumns(NamedTuple):
    """Events on the estimation rows.

    Attributes
    ----------
    matrix
        ``(row, event)``: part of the event that falls into the row's period (fraction).
    scalers
        What each column is, by its name, in the order of the columns; several events of one column are named together.
    notices
        Events that somebody named and that are left out, in words.
    """

    matrix: Array
    scalers: dict[str, tuple[EventScaler, ...]]
    notices: list[str]


def event_columns(
    frame: pd.DataFrame, spec: RunSpec, split: RowSplit, grain: Grain, wanted: NDArray[np.bool_] | None = None
) -> EventColumns:
    """The events of a specification that fall into estimated rows, and the controls that it counts among them.

    Events that fall into the same periods throughout the table cannot be told apart: they become one column, named
    after all of them.

    Parameters
    ----------
    frame
        The canonical table, all rows, with a column ``ctrl_<name>`` for each control that is an event.
    split
        Which rows of ``frame`` are estimated.
    wanted
        Which rows the columns are made for; None: those that are estimated. Which events are told, and which of them
        together, is decided by the estimated rows alone.

    Returns
    -------
    Columns ``(row, event)``, fractions of an event.

    Raises
    ------
    DataError
        A control that is an event is missing, or is blank or below zero somewhere.
    SpecError
        A calendar or a holiday that there is not, or two events of one name.
    """
    events, rows = spec.feature_config.events, split.estimation if wanted is None else wanted
    if events.are_none:
        return EventColumns(np.zeros((int(rows.sum()), 0)), {}, [])
    looked_at = _Rows(*_periods(frame["period_start"].to_numpy(), grain), split.estimation, split.estimation | rows)
    columns: dict[tuple[float, ...], list[_Event]] = {}
    for each in (*_of_dates(spec, looked_at), *_of_controls(frame, spec, looked_at)):
        columns.setdefault(tuple(each.share[split.estimation].round(9)), []).append(each)
    told = {share: group for share, group in columns.items() if np.ptp(share) > 0}
    named: dict[str, list[_Event]] = {}
    for group in told.values():
        name = EVENT_PREFIX + listed(list(dict.fromkeys(each.name for each in group)))
        named[name if name not in named else f"{name} ({len(named) + 1})"] = group
    matrix = [_part(share, group, split.estimation, rows) for share, group in told.items()]
    return EventColumns(
        np.array(matrix, dtype=float).reshape(len(told), int(rows.sum())).T,
        {name: tuple(each.scaler for each in group) for name, group in named.items()},
        _left_out(spec, {each.name for group in told.values() for each in group}),
    )


def possible_events(frame: pd.DataFrame, controls: Sequence[str]) -> tuple[str, ...]:
    """Controls that may be events by their values: 0 in most rows, and above it in the others.

    Parameters
    ----------
    frame
        The canonical table, with a column ``ctrl_<name>`` for each of ``controls`` (bare names; no unit).
    """
    values = {name: frame[f"ctrl_{name}"] for name in controls}
    return tuple(
        name for name, each in values.items() if each.notna().all() and (each >= 0).all() and (each == 0).mean() > 0.5
    )


class _Event(NamedTuple):
    """An event, and its part in each row of the table ``(row)``, a fraction of a whole one."""

    name: str
    share: Array
    scaler: EventScaler


class _Rows(NamedTuple):
    """Rows of the table ``(row)``: their first day and the first after, which are estimated, which are looked at."""

    begins: Days
    ends: Days
    estimated: NDArray[np.bool_]
    reached: NDArray[np.bool_]


def _of_dates(spec: RunSpec, rows: _Rows) -> Iterator[_Event]:
    """Events whose days are known: of a calendar, or a person's own."""
    first, last = _day(int(rows.begins[rows.reached].min())), _day(int(rows.ends[rows.reached].max()) - 1)
    for occasion in occasions(spec.feature_config.events, first, last):
        days = np.array(occasion.dates, dtype="datetime64[D]").astype(np.int64)
        share = event_share(rows.begins, rows.ends, days, before=occasion.before, after=occasion.after)
        estimated = rows.begins[rows.estimated], rows.ends[rows.estimated]
        yield _Event(occasion.name, share, _scaler(occasion, *estimated))


def _of_controls(frame: pd.DataFrame, spec: RunSpec, rows: _Rows) -> Iterator[_Event]:
    """Events that a column of the table tells of; what is a whole one is known from the estimated rows."""
    for name in map(control_name, spec.feature_config.events.columns):
        column = f"ctrl_{name}"
        values = frame[column].to_numpy(float) if column in frame else np.full(len(frame), np.nan)
        wrong = rows.reached & ~(np.isfinite(values) & (values >= 0))
        if wrong.any():
            raise DataError(
                f"{column_in_words(column)} is to be an event, and is blank or below zero in "
                f"{counted(int(wrong.sum()), 'period')}.",
                code="not_an_event",
                remedy="Write 0 where there is no event and 1 where there is one, or count it as a control.",
                column=column,
            )
        largest = float(values[rows.estimated].max()) or 1.0
        days = tuple(_day(begin) for begin in np.unique(rows.begins[rows.estimated & (values > 0)]).tolist())
        scaler = EventScaler(dates=days, before=0, after=0, column=column, largest=largest)
        yield _Event(display_name(name), values / largest, scaler)


def _part(
    share: tuple[float, ...], group: list[_Event], estimated: NDArray[np.bool_], rows: NDArray[np.bool_]
) -> Array:
    """One column on ``rows``: as the estimated rows have it, elsewhere the largest part of any event of its group."""
    column = np.max([each.share for each in group], axis=0)
    column[estimated] = share
    return np.asarray(column[rows])


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
    columns = [display_name(control_name(column)) for column in spec.feature_config.events.columns]
    return [
        f"{NOT_TOLD}{name}: no day of it tells one estimated period from another; it is left out."
        for name in own + named + [name for name in columns if name not in used]
    ]
