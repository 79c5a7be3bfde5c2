"""One run as it goes: stages, chains, time left, cancel; and how it ended."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import runs
from mmm_core.spec import FEWEST_DRAWS_KEPT
from mmm_core.workspace import run_state
from mmm_core.workspace.run_state import RunState
from mmm_core.workspace.status import Progress
from ui.features import starting
from ui.shell import leaving, run_list, session
from ui.shell.layout import empty_state
from ui.shell.markdown import plain
from ui.shell.session import COMPARED_WITH

POLL_SECONDS = 0.4
STAGES = (
    ("Table checked", "VALIDATED", ()),
    ("Features built", "FEATURES_BUILT", ("features",)),
    ("Fitting", "TRAINING", ("compile", "sampling")),
    ("Contributions", "TRAINED", ("outputs",)),
    ("Done", "OUTPUTS_READY", ()),
)
"""What a run goes through: in words, as a stage, and under which names its seconds are kept."""
ORDER = ("CREATED", "VALIDATED", "FEATURES_BUILT", "TRAINING", "TRAINED", "OUTPUTS_READY")


def show(run_id: str) -> None:
    """Follow a run; survives a refresh, since all of it is on disk."""
    try:
        state = runs.state(session.desk(), run_id)
    except MMMError as error:
        session.set_ids(run=None)
        empty_state(error.message, error.remedy, action="See the runs", page="overview")
    if state.phase == "finished":
        starting.lead_on(run_id)
    label = runs.get_label(session.desk(), run_id)
    manifest = runs.get_manifest(session.desk(), run_id)
    st.markdown(f"Run **{plain(run_list.run_name(label, manifest))}**")
    leaving.polling(_live, None if state.is_over else POLL_SECONDS)(run_id, state.is_over)
    if st.button("Set up another run", icon=":material/add:"):
        session.set_ids(run=None)
        st.rerun()


def _live(run_id: str, was_over: bool) -> None:
    state = run_state.keep_going(session.desk().workspace, runs.state(session.desk(), run_id))
    if state.is_over != was_over:
        leaving.draw_page_again()
    with st.container(border=True, key="card-run"):
        _timeline(state, runs.get_manifest(session.desk(), run_id).seconds)
        if state.is_over:
            _ended(run_id, state)
        else:
            _at_work(run_id, state)


def _timeline(state: RunState, seconds: dict[str, float]) -> None:
    if state.status.stage not in ORDER:
        return  # a run that failed or was cancelled says so below
    reached, steps = ORDER.index(state.status.stage), []
    for name, stage, kept in STAGES:
        place = ORDER.index(stage)
        done = place < reached or state.phase == "finished"
        took = [seconds[each] for each in kept if each in seconds] if done else []
        detail = f"<small>{sum(took):.1f} s</small>" if took else ""
        mark = 'class="done"' if done else 'class="now" aria-current="step"' if place == reached else ""
        steps.append(f"<li {mark}><span>{name}</span>{detail}</li>")
    st.html(f'<ol class="run-steps" aria-label="Steps of this run">{"".join(steps)}</ol>')


def _at_work(run_id: str, state: RunState) -> None:
    progress = state.status.progress if state.phase == "running" else None
    st.progress(state.fraction, text=state.step)
    if state.place:
        st.caption(
            f"Number {state.place} in the queue: runs are fitted one after the other, live estimates go on beside."
        )
    if progress and progress.chains:
        divergences = sum(chain.divergences for chain in progress.chains)
        columns = st.columns(3)
        columns[0].metric("Draws per second", f"{progress.draws_per_second or 0:,.0f}")
        columns[1].metric("Seconds left", "…" if progress.seconds_left is None else f"{progress.seconds_left:.0f}")
        columns[2].metric("Divergences", divergences)
        for number, chain in enumerate(progress.chains, 1):
            share = chain.draws_done / chain.draws_total if chain.draws_total else 0.0
            kind = "tuning" if chain.tuning else "drawing"
            done = f"{chain.draws_done:,} of {chain.draws_total:,}"
            text = f"Chain {number}: {done}, {kind}, step size {chain.step_size:.3g}"
            st.progress(share, text=text)
    with st.container(horizontal=True):
        if st.button("Cancel", icon=":material/close:"):
            _cancel(run_id, keep=False)
        if progress and progress.chains:
            early = any(chain.tuning for chain in progress.chains) or _drawn(run_id, progress) < FEWEST_DRAWS_KEPT
            why = f"From {FEWEST_DRAWS_KEPT} draws a chain on, after tuning." if early else None
            if st.button("Stop and keep the draws so far", disabled=early, help=why):
                _cancel(run_id, keep=True)


def _drawn(run_id: str, progress: Progress) -> int:
    """Draws that every chain has and that count: those after tuning."""
    tune = runs.get_spec(session.desk(), run_id).sampler.tune
    return min(chain.draws_done for chain in progress.chains or ()) - tune


def _cancel(run_id: str, *, keep: bool) -> None:
    try:
        runs.cancel(session.desk(), run_id, keep=keep)
    except MMMError as error:
        if error.code != "wrong_stage":  # it was over a moment before
            session.say(error)
            return
    st.rerun()


def _ended(run_id: str, state: RunState) -> None:
    failure = state.status.error
    if state.phase == "finished":
        early = " It was stopped early: the results rest on the draws made until then." if state.status.partial else ""
        st.success(f"Done.{early}", icon=":material/check_circle:")
        with st.container(horizontal=True):
            if st.button("See the results", type="primary"):
                starting.see_results(run_id)
            if run_id in st.session_state.get(COMPARED_WITH, {}) and st.button(
                "Compare with the one before", icon=":material/compare_arrows:", key="to-compare"
            ):
                session.go("compare", run=run_id)
        return
    if failure is not None and state.phase == "cancelled":
        st.info(f"{plain(failure.message)}\n\n{plain(failure.remedy)}", icon=":material/cancel:")
    elif failure is not None:
        st.error(f"{plain(failure.message)}\n\n{plain(failure.remedy)}", icon=":material/error:")
    elif state.phase == "interrupted":
        st.warning(
            "Its process is gone: the machine or the worker was stopped. Nothing else is lost.",
            icon=":material/power_off:",
        )
    else:
        st.info("This run has not been started.")
    with st.container(horizontal=True):
        if st.button("Start again" if state.phase != "created" else "Start", type="primary"):
            try:
                runs.submit(session.desk(), run_id)
            except MMMError as error:
                session.say(error)
                return
            st.rerun()
        if st.button("Change its settings"):
            run_list.duplicate(run_id)
        log = runs.read_log(session.desk(), run_id)
        if log:
            st.download_button("Log", log, f"{run_id}.log", on_click="ignore")
