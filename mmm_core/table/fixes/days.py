"""Days become weeks; and what a day that is missing stands for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of
from mmm_core.spec import Weekday
from mmm_core.table.calendar.coverage import DAYS_A_WEEK, coverage
from mmm_core.table.fixes.repair import Repaired, refused
from mmm_core.table.grain import WEEKDAYS, days_begin, grain_of
from mmm_core.table.repeats import KEYS, repeated_keys
from mmm_core.table.typed import TypedTable, summed

MOST_DATES_NAMED = 5
NOT_DAYS = "The rows are not days: nothing was changed."


def with_quiet_days(table: TypedTable, week_start: Weekday | None) -> Repaired:  # noqa: ARG001 - one signature
    """Missing days get a row: nothing was sold, bought or spent, and controls are those of the day before."""
    new = _missing_rows(table)
    if new is None:
        return refused(table, NOT_DAYS)
    for column in _numbers(table):
        if not column.startswith("ctrl_"):
            new[column] = 0.0
    return _with_rows(table, new, "have a row now: nothing was sold, bought or spent on them", left_out=False)


def with_unknown_days(table: TypedTable, week_start: Weekday | None) -> Repaired:
    """Missing days get a row whose sales are not known, so that their week feeds carry-over and is not estimated.

    Activity and spend are the means of the other days of the week; those of a week without any other day lie on the
    line between its neighbours, for a blank would be asked about by a fix that came before.
    """
    new = _missing_rows(table)
    if new is None:
        return refused(table, NOT_DAYS)
    first_day = _first_day(table.frame, week_start)
    usual = table.frame.assign(week=_week_of(table.frame["period_start"], first_day)).groupby(["entity_id", "week"])
    keys = pd.MultiIndex.from_arrays([new["entity_id"], _week_of(new["period_start"], first_day)])
    media = [column for column in _numbers(table) if column.startswith(("act_", "spend_"))]
    means = usual[media].mean()
    means = means.reindex(means.index.union(keys.unique()))
    means = means.groupby(level=0).transform(lambda weeks: weeks.interpolate(limit_area="inside"))
    new[media] = means.reindex(keys).to_numpy()
    return _with_rows(
        table,
        new,
        "have a row now, with the mean activity of their week; these weeks feed carry-over and are not estimated",
        left_out=True,
    )


def summed_to_weeks(table: TypedTable, week_start: Weekday | None) -> Repaired:
    """Days summed to weeks per entity, controls averaged; a week with a blank cell is blank.

    Weeks that an entity covers only in part, at its beginning and end, are dropped. Weekly rows before the days stay.
    """
    frame = table.frame
    begin = days_begin(frame)
    if grain_of(frame) != "DAY" and begin is None:
        return refused(table, "The rows are not days: nothing was summed.")
    first_day = _first_day(frame, week_start)
    if why := _why_not(table, first_day, begin):
        return refused(table, f"Nothing was summed: {why}.")
    dates = frame["period_start"]
    weekly = (dates < begin).to_numpy() if begin is not None else np.zeros(len(frame), bool)
    weeks = _week_of(dates, first_day)
    keys = [frame["entity_id"], weeks.rename("period_start")]
    together = summed(frame.assign(period_start=weeks), list(KEYS))
    # A mean over the other days would hide a blank cell that nobody was asked about.
    controls = [column for column in _numbers(table) if column.startswith("ctrl_")]
    together[controls] = together[controls].mask(frame[controls].isna().groupby(keys, sort=True).any())
    keep = _whole(frame, weeks, weekly)

    def any_of(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(pd.Series(cells, index=frame.index).groupby(keys, sort=True).any().to_numpy(bool)[keep])

    firsts = pd.Series(table.row_numbers, index=frame.index).groupby(keys, sort=True).min().to_numpy()[keep]
    dropped = sorted({str(week.date()) for week in together.index.get_level_values("period_start")[~keep]})
    kept_weeks = together.reset_index()[keep].reset_index(drop=True)
    sentence = f"Days were summed to weeks starting on {WEEKDAYS[first_day].title()}, controls averaged."
    if dropped:
        sentence += f" Partly covered weeks were dropped: {', '.join(dropped)}."
    result = replace(
        table,
        frame=kept_weeks.astype({"period_start": "datetime64[us]"}),
        row_numbers=firsts,
        bad={name: any_of(cells) for name, cells in table.bad.items()},
        left_out=any_of(table.left_out),
        exact_duplicate=np.zeros(len(kept_weeks), bool),
        labels=None,
    )
    return Repaired(result, int((~weekly).sum()), sentence)


def _why_not(table: TypedTable, first_day: int, begin: pd.Timestamp | None) -> str | None:
    """What stands against a sum: each of these is an issue of the report, and a sum would hide it."""
    frame = table.frame
    dates = frame["period_start"]
    if undated := int(dates.isna().sum()):
        return f"{counted(undated, 'row')} without a date"
    if nameless := int(frame["entity_id"].isna().sum()):
        return f"{counted(nameless, 'row')} without an entity"
    if repeated := int(repeated_keys(frame).sum()):
        return f"{counted(repeated, 'row')} repeat an entity and a day"
    if begin is not None:
        weekly = dates[dates < begin]
        if (weekly.dt.day_of_week != first_day).any():
            return f"the weekly rows do not begin on {WEEKDAYS[first_day].title()}"
        if begin < weekly.max() + pd.Timedelta(days=DAYS_A_WEEK):
            return "the days begin inside the last week of the weekly rows"
    missing = _missing(frame)
    if not missing.empty:
        named = first_of([str(day.date()) for day in missing["period_start"]], MOST_DATES_NAMED)
        return f"{counted(len(missing), 'day')} missing ({named})"
    return None


def _whole(frame: pd.DataFrame, weeks: pd.Series, weekly: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which sums hold a whole week: every weekday on which the entity has rows at all."""
    closed = {entity: each.closed for entity, each in coverage(frame[~weekly]).items()}
    weekdays = frame["period_start"].dt.day_of_week
    entities = frame["entity_id"].astype("str")
    is_open = np.array([day not in closed.get(who, ()) for who, day in zip(entities, weekdays, strict=True)], bool)
    keys = [frame["entity_id"], weeks]
    days = pd.Series(np.where(weekly, DAYS_A_WEEK, is_open), index=frame.index).groupby(keys, sort=True).sum()
    wanted = [DAYS_A_WEEK - len(closed.get(str(who), ())) for who in days.index.get_level_values(0)]
    return np.asarray(days.to_numpy() >= np.array(wanted, int))


def _week_of(dates: pd.Series, first_day: int) -> pd.Series:
    since = pd.to_timedelta((dates.dt.day_of_week - first_day) % DAYS_A_WEEK, unit="D")
    return pd.Series(dates.dt.normalize() - since)


def _first_day(frame: pd.DataFrame, week_start: Weekday | None) -> int:
    """The day that was asked for, else that of the earliest date."""
    return WEEKDAYS.index(week_start) if week_start else int(frame["period_start"].min().weekday())


def _numbers(table: TypedTable) -> list[str]:
    return [str(column) for column in table.frame.columns if column not in KEYS]


def _daily_part(frame: pd.DataFrame) -> pd.DataFrame | None:
    """Rows that are days; None where there are none."""
    begin = days_begin(frame)
    if begin is not None:
        return frame[frame["period_start"] >= begin]
    return frame if grain_of(frame) == "DAY" else None


def _missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Entity and date of every missing day."""
    daily = _daily_part(frame)
    found = coverage(daily) if daily is not None else {}
    parts = [pd.DataFrame({"entity_id": who, "period_start": each.missing}) for who, each in found.items()]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else frame[["entity_id", "period_start"]].iloc[:0]


def _missing_rows(table: TypedTable) -> pd.DataFrame | None:
    """A row for each missing day, with blank numbers; None where the rows are not days."""
    if _daily_part(table.frame) is None:
        return None
    missing = _missing(table.frame)
    return missing.reindex(columns=table.frame.columns).astype(dict.fromkeys(_numbers(table), float))


def _with_rows(table: TypedTable, new: pd.DataFrame, what: str, *, left_out: bool) -> Repaired:
    if not len(new):
        return refused(table, "No day is missing.")
    frame = pd.concat([table.frame, new.astype(table.frame.dtypes.to_dict())], ignore_index=True)
    in_time = frame["period_start"].argsort(kind="stable")
    entities = frame["entity_id"].iloc[in_time]
    is_new = np.arange(len(frame)) >= len(table.frame)
    for column in [name for name in _numbers(table) if name.startswith("ctrl_")]:
        before = frame[column].iloc[in_time].groupby(entities).ffill().reindex(frame.index)
        frame[column] = frame[column].where(~is_new, before)
    # A day that is not in the file stands where the day before it does.
    known = pd.Series(table.row_numbers).reindex(frame.index)
    before = known.iloc[in_time].groupby(entities).ffill().reindex(frame.index)
    numbers = known.fillna(before)  # a row without an entity has its own number
    result = replace(
        table,
        frame=frame,
        row_numbers=numbers.to_numpy(np.int64),
        bad={name: np.append(cells, np.zeros(len(new), bool)) for name, cells in table.bad.items()},
        left_out=np.append(table.left_out, np.full(len(new), left_out)),
        exact_duplicate=np.append(table.exact_duplicate, np.zeros(len(new), bool)),
        labels=None if table.labels is None else table.labels.reindex(frame.index),
    )
    return Repaired(result, len(new), f"{counted(len(new), 'missing day')} {what}.")
