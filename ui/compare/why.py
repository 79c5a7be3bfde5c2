"""Why a result differs from the one before: asked for, followed while it is at work, and told channel by channel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.compare import waterfall
from mmm_core.charts.compare.waterfall import Step
from mmm_core.compare import asking
from mmm_core.compare.asking import WhyView
from mmm_core.compare.compared import Comparison
from mmm_core.compare.figures import MeasureName
from mmm_core.compare.told import Move, cause_in_words
from mmm_core.compare.why import Why
from mmm_core.errors import MMMError
from mmm_core.labels import display_name, per_spend
from mmm_core.results.conditions import FAILED_CHECKS
from mmm_core.workspace.desk import Desk
from ui.shell import glossary, leaving, session
from ui.shell.cards import card as chart_card
from ui.shell.cards import drawn
from ui.shell.finished import Opened
from ui.shell.markdown import plain

POLL_SECONDS = 0.5
WHAT_IT_IS = (
    "A move may come from new periods, from revised data, from changed settings, or from chance (where the sampler "
    "began). The model is fitted again with each of them alone and together, up to eight times, and every channel's "
    "move is split between them so that the parts add up."
)
ENDED = {
    "stopped": "It was stopped. What it has found is kept.",
    "interrupted": "Its process is gone: the machine or the worker was stopped. What it has found is kept.",
}


def card(run_id: str, before: str, compared: Comparison, opened: Opened) -> None:
    """The answer as far as it is, and what can be done now."""
    try:
        view = asking.look(session.desk(), run_id, before)
    except MMMError as error:
        with st.container(border=True, key="card-why"):
            st.header("Why did it change?", anchor=False)
            session.say(error)
        return
    with st.container(border=True, key="card-why"):
        name = compared.sides[0].name
        st.header("Why did it change?", anchor=False, help=glossary.of_number("cause", opened.origin))
        for side in compared.sides:
            if side.checks == "stop":
                st.error(f"{FAILED_CHECKS} ({plain(side.name)})", icon=":material/block:")
        if view.why is not None and view.state == "complete":
            st.caption(f"From {plain(name)} to {plain(compared.sides[-1].name)}, each over its own periods.")
            _told(view.why)
        else:
            st.caption(WHAT_IT_IS)
            _not_yet(run_id, before, view)
    if view.why is not None and view.why.complete:
        _charts(view.why, opened)


def _not_yet(run_id: str, before: str, view: WhyView) -> None:
    if view.is_at_work:
        leaving.polling(_watch, POLL_SECONDS)(run_id, before)
        st.button("Stop", icon=":material/stop:", on_click=_ask, args=(asking.stop, run_id, before), key="stop-why")
        return
    if run_id == session.DEMO:
        st.write("The shipped demo is read-only: take it as the one to compare with, and your own run as the newer.")
        return
    if view.state == "failed":
        st.error(plain(view.step), icon=":material/error:")
    elif view.state in ENDED:
        st.info(ENDED[view.state], icon=":material/info:")
    st.button(
        "Find out why" if view.state == "none" else "Go on", type="primary", icon=":material/play_arrow:",
        on_click=_ask, args=(asking.start, run_id, before), key="start-why",
    )  # fmt: skip


def _ask(what: Callable[[Desk, str, str], WhyView], run_id: str, before: str) -> None:
    try:
        what(session.desk(), run_id, before)
    except MMMError as error:
        session.say(error)


def _watch(run_id: str, before: str) -> None:
    try:
        view = asking.look(session.desk(), run_id, before)
    except MMMError:
        leaving.draw_page_again()  # one of the two was deleted meanwhile
        return
    st.progress(min(view.fraction, 1.0), text=plain(view.step) or "Waiting")
    if not view.is_at_work:
        leaving.draw_page_again()


def _told(why: Why) -> None:
    """The sentences: what moved first, then what needs no explanation."""
    for note in why.notes:
        st.caption(plain(note))
    if not why.causes:
        st.markdown("Table and settings are the same: whatever differs is chance.")
    moved = [move for move in why.moves if move.kind == "moved"]
    st.markdown(
        "\n".join(f"- {plain(move.sentence)}" for move in moved)
        if moved
        else "**No figure moved by more than its interval and chance allow: there is nothing to explain.**"
    )
    rest = [move for move in why.moves if move.kind != "moved"]
    if rest:
        with st.expander("What has not moved for certain", icon=":material/horizontal_rule:"):
            st.markdown("\n".join(f"- {plain(move.sentence)}" for move in rest))


def _charts(why: Why, opened: Opened) -> None:
    """A waterfall for each channel, of its share or of its return."""
    every: tuple[MeasureName, ...] = ("share", "return")
    measures = [measure for measure in every if why.of(measure)]
    if not measures or not why.causes:
        return
    words = {"share": "share of sales", "return": "return on spend"}
    measure = st.segmented_control(
        "Steps of", measures, default=measures[0], format_func=words.__getitem__, required=True, key="why-measure"
    )
    unit = per_spend(opened.run.units.target, opened.run.units.spend)
    ordered = sorted(why.of(measure), key=lambda each: -abs(each.moved))
    _grid([move for move in ordered if move.kind == "moved"], why, unit, opened)
    rest = [move for move in ordered if move.kind != "moved"]
    if rest:
        with st.expander("Steps of what has not moved for certain", icon=":material/horizontal_rule:"):
            _grid(rest, why, unit, opened)


def _grid(moves: list[Move], why: Why, unit: str, opened: Opened) -> None:
    with st.grid(2, min_column_width=420):
        for move in moves:
            name = f"why_{move.measure}_{move.channel}"
            figure = drawn(name, f"{opened.key}/{why.identity}", partial(_waterfall, move, why, unit))
            chart_card(figure, stem=opened.stem, key=name, origin=opened.origin)


def _waterfall(move: Move, why: Why, unit: str, *, dark: bool = False) -> go.Figure:
    steps = [
        Step(
            "chance" if part.cause == "chance" else cause_in_words(part.cause, why.table.grain), part.moved, part.error
        )
        for part in move.parts
    ]
    ends = move.before.shown, move.now.shown
    title = f"{display_name(move.channel)}: {'share' if move.measure == 'share' else 'return'}"
    return waterfall.moves(move.channel, move.measure, ends, steps, title=title, unit=unit, dark=dark)
