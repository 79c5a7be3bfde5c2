"""Plans that are kept: saved under a name, compared with each other, taken away, opened again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.exports import plans as sheet
from mmm_core.labels import days, percent, short, span
from mmm_core.planning.answer import Plan
from mmm_core.planning.request import PlanRequest
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.scenarios.kept import Scenario
from ui.plan import levers, pacing
from ui.report import asked
from ui.shell import session
from ui.shell.finished import Opened
from ui.shell.markdown import plain

SAVED = "plan_saved"
"""Key of the session: the name of the plan that was saved last, to be said once."""


def show(run_id: str, opened: Opened, set_: PlanRequest, found: Plan) -> None:
    """Save the plan at hand; and the plans of the run that were saved, side by side."""
    plans = kept.list_plans(session.desk(), run_id=run_id)
    with st.container(border=True, key="card-saved"):
        st.header("Saved plans", anchor=False)
        with st.form("save-plan", border=False, clear_on_submit=True):
            name = st.text_input("Name", placeholder=f"Plan {len(plans) + 1}", max_chars=200)
            note = st.text_area("Note", max_chars=5000, height=68, placeholder="Why this plan, for whom")
            if st.form_submit_button("Save this plan", icon=":material/bookmark_add:"):
                _save(run_id, set_, found, name.strip() or f"Plan {len(plans) + 1}", note.strip())
        if said := st.session_state.pop(SAVED, None):
            st.success(plain(f"{said} is kept."), icon=":material/check:")
        if plans:
            st.table(beside(plans), border="horizontal")
            # Named after the newest: one that was just saved is the one that is chosen.
            chosen = st.selectbox(
                "Plan", range(len(plans)), format_func=lambda place: plans[place].label.name,
                key=f"chosen-plan-{plans[0].plan_id}", label_visibility="collapsed",
            )  # fmt: skip
            _of_one(run_id, plans[chosen], opened)
        with st.container(horizontal=True, vertical_alignment="center"):
            asked.button(run_id, opened.run, key="plan-report")
            st.caption("The run with its plan of record, or the usual plan where there is none.")
    carried_out = next((each for each in plans if each.of_record), None)
    if carried_out is not None:
        pacing.show(carried_out)


def beside(plans: Sequence[Scenario]) -> dict[str, list[str]]:
    """Plans in columns: what was asked, and what they come to."""
    rows = ["Periods", "Budget", "More sales than today", "Of today's sales", "Better than today", "Return", "Note"]
    found = {"Figure": rows}
    for each in plans:
        plan = each.plan
        split = next(split for split in plan.splits if split.name == "plan")
        name = plain(each.label.name) + (" :material/flag:" if each.of_record else "")
        # Two plans may have one name.
        while name in found:
            name += " "
        found[name] = [
            f"{plan.periods}: {days(plan.first, plan.last)}",
            f"{plan.budget:,.2f}",
            f"{short(plan.gain.shown)} ({span(plan.gain)})",
            percent(plan.gain_share.shown, 1, signed=True),
            f"{100 * plan.better:.0f} of 100",
            "–" if split.returns is None else f"{split.returns.shown:.2f}",
            plain(each.label.note) or "–",
        ]
    return found


def _save(run_id: str, set_: PlanRequest, found: Plan, name: str, note: str) -> None:
    try:
        kept.save(session.desk(), run_id, set_, Label(name=name, note=note), found)
    except MMMError as error:
        session.say(error)
    else:
        st.session_state[SAVED] = name
        st.rerun()


def _of_one(run_id: str, chosen: Scenario, opened: Opened) -> None:
    """What can be done with a saved plan."""
    stem = f"{opened.stem}_{chosen.plan_id}"
    with st.container(horizontal=True):
        if st.button("Open", icon=":material/tune:", help="Set the levers as this plan has them.", key="open-plan"):
            levers.take(run_id, chosen.request)
            st.rerun()
        if st.button(
            "Duplicate", icon=":material/content_copy:", key="duplicate-plan",
            help="Keep it once more under another name: open one of the two, and change it.",
        ):  # fmt: skip
            _try(lambda: kept.duplicate(session.desk(), chosen.plan_id))
        st.download_button(
            "Excel", lambda: sheet.workbook(chosen), f"{stem}.xlsx", icon=":material/table_view:", on_click="ignore"
        )
        st.download_button(
            "CSV", lambda: sheet.weeks_csv(chosen.plan), f"{stem}_weeks.csv", mime="text/csv",
            icon=":material/csv:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "JSON", lambda: chosen.model_dump_json(indent=1).encode(), f"{stem}.json", mime="application/json",
            icon=":material/data_object:", on_click="ignore",
        )  # fmt: skip
        if st.button(
            "Plan of record", icon=":material/flag:", disabled=chosen.of_record, key="record-plan",
            help="The one that is carried out: it bears a flag, and another of this run no more.",
        ):  # fmt: skip
            _try(lambda: kept.set_of_record(session.desk(), chosen.plan_id))
        if st.button("Delete", icon=":material/delete:", key="delete-plan"):
            _sure(chosen)


@st.dialog("Delete this plan?")
def _sure(chosen: Scenario) -> None:
    st.write(f"**{plain(chosen.label.name)}** goes for good. Its run stays.")
    if st.button("Delete it", type="primary", key="delete-plan-surely"):
        _try(lambda: kept.delete(session.desk(), chosen.plan_id))


def _try(change: Callable[[], object]) -> None:
    try:
        change()
    except MMMError as error:
        session.say(error)
    else:
        st.rerun()
