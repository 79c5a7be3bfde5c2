"""All tables and runs of a person, searched and page by page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mmm_core.api import binding
from mmm_core.runs import datasets, runs
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.runs import RunPage
from ui.shell import run_list, session
from ui.shell.markdown import plain

PAGE = 10
"""Rows of a page of the list."""


def show(tables: Sequence[Dataset]) -> None:
    """A field to search in, runs newest first, then tables."""
    st.header("All runs and tables", anchor=False)
    if not binding.login_configured():
        st.caption("Without login the workspace is shared: everybody who can open this page sees the same runs.")
    asked = st.text_input(
        "Search by name, note or table", key="search", icon=":material/search:", max_chars=200,
        placeholder="Search by name, note or table", label_visibility="collapsed",
    ).strip()  # fmt: skip
    if st.session_state.get("searched") != asked:
        st.session_state["searched"], st.session_state["runs_from"], st.session_state["tables_from"] = asked, 0, 0
    page = _runs(asked)
    found = datasets.named(tables, asked)
    if asked and not page.total and not found:
        st.write(f"Nothing is called “{plain(asked)}”. Try a part of the name, or of the table's name.")
    _show_runs(page)
    _show_tables(found)


def _runs(asked: str) -> RunPage:
    """The page of runs at hand; the last one, where there are fewer than there were."""
    first = int(st.session_state["runs_from"])
    page = runs.search(session.desk(), asked, limit=PAGE, offset=first)
    if first and first >= page.total:
        st.session_state["runs_from"] = 0
        page = runs.search(session.desk(), asked, limit=PAGE)
    return page


def _show_runs(page: RunPage) -> None:
    for left in page.unreadable[:PAGE]:
        st.warning(
            f"The run {left.id} cannot be read: {plain(left.reason)} Restore its folder, or remove it.",
            icon=":material/broken_image:",
        )
    if page.total:
        st.subheader("Runs", anchor=False)
    apart = run_list.told_apart(page.entries)
    for entry in page.entries:
        run_list.run_row(entry, apart[entry.state.run_id])
    _turn("runs", page.total)


def _show_tables(found: Sequence[Dataset]) -> None:
    first = int(st.session_state["tables_from"])
    if first >= len(found):
        first = st.session_state["tables_from"] = 0
    if found:
        st.subheader("Tables", anchor=False)
    for dataset in found[first : first + PAGE]:
        run_list.dataset_row(dataset)
    _turn("tables", len(found))


def _turn(what: str, total: int) -> None:
    """Which part of a list is on screen, and ways to the next and the one before."""
    if total <= PAGE:
        return
    first = int(st.session_state[f"{what}_from"])
    with st.container(horizontal=True, vertical_alignment="center", key=f"turn-{what}"):
        st.caption(f"{first + 1}–{min(first + PAGE, total)} of {total:,} {what}", width="content")
        st.button(f"Newer {what}", disabled=first == 0, on_click=_go_to, args=(what, first - PAGE))
        st.button(f"Older {what}", disabled=first + PAGE >= total, on_click=_go_to, args=(what, first + PAGE))


def _go_to(what: str, first: int) -> None:
    st.session_state[f"{what}_from"] = max(0, first)
