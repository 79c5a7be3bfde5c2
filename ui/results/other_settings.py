"""The tab that fits a result's table again under other settings, and says whether the answer hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.exports.gallery import Exhibit
from mmm_core.labels import counted, display_names, percent
from mmm_core.results import variants
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs import drafts, look, runs
from mmm_core.runs.outputs import Outputs
from mmm_core.spec import RunSpec, SamplerSettings
from mmm_core.workspace import run_state
from ui.shell import leaving, session
from ui.shell.layout import percent_range
from ui.shell.markdown import plain

POLL_SECONDS = 0.3
NONE = ""
"""Instead of a draft's id where the table does not allow a setting."""
ASKED = "variants_asked"
"""Key of the session: run id, and the draft of each variant by its name."""

CHOSEN = "Carry-over, saturation and season are settings, and no interval includes the choice of them."
BEGINS = (
    "Carry-over and saturation are estimated, and intervals include what is not known of them; where they "
    "begin, the season, and what is expected of media are still chosen."
)
HELD = (
    "Carry-over and saturation are held as set, and no interval includes the choice of them; the season and what is "
    "expected of media are chosen, too."
)


def show(run_id: str, run: Exhibit) -> bool:
    """Ask for the fits at a click, and say what leaves its interval; whether their chart can be shown."""
    outputs, known = run.outputs, run.others
    st.write(
        f"{_chosen(run.spec)} Here the same table is fitted again with one choice changed at a time: where a channel "
        "leaves its interval, the setting decides as much as the data."
    )
    asked_for, asked = st.session_state.get(ASKED, ("", {}))
    if asked_for != run_id:
        names = [each.name for each in variants.variants_of(run.spec, outputs.scaler.grain)]
        if st.button(f"Fit {len(names)} other settings", type="primary", icon=":material/play_arrow:"):
            _ask(run_id, run.spec, outputs)
            st.rerun()
        st.caption(f"{_how_long(run_id, run.spec)} each: " + "; ".join(names) + ".")
        return False
    settled = all(_is_over(draft_id) for draft_id in asked.values())
    leaving.polling(_progress, None if settled else POLL_SECONDS)(asked, was_settled=settled)
    if settled and known:
        _in_words(outputs.summary, known)
    return settled


def _chosen(spec: RunSpec) -> str:
    """What a person has decided."""
    if spec.model.kind == "fixed":
        return CHOSEN
    return BEGINS if variants.is_memory_estimated(spec) else HELD


def _how_long(run_id: str, spec: RunSpec) -> str:
    """What one of the fits takes, going by what the run took; a look at few draws where that is enough."""
    seconds = None
    with suppress(MMMError):  # deleted meanwhile, in another tab
        sampler = _sampler(variants.variants_of(spec, "WEEK")[0].spec)
        seconds = drafts.seconds_with(sampler, spec.sampler, runs.get_manifest(session.desk(), run_id))
    return "Some seconds" if seconds is None else f"About {counted(max(1, round(seconds)), 'second')}"


def _sampler(spec: RunSpec) -> SamplerSettings:
    """A first look tells whether a setting decides; several whole fits are what nobody would wait for."""
    return look.first_sampler(spec) or spec.sampler


def begin(run_id: str, spec: RunSpec, outputs: Outputs) -> None:
    """Ask for the fits unasked where no interval includes the choice of settings: they take a fraction of a second."""
    if outputs.summary.model == "fixed" and st.session_state.get(ASKED, ("", {}))[0] != run_id:
        _ask(run_id, spec, outputs)


def follow(run_id: str) -> None:
    """Say that they are being fitted, and draw the page once more when they are there."""
    asked_for, asked = st.session_state.get(ASKED, ("", {}))
    if asked_for == run_id and not all(map(_is_over, asked.values())):
        leaving.polling(_until_over, POLL_SECONDS)(asked)


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
    asked, errors = {}, []
    for variant in variants.variants_of(spec, outputs.scaler.grain):
        shorter = variant.spec.model_copy(update={"sampler": _sampler(variant.spec)})
        try:
            asked[variant.name] = drafts.create(session.desk(), shorter, aside=True).draft.draft_id
        except MMMError as error:  # a short table has no rows for a sharper season: that says nothing of the others
            asked[variant.name] = NONE
            errors.append(error)
    if len(errors) == len(asked):
        session.say(errors[0])
        return
    st.session_state[ASKED] = (run_id, asked)


def _is_over(draft_id: str) -> bool:
    if draft_id == NONE:
        return True
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
        if any(asked[name] != NONE for name in missing) and st.button("Try again"):
            st.session_state.pop(ASKED)
            st.rerun()


def _answer(draft_id: str) -> ContributionSummary | None:
    if draft_id == NONE:
        return None
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
