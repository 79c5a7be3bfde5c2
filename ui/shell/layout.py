"""What pages are made of: guard, empty states, headline, tiles."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core.exports.origins import Origin
from mmm_core.labels import (
    Bounds,
    counted,
    display_name,
    display_names,
    per_spend,
    percent,
    percent_span,
    ratio,
    ratio_span,
    short,
    span,
)
from mmm_core.results import variants
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import FAILED_CHECKS, conditions_in_short
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.headline import (
    Leader,
    best_return,
    largest,
    little_in_words,
    media_in_words,
    most_in_words,
    prior_in_words,
    unclear_in_words,
    unclear_rule,
)
from mmm_core.results.intervals import Estimate
from mmm_core.workspace import worker_door
from ui.shell import glossary, leaving, session
from ui.shell.markdown import plain

PAGES = {
    "overview": "Overview",
    "data": "Data",
    "features": "Features",
    "train": "Train",
    "results": "Results",
    "proof": "Proof",
    "plan": "Plan",
    "compare": "Compare",
}
"""Pages in the order of the work, and their titles."""
TRUST = {"pass": "Checks passed", "look": "With care", "stop": "Not yet"}
VERDICT_BADGES = {
    "pass": ":green-badge[:material/check_circle: Pass]",
    "look": ":orange-badge[:material/visibility: Look]",
    "stop": ":red-badge[:material/block: Stop]",
}
"""What was judged, by text and icon, on every page."""
SIDES = ("My data", "Demo")
WARMING_POLL_SECONDS = 1.0
LONGEST_ON_TILE = 10
"""Characters of a channel's name that a tile has room for beside the figure."""
MOST_ON_TILE = 3
"""Channels that a tile names."""
NONE_TOLD = "none can be told from no effect"
type Said = tuple[str, str, str]
"""What a tile says: label, figure, detail."""
TILE_WIDTH = 235
"""Pixels that a headline figure needs to be read whole."""
NARROWEST_TILE = 150
"""The same on a phone, where its letters are smaller."""


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
    leaving.polling(_sampler_state, None if ready else WARMING_POLL_SECONDS)(ready)


def _is_ready(beat: worker_door.Heartbeat | None) -> bool:
    return beat is not None and beat.state == "ready"


def _sampler_state(was_ready: bool) -> None:
    workspace = session.desk().workspace
    beat = worker_door.read_heartbeat(workspace)
    if _is_ready(beat) and not was_ready:
        leaving.draw_page_again()
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


def headline(summary: ContributionSummary, diagnostics: Diagnostics) -> None:
    """What the table cannot tell, before any figure; then the answer in one sentence."""
    if diagnostics.overall == "stop":
        failed = [verdict for verdict in diagnostics.verdicts if verdict.status == "stop"]
        said = " ".join(f"{plain(verdict.finding)} {plain(verdict.advice)}" for verdict in failed[:1])
        st.error(f"**{FAILED_CHECKS}** {said}", icon=":material/block:")
    if silent := prior_in_words(diagnostics.prior_posterior):
        st.warning(f"**{plain(silent)}.**", icon=":material/visibility_off:")
    most, unclear = most_in_words(summary), unclear_in_words(summary)
    answer = "; ".join(plain(part) for part in (media_in_words(summary), most) if part)
    doubt = f" **{plain(unclear)}**: {unclear_rule(summary)}." if unclear else ""
    st.markdown(f"{answer}.{doubt}")
    if little := little_in_words(diagnostics.prior_posterior):
        st.caption(f":material/visibility: {plain(little)}.")


def tiles(
    summary: ContributionSummary,
    diagnostics: Diagnostics,
    *,
    target: str,
    spend: str,
    questions: int = 0,
    others: Mapping[str, ContributionSummary] | None = None,
    lead: Callable[[str], None] | None = None,
    origin: Origin | None = None,
) -> None:
    """Four headline figures, each with its interval; the last one says whether to trust them.

    ``questions`` is how many the table left open; ``others`` are answers under other settings where intervals do not
    include the choice of these: each tile then says how far they reach. ``lead`` is called
    with the tab that a tile's chart hangs under when it is pressed; ``origin`` is where the figures come from.
    """
    first_by_share, first_by_return, media = largest(summary), best_return(summary), summary.media
    others = others or {}
    reach = variants.hull_of([media, *(other.media for other in others.values())])
    by_share = variants.hulls(summary, others, lambda channel: channel.share)
    by_return = variants.hulls(summary, others, lambda channel: channel.roi)
    # Two pairs, so that a narrow window shows two a row: a figure that is cut off is none.
    with st.grid(2, min_column_width=2 * TILE_WIDTH):
        first, second = (st.grid(2, min_column_width=NARROWEST_TILE) for _ in range(2))
    also = f"; other settings {span(reach)}" if others else ""
    with first, _leading_to("Contributions", lead, key="media"):
        said = f"From media in all, {target}", short(media.shown), f"{span(media)}{also}"
        tile(*said, told=glossary.of_number("media", origin))
    with first, _leading_to("Contributions", lead, key="largest"):
        said = "Largest channel", "–", NONE_TOLD
        if first_by_share is not None:
            said = _leader("Largest channel", first_by_share, lambda value: percent(value, 1), percent_range, by_share)
        tile(*said, told=glossary.of_number("share", origin))
    with second, _leading_to("Return on spend", lead, key="return"):
        if first_by_return is not None:
            unit = f" {per_spend(target, spend)}"
            said = _leader("Best return", first_by_return, ratio, ratio_span, by_return, unit)
        else:
            has_spend = any(channel.roi is not None for channel in summary.channels)
            said = "Best return", "–", NONE_TOLD if has_spend else "no spend column"
        tile(*said, told=glossary.of_number("return", origin))
    with second, _leading_to("Diagnostics", lead, key="trust"):
        some_told, decided = first_by_share is not None, _decided(summary, others)
        said = _trust(diagnostics, conditions_in_short(summary), decided, some_told=some_told, questions=questions)
        tile(*said, told=glossary.of_number("trust", origin))


def _decided(summary: ContributionSummary, others: Mapping[str, ContributionSummary]) -> str:
    """Which channels the settings decide; empty: none, or that was not looked at."""
    moved = [move.channel for move in variants.moves(summary, others)]
    if not moved:
        return ""
    labels = display_names([channel.channel for channel in summary.channels])
    if len(moved) > MOST_ON_TILE:
        return f"{counted(len(moved), 'channel')} of {len(labels)} depend on settings"
    return f"depends on settings: {', '.join(labels[channel] for channel in moved)}"


def _leader(
    label: str,
    leader: Leader,
    shown: Callable[[float], str],
    spanned: Callable[[Bounds], str],
    hulls: Mapping[str, variants.Hull],
    unit: str = "",
) -> Said:
    """Who leads, by how much, and with what chance where another may be above it; how far other settings reach."""
    chance = "" if leader.is_sure or leader.chance is None else f", chance {percent(leader.chance)}"
    of_told = "" if leader.is_largest else " of those told"
    name, figure = display_name(leader.channel.channel), shown(leader.figure.shown)
    hull = hulls.get(leader.channel.channel)
    detail = f"{spanned(leader.figure)}{unit}" + (f"; other settings {spanned(hull)}" if hull else "")
    if len(name) <= LONGEST_ON_TILE:
        return f"{label}{of_told}{chance}", f"{name} {figure}", detail
    # In large letters it would fill the tile, and push the figure out of sight.
    return f"{label}{of_told}: {name}{chance}", figure, detail


def _trust(diagnostics: Diagnostics, given: str, decided: str, *, some_told: bool, questions: int) -> Said:
    looks = sum(verdict.status != "pass" for verdict in diagnostics.verdicts)
    noted = [
        f"{looks} of {len(diagnostics.verdicts)} checks to look at" if looks else "",
        f"{counted(questions, 'question')} open" if questions else "",
        decided,
    ]
    checks = "; ".join(filter(None, noted)) or given
    if not some_told and diagnostics.overall != "stop":
        # A fit that passes its checks may still say nothing of any channel.
        return "Can we trust it?", "Not per channel", NONE_TOLD
    return "Can we trust it?", TRUST[diagnostics.overall], checks


def tile(label: str, figure: str, detail: str, *, told: str | None) -> None:
    """A figure in large letters with its interval; ``told`` is where it comes from, shown on the mark beside it."""
    st.metric(label, figure, detail, delta_color="off", delta_arrow="off", border=True, help=told)


@contextmanager
def _leading_to(tab: str, lead: Callable[[str], None] | None, *, key: str) -> Iterator[None]:
    """A tile that opens a tab when it is pressed: the whole of it is the button."""
    if lead is None:
        yield
        return
    with st.container(key=f"tile-{key}", gap=None):
        yield
        if st.button(f"Show {tab}", key=f"to-{key}", type="tertiary", width="stretch"):
            lead(tab)


def interval(share: Estimate, summary: ContributionSummary) -> str:
    """An interval of shares in words."""
    return f"{percent(summary.interval_prob)} interval {percent_range(share)}"


def percent_range(share: Bounds) -> str:
    """An interval of shares: 8.1–15.6 %."""
    return percent_span(share.low, share.high)
