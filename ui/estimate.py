"""The live estimate: a draft for each setting, watched until it is there, with the one before behind it."""

from __future__ import annotations

import streamlit as st

from mmm_core import charts_data, drafts
from mmm_core.datasets import Dataset
from mmm_core.errors import MMMError
from mmm_core.outputs import Outputs
from mmm_core.runs import RunState
from mmm_core.spec import RunSpec
from mmm_core.verdicts import worst
from ui import session
from ui.cards import plot
from ui.layout import percent_range
from ui.theme import is_dark

POLL_SECONDS = 0.15
SMALLEST_CHANGE = 0.002
"""Changes of a share below this (fraction of sales) are not put in words."""


def request(spec: RunSpec) -> None:
    """Ask for the estimate under these settings, unless the draft at hand is it."""
    draft_id = session.get_id("draft")
    try:
        known = drafts.get(session.workspace(), draft_id, owner=session.owner())[1] if draft_id else None
    except MMMError:
        draft_id = known = None
    if known == spec:
        return
    try:
        made = drafts.create(session.workspace(), spec, owner=session.owner(), previous=draft_id)
    except MMMError as error:
        st.session_state["estimate_error"] = error
        return
    st.session_state.pop("estimate_error", None)
    session.set_id("draft", made.draft.draft_id)


def show(dataset: Dataset) -> None:
    """The estimate, or what it waits for."""
    error = st.session_state.get("estimate_error")
    if error is not None:
        session.say(error)
        return
    draft_id = session.get_id("draft")
    if draft_id is None:
        return
    over = _state(draft_id).is_over
    st.fragment(run_every=None if over else POLL_SECONDS)(_live)(draft_id, dataset)


def _state(draft_id: str) -> RunState:
    return drafts.state(session.workspace(), draft_id, owner=session.owner())


def _live(draft_id: str, dataset: Dataset) -> None:
    found = _state(draft_id)
    if found.is_over and st.session_state.get("estimate_seen") != draft_id:
        _remember(draft_id, found)
        st.session_state["estimate_seen"] = draft_id
        # The page once more, so that the fragment stops asking.
        st.rerun()
    with st.container(border=True, key="card-estimate"):
        st.subheader("Live estimate: share of sales", anchor=False)
        if found.phase == "finished":
            _chart(draft_id)
        else:
            _waiting(found)
    if found.phase == "finished":
        _what_changed(draft_id, dataset)


def _remember(draft_id: str, found: RunState) -> None:
    """Keep the last two finished estimates at hand, the newer in front."""
    if found.phase != "finished":
        return
    last = st.session_state.get("estimates", ())
    st.session_state["estimates"] = (*last[-1:], draft_id) if not last or last[-1] != draft_id else last


def _before(draft_id: str) -> str | None:
    last = st.session_state.get("estimates", ())
    return last[0] if len(last) == 2 and last[-1] == draft_id else None


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def _outputs(draft_id: str, owner: str) -> Outputs:
    return drafts.get_outputs(session.workspace(), draft_id, owner=owner)


def _read(draft_id: str | None) -> Outputs | None:
    if draft_id is None:
        return None
    try:
        return _outputs(draft_id, session.owner())
    except MMMError:
        return None  # pruned meanwhile


def _chart(draft_id: str) -> None:
    now, before = _outputs(draft_id, session.owner()), _read(_before(draft_id))
    figure = charts_data.live_shares(now.summary, before.summary if before else None, dark=is_dark())
    verdict = worst(now.diagnostics.verdicts)
    r_hat = now.diagnostics.max_r_hat
    st.caption(
        f"{figure.layout.meta['how_to_read']} R-hat {r_hat:.2f}, checks: {verdict}. "
        "Intervals are conditional on these settings; they do not include uncertainty about them."
    )
    plot(figure, key="live_estimate")


def _waiting(found: RunState) -> None:
    if found.phase in ("failed", "interrupted", "cancelled"):
        failure = found.status.error
        st.warning(f"{failure.message} {failure.remedy}" if failure else found.step, icon=":material/error:")
        return
    st.progress(found.fraction, text=found.step)


def _what_changed(draft_id: str, dataset: Dataset) -> None:
    now, before = _read(draft_id), _read(_before(draft_id))
    draft = drafts.get(session.workspace(), draft_id, owner=session.owner())[0]
    with st.container(border=True, key="card-changed"):
        st.subheader("What your last move changed", anchor=False)
        if now is None or before is None:
            st.write("Move a slider: the difference will stand here.")
        else:
            earlier = {channel.channel: channel.share for channel in before.summary.channels}
            moved = [
                f"{channel.channel}: {100 * earlier[channel.channel].mean:.1f} % "
                f"({percent_range(earlier[channel.channel])}) → **{100 * channel.share.mean:.1f} %** "
                f"({percent_range(channel.share)})"
                for channel in now.summary.channels
                if channel.channel in earlier
                and abs(channel.share.mean - earlier[channel.channel].mean) > SMALLEST_CHANGE
            ]
            st.markdown("  \n".join(moved) or "Hardly anything: no share moved by more than 0.2 points.")
        st.caption(f"{draft.number} settings tried on {dataset.label}. The run will say so.")
