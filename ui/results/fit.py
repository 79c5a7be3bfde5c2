"""The parts of the Results page on the fit itself: does it explain sales, what was learnt, can it be trusted."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import percent
from mmm_core.results.fit_quality import worst_periods
from mmm_core.results.hints import standing_out_name
from mmm_core.results.parameter_words import in_order, parameters_in_words
from mmm_core.results.verdict_words import Check, check_groups
from mmm_core.results.verdicts import wants_more_draws
from mmm_core.runs import drafts, fits, runs
from mmm_core.spec import RunSpec, with_event
from ui.results.wall import Result, Wall
from ui.shell import glossary, run_list, session
from ui.shell.layout import VERDICT_BADGES, tile
from ui.shell.markdown import plain


def fit_tab(result: Result) -> None:
    """How far off, how much explained; observed and fitted, what is left, the season."""
    outputs, wall = result.outputs, Wall(result, "Fit")
    _quality(result)
    wall.hang("fit")
    period = outputs.scaler.grain.lower()
    with st.container(border=True, key="card-worst"):
        told = glossary.of_number("residual", result.origin)
        st.header(f"Which {period}s are furthest off?", anchor=False, help=told)
        st.caption(
            "Off by: observed against fitted. Something may have happened then that the table does not say: an event, "
            "a price, a shortage. An event or a control column for it helps."
        )
        st.table(worst_periods(outputs.fitted, grain=outputs.scaler.grain), border="horizontal", hide_index=True)
    wall.hang_rest()


def _quality(result: Result) -> None:
    quality, period = result.outputs.quality, result.outputs.scaler.grain.lower()
    explained, without = (
        "–" if share is None else percent(max(share, 0)) for share in (quality.explained, quality.explained_by_baseline)
    )
    miss = percent(quality.typical_miss, 1)
    said = {
        "miss": (f"Typical miss of a {period}", miss, f"half of the {period}s are nearer"),
        "explained": ("Ups and downs explained", explained, "R² of log sales"),
        "baseline": ("Explained without media", without, "by season, trend, controls, events"),
    }
    for column, (figure, words) in zip(st.columns(3), said.items(), strict=True):
        with column:
            tile(*words, told=glossary.of_number(figure, result.origin))


def parameters_tab(result: Result) -> None:
    """Effects with their intervals; prior against posterior; every parameter in words."""
    outputs = result.outputs
    rows = in_order(outputs.parameters.parameters, result.run.channels)
    Wall(result, "Parameters").hang_rest()
    st.header("In figures", anchor=False, help=glossary.of_number("parameter", result.origin))
    scale = "in shares of mean sales" if outputs.summary.model == "recommended" else "on the log scale"
    st.caption(
        f"Effects are {scale}: 0.05 is about 5\u00a0% of sales. The model's own names and every digit are in the "
        "tables to download."
    )
    st.table(parameters_in_words(rows).map(plain), border="horizontal", hide_index=True)


def diagnostics_tab(result: Result) -> None:
    """Every check by the question it helps to answer, with its figure, its limit and what to do."""
    outputs = result.outputs
    if wants_more_draws(outputs.diagnostics.verdicts):
        _offer_more_draws(result)
    _offer_event(result)
    for group in check_groups(outputs.diagnostics):
        with st.container(border=True, key=f"card-{group.question}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                told = glossary.of_number("computation", result.origin)
                st.header(plain(group.question), anchor=False, width="content", help=told)
                st.markdown(VERDICT_BADGES[group.status], width="content")
            for check in group.checks:
                _show_check(check)
    _questions(result)
    Wall(result, "Diagnostics").hang_rest()


def _offer_more_draws(result: Result) -> None:
    """One press for what mends chains that disagree."""
    before = result.run.spec.sampler
    try:
        made = runs.get_manifest(session.desk(), result.run_id)
    except MMMError:
        return  # deleted meanwhile, in another tab
    wanted = before.with_more_draws()
    if (wanted.draws, wanted.tune) == (before.draws, before.tune):
        return
    seconds = drafts.seconds_with(wanted, before, made)
    with st.container(horizontal=True, vertical_alignment="center", key="more-draws"):
        took = "" if seconds is None else f" (about {max(1, round(seconds))} s)"
        if st.button(f"Fit again with {wanted.draws:,} draws{took}", icon=":material/refresh:", type="primary"):
            _fit_again(result.run.spec.model_copy(update={"sampler": wanted}))
        st.caption("The chains do not agree as closely as they should; more draws are the remedy.")


def _offer_event(result: Result) -> None:
    """One press that makes an event of the time of year at which sales stand out each time."""
    found, spec = result.outputs.diagnostics.hints, result.run.spec
    name = standing_out_name(found)
    events = spec.feature_config.events
    if name is None or name in {event.name for event in events.own}:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="offer-event"):
        if st.button("Make it an event", icon=":material/event:", type="primary"):
            run_list.duplicate(result.run_id, lambda spec: with_event(spec, name, found.stands_out_dates))
        st.caption(
            f"{name} sales stand out in each year. As an event it has an effect of its own, and neither season nor "
            "media have to explain it; holidays of a country are on the Features page."
        )


def _fit_again(spec: RunSpec) -> None:
    desk = session.desk()
    try:
        made = runs.create(desk, spec)
        if runs.state(desk, made.run_id).phase in fits.STARTABLE:
            runs.submit(desk, made.run_id)
    except MMMError as error:
        session.say(error)
        return
    session.go("train", run=made.run_id, dataset=spec.dataset_id)


def _questions(result: Result) -> None:
    """What the table left open when the run was made: no check of a fit can see it."""
    if not result.questions:
        return
    with st.container(border=True, key="card-questions"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("What does the table leave open?", anchor=False, width="content")
            st.markdown(VERDICT_BADGES["look"], width="content")
        for issue in result.questions:
            st.markdown(f":small[**{plain(issue.message)}**  \n{plain(issue.meaning)} {plain(issue.remedy)}]")


def _show_check(check: Check) -> None:
    """A passed check on two small lines, any other with what to do."""
    if check.status == "pass":
        st.markdown(f":small[**{plain(check.title)}** {plain(check.figure)}.  \n{plain(check.meaning)}]")
        return
    st.markdown(
        f"{VERDICT_BADGES[check.status]} **{plain(check.title)}** {plain(check.figure)}.  \n"
        f"{plain(check.meaning)}  \n**What to do:** {plain(check.advice)}"
    )
