"""A table with a row for each channel becomes one with a row for each period, and spend and activity of each channel.

Amounts that are the same on all rows of a period (sales of the whole shop, say) are of the period, and counted once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of, listed
from mmm_core.spec import channel_name
from mmm_core.table.entities import is_total_name, spellings, total_entities
from mmm_core.table.fixes.repair import Repaired, refused
from mmm_core.table.long.names import plain_name
from mmm_core.table.repeats import KEYS, repeated_keys
from mmm_core.table.typed import TypedTable, column_order

MOST_NAMED = 8
UNNAMED = "unnamed"
"""Channel of rows that name none and were paid for."""

type Mask = NDArray[np.bool_]
type Matrix = NDArray[np.float64]
type Media = dict[str, tuple[Matrix, Mask, str]]
"""Canonical column to its amounts (period, channel), the cells that could not be read, and its column of the file."""


class Plan(NamedTuple):
    """What a table would be pivoted to.

    Attributes
    ----------
    channels
        Name as it is written most often to the channel that it becomes.
    merged
        Other spellings, with the usual one.
    totals
        Names whose amounts are the sum of the others'.
    split, once
        Canonical columns of media that are each row's own, and those that are the same on all rows of a period.
    sales
        Whether rows of a period repeat one amount, or each have their own; None: there are none.
    missing
        Pairs of a period and a channel without a row.
    repeated
        Rows that repeat an entity, a period and a channel.
    """

    channels: dict[str, str]
    merged: dict[str, str]
    totals: tuple[str, ...]
    split: tuple[str, ...]
    once: tuple[str, ...]
    sales: Literal["once", "added up"] | None
    missing: int
    repeated: int


def plan_of(table: TypedTable) -> Plan | None:
    """What a table with a row for each channel would be pivoted to; None: it cannot be, or there is nothing to do."""
    frame = table.frame
    if table.labels is None or copies_in(table) or not repeated_keys(frame).any():
        return None
    keys = [frame[key] for key in KEYS]
    media = _own_columns(table)
    once = [column for column in media if _is_of_period(frame[column], keys)]
    split = [column for column in media if column not in once]
    if not split:
        return None
    merged = spellings(table.labels.dropna())
    labels = _labels(table, merged, split)
    totals = _totals(frame, labels, split)
    keep = (labels.notna() & ~labels.isin(totals)).to_numpy()
    kept_labels = labels[keep]
    names = sorted(kept_labels.unique())
    if len(names) < 2:
        return None
    of_totals = labels.isin(totals).to_numpy()
    pairs = pd.DataFrame({**{key: frame.loc[keep, key] for key in KEYS}, "label": kept_labels})
    periods = len(frame.loc[~of_totals, list(KEYS)].dropna(subset="period_start").drop_duplicates())
    sales: Literal["once", "added up"] | None = None
    if "sales" in frame:
        own = frame[~of_totals]
        is_one = (own.groupby(list(KEYS))["sales"].nunique() <= 1).all()
        sales = "once" if is_one else "added up"
    return Plan(
        channels=dict(zip(names, _channel_names(names, {channel_name(column) for column in once}), strict=True)),
        merged=merged,
        totals=totals,
        split=tuple(split),
        once=tuple(once),
        sales=sales,
        missing=periods * len(names) - len(pairs.drop_duplicates()),
        repeated=int(pairs.duplicated().sum()),
    )


def copies_in(table: TypedTable) -> int:
    """How many rows repeat another in every cell: whether they count twice is asked before anything is added up."""
    return int(table.exact_duplicate.sum())


def with_sales_once(table: TypedTable) -> Repaired:
    """Each channel gets its own columns; the sales that all rows of a period repeat are counted once."""
    return _pivoted(table, sales="once")


def with_sales_added_up(table: TypedTable) -> Repaired:
    """Each channel gets its own columns; the sales of a period's rows are added up."""
    return _pivoted(table, sales="added up")


def _pivoted(table: TypedTable, *, sales: Literal["once", "added up"]) -> Repaired:
    if table.labels is None:
        return refused(table, "No column names a channel for each of several rows of a period: nothing was pivoted.")
    if copies := copies_in(table):
        what = "repeats" if copies == 1 else "repeat"
        return refused(table, f"Nothing was pivoted: {counted(copies, 'row')} {what} another in every cell.")
    plan = plan_of(table)
    if plan is None:
        return refused(table, "No period has rows of several channels with amounts of their own: nothing was pivoted.")
    if sales == "once" and plan.sales == "added up":
        return refused(table, "The rows of a period differ in sales: they were not taken for one.")
    labels = _labels(table, plan.merged, plan.split)
    rows = np.flatnonzero(~labels.isin(plan.totals).to_numpy())
    place, first = _places(table.frame.iloc[rows])
    media = _media(table, plan, labels.iloc[rows], rows, place, len(first))
    frame, bad = _of_periods(table, plan, rows, place, sales=sales)
    sources = {role: source for role, source in table.sources.items() if role in frame}
    for column, (amounts, unread, source) in media.items():
        frame[column], bad[column], sources[column] = amounts, unread, source
    ordered = frame[column_order(frame.columns)].astype({"period_start": "datetime64[us]"})
    result = TypedTable(
        frame=ordered,
        row_numbers=table.row_numbers[rows][first],
        bad={column: bad[column] for column in ("period_start", *ordered.columns[2:])},
        sources=_in_order(sources),
        exact_duplicate=np.zeros(len(first), bool),
        left_out=_any(table.left_out[rows], place, len(first)),
        date_order=table.date_order,
        date_order_ambiguous=table.date_order_ambiguous,
    )
    told = first_of([f"'{name}'" for name in plan.channels.values()], MOST_NAMED)
    notes = " ".join(notes_of(plan, past=True))
    sentence = (
        f"{counted(len(table.frame), 'row')} became {len(first):,}, with columns for each of "
        f"{counted(len(plan.channels), 'channel')} ({told}); sales were "
        f"{'counted once a period' if sales == 'once' else 'added up'}."
    )
    return Repaired(result, len(table.frame), f"{sentence} {notes}".strip())


def notes_of(plan: Plan, *, past: bool) -> list[str]:
    """What is assumed when a table is pivoted, in sentences; ``past``: it was done."""
    is_, are = ("was", "were") if past else ("is", "are")
    notes = []
    if plan.totals:
        named = listed([f"'{name}'" for name in plan.totals])
        one = len(plan.totals) == 1
        notes.append(f"{named}, {'the sum' if one else 'sums'} of the others, {is_ if one else are} left out.")
    if plan.merged:
        told = [f"'{other}' and '{usual}'" for other, usual in plan.merged.items()]
        notes.append(f"{first_of(told, MOST_NAMED)} {are} taken for one.")
    if plan.missing:
        pairs = counted(plan.missing, "pair")
        counts = ("counted" if past else "counts") if plan.missing == 1 else ("counted" if past else "count")
        notes.append(f"{pairs} of a period and a channel without a row {counts} as nothing spent.")
    if plan.repeated:
        rows = f"{counted(plan.repeated, 'row')} that {'repeats' if plan.repeated == 1 else 'repeat'}"
        notes.append(f"{rows} a period and a channel {is_ if plan.repeated == 1 else are} added to the first.")
    return notes


def _channel_names(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Channels' names, each different from the others and from those that are taken."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        own = plain_name(name) or f"channel_{number}"
        found.append(own if own not in {*found, *taken} else f"{own}_{number}")
    return found


def _own_columns(table: TypedTable) -> list[str]:
    """Activity and spend; not activity that spend stands for."""
    columns = [name for name in map(str, table.frame.columns) if name.startswith(("act_", "spend_"))]
    return [name for name in columns if not _stands_in(table, name)]


def _stands_in(table: TypedTable, column: str) -> bool:
    spend = f"spend_{channel_name(column)}"
    return column.startswith("act_") and table.sources[column] == table.sources.get(spend)


def _is_of_period(values: pd.Series, keys: list[pd.Series]) -> bool:
    """Whether all rows of a period have the same amount, and periods differ."""
    groups = values.groupby(keys)
    return bool((groups.nunique() <= 1).all() and (groups.size() > 1).any() and groups.first().nunique() > 1)


def _labels(table: TypedTable, merged: Mapping[str, str], split: Collection[str]) -> pd.Series:
    """The channel of each row in its usual spelling; blank where a row names none and was not paid for."""
    assert table.labels is not None  # noqa: S101 - only tables with labels are asked
    labels = table.labels.replace(dict(merged))
    amounts = table.frame[list(split)].fillna(0.0).ne(0).any(axis=1)
    return labels.mask(labels.isna() & amounts & table.frame["period_start"].notna(), UNNAMED)


def _totals(frame: pd.DataFrame, labels: pd.Series, split: Sequence[str]) -> tuple[str, ...]:
    """Names that say so and whose amounts hold the sum of the others', in every column that is split.

    The sum alone is no proof: a channel of half of the spend is the sum of the other two.
    """
    if not any(is_total_name(str(name)) for name in labels.dropna().unique()):
        return ()
    found: set[str] | None = None
    for column in split:
        rows = pd.DataFrame({"period_start": frame["period_start"], "entity_id": labels, "sales": frame[column]})
        wide = rows.pivot_table(index="period_start", columns="entity_id", values="sales", aggfunc="sum", fill_value=0)
        if not wide.to_numpy().any():
            continue
        mine = set(total_entities(wide.reset_index().melt("period_start", value_name="sales")))
        found = mine if found is None else found & mine
    return tuple(sorted(name for name in found or () if is_total_name(name)))


def _places(frame: pd.DataFrame) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Which entity and period each row belongs to (row), in the file's order, and the first row of each."""
    # Rows without a date or an entity stay, as one: they are asked about by themselves.
    place = frame.groupby(list(KEYS), sort=False, dropna=False).ngroup().to_numpy(np.intp)
    return np.asarray(place), np.asarray(np.unique(place, return_index=True)[1], np.intp)


def _media(
    table: TypedTable, plan: Plan, labels: pd.Series, rows: NDArray[np.intp], place: NDArray[np.integer], size: int
) -> Media:
    """Columns of activity and spend of each channel."""
    names = list(plan.channels)
    channel = labels.map({name: number for number, name in enumerate(names)})
    mine = channel.notna().to_numpy()
    cell = place[mine], channel[mine].to_numpy(np.intp)
    own = rows[mine]
    several = max(sum(name.startswith(prefix) for name in plan.split) for prefix in ("act_", "spend_")) > 1
    found: Media = {}
    for column in plan.split:
        amounts, unread = np.zeros((size, len(names))), np.zeros((size, len(names)), bool)
        np.add.at(amounts, cell, table.frame[column].to_numpy(float)[own])
        np.logical_or.at(unread, cell, table.bad[column][own])
        prefix, base = column.partition("_")[0], channel_name(column)
        for number, name in enumerate(names):
            role = f"{prefix}_{f'{base}_' if several else ''}{plan.channels[name]}"
            found[role] = amounts[:, number], unread[:, number], f"{table.sources[column]} ({name})"
    return _with_both_sides(found)


def _with_both_sides(media: Media) -> Media:
    """Spend stands for activity where a channel has none; no spend is told of what was never paid for."""
    found = dict(media)
    for column in media:
        channel = channel_name(column)
        spend, activity = media.get(f"spend_{channel}"), media.get(f"act_{channel}")
        if spend is None:
            continue
        if activity is None or (not _is_any(activity) and _is_any(spend)):
            found[f"act_{channel}"] = spend
        elif not _is_any(spend) and _is_any(activity):
            found.pop(f"spend_{channel}", None)
    return found


def _is_any(side: tuple[Matrix, Mask, str]) -> bool:
    return bool(np.nan_to_num(side[0]).any() or side[1].any())


def _of_periods(
    table: TypedTable, plan: Plan, rows: NDArray[np.intp], place: NDArray[np.integer], *, sales: str
) -> tuple[pd.DataFrame, dict[str, Mask]]:
    """Columns of the period itself: sales, controls, and media that are the same on all of its rows."""
    part = table.frame.iloc[rows]
    groups, size = part.groupby(place, sort=True), int(place.max()) + 1
    frame = groups[list(KEYS)].first()
    kept = [name for name in map(str, part.columns) if name not in KEYS and _is_kept(table, plan, name)]
    for name in kept:
        if name.startswith("ctrl_"):
            frame[name] = groups[name].mean()
        elif name == "sales" and sales == "added up":
            frame[name] = groups[name].sum(skipna=False)
        else:
            frame[name] = groups[name].first()
    bad = {name: _any(table.bad[name][rows], place, size) for name in ("period_start", *kept)}
    return frame.reset_index(drop=True), bad


def _is_kept(table: TypedTable, plan: Plan, name: str) -> bool:
    if not name.startswith(("act_", "spend_")):
        return True
    return name in plan.once or (_stands_in(table, name) and f"spend_{channel_name(name)}" in plan.once)


def _any(cells: Mask, place: NDArray[np.integer], size: int) -> Mask:
    found = np.zeros(size, bool)
    np.logical_or.at(found, place, cells)
    return found


def _in_order(sources: Mapping[str, str]) -> dict[str, str]:
    return {column: sources[column] for column in column_order(sources)}
