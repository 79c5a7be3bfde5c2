"""What waits for a person, each with one button that leads there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mmm_core.runs.datasets import Dataset
from mmm_core.runs.returning import open_ends
from mmm_core.runs.returning.open_ends import OpenEnd
from ui.shell import run_list, session
from ui.shell.markdown import plain
from ui.shell.wording import on_screen

MOST_SHOWN = 5
ICONS = {"data": ":material/help:", "train": ":material/hourglass_empty:", "results": ":material/rule:"}


def show(tables: Sequence[Dataset]) -> None:
    """The newest of them; nothing where nothing waits."""
    found = open_ends.open_ends(session.desk(), tables)
    if not found:
        return
    st.header("Open questions", anchor=False)
    for each in found[:MOST_SHOWN]:
        _row(each)
    if len(found) > MOST_SHOWN:
        with st.expander(f"{len(found) - MOST_SHOWN} more"):
            for each in found[MOST_SHOWN:]:
                _row(each)


def _row(each: OpenEnd) -> None:
    if each.run is not None:
        name, key = run_list.run_name(each.run.label, each.run.manifest), each.run.state.run_id
        ids: dict[str, str | None] = {"run": key}
    elif each.table is not None:
        name, key = each.table.label, each.table.dataset_id
        ids = {"dataset": key, "draft": None, "run": None}
    with st.container(horizontal=True, vertical_alignment="center", key=f"open-end-{key}"):
        st.markdown(f"{ICONS[each.place]} **{plain(name)}** {plain(on_screen(each.says))}", width="stretch")
        if st.button(each.action, key=f"to-{key}"):
            if each.table is not None:
                session.look_at_demo(False)
            session.go(each.place, **ids)
