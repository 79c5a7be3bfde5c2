"""What holds of any table: each law takes a seed and says what speaks against itself; an empty list is as it should be.

Fixes are asked for as a person does: one after another, and the whole report is made again after each.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.errors import MMMError
from mmm_core.model.structure import parameter_count
from mmm_core.spec import DatasetSettings, FixName, Weekday
from mmm_core.table.grain import WEEKDAYS
from mmm_core.table.reading.reading import read_table
from mmm_core.table.typed import BRAND
from mmm_core.table.validation import Validated, require_valid, validate
from tests.table.properties.damaged import (
    ENTITIES,
    GRAINS,
    TOTALS,
    Made,
    Table,
    add_total,
    damaged,
    damaged_table,
    one_of,
    sound,
    total_line,
    written,
)

WORDS = ("Total", "Grand total", "Summe", "TOTAL:", "Totale", "Gesamt", "Sum of all", "Subtotal", "Source", "Note")
ORDERED = ("revised rows", "footnote", "total row", "preamble", "sheets", "across", "hours", "repeated rows")
"""Damages of which the order of rows or columns is a part."""
TODAY = dt.date(2026, 1, 1)

type Outcome = pd.DataFrame | str
"""The canonical table, or the code of the first error."""


def fixes_in_any_order(seed: int, damages: tuple[str, ...] | None = None) -> list[str]:
    """Fixes end, empty nothing, do something each, and give the same table in any order."""
    chance = np.random.default_rng([seed, 1])
    try:
        opened = Opened(damaged(seed, damages))
        chosen, against = walk(opened, chance, None)
        others = [walk(opened, chance, chosen) for _ in range(2)]
    except MMMError as refusal:
        return [] if refusal.code else [f"a refusal without a code: {refusal}"]
    first = opened.outcome(chosen)
    others.append((chosen[::-1], []))
    for again, found in others:
        against += found
        second = opened.outcome(again)
        if not same(first, second):
            against.append(f"{chosen} ends in {told(first)}, {again} in {told(second)}")
    return against


class Opened:
    """A file that was read once; what some fixes make of it is worked out when it is asked for."""

    def __init__(self, made: Made) -> None:
        self.raw = read_table(made.content, made.name)
        self._known: dict[tuple[FixName, ...], Validated] = {}

    def take(self, fixes: list[FixName]) -> Validated:
        """The table with some fixes, in the order in which they were asked for."""
        key = tuple(fixes)
        if key not in self._known:
            settings = DatasetSettings(fixes=key)
            self._known[key] = validate(self.raw, settings, count_parameters=parameter_count, today=TODAY)
        return self._known[key]

    def outcome(self, fixes: list[FixName]) -> Outcome:
        """What some fixes end in."""
        try:
            return require_valid(self.take(fixes)).frame
        except MMMError as refusal:
            return str(refusal.code)


def walk(opened: Opened, chance: np.random.Generator, among: list[FixName] | None) -> tuple[list[FixName], list[str]]:
    """Fixes asked for one after another, among those offered; ``among`` says which may be chosen.

    Of several answers to one question only one is given.
    """
    fixes: list[FixName] = []
    against: list[str] = []
    declined: set[FixName] = set()
    prepared = opened.take(fixes)
    while True:
        offered = sorted({fix for issue in prepared.report.issues for fix in issue.fixes})
        against += [f"{fix} is offered after {fixes}" for fix in offered if fix in fixes]
        open_to = [fix for fix in offered if fix not in {*fixes, *declined} and (among is None or fix in among)]
        if not open_to or against:
            return fixes, against
        fix: FixName = open_to[chance.integers(len(open_to))]
        fixes.append(fix)
        declined |= {other for issue in prepared.report.issues if fix in issue.fixes for other in issue.fixes}
        after = opened.take(fixes)
        if after.report.n_rows == 0 < prepared.report.n_rows:
            against.append(f"{fixes} empties the table")
        if _is_nothing(prepared, after):
            against.append(f"{fix} does nothing after {fixes[:-1]}")
        prepared = after


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are the same table, or refused for the same reason."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    return one.equals(other)


def told(found: Outcome) -> str:
    """An outcome in a word."""
    return f"'{found}'" if isinstance(found, str) else f"{len(found)} rows with sales of {found['sales'].sum():.2f}"


def days_sum_to_weeks(seed: int) -> list[str]:
    """Weeks are those summed by hand; a missing day is refused, and both answers to it give what they say."""
    chance = np.random.default_rng([seed, 2])
    table = sound(chance, grain="day")
    begin: Weekday = WEEKDAYS[chance.integers(7)]
    by_hand = _weeks(table.rows, begin)
    against = [] if _agree(_summed(table, begin), by_hand) else ["weeks are not those summed by hand"]
    whole = table.rows
    own = whole.assign(entity_id=whole.get("entity_id", BRAND)).groupby("entity_id")["period_start"]
    inside = ~whole["period_start"].isin(pd.concat([own.min(), own.max()])).to_numpy()
    gone = np.isin(
        np.arange(len(whole)), chance.choice(np.flatnonzero(inside), int(chance.integers(1, 6)), replace=False)
    )
    table.rows = whole[~gone]
    if _summed(table, begin) not in ("missing_days", "daily"):
        against.append(f"{gone.sum()} missing days were summed")
    controls = [name for name in whole.columns if name.startswith("ctrl_")]
    numbers = [name for name in whole.columns if name.startswith(("sales", "act_", "spend_"))]
    quiet = _weeks(whole.assign(**{name: whole[name].where(~gone, 0.0) for name in numbers}), begin)
    if not _agree(_summed(table, begin, "missing_days_sold_nothing"), quiet, controls):
        against.append("quiet days count as something")
    unknown = _weeks(whole.assign(sales=whole["sales"].where(~gone)), begin)
    media = [name for name in numbers if name != "sales"]
    if not _agree(_summed(table, begin, "leave_out_incomplete_weeks"), unknown, [*controls, *media]):
        against.append("weeks with a missing day are estimated, or others are not")
    return against


def order_changes_nothing(seed: int) -> list[str]:
    """Rows, columns and the names of entities in another order give the same table and the same issues."""
    chance = np.random.default_rng([seed, 3])
    table = damaged_table(seed, without=ORDERED)
    names = dict(zip(ENTITIES, chance.permutation(["Kappa", "Alpha", "Omega", "Delta"]), strict=True))
    changes: dict[str, pd.DataFrame] = {
        "rows": table.rows.iloc[chance.permutation(len(table.rows))],
        "columns": table.rows[chance.permutation(table.rows.columns)],
    }
    if "entity_id" in table.rows and "near names" not in table.damages:
        changes["names"] = table.rows.assign(entity_id=table.rows["entity_id"].replace(names))
    fixes = _some_fixes(table, chance)
    before = _found(table, fixes)
    against = []
    for what, rows in changes.items():
        after = _found(replace(table, rows=rows.reset_index(drop=True)), fixes)
        if after.issues != before.issues:
            against.append(f"{what}, {fixes}: {before.issues - after.issues} became {after.issues - before.issues}")
        elif not _is_close(before.outcome, after.outcome, names if what == "names" else {}):
            against.append(f"{what}, {fixes}: {told(before.outcome)} became {told(after.outcome)}")
    return against


def totals_are_named(seed: int) -> list[str]:
    """An entity that is the sum of others is asked about, or the sums stay as they were; no sound table is doubted."""
    chance = np.random.default_rng([seed, 4])
    table = sound(chance, grain=one_of(chance, GRAINS[1:4:2]), entities=int(chance.integers(2, 9)))
    scale = {name: 10 ** chance.uniform(-2, 1) for name in table.entities}
    for column in ("sales", "act_tv", "spend_tv", "spend_search"):
        table.rows[column] = (table.rows[column] * table.rows["entity_id"].map(scale)).round(2)
    before = _found(table, ())
    against = [f"a sound table is doubted: {before.outcome}"] if isinstance(before.outcome, str) else []
    parts = [
        str(name) for name in chance.permutation(table.entities)[: int(chance.integers(2, len(table.entities) + 1))]
    ]
    name = str(chance.choice([*TOTALS, "Brand", "0", "Nordwest"]))
    digits = int(chance.choice([4, 2, 0]))
    add_total(table, name, parts, digits=digits)
    if chance.random() < 0.2:
        mine = np.flatnonzero((table.rows["entity_id"] == name).to_numpy())
        table.rows = table.rows.drop(index=chance.choice(mine, 2, replace=False).tolist())
    table.rows = table.rows.iloc[chance.permutation(len(table.rows))]
    after = _found(table, ())
    if not any(f"'{name}'" in message for message in after.messages) and not isinstance(after.outcome, str):
        against.append(f"'{name}', the total of {parts} of {len(scale)} to {digits} digits, is added up in silence")
    return against


def lines_around_change_nothing(seed: int) -> list[str]:
    """Lines of totals, means and words above and below a table change nothing, or are said."""
    chance = np.random.default_rng([seed, 5])
    table = sound(chance)
    before = _found(table, ())
    line = str(chance.choice(["total", "dated", "mean", "footnote", "note", "blank"]))
    word = str(chance.choice(WORDS))
    added = {
        "total": [total_line(table, word)],
        "dated": [total_line(table, word) if "entity_id" not in table.rows else _dated(table, word)],
        "mean": [total_line(table, str(chance.choice(["Average", "Mean", "Ø", "Durchschnitt", "avg"])))],
        "footnote": ["", f"{word}: finance; all amounts in EUR"],
        "note": [f'"{word}, as of 2024-01-01"'],
        "blank": [",,,,", "", ",,,,"],
    }[line]
    (table.above if chance.random() < 0.3 and line in ("footnote", "note") else table.below).extend(added)
    after = _found(table, ())
    said = after.issues - before.issues or after.left_out - before.left_out
    if not _is_close(before.outcome, after.outcome, {}) and not said:
        return [f"{added} changes {told(before.outcome)} to {told(after.outcome)}"]
    return []


class _Found(NamedTuple):
    """What is said of a table, without what depends on the order of rows."""

    issues: Counter[tuple[str, str, tuple[FixName, ...]]]
    messages: tuple[str, ...]
    left_out: frozenset[tuple[str, int]]
    outcome: Outcome


def _found(table: Table, fixes: tuple[FixName, ...]) -> _Found:
    content, name = written(table)
    opened = Opened(Made(content, name, ()))
    report = opened.take(list(fixes)).report
    detected = report.detected
    return _Found(
        Counter((issue.code, issue.severity, issue.fixes) for issue in report.issues),
        tuple(issue.message for issue in report.issues),
        frozenset([("totals", row) for row in detected.dropped_totals_rows] + [("notes", len(detected.notes))]),
        opened.outcome(list(fixes)),
    )


def _some_fixes(table: Table, chance: np.random.Generator) -> tuple[FixName, ...]:
    content, name = written(table)
    opened = Opened(Made(content, name, ()))
    return tuple(walk(opened, chance, None)[0]) if chance.random() < 0.7 else ()


def _weeks(rows: pd.DataFrame, begin: Weekday) -> pd.DataFrame:
    """Whole weeks, each summed by itself."""
    weeks = []
    for entity, own in rows.assign(entity_id=rows.get("entity_id", BRAND)).groupby("entity_id"):
        ordered = own.sort_values("period_start")
        first = int(np.flatnonzero(ordered["period_start"].dt.day_of_week == WEEKDAYS.index(begin))[0])
        for start in range(first, len(ordered) - 6, 7):
            part = ordered.iloc[start : start + 7]
            week = {"entity_id": entity, "period_start": part["period_start"].iloc[0]}
            for column in part.columns.difference(["entity_id", "period_start"], sort=False):
                cells = part[column].to_numpy(float)
                week[column] = cells.mean() if column.startswith("ctrl_") else cells.sum()
            weeks.append(week)
    return pd.DataFrame(weeks).sort_values(["entity_id", "period_start"]).reset_index(drop=True)


def _summed(table: Table, begin: Weekday, *more: FixName) -> Outcome:
    content, name = written(table)
    settings = DatasetSettings(fixes=("sum_days_to_weeks", *more), week_start=begin)
    found = validate(read_table(content, name), settings, count_parameters=lambda *_: 1, today=TODAY)
    try:
        return require_valid(found).frame
    except MMMError as refusal:
        return str(refusal.code)


def _agree(found: Outcome, by_hand: pd.DataFrame, but: Collection[str] = ()) -> bool:
    columns = [column for column in by_hand.columns if column not in but]
    return not isinstance(found, str) and _is_close(found[columns], by_hand[columns], {})


def _is_close(one: Outcome, other: Outcome, names: dict[str, str]) -> bool:
    """Whether two outcomes are the same but for the order of rows, what floats leave, and new names of entities."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str)
    keys = ["entity_id", "period_start"]
    left, right = (
        frame.replace({"entity_id": names}).sort_values(keys)[sorted(frame.columns)].reset_index(drop=True)
        for frame in (one, other)
    )
    if (
        left.shape != right.shape
        or list(left.columns) != list(right.columns)
        or not left[keys].equals(right[keys].astype(left[keys].dtypes))
    ):
        return False
    rest = [name for name in left.columns if name not in keys]
    return bool(np.allclose(left[rest].to_numpy(float), right[rest].to_numpy(float), rtol=1e-9, equal_nan=True))


def _dated(table: Table, word: str) -> str:
    cells = total_line(table, word).split(",")
    return ",".join([cells[0], str(table.rows["period_start"].max().date()), *cells[2:]])


def _is_nothing(before: Validated, after: Validated) -> bool:
    """Whether a fix changed neither rows nor issues; that it was asked for does not count."""
    one, other = before.file.table, after.file.table
    rows = (one is None) == (other is None) and (
        one is None or other is None or (one.frame.equals(other.frame) and np.array_equal(one.left_out, other.left_out))
    )
    return bool(rows and before.report.issues == after.report.issues)


type Law = Callable[[int], list[str]]

LAWS: dict[str, Law] = {
    "fixes": fixes_in_any_order,
    "sums": days_sum_to_weeks,
    "order": order_changes_nothing,
    "totals": totals_are_named,
    "lines": lines_around_change_nothing,
}
SAMPLE = 6
"""So many tables are tried with every run of the tests."""
