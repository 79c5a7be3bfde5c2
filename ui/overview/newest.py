"""A person's newest result, and what changed since the one before it on the same table."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from mmm_core.charts import contributions
from mmm_core.errors import MMMError
from mmm_core.labels import display_names, first_of, percent
from mmm_core.results.intervals import Estimate
from mmm_core.runs import datasets, runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.returning import compared
from mmm_core.runs.returning.compared import Compared, Shares
from mmm_core.runs.runs import RunEntry
from ui.data import grouping
from ui.proof import evidence
from ui.shell import finished, glossary, run_list, session
from ui.shell.cards import drawn, plot
from ui.shell.layout import headline, percent_range, tiles
from ui.shell.markdown import plain

MOST_SETTINGS = 8
"""So many differences are named; more are a different model, and are counted."""


def show(entry: RunEntry) -> None:
    """Its sentence, its four figures, a small chart, a way to open it; then what changed."""
    run_id = entry.state.run_id
    try:
        outputs, units, questions = run_list.outputs_of(run_id, entry.state), *_of_table(run_id)
        since = compared.since_the_one_before(session.desk(), entry)
        origin = finished.read(run_id).origin
    except MMMError as error:
        session.say(error)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Your newest result", anchor=False, width="stretch")
        if st.button("Open this result", type="primary", key="open-newest"):
            session.go("results", run=run_id)
    st.caption(
        f"{plain(run_list.run_name(entry.label, entry.manifest))}, made {run_list.when(entry.manifest.created_at)}"
    )
    headline(outputs.summary, outputs.diagnostics)
    tiles(
        outputs.summary,
        outputs.diagnostics,
        target=units.target,
        spend=units.spend,
        questions=questions,
        lead=partial(_lead, run_id),
        origin=origin,
    )
    evidence.line(run_id)
    left, right = st.columns(2)
    with left, st.container(border=True, key="card-newest"):
        st.header("What each channel brought", anchor=False, help=glossary.of_drawn("shares", origin))
        shares = drawn(
            "shares",
            f"newest/{session.desk().owner}/{run_id}/{_finished_at(entry)}",
            partial(contributions.shares, outputs.summary, places=entry.manifest.colours),
        )
        st.caption(f"Share of sales. Dot: median. Bar: {percent(outputs.summary.interval_prob)} interval.")
        plot(shares, key="newest")
    with right, st.container(border=True, key="card-since"):
        _since(since)


def _lead(run_id: str, tab: str) -> None:
    session.open_tab(tab)
    session.go("results", run=run_id)


def _since(since: Compared | None) -> None:
    st.header("What changed since the one before", anchor=False)
    if since is None:
        st.write("This is the first result on this table: the next one will be set beside it.")
        return
    before = since.before
    st.caption(f"Before: {plain(run_list.run_name(before.label, before.manifest))}")
    if since.settings:
        more = len(since.settings) - MOST_SETTINGS
        lines = [*since.settings[:MOST_SETTINGS], *([f"{more} more"] if more > 0 else [])]
        st.markdown("Set otherwise:\n" + "\n".join(f"- {plain(line)}" for line in lines))
    elif since.why_not:
        st.write("No setting was changed.")
    else:
        st.write("No setting was changed: what differs comes from how the table is read, or from another version.")
    if since.why_not:
        st.info(f"Its shares cannot be set beside those before: {plain(since.why_not)}.", icon=":material/difference:")
    else:
        st.table(_beside(since.shares), border="horizontal", hide_index=True)
        moved = [each.channel for each in since.shares if each.left_its_interval]
        names = display_names([each.channel for each in since.shares])
        outside = plain(first_of([names[each] for each in moved], MOST_SETTINGS)) or "no channel"
        st.caption(f"Share of sales: median and interval. Now outside the interval of before: {outside}.")
    if st.button("Open the one before", key="open-before"):
        session.go("results", run=before.state.run_id)


def _beside(shares: list[Shares]) -> pd.DataFrame:
    names = display_names([each.channel for each in shares])
    return pd.DataFrame(
        [
            {"Channel": plain(names[each.channel]), "Before": _said(each.before), "Now": _said(each.now)}
            for each in shares
        ]
    )


def _said(share: Estimate | None) -> str:
    return "not in the model" if share is None else f"{percent(share.shown, 1)} ({percent_range(share)})"


def _of_table(run_id: str) -> tuple[Units, int]:
    """Units of the run's table, or those of no table where it was deleted; and how many questions it left open."""
    report = runs.get_report(session.desk(), run_id)
    questions = len(grouping.questions(report.issues)) if report else 0
    try:
        return datasets.get_dataset(session.desk(), runs.get_spec(session.desk(), run_id).dataset_id).units, questions
    except MMMError:
        return Units(), questions


def _finished_at(entry: RunEntry) -> str:
    return entry.state.status.updated_at.isoformat()
