"""Newer rows for a run's table: dropped, shown what they add, and fitted with the same settings."""

from __future__ import annotations

import streamlit as st

from mmm_core.compare import refresh
from mmm_core.compare.refresh import Grown
from mmm_core.errors import MMMError
from mmm_core.runs import runs
from mmm_core.table.reading.limits import MAX_BYTES
from ui.compare import choosing
from ui.compare.side_by_side import revisions
from ui.shell import session
from ui.shell.markdown import plain


def card(run_id: str) -> None:
    """A place to drop a file, what it adds to the run's table, and the way on."""
    with st.expander("Add newer rows to this run's table", icon=":material/playlist_add:", key="newer"):
        file = st.file_uploader(
            "Drop the longer table, or only its newer rows: it is read as the table before, and fitted with the same "
            "settings",
            type=["csv", "tsv", "txt", "xlsx", "xls", "parquet"],
            max_upload_size=MAX_BYTES // 2**20,
            key=f"newer-{run_id}",
        )
        if file is None:
            st.caption("The table and the run of before stay as they are.")
            return
        try:
            grown = refresh.grown(session.desk(), run_id, file.getvalue(), file.name)
        except MMMError as error:
            session.say(error)
            return
        _told(grown)
        if st.button("Fit with the same settings", type="primary", icon=":material/play_arrow:", key="fit-newer"):
            _fit(run_id, file.getvalue(), file.name)


def _told(grown: Grown) -> None:
    kind = "the whole table" if grown.joined.kind == "longer" else "newer rows, put behind the table of before"
    st.markdown(f"Taken as {kind}.")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in grown.joined.sentences()))
    if grown.joined.change.revisions:
        with st.popover("Revised cells", icon=":material/edit_note:"):
            st.table(revisions(grown.joined.change), border="horizontal", hide_index=True)


def _fit(run_id: str, content: bytes, name: str) -> None:
    try:
        made = refresh.take(session.desk(), run_id, content, name)
        state = runs.state(session.desk(), made.run_id)
        if state.phase == "created":
            runs.submit(session.desk(), made.run_id)
    except MMMError as error:
        session.say(error)
        return
    st.session_state.setdefault(choosing.WITH, {})[made.run_id] = [run_id]
    session.look_at_demo(False)
    finished = state.phase == "finished"
    session.go("compare" if finished else "train", run=made.run_id, dataset=made.dataset_id, draft=None)
