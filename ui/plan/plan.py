"""The parts of the Plan page: the answer, its figures, where the money goes, what a channel brings at any spend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from mmm_core.charts import plan as charts
from mmm_core.errors import MMMError
from mmm_core.labels import display_name, display_names, listed, percent, ratio, ratio_span, short, span
from mmm_core.planning.answer import HELD, SPLITS, Plan, Split
from mmm_core.planning.budget import Frontier
from mmm_core.planning.request import PlanRequest
from mmm_core.results.conditions import FAILED_CHECKS
from mmm_core.runs.datasets import Units
from ui.plan import basis, knowing, levers, response, saved
from ui.shell import cards, glossary, session
from ui.shell.finished import Opened
from ui.shell.layout import NARROWEST_TILE, empty_state, tile
from ui.shell.markdown import plain


def show(run_id: str, opened: Opened) -> None:
    """The whole page for a finished run."""
    set_ = levers.at_hand(run_id)
    try:
        basis.usual(run_id, opened, set_.horizon)
    except MMMError as error:
        empty_state(error.message, error.remedy, action="To the table", page="data")
    grain = basis.subject(run_id, opened).table.grain.lower()
    answer = st.container(key="plan-answer")
    set_ = levers.show(run_id, opened, grain)
    with answer, st.spinner("Looking for the best split"):
        found = basis.sought(run_id, opened, set_)
    if isinstance(found, MMMError):
        with answer, st.container(border=True, key="card-refused"):
            st.header("No plan is possible so", anchor=False)
            session.say(found)
        response.show(run_id, opened, set_.horizon)
        return
    # The split is there in a second; what could be gained takes a look at every world, and is filled in last.
    plan = basis.told(opened, found, certified=False)
    with answer:
        top = st.empty()
        with top.container():
            _top(plan, opened, certified=False)
        _money(plan, set_, opened)
        _splits(plan, opened)
    tests = st.container(key="plan-test")
    kept_plans = st.container(key="plan-saved")
    _frontier(plan, basis.frontier(opened, found), opened, set_)
    response.show(run_id, opened, set_.horizon)
    whole = basis.told(opened, found, certified=True)
    with top.container():
        _top(whole, opened, certified=True)
    with tests:
        knowing.show(whole, opened)
    with kept_plans:
        saved.show(run_id, opened, set_, whole)


def _top(found: Plan, opened: Opened, *, certified: bool) -> None:
    _answer(found, opened, certified=certified)
    _figures(found, opened, certified=certified)


def in_money(opened: Opened) -> Callable[[float], str]:
    """How an amount of spend is said."""
    unit = opened.run.units.spend
    return short if unit == "spend" else lambda amount: f"{short(amount)} {unit}"


def _answer(found: Plan, opened: Opened, *, certified: bool) -> None:
    money = in_money(opened)
    with st.container(border=True, key="card-plan" if certified else "card-plan-at-once"):
        st.header(plain(found.headline(money)), anchor=False, help=glossary.of_number("gain", opened.origin))
        if opened.run.outputs.diagnostics.overall == "stop":
            st.error(FAILED_CHECKS, icon=":material/block:")
        st.caption(
            f"{found.span}, budget {money(found.budget)}. "
            f"{_otherwise(found.controls)}; what comes back after the last of them counts."
        )
        if session.here(datetime.now(UTC)).date() > date.fromisoformat(found.last):
            st.caption(f":material/history: These {found.grain.lower()}s are over by now: add the newer rows first.")
        st.markdown("\n".join(f"- {plain(note)}" for note in found.notes(money, with_test=False)))


def _otherwise(by_hand: Sequence[str]) -> str:
    """What everything but spend is in the periods that come."""
    if not by_hand:
        return "Season, controls and everything but spend as a year before"
    named = plain(listed([display_name(name) for name in by_hand]))
    return f"{named} as you gave {'it' if len(by_hand) == 1 else 'them'}; season and everything else as a year before"


def _figures(found: Plan, opened: Opened, *, certified: bool) -> None:
    gain, share = found.gain, found.gain_share
    with st.grid(3, min_column_width=NARROWEST_TILE):
        tile(
            f"More than today, {opened.run.units.target}", short(gain.shown),
            f"{span(gain)}; {percent(share.shown, 1, signed=True)} of sales",
            told=glossary.of_number("gain", opened.origin),
        )  # fmt: skip
        tile(
            "Better than today", f"{100 * found.better:.0f} of 100", "worlds that the data allow",
            told=glossary.of_number("better", opened.origin),
        )  # fmt: skip
        part = "–" if found.part is None else percent(found.part)
        tile(
            "Of what could be gained", part if certified else "…",
            "by whoever knew every return" if certified else "being looked at, world by world",
            told=glossary.of_number("reachable", opened.origin),
        )  # fmt: skip


def _money(found: Plan, set_: PlanRequest, opened: Opened) -> None:
    cards.card(
        cards.drawn(
            "plan_money", f"{opened.key}/{set_.model_dump_json()}",
            lambda *, dark: charts.money_by_channel(
                found, opened.run.units.spend, places=opened.run.places, dark=dark
            ),
        ),
        stem=opened.stem, origin=opened.origin,
    )  # fmt: skip


def _splits(found: Plan, opened: Opened) -> None:
    """Today, the plan and one's own split side by side: in all, by channel, and by period."""
    with st.container(border=True, key="card-splits"):
        told = glossary.of_number("split", opened.origin)
        st.header(" beside ".join(SPLITS[split.name] for split in found.splits), anchor=False, help=told)
        st.table(totals(found.splits, opened.run.units), border="horizontal")
        with st.expander("By channel", icon=":material/table:"):
            st.table(by_channel(found), border="horizontal")
        with st.expander(f"By {found.grain.lower()}", icon=":material/calendar_month:"):
            chosen = st.segmented_control(
                "Split", [split.name for split in found.splits], default="plan", format_func=SPLITS.__getitem__,
                key="split-by-week", label_visibility="collapsed", required=True,
            )  # fmt: skip
            split = next(each for each in found.splits if each.name == chosen)
            st.dataframe(by_period(found, split), hide_index=True)


def totals(splits: Sequence[Split], units: Units) -> dict[str, list[str]]:
    """What splits of the money come to, a row a figure."""
    rows = [
        f"Spend, {units.spend}",
        f"Sales, {units.target}",
        f"Media bring, {units.target}",
        "Return",
        *([] if splits[0].profit is None else [f"Profit, {units.target}"]),
        "Better than today",
    ]
    found = {"Figure": rows}
    for split in splits:
        figures = [f"{split.spend:,.2f}"]
        profit = [] if split.profit is None else [split.profit]
        figures += [f"{short(each.shown)} ({span(each)})" for each in (split.sales, split.brings)]
        figures.append("–" if split.returns is None else f"{ratio(split.returns.shown)} ({ratio_span(split.returns)})")
        figures += [f"{short(each.shown)} ({span(each)})" for each in profit]
        figures.append("–" if split.better is None else f"{100 * split.better:.0f} of 100")
        found[SPLITS[split.name]] = figures
    return found


def by_channel(found: Plan) -> dict[str, list[str]]:
    """A row a channel: its money in each split, and what it brings; sums are to the cent."""
    channels = [each.channel for each in found.splits[0].channels]
    names = display_names(channels)
    table = {"Channel": [*(names[channel] for channel in channels), "Sum"]}
    for split in found.splits:
        table[SPLITS[split.name]] = [*(f"{each.spend:,.2f}" for each in split.channels), f"{split.spend:,.2f}"]
    for split in found.splits:
        table[f"{SPLITS[split.name]} brings"] = [
            *(f"{short(each.brings.shown)} ({span(each.brings)})" for each in split.channels),
            f"{short(split.brings.shown)} ({span(split.brings)})",
        ]
    held = {each.channel: HELD[each.held] for each in found.channels}
    return table | {"Held by": [*(held[channel] for channel in channels), ""]}


def by_period(found: Plan, split: Split) -> pd.DataFrame:
    """A row a period, a column a channel; the last row and column are sums."""
    names = display_names([each.channel for each in split.channels])
    table = pd.DataFrame({names[each.channel]: each.weeks for each in split.channels})
    table["Sum"] = table.sum(axis=1).round(2)
    table.loc[len(table)] = table.sum().round(2)
    table.insert(0, found.grain.capitalize(), [*found.dates, "Sum"])
    return table


def _frontier(found: Plan, drawn: Frontier, opened: Opened, set_: PlanRequest) -> None:
    units = opened.run.units
    cards.card(
        cards.drawn(
            "frontier", f"{opened.key}/{set_.model_dump_json()}",
            lambda *, dark: charts.frontier(found, drawn, spend=units.spend, sales=units.target, dark=dark),
        ),
        stem=opened.stem, origin=opened.origin,
    )  # fmt: skip
