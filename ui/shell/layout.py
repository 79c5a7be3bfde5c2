"""What pages are made of: guard, empty states, headline, tiles."""

from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core.labels import (
    counted,
    display_name,
    listed,
    per_spend,
    percent,
    percent_span,
    ratio,
    ratio_span,
    short,
    span,
)
from mmm_core.results.channel_summary import SMALLEST_TELLING_SHARE, ChannelSummary, ContributionSummary
from mmm_core.results.conditions import conditions_in_short
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.intervals import Estimate
from mmm_core.workspace import worker_door
from ui.shell import session
from ui.shell.markdown import plain

PAGES = {"overview": "Overview", "data": "Data", "features": "Features", "train": "Train", "results": "Results"}
"""Pages in the order of the work, and their titles."""
TRUST = {"pass": "Checks passed", "look": "With care", "stop": "Not yet"}
SIDES = ("My data", "Demo")
WARMING_POLL_SECONDS = 1.0
TILE_WIDTH = 235
"""Pixels that a headline figure needs to be read whole."""


def require_router(page: str) -> None:
    """Send a deep link that reached a page before the router through the router.

    The first request of a fresh server may run a page alone, without ``app.py``.
    """
    if not st.session_state.get("routed"):
        st.switch_page("app.py", query_params={**st.query_params.to_dict(), "goto": page})


def header(title: str) -> DeltaGenerator:
    """Title of a page, and the switch between the demo and one's own; gives the place between them."""
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.title(title, anchor=False, width="stretch")
        between = st.container(horizontal=True, vertical_alignment="center", width="content")
        with st.container(width="content", key="side"):
            # A widget of its own on each page: one that outlives a page shows neither side on the next, and then
            # tells the server that it was changed.
            key = f"side-{title}"
            if st.session_state.get(key) != SIDES[session.in_demo()]:
                st.session_state[key] = SIDES[session.in_demo()]
            st.segmented_control(
                "Whose data",
                SIDES,
                key=key,
                required=True,
                label_visibility="collapsed",
                on_change=_change_side,
                args=(key,),
            )
    return between


def _change_side(key: str) -> None:
    session.look_at_demo(st.session_state[key] == SIDES[True])


def sampler_state() -> None:
    """Whether the worker is warm yet; looks again until it is."""
    ready = _is_ready(worker_door.read_heartbeat(session.desk().workspace))
    st.fragment(run_every=None if ready else WARMING_POLL_SECONDS)(_sampler_state)(ready)


def _is_ready(beat: worker_door.Heartbeat | None) -> bool:
    return beat is not None and beat.state == "ready"


def _sampler_state(was_ready: bool) -> None:
    workspace = session.desk().workspace
    beat = worker_door.read_heartbeat(workspace)
    if _is_ready(beat) and not was_ready:
        st.rerun()
    failure = worker_door.read_failure(workspace) if beat is None else None
    if failure is not None:
        st.warning(plain(f"{failure.message} {failure.remedy}"), icon=":material/error:")
    elif _is_ready(beat):
        st.badge("Ready for live estimates", icon=":material/bolt:", color="green")
    else:
        step, share = worker_door.warming_progress(workspace, beat)
        st.progress(share, text=f"{step}. The demo can be read meanwhile.")


def empty_state(title: str, text: str, *, action: str, page: str) -> NoReturn:
    """Nothing to show yet: why, and the one thing to do. Ends the page."""
    with st.container(border=True, key="card-empty"):
        st.header(plain(title))
        st.write(plain(text))
        if st.button(action, type="primary"):
            session.go(page)
    st.stop()


def headline(summary: ContributionSummary) -> None:
    """The answer in one sentence, and what cannot be told."""
    unclear = [plain(display_name(channel.channel)) for channel in summary.channels if channel.cannot_be_told]
    doubt = ""
    if unclear:
        who = f"{listed(unclear)} cannot" if len(unclear) < len(summary.channels) else "No channel can"
        whose = "its" if len(unclear) == 1 else "their"
        limit = percent(SMALLEST_TELLING_SHARE)
        doubt = f" **{who} be told from no effect**: the interval of {whose} share begins below {limit}."
    largest = _largest(summary)
    most = ""
    if largest is not None:
        share = f"{percent(largest.share.mean, 1)} ({percent_range(largest.share)})"
        most = f"; {plain(display_name(largest.channel))} brought the most, {share}"
    st.markdown(
        f"Media brought **{percent(summary.media_share.mean, 1)}** of sales "
        f"({interval(summary.media_share, summary)}){most}.{doubt}"
    )


def _largest(summary: ContributionSummary) -> ChannelSummary | None:
    """The channel that brought the most, among those that can be told from no effect."""
    told = [channel for channel in summary.channels if not channel.cannot_be_told]
    return max(told, key=lambda channel: channel.share.mean, default=None)


def tiles(
    summary: ContributionSummary, diagnostics: Diagnostics, *, target: str, spend: str, questions: int = 0
) -> None:
    """Four headline figures, each with its interval; the last one says whether to trust them.

    ``questions`` is how many the table left open.
    """
    largest = _largest(summary)
    paid = [(c.channel, c.roi) for c in summary.channels if c.roi is not None and not c.cannot_be_told]
    media = summary.media
    # Two pairs, so that a narrow window shows two a row: a figure that is cut off is none.
    with st.grid(2, min_column_width=2 * TILE_WIDTH):
        first, second = (st.grid(2, min_column_width=TILE_WIDTH) for _ in range(2))
    with first:
        _tile(f"From media in all, {target}", short(media.mean), span(media))
        if largest is not None:
            name = display_name(largest.channel)
            _tile("Largest channel", f"{name} {percent(largest.share.mean, 1)}", percent_range(largest.share))
        else:
            _tile("Largest channel", "–", "none can be told from no effect")
    with second:
        if paid:
            best, roi = max(paid, key=lambda pair: pair[1].mean)
            unit = per_spend(target, spend)
            _tile("Best return", f"{display_name(best)} {ratio(roi.mean)}", f"{ratio_span(roi)} {unit}")
        elif any(channel.roi is not None for channel in summary.channels):
            _tile("Best return", "–", "none can be told from no effect")
        else:
            _tile("Best return", "–", "no spend column")
        _trust(diagnostics, conditions_in_short(summary), some_told=largest is not None, questions=questions)


def _trust(diagnostics: Diagnostics, given: str, *, some_told: bool, questions: int) -> None:
    looks = sum(verdict.status != "pass" for verdict in diagnostics.verdicts)
    checks = given if not looks else f"{looks} of {len(diagnostics.verdicts)} checks to look at"
    if questions:
        open_ones = f"{counted(questions, 'question')} open"
        checks = f"{checks}; {open_ones}" if looks else open_ones
    if not some_told and diagnostics.overall != "stop":
        # A fit that passes its checks may still say nothing of any channel.
        _tile("Can we trust it?", "Not per channel", "none can be told from no effect")
    else:
        _tile("Can we trust it?", TRUST[diagnostics.overall], checks)


def _tile(label: str, figure: str, detail: str) -> None:
    st.metric(label, figure, detail, delta_color="off", delta_arrow="off", border=True)


def interval(share: Estimate, summary: ContributionSummary) -> str:
    """An interval of shares in words."""
    return f"{percent(summary.interval_prob)} interval {percent_range(share)}"


def percent_range(share: Estimate) -> str:
    """An interval of shares: 8.1–15.6 %."""
    return percent_span(share.low, share.high)
