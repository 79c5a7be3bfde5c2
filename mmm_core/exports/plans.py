"""A plan to take away: a workbook whose sums and returns are formulas that live on, and a CSV of all weeks.

Whoever changes a figure in the workbook sees the sums follow. What channels bring is what the model says of the plan's
own figures; it does not follow, and the sheet says so.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from mmm_core.exports.formats import csv_bytes, escaped
from mmm_core.exports.workbook import SAFE
from mmm_core.labels import display_name, display_names, percent, short
from mmm_core.planning.answer import HELD, SPLITS, Plan, Split
from mmm_core.runs.datasets import Units
from mmm_core.scenarios.kept import Scenario

MONEY, FIGURE, RATIO = "#,##0.00", "#,##0", "0.00"
FIRST_ROW = 3
"""Of a sheet's table; title and a word about it stand above."""


def workbook(scenario: Scenario) -> bytes:
    """A plan as an Excel file: what it says, its figures by channel, and a sheet of weeks for each split."""
    buffer = io.BytesIO()
    plan, units = scenario.plan, scenario.units
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        _Sheet(book, "Plan", scenario.label.name or "Plan", plan.headline(short)).channels(plan, units)
        for split in plan.splits:
            title = f"{SPLITS[split.name]}, {units.spend} by {plan.grain.lower()}"
            _Sheet(book, f"{SPLITS[split.name]} by {plan.grain.lower()}", title, "Sums are formulas.").weeks(
                plan, split
            )
        _Sheet(book, "About", "What this is", "").lines(_about(scenario))
    return buffer.getvalue()


def weeks_csv(plan: Plan) -> bytes:
    """A row a split, channel and period: its money."""
    rows = [
        (split.name, channel.channel, date, money)
        for split in plan.splits
        for channel in split.channels
        for date, money in zip(plan.dates, channel.weeks, strict=True)
    ]
    return csv_bytes(pd.DataFrame(rows, columns=["split", "channel", "period_start", "spend"]))


class _Sheet:
    """A sheet with a title, a word about it, and a table below."""

    def __init__(self, book: Any, label: str, title: str, says: str) -> None:
        self._page = book.add_worksheet(label)
        self._page.hide_gridlines(2)
        self._bold = book.add_format({"bold": True})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self._forms = {
            (form, top): book.add_format({"num_format": form} | ({"top": 1, "bold": True} if top else {}))
            for form in (MONEY, FIGURE, RATIO, "@")
            for top in (False, True)
        }
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._page.write_string(0, 0, escaped(title), book.add_format({"bold": True, "font_size": 15}))
        self._page.write_string(1, 0, escaped(says))

    def lines(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Pairs of a word and what is said of it."""
        self._page.set_column(0, 0, 26)
        self._page.set_column(1, 1, 100)
        for row, (word, said) in enumerate(pairs, start=FIRST_ROW):
            self._page.write_string(row, 0, escaped(word), self._bold)
            self._page.write_string(row, 1, escaped(said), self._wrapped)

    def channels(self, plan: Plan, units: Units) -> None:
        """A row a channel: its money in each split, what that brings, and what a unit of it brings."""
        splits = plan.splits
        names = display_names([each.channel for each in splits[0].channels])
        money, brings = len(splits), 1 + len(splits)
        heads = ["Channel", *(f"{SPLITS[split.name]}, {units.spend}" for split in splits), "Plan less today"]
        heads += [f"{SPLITS[split.name]} brings, {units.target}" for split in splits]
        heads += [f"{SPLITS[split.name]}: {units.target} per {units.spend}" for split in splits]
        self._heads([*heads, "Held by"])
        rows = len(splits[0].channels)
        held = {each.channel: HELD[each.held] for each in plan.channels}
        for place, channel in enumerate(splits[0].channels):
            row = FIRST_ROW + 1 + place
            self._page.write_string(row, 0, escaped(names[channel.channel]))
            for number, split in enumerate(splits):
                one = split.channels[place]
                self._page.write_number(row, 1 + number, one.spend, self._forms[MONEY, False])
                self._page.write_number(row, 1 + brings + number, one.brings.mean, self._forms[FIGURE, False])
            self._derived(row, splits, place)
            self._page.write_string(row, 2 + money + 2 * len(splits), held[channel.channel])
        self._sums(rows, splits)

    def _derived(self, row: int, splits: Sequence[Split], place: int | None) -> None:
        """Formulas of a channel's row, or of the sums': the move, and what a unit of money brings."""
        count, top = len(splits), place is None

        def spend(split: Split) -> float:
            return split.spend if place is None else split.channels[place].spend

        moved = f"={xl_rowcol_to_cell(row, 2)}-{xl_rowcol_to_cell(row, 1)}"
        self._page.write_formula(
            row, 1 + count, moved, self._forms[MONEY, top], round(spend(splits[1]) - spend(splits[0]), 2)
        )
        for number, split in enumerate(splits):
            money, brought = (xl_rowcol_to_cell(row, column) for column in (1 + number, 2 + count + number))
            brings = split.brings.mean if place is None else split.channels[place].brings.mean
            value = brings / spend(split) if spend(split) else ""
            formula = f'=IF({money}=0,"",{brought}/{money})'
            self._page.write_formula(row, 2 + 2 * count + number, formula, self._forms[RATIO, top], value)

    def _sums(self, rows: int, splits: Sequence[Split]) -> None:
        row, count = FIRST_ROW + 1 + rows, len(splits)
        self._page.write_string(row, 0, "Sum", self._forms["@", True])
        for number, split in enumerate(splits):
            for column, value, form in (
                (1 + number, split.spend, MONEY),
                (2 + count + number, split.brings.mean, FIGURE),
            ):
                self._sum(row, column, rows, value, form)
        self._derived(row, splits, None)

    def weeks(self, plan: Plan, split: Split) -> None:
        """A row a period, a column a channel; sums both ways."""
        names = display_names([each.channel for each in split.channels])
        self._heads([f"{plan.grain.capitalize()} of", *(names[each.channel] for each in split.channels), "Sum"])
        columns = len(split.channels)
        for number, date in enumerate(plan.dates):
            row = FIRST_ROW + 1 + number
            self._page.write_string(row, 0, date)
            for column, channel in enumerate(split.channels, start=1):
                self._page.write_number(row, column, channel.weeks[number], self._forms[MONEY, False])
            ends = (xl_rowcol_to_cell(row, 1), xl_rowcol_to_cell(row, columns))
            total = round(sum(channel.weeks[number] for channel in split.channels), 2)
            self._page.write_formula(row, 1 + columns, f"=SUM({ends[0]}:{ends[1]})", self._forms[MONEY, False], total)
        row, rows = FIRST_ROW + 1 + len(plan.dates), len(plan.dates)
        self._page.write_string(row, 0, "Sum", self._forms["@", True])
        for column, channel in enumerate(split.channels, start=1):
            self._sum(row, column, rows, channel.spend, MONEY)
        self._sum(row, 1 + columns, rows, split.spend, MONEY)

    def _heads(self, heads: Sequence[str]) -> None:
        self._page.set_column(0, 0, 24)
        self._page.set_column(1, len(heads), 15)
        for column, head in enumerate(heads):
            self._page.write_string(FIRST_ROW, column, escaped(head), self._head)
        self._page.freeze_panes(FIRST_ROW + 1, 1)

    def _sum(self, row: int, column: int, rows: int, value: float, form: str) -> None:
        ends = (xl_rowcol_to_cell(FIRST_ROW + 1, column), xl_rowcol_to_cell(FIRST_ROW + rows, column))
        self._page.write_formula(row, column, f"=SUM({ends[0]}:{ends[1]})", self._forms[form, True], value)


def _about(scenario: Scenario) -> list[tuple[str, str]]:
    plan, units = scenario.plan, scenario.units

    def money(amount: float) -> str:
        return f"{short(amount)} {units.spend}"

    said = [
        ("What it says", plan.headline(money)),
        *(("", note) for note in plan.notes(money)),
        ("Note", scenario.label.note),
        ("Made of", f"run {scenario.run_name or scenario.run_id} ({scenario.run_id})"),
        ("Made on", f"{scenario.created_at:%Y-%m-%d %H:%M} UTC"),
        ("Periods", plan.span),
        ("By hand", ", ".join(display_name(name) for name in plan.controls)),
        ("Budget", f"{plan.budget:,.2f} {units.spend}"),
        ("Brings", "Means over the model's draws, each channel's own part; they add up to what media bring together."),
        ("Intervals", f"{percent(plan.interval_prob)}: they are on the page and in the JSON file."),
        ("Changed figures", "Sums and returns follow what you change. What channels bring does not: plan it anew."),
    ]
    limits = [
        f"{display_name(each.channel)} {each.low:,.2f} to {each.high:,.2f}"
        for each in plan.channels
        if each.held != "no_spend"
    ]
    return [(word, text) for word, text in [*said, ("Limits", "; ".join(limits))] if text]
