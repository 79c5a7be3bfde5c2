"""A fit is asked for, here or beside the sliders; who asked is led to its results when it is done."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import drafts, fits, runs
from mmm_core.runs.manifest import Label
from mmm_core.spec import RunSpec
from ui.shell import session

AWAITED = "awaited"
"""The run whose results this session waits for."""
REUSED = "reused"
"""The run that was there already, so that nothing had to be computed."""


def tried_before(spec: RunSpec) -> int:
    """How many settings were tried on the table at hand before these."""
    draft_id = session.get_id("draft")
    if draft_id is not None:
        with suppress(MMMError):  # pruned meanwhile
            draft, drafted = drafts.get(session.desk(), draft_id)
            return draft.tried - (spec == drafted)
    return 0


def start(spec: RunSpec, *, tried: int, name: str = "", fresh: bool = False) -> None:
    """Start a fit and lead on to it, with ``tried`` settings before it; a refusal is said, and the page goes on."""
    desk = session.desk()
    try:
        made = runs.create(desk, spec, fresh=fresh, drafts_before=tried)
        if name:
            runs.relabel(desk, made.run_id, Label(name=name))
        if runs.state(desk, made.run_id).phase in fits.STARTABLE:
            runs.submit(desk, made.run_id)
        is_there = runs.state(desk, made.run_id).phase == "finished"
    except MMMError as error:
        session.say(error)
        return
    st.session_state[REUSED] = made.run_id if made.reused else None
    if is_there:
        see_results(made.run_id)
    st.session_state[AWAITED] = made.run_id
    session.go("train", run=made.run_id)


def lead_on(run_id: str) -> None:
    """Go to the results of a finished run that this session waits for; otherwise nothing."""
    if st.session_state.get(AWAITED) == run_id:
        see_results(run_id)


def see_results(run_id: str) -> None:
    """Go to what a run found, beginning with what each channel brought."""
    for key in (AWAITED, session.RESULTS_TAB, "last_tab"):
        st.session_state.pop(key, None)
    if st.session_state.get(REUSED) == run_id:
        st.toast("These settings had been fitted before, so nothing had to be computed.", icon=":material/bolt:")
    session.go("results", run=run_id)
