"""What is asked of a table, in two kinds of card: what must be answered before a fit, and what may stay open.

A stop has a red edge and says *must*; a question an amber one, and what each answer would do. Each card has its rows,
its meaning and what to do; safe repairs are buttons. What needs no answer is in :mod:`ui.data.known`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from mmm_core.labels import counted
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.doubts.asking import NOTHING, DoubtCosts
from mmm_core.runs.tables import Prepared
from ui.data import costs, currencies, long, preview, revising
from ui.data.answers import FIXES
from ui.data.grouping import IssueGroup, grouped
from ui.shell import session
from ui.shell.markdown import plain
from ui.shell.wording import on_screen

MOST_CARDS = 6
"""So many questions are shown, the worst; more are folded into one line."""
STOP, QUESTION = ":material/front_hand:", ":material/help:"

type Part = Callable[[], None]
"""Draws a card of something that is asked and is no issue of the report: roles, units."""


class Found(NamedTuple):
    """Issues of a table by their kind, each kind in the order of the report."""

    stops: tuple[IssueGroup, ...]
    questions: tuple[IssueGroup, ...]
    notes: tuple[IssueGroup, ...]


def found(prepared: Prepared, *, waits: bool) -> Found:
    """What the report says; of a table that ``waits`` for its roles nothing can be said yet."""
    groups = [] if waits else grouped(prepared.report.issues)
    stops, questions, notes = (
        tuple(group for group in groups if group.severity == severity) for severity in ("error", "warning", "info")
    )
    return Found(stops, questions, notes)


def show(
    dataset: Dataset,
    prepared: Prepared,
    issues: Found,
    *,
    stops: Sequence[Part] = (),
    questions: Sequence[Part] = (),
    beside_stops: Part | None = None,
) -> None:
    """Both kinds, the worst of each first; a kind of which there is none is not drawn.

    ``stops`` and ``questions`` are cards beside those of issues, and counted with them; ``beside_stops`` is drawn with
    the stops and not counted.
    """
    n_stops, n_questions = len(issues.stops) + len(stops), len(issues.questions) + len(questions)
    if not n_stops and not n_questions:
        st.markdown(
            ":material/check: **Nothing is asked**: no row, column or cell of this table is in doubt.",
        )
        return
    if n_stops:
        st.header(f"Before a fit: {counted(n_stops, 'thing')} to answer", anchor=False)
        st.caption("No fit can begin before these are answered or mended in the file.")
        known = _look(dataset, prepared, issues)
        for part in stops:
            part()
        for group in costs.worst_first(dataset, issues.stops, known, kind="stops"):
            _card(dataset, prepared, group, known)
        if beside_stops is not None:
            beside_stops()
    if n_questions:
        st.header(f"Open questions: {n_questions}", anchor=False)
        st.caption("A fit can begin without an answer; then the table is taken as it stands.")
        if not n_stops:
            known = _look(dataset, prepared, issues)
        ordered = costs.worst_first(dataset, issues.questions, known, kind="questions")
        for group in ordered[:MOST_CARDS]:
            _card(dataset, prepared, group, known)
        if more := ordered[MOST_CARDS:]:
            with st.expander(f"{counted(len(more), 'more question')}", icon=QUESTION):
                for group in more:
                    _card(dataset, prepared, group, known)
        for part in questions:
            part()


def _look(dataset: Dataset, prepared: Prepared, issues: Found) -> DoubtCosts:
    """What repairs would do, where there is a card for it."""
    return costs.look(dataset, prepared) if issues.stops or issues.questions else NOTHING


def _card(dataset: Dataset, prepared: Prepared, group: IssueGroup, known: DoubtCosts) -> None:
    name = group.name
    with st.container(border=True, key=f"card-issue-{name}"):
        message(group, _lead(group))
        costs.show(group, known, FIXES)
        if group.rates_for and not dataset.read_only:
            currencies.ask(dataset, group, name)
        if not dataset.read_only and long.is_asked(group, prepared):
            long.ask(dataset, prepared, name)
        if group.fixes and not dataset.read_only:
            with st.container(horizontal=True):
                for fix in group.fixes:
                    if st.button(FIXES[fix], key=f"fix-{fix}-{name}"):
                        revising.revise_settings(dataset, fixes=(*dataset.settings.fixes, fix))
            preview.show(dataset, {fix: FIXES[fix] for fix in group.fixes}, key=f"{dataset.dataset_id}-{name}")
        show_rows(dataset, group)


def _lead(group: IssueGroup) -> str:
    """The first words of a card, by its kind and by whether it can be answered here."""
    has_answers = bool(group.fixes or group.rates_for)
    if group.severity == "error":
        return f"{STOP} **{'Must be answered' if has_answers else 'Must be mended'}.**"
    return f"{QUESTION} **{'Question' if has_answers else 'Doubt'}.**"


def message(group: IssueGroup, lead: str) -> None:
    """What was found, what it means and what to do."""
    if len(group.issues) == 1:
        st.markdown(f"{lead} {plain(on_screen(group.issues[0].message))}")
    else:
        listed = "\n".join(f"- {plain(on_screen(issue.message))}" for issue in group.issues)
        st.markdown(f"{lead} {plain(group.title)}\n\n{listed}")
    st.caption(plain(on_screen(f"{group.meaning} {group.remedy}")))


def show_rows(dataset: Dataset, group: IssueGroup) -> None:
    """The rows that issues are about, as they stand in the file."""
    if group.rows:
        with st.expander(f"The rows ({group.n_rows})"):
            rows = datasets.file_rows(session.desk(), dataset.dataset_id, group.rows)
            st.dataframe(rows, hide_index=True)
