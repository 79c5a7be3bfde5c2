"""The tab that fits a result's table again under other settings, and says whether the answer hangs on them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.exports.gallery import Exhibit
from mmm_core.labels import display_names, percent
from mmm_core.results import variants
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs import drafts, look
from mmm_core.runs.outputs import Outputs
from mmm_core.spec import RunSpec
from mmm_core.workspace import run_state
from ui.shell import leaving, session
from ui.shell.layout import percent_range
from ui.shell.markdown import plain

POLL_SECONDS = 0.3
ASKED = "variants_asked"
"""Key of the session: run id, and the draft of each variant by its name."""

CHOSEN = {
    "fixed": "Carry-over, saturation and season are settings, and no interval includes the choice of them.",
    "recommended": "Carry-over and saturation are estimated, and intervals include what is not known of them; the "
    "season and where they begin are still chosen.",
}
"""What a person has decided, by model."""


def show(run_id: str, run: Exhibit) -> bool:
    """Ask for the fits at a click, and say what leaves its interval; whether their chart can be shown."""
    outputs, known = run.outputs, run.others
    st.write(
        f"{CHOSEN[outputs.summary.model]} Here the same table is fitted again with one choice changed at a time: where "
        "a channel leaves its interval, the setting decides as much as the data."
    )
    asked_for, asked = st.session_state.get(ASKED, ("", {}))
    if asked_for != run_id:
        names = [each.name for each in variants.variants_of(run.spec, outputs.scaler.grain)]
        if st.button(f"Fit {len(names)} other settings", type="primary", icon=":material/play_arrow:"):
            _ask(run_id, run.spec, outputs)
            st.rerun()
        st.caption("About a second each: " + "; ".join(names) + ".")
        return False
    settled = all(_is_over(draft_id) for draft_id in asked.values())
    st.fragment(run_every=None if settled else POLL_SECONDS)(_progress)(asked, was_settled=settled)
    if settled and known:
        _in_words(outputs.summary, known)
    return settled


def begin(run_id: str, spec: RunSpec, outputs: Outputs) -> None:
    """Ask for the fits unasked where no interval includes the choice of settings: they take a fraction of a second."""
    if outputs.summary.model == "fixed" and st.session_state.get(ASKED, ("", {}))[0] != run_id:
        _ask(run_id, spec, outputs)


def follow(run_id: str) -> None:
    """Say that they are being fitted, and draw the page once more when they are there."""
    asked_for, asked = st.session_state.get(ASKED, ("", {}))
    if asked_for == run_id and not all(map(_is_over, asked.values())):
        st.fragment(run_every=POLL_SECONDS)(_until_over)(asked)


def _until_over(asked: dict[str, str]) -> None:
    over = sum(map(_is_over, asked.values()))
    if over == len(asked):
        leaving.draw_page_again()
    st.caption(
        f":material/hourglass_top: How far do these figures hang on the settings? {over} of {len(asked)} others fitted."
    )


def answers(run_id: str) -> dict[str, ContributionSummary]:
    """What was answered under other settings of this run, by what differs; empty before they were asked for."""
    asked_for, asked = st.session_state.get(ASKED, ("", {}))
    if asked_for != run_id:
        return {}
    return {name: answer for name, draft_id in asked.items() if (answer := _answer(draft_id)) is not None}


def _ask(run_id: str, spec: RunSpec, outputs: Outputs) -> None:
    asked = {}
    for variant in variants.variants_of(spec, outputs.scaler.grain):
        # A first look each tells whether a setting decides; four whole fits are what nobody would wait for.
        sampler = look.first_sampler(variant.spec) or variant.spec.sampler
        try:
            made = drafts.create(session.desk(), variant.spec.model_copy(update={"sampler": sampler}), aside=True)
        except MMMError as error:
            session.say(error)
            return
        asked[variant.name] = made.draft.draft_id
    st.session_state[ASKED] = (run_id, asked)


def _is_over(draft_id: str) -> bool:
    try:
        return drafts.state(session.desk(), draft_id).is_over
    except MMMError:
        return True  # pruned meanwhile


def _progress(asked: dict[str, str], *, was_settled: bool) -> None:
    waiting = [draft_id for draft_id in asked.values() if not _is_over(draft_id)]
    if not waiting and not was_settled:
        leaving.draw_page_again()
    if waiting:
        state = drafts.state(session.desk(), waiting[0])
        done, step = len(asked) - len(waiting), run_state.keep_going(session.desk().workspace, state).step
        st.progress(done / len(asked), text=f"{done} of {len(asked)} fitted. {plain(step)}")
        return
    missing = [name for name, draft_id in asked.items() if _answer(draft_id) is None]
    if missing:
        st.warning(f"Could not be fitted: {', '.join(missing)}.", icon=":material/error:")
        if st.button("Try again"):
            st.session_state.pop(ASKED)
            st.rerun()


def _answer(draft_id: str) -> ContributionSummary | None:
    try:
        answer = drafts.get_live_estimate(session.desk(), draft_id)
    except MMMError:
        return None
    return answer.summary if answer else None


def _in_words(own: ContributionSummary, known: Mapping[str, ContributionSummary]) -> None:
    labels = display_names([channel.channel for channel in own.channels])
    said = variants.across(own, known)
    left = [
        f"- **{plain(labels[move.channel])}**: {percent(move.own.shown, 1)} ({percent_range(move.own)}) here, "
        f"{percent(move.there, 1)} {plain(move.variant)}"
        for move in variants.moves(own, known)
    ]
    if left:
        st.warning(
            f"{said} These channels leave their interval, so say the setting with the figure:\n\n" + "\n".join(left),
            icon=":material/compare_arrows:",
        )
    else:
        st.success(f"{said} No channel leaves its interval.", icon=":material/check_circle:")
