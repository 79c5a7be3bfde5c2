"""The live estimate: a draft for each setting, watched until it is there, with the one before behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import count

import streamlit as st

from mmm_core.charts import settings
from mmm_core.charts.style import ChartMeta
from mmm_core.errors import MMMError
from mmm_core.exports import origins
from mmm_core.labels import counted, display_name, percent
from mmm_core.model.features import FeatureMatrix
from mmm_core.results.conditions import conditions, conditions_in_short
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.reweighting import LARGEST_K
from mmm_core.results.verdict_words import Check, check_groups
from mmm_core.runs import datasets, drafts
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.drafts import LiveEstimate
from mmm_core.spec import RunSpec
from mmm_core.workspace import run_state
from mmm_core.workspace.run_state import RunState
from ui.shell import glossary, leaving, session
from ui.shell.cards import drawn, plot, save_menu
from ui.shell.layout import TRUST, percent_range
from ui.shell.markdown import plain

TITLE = "Live estimate: share of sales"
POLL_SECONDS = 0.05
LOOK_SECONDS = 0.25
"""How long a look waits for news on the disk before it draws: every drawing is work for the browser, which a new
estimate then has to wait for. A slider that is moved waits for the end of a look."""
MOST_CHECKS_NAMED = 2
MOST_KEPT = 2
"""Estimates that a session keeps: this one and the one before."""


def request(spec: RunSpec | None) -> MMMError | None:
    """Ask for the estimate under these settings, unless the draft at hand has them; returns the refusal, if any."""
    if spec is None:
        return None
    draft_id = session.get_id("draft")
    try:
        known = drafts.get(session.desk(), draft_id)[1] if draft_id else None
    except MMMError:
        draft_id = known = None
    if known == spec:
        return None
    try:
        made = drafts.create(session.desk(), spec, previous=draft_id)
    except MMMError as error:
        return error
    st.session_state.pop("spec_to_train", None)  # the draft is newer
    session.set_draft(made.draft)
    if made.built is not None:
        _features(made.draft.draft_id, session.desk().owner, made.built)
    return None


def features(problem: MMMError | None) -> FeatureMatrix | None:
    """Features of the draft at hand: they were built for the estimate, and both sketches draw from them.

    None: there is a ``problem`` with these settings, which the estimate's card says.
    """
    draft_id = session.get_id("draft")
    if problem is not None or draft_id is None:
        return None
    try:
        return _features(draft_id, session.desk().owner)
    except MMMError:
        return None  # pruned meanwhile


@st.cache_resource(max_entries=32, ttl=3600, show_spinner=False)
def _features(
    draft_id: str,
    owner: str,  # noqa: ARG001 - whose it is, for the key
    _built: FeatureMatrix | None = None,
) -> FeatureMatrix:
    """What the settings of a draft make of the table, read unless it was just built; shared, so it is only read."""
    return drafts.get_features(session.desk(), draft_id) if _built is None else _built


def show(dataset: Dataset, problem: MMMError | None) -> None:
    """The estimate, or what it waits for, or the problem that there is none under these settings."""
    if problem is not None:
        with st.container(border=True, key="card-estimate"):
            st.header(TITLE, anchor=False)
            session.say(problem)
        return
    draft_id = session.get_id("draft")
    if draft_id is None:
        return
    try:
        over = _is_settled(draft_id, _answer(draft_id))
    except MMMError as gone:  # deleted a moment ago, with its table
        session.say(gone)
        return
    leaving.polling(_look, None if over else POLL_SECONDS)(draft_id, dataset, count(), was_over=over)


def _is_settled(draft_id: str, answer: LiveEstimate | None) -> bool:
    """Whether the estimate is known, or will not be."""
    return _is_whole(answer) or _state(draft_id).is_over


def _is_whole(answer: LiveEstimate | None) -> bool:
    return answer is not None and answer.stage == "whole"


def _state(draft_id: str) -> RunState:
    return drafts.state(session.desk(), draft_id)


def _look(draft_id: str, dataset: Dataset, looks: Iterator[int], *, was_over: bool) -> None:
    try:
        # The first look belongs to the page, which nobody should wait for.
        if not was_over and next(looks) > 0:
            _wait_for_news(draft_id)
        _live(draft_id, dataset, was_over=was_over)
    except MMMError as error:
        session.say(error)


def _live(draft_id: str, dataset: Dataset, *, was_over: bool) -> None:
    now = _answer(draft_id)
    settled = _is_settled(draft_id, now)
    if now is not None:
        _cards(draft_id, dataset, now, _before(draft_id))
    else:
        _what_it_waits_for(draft_id, dataset)
    if settled and not was_over and st.session_state.get("estimate_seen") == draft_id:
        # It has been on screen since the last look: run the page once more, which ends the asking. This comes last,
        # because a fragment that ends without its elements takes them from the screen.
        leaving.draw_page_again()
    if settled:
        st.session_state["estimate_seen"] = draft_id


def _wait_for_news(draft_id: str) -> None:
    """Wait for more than was on screen at the last look."""
    written, answer = _kept().get(draft_id, (drafts.NO_NEWS, None))
    if not _is_whole(answer):
        drafts.wait_for_news(session.desk(), draft_id, after=written, timeout=LOOK_SECONDS)


def _what_it_waits_for(draft_id: str, dataset: Dataset) -> None:
    state = run_state.keep_going(session.desk().workspace, _state(draft_id))
    last = [(each, answer) for each in _seen() if (answer := _answer(each)) is not None]
    if last and not state.is_over:
        shown, estimate = last[-1]
        _cards(shown, dataset, estimate, last[0][1] if len(last) == MOST_KEPT else None, waits_for=state)
        return
    with st.container(border=True, key="card-estimate"):
        st.header(TITLE, anchor=False)
        _waiting(state)


def _cards(
    draft_id: str,
    dataset: Dataset,
    now: LiveEstimate,
    before: LiveEstimate | None,
    *,
    waits_for: RunState | None = None,
) -> None:
    """The estimate and what changed; grey, where it is the one before and a newer one is on its way."""
    with st.container(border=True, key="card-estimate"):
        _chart(draft_id, now, before, dataset)
    _glance(now, before, waits=waits_for is not None)
    with st.container(border=True, key="card-changed"):
        st.header("What your last move changed", anchor=False)
        if waits_for is None:
            _what_changed(draft_id, dataset, now, before)
            if now.stage == "reweighted":
                state = run_state.keep_going(session.desk().workspace, _state(draft_id))
                st.caption(f":material/hourglass_top: {state.step}. On screen meanwhile: the draws before, weighed.")
        else:
            st.progress(waits_for.fraction, text=f"{waits_for.step}. In grey: the estimate before your last move.")


def _glance(now: LiveEstimate, before: LiveEstimate | None, *, waits: bool) -> None:
    """The estimate in a line, for a phone: there it stays in sight while the sliders above the chart are moved."""
    media = now.summary.media_share
    was = f"{percent(before.summary.media_share.shown, 1)} → " if before is not None and not waits else ""
    line = f"Media {was}**{percent(media.shown, 1)}** of sales ({percent_range(media)})"
    moved = drafts.changes(before.summary, now.summary) if before is not None and not waits else []
    if waits:
        line += "  \n:material/hourglass_top: the next estimate is on its way"
    elif moved:
        most = max(moved, key=lambda each: abs(each.now.shown - each.before.shown))
        line += (
            f"  \n{plain(display_name(most.channel))} {percent(most.before.shown, 1)} → "
            f"**{percent(most.now.shown, 1)}** ({percent_range(most.now)})"
        )
    with st.container(key="glance"):
        st.markdown(line)


def _before(draft_id: str) -> LiveEstimate | None:
    """The estimate before this one; also keeps this one for the next."""
    last = _seen()
    if draft_id not in last[-1:]:
        last = (*last[-1:], draft_id)
        st.session_state["estimates"] = last
    return _answer(last[0]) if len(last) == MOST_KEPT else None


def _seen() -> tuple[str, ...]:
    """The drafts whose estimates were on screen last, the newest at the end."""
    dataset_id = session.get_id("dataset")
    if st.session_state.get("estimates_of") != dataset_id:
        # Another table's shares are no "before" of this one's.
        st.session_state["estimates_of"], st.session_state["estimates"] = dataset_id, ()
    seen: tuple[str, ...] = st.session_state.get("estimates", ())
    return seen


def _answer(draft_id: str) -> LiveEstimate | None:
    """The estimate of a draft, read once for each of its parts; None: not yet, or pruned meanwhile."""
    kept = _kept()
    written, answer = kept.get(draft_id, (drafts.NO_NEWS, None))
    if _is_whole(answer):
        return answer
    try:
        now = drafts.news(session.desk(), draft_id)
        if now != written:
            answer = drafts.get_live_estimate(session.desk(), draft_id)
    except MMMError:
        return None
    if answer is not None:
        kept[draft_id] = now, answer
        for old in list(kept)[:-MOST_KEPT]:
            del kept[old]
    return answer


def _kept() -> dict[str, tuple[drafts.News, LiveEstimate]]:
    """Estimates that were read last, by their drafts, each with what was known of it."""
    kept: dict[str, tuple[drafts.News, LiveEstimate]] = st.session_state.setdefault("answers", {})
    return kept


def _chart(draft_id: str, now: LiveEstimate, before: LiveEstimate | None, dataset: Dataset) -> None:
    # Drawn once and not at every look: drawing takes the time of the fit that is waited for.
    content = "/".join(each.summary.model_dump_json() for each in (now, before) if each)
    places = datasets.colours(session.desk(), dataset.dataset_id)
    build = partial(settings.live_shares, now.summary, before.summary if before else None, places=places)
    figure = drawn("live_shares", content, build)
    stem = dataset.label.rsplit(".", 1)[0]
    source = (
        f"{stem} · live estimate; {percent(now.summary.interval_prob)} intervals, {conditions_in_short(now.summary)}"
    )
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        st.header(figure.layout.title.text, anchor=False, width="stretch", help=_told(draft_id, now))
        save_menu(figure, stem=stem, key="live_estimate", source=source)
    st.caption(f"{ChartMeta.of(figure).how_to_read} {_checked(now)}")
    plot(figure, stem=stem, key="live_estimate", source=source, content=content)


def _told(draft_id: str, now: LiveEstimate) -> str | None:
    """The field's words, and where the estimate comes from."""
    origin = None
    with suppress(MMMError):  # pruned meanwhile
        desk = session.desk()
        spec, features = drafts.get(desk, draft_id)[1], _features(draft_id, desk.owner)
        origin = origins.of_estimate(
            now.summary, drafts.get_manifest(desk, draft_id), spec, draft_id=draft_id, draws=_draws(now, spec),
            rows=features.target.sizes["row"], grain=features.scaler.grain,
        )  # fmt: skip
    return glossary.of_drawn("live_estimate", origin)


def _draws(now: LiveEstimate, spec: RunSpec) -> str:
    if now.stage == "reweighted":
        return "Those of the estimate before, weighed by how much likelier these settings make each."
    if now.diagnostics is None:
        return "A first look at few of them; all follow."
    return f"{now.diagnostics.chains * now.diagnostics.draws:,} draws of {counted(spec.sampler.chains, 'chain')}."


def _checked(now: LiveEstimate) -> str:
    """How the estimate was made, what its checks say, and on what conditions its intervals hold."""
    if now.parameters is None:
        weighed = f"Pareto-k {max(now.pareto_k, 0):.2f}" if now.pareto_k is not None else "weights"
        return (
            "At once, from the draws of the estimate before: each weighed by how much likelier your setting makes it "
            f"({weighed}, to be trusted below {LARGEST_K:g}). The fit itself follows. {conditions(now.summary)}"
        )
    r_hat = max((row.r_hat for row in now.parameters.parameters if row.r_hat is not None), default=None)
    waiting = (
        "A first look; all draws and their checks follow"
        if now.summary.model == "recommended"
        else "Checks are being made"
    )
    checks = TRUST[now.diagnostics.overall] if now.diagnostics else waiting
    asked = _not_passed(now.diagnostics) if now.diagnostics else []
    shown = [plain(f"{check.title} {check.figure}") for check in asked[:MOST_CHECKS_NAMED]]
    if not any("R-hat" in figure for figure in shown):
        shown.insert(0, f"R-hat {'unknown' if r_hat is None else format(r_hat, '.2f')}")
    if len(asked) > MOST_CHECKS_NAMED:
        shown.append(f"{counted(len(asked) - MOST_CHECKS_NAMED, 'more check')} to look at, listed with the results")
    return f"{checks} ({'; '.join(shown)}). {conditions(now.summary)}"


def _not_passed(diagnostics: Diagnostics) -> list[Check]:
    return [check for group in check_groups(diagnostics) for check in group.checks if check.status != "pass"]


def _waiting(state: RunState) -> None:
    if state.phase in ("failed", "interrupted", "cancelled"):
        failure = state.status.error
        st.warning(plain(f"{failure.message} {failure.remedy}") if failure else state.step, icon=":material/error:")
        return
    st.progress(state.fraction, text=state.step)


def _what_changed(draft_id: str, dataset: Dataset, now: LiveEstimate, before: LiveEstimate | None) -> None:
    if before is None:
        st.write("Move a slider: the difference will stand here.")
    else:
        moved = drafts.changes(before.summary, now.summary)
        lines = [
            f"{plain(display_name(each.channel))}: {percent(each.before.shown, 1)} ({percent_range(each.before)}) → "
            f"**{percent(each.now.shown, 1)}** ({percent_range(each.now)})"
            for each in moved
        ]
        st.markdown("  \n".join(lines) or "Hardly anything: no share moved by more than 0.2 points.")
    with suppress(MMMError):  # pruned meanwhile
        draft = drafts.get(session.desk(), draft_id)[0]
        st.caption(f"{counted(draft.tried, 'setting')} tried on {plain(dataset.label)}. The run will say so.")
