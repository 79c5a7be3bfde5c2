"""Before a fit: how near could it find each return with a table like this one, and with one more year of it?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import display_name, per_spend, percent, ratio
from mmm_core.proof.before import asking
from mmm_core.proof.before.asking import OutlookView
from mmm_core.proof.before.outlook import Outlook
from mmm_core.proof.parts.recovery import Precision
from mmm_core.runs.datasets import Dataset
from mmm_core.spec import RecommendedModel, RunSpec
from ui.shell import leaving, session
from ui.shell.markdown import plain

POLL_SECONDS = 0.5
ASKED = "outlook_of"
"""Key of the session: the draft for which it was asked last."""
WHAT_IT_IS = """Tables are made on your own dates, activity and controls whose returns are known, and each is fitted. \
How wide the intervals get is what you can expect of yours, before you look at any answer; then once more with one \
more year like your last."""


def card(dataset: Dataset, spec: RunSpec | None) -> None:
    """The question, and its answer for the settings at hand once somebody has asked."""
    draft_id = session.get_id("draft")
    if spec is None or draft_id is None:
        return
    with st.container(border=True, key="card-outlook"):
        st.header("How much could this table tell?", anchor=False)
        if not isinstance(spec.model, RecommendedModel):
            st.caption("This is answered where the data speak: fixed settings say too little of sales beforehand.")
            return
        _end_another(draft_id)
        try:
            view = asking.look(session.desk(), draft_id)
        except MMMError:
            return  # pruned meanwhile
        leaving.polling(_look, POLL_SECONDS if view.is_at_work else None)(
            draft_id, dataset, was_at_work=view.is_at_work
        )
        _buttons(draft_id, view)


def _end_another(draft_id: str) -> None:
    """Nobody waits for the answer to settings that were left."""
    asked = st.session_state.get(ASKED)
    if asked in (None, draft_id):
        return
    del st.session_state[ASKED]
    try:
        asking.stop(session.desk(), asked)
    except MMMError:
        return  # pruned meanwhile


def _look(draft_id: str, dataset: Dataset, *, was_at_work: bool) -> None:
    try:
        view = asking.look(session.desk(), draft_id)
    except MMMError:
        leaving.draw_page_again()
        return
    if view.is_at_work:
        st.progress(view.fraction, text=plain(view.step) or "Waiting")
    elif view.state == "failed":
        st.error(plain(view.step), icon=":material/error:")
    if view.outlook is not None:
        _answer(view.outlook, dataset)
    if was_at_work and not view.is_at_work:
        leaving.draw_page_again()


def _answer(found: Outlook, dataset: Dataset) -> None:
    for sentence in found.sentences():
        st.markdown(plain(sentence))
    rows = found.channels()
    if not rows:
        return
    st.table(
        pd.DataFrame(
            {
                "Channel": [display_name(now.channel) for now, _ in rows],
                "Likely": [_figure(now, now.size) for now, _ in rows],
                "Now ±": [_figure(now, now.reach) for now, _ in rows],
                "+ 1 year ±": [_figure(later, later.reach) if later else "…" for _, later in rows],
            }
        ),
        border="horizontal",
        hide_index=True,
    )
    per = per_spend(dataset.units.target, dataset.units.spend)
    of_shares = any(now.measure != "return" for now, _ in rows)
    st.caption(
        f"Returns in {plain(per)}{'; in % of sales for channels without spend' if of_shares else ''}: half the width "
        "of an interval, the middle of all tables. *Likely* is what the prior expects, and no answer. The "
        "year that comes is your last once more."
    )


def _figure(of: Precision, value: float) -> str:
    return ratio(value) if of.measure == "return" else percent(value, 1)


def _buttons(draft_id: str, view: OutlookView) -> None:
    if view.is_at_work:
        st.button("Stop", icon=":material/stop:", key="stop-outlook", on_click=_stop, args=(draft_id,))
        return
    if view.state == "complete":
        return
    if view.outlook is None:
        st.caption(WHAT_IT_IS)
    words = "Try it on tables like this one" if view.outlook is None else "Go on"
    st.button(words, icon=":material/travel_explore:", key="start-outlook", on_click=_start, args=(draft_id,))


def _start(draft_id: str) -> None:
    try:
        asking.start(session.desk(), draft_id)
    except MMMError as error:
        session.say(error)
        return
    st.session_state[ASKED] = draft_id


def _stop(draft_id: str) -> None:
    try:
        asking.stop(session.desk(), draft_id)
    except MMMError as error:
        session.say(error)
