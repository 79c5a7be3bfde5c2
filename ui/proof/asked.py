"""A run's proof is asked for, followed while it is at work, stopped, and gone on with."""

from __future__ import annotations

import time
from typing import NamedTuple

import streamlit as st

from mmm_core import shipped
from mmm_core.errors import MMMError
from mmm_core.proof import asking, duration
from mmm_core.proof.asking import ProofView
from mmm_core.proof.catalogue import PARTS
from ui.shell import leaving, run_list, session
from ui.shell.layout import empty_state
from ui.shell.markdown import plain

POLL_SECONDS = 0.5
REDRAW_SECONDS = 4.0
"""The page is not drawn more often than that only because an answer rests on one more fit."""
AT_WORK = ("queued", "running")
PACE, STOPPING = "proof_pace", "proof_stopping"
"""Keys of the session: run, instant and fits left when its work was first seen; and the run that is being stopped."""
WHAT_IT_IS = """A proof puts this result to the questions of a sceptic, and fits the model again to answer them: \
without a part of the table, or with something changed. Each answer is a verdict with its figure and its limit, a \
chart, and what to do."""
ENDED = {
    "stopped": "It was stopped. What it has found is kept.",
    "interrupted": "Its process is gone: the machine or the worker was stopped. What it has found is kept.",
}
UNDER_WAY = "You can leave this page meanwhile, or stop at any time: what was found is kept, and it goes on from there."


class Drawn(NamedTuple):
    """What the page showed when it was drawn, and when (seconds of the process's clock)."""

    seen: tuple[object, ...]
    fraction: float
    at: float


def look(run_id: str) -> ProofView:
    """What is known of a run's proof; ends the page where the run is gone."""
    try:
        return asking.look(session.desk(), run_id)
    except MMMError as error:
        session.set_ids(run=None)
        empty_state(error.message, error.remedy, action="See the runs", page="overview")


def is_at_work(view: ProofView) -> bool:
    """Whether answers are still to come without anybody's doing."""
    return view.state in AT_WORK


def show(run_id: str, view: ProofView) -> None:
    """What can be done now: begin, stop, go on; and how far it is."""
    if not is_at_work(view):
        st.session_state.pop(STOPPING, None)
        st.session_state.pop(PACE, None)
    # It stays while its cards take each other's place: who pressed a button of one goes on from here (focus.js).
    with st.container(key="proving"):
        if is_at_work(view):
            _at_work(run_id, view)
        elif view.state == "none":
            _not_asked(run_id, view)
        elif view.state != "complete":
            _ended(run_id, view)


def _at_work(run_id: str, view: ProofView) -> None:
    with st.container(border=True, key="card-at-work"):
        drawn = Drawn(_seen(view), view.fraction, time.monotonic())
        leaving.polling(_watch, POLL_SECONDS)(run_id, drawn)
        st.button(
            "Stop", icon=":material/stop:", on_click=_stop, args=(run_id,), key="stop-proof",
            disabled=st.session_state.get(STOPPING) == run_id,
        )  # fmt: skip
        st.caption(UNDER_WAY)


def _not_asked(run_id: str, view: ProofView) -> None:
    with st.container(border=True, key="card-not-asked"):
        st.write(WHAT_IT_IS)
        st.markdown("\n".join(f"- {plain(part.question)}" for part in PARTS))
        if run_id in shipped.RUNS:
            st.write(
                "The shipped demo is read-only, and no proof of it is at hand. A copy can be proved: duplicate it, fit "
                "it, and come back here."
            )
            if st.button("Duplicate the demo", type="primary", icon=":material/content_copy:"):
                run_list.duplicate(run_id)
            return
        _begin(run_id, "Prove this run")
        st.caption(f"{_expected(run_id, view)} {UNDER_WAY}")


def _begin(run_id: str, words: str) -> None:
    if st.button(words, type="primary", icon=":material/play_arrow:", key="start-proof"):
        try:
            asking.start(session.desk(), run_id)
        except MMMError as error:
            session.say(error)
            return
        st.rerun()


def _ended(run_id: str, view: ProofView) -> None:
    with st.container(border=True, key="card-ended"):
        if view.state == "failed":
            st.error(plain(view.step), icon=":material/error:")
        else:
            icon = ":material/cancel:" if view.state == "stopped" else ":material/power_off:"
            st.info(ENDED[view.state], icon=icon)
        _begin(run_id, "Go on")
        st.caption(_expected(run_id, view))


def _stop(run_id: str) -> None:
    st.session_state[STOPPING] = run_id
    try:
        asking.stop(session.desk(), run_id)
    except MMMError as error:
        session.say(error)


def _watch(run_id: str, drawn: Drawn) -> None:
    """Say how far it is; with something new the whole page is drawn again, for the answers are its."""
    try:
        view = asking.look(session.desk(), run_id)
    except MMMError:
        leaving.draw_page_again()  # the run was deleted meanwhile
        return
    if st.session_state.get(STOPPING) == run_id:
        said = "Stopping…"
    else:
        said = f"{plain(view.step) or 'Waiting'}{_left(run_id, view)}"
    st.progress(view.fraction, text=said)
    news, more = _seen(view) != drawn.seen, view.fraction != drawn.fraction
    if news or (more and time.monotonic() - drawn.at > REDRAW_SECONDS):
        leaving.draw_page_again()


def _seen(view: ProofView) -> tuple[object, ...]:
    """Changes when an answer begins or ends, or the work does."""
    parts = tuple((part.state, part.told is not None) for part in view.proof.parts) if view.proof else ()
    return is_at_work(view) or view.state, parts


def _left(run_id: str, view: ProofView) -> str:
    """How much longer, by the pace since this page began to look; before that, by the pace of the run's own fit."""
    if view.proof is None or view.state != "running":
        return ""
    left, now = duration.refits_left(view.proof), time.monotonic()
    known = st.session_state.get(PACE)
    if known is None or known[0] != run_id:
        known = st.session_state[PACE] = (run_id, now, left)
    seconds = duration.seconds_left(left, known[2] - left, now - known[1])
    if seconds is None and (pace := duration.seconds_a_refit(session.desk(), run_id)) is not None:
        seconds = left * pace
    return "" if seconds is None else f" · about {duration.in_words(seconds)} left"


def _expected(run_id: str, view: ProofView) -> str:
    refits = duration.refits_left(view.proof) if view.proof else duration.refits_in_all()
    pace = duration.seconds_a_refit(session.desk(), run_id)
    if pace is None:
        return "How long it will take is not known."
    return (
        f"Up to about {duration.in_words(refits * pace)}, going by what this run's own fit took; longer while the "
        "machine is busy with something else."
    )
