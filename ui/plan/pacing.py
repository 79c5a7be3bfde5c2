"""The plan of record beside what came since: spent and brought so far."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import counted, days, display_names, percent, short, span
from mmm_core.results.intervals import Estimate
from mmm_core.runs import runs
from mmm_core.runs.datasets import Units
from mmm_core.scenarios import pacing
from mmm_core.scenarios.kept import Scenario
from mmm_core.scenarios.pacing import PacedChannel, Pacing
from ui.shell import session
from ui.shell.markdown import plain

NOTHING_YET = (
    "Nothing has come of it yet. Once the table has weeks of the plan, bring it and fit it anew: what was spent and "
    "brought will stand here beside the plan."
)


def show(scenario: Scenario) -> None:
    """A card on the plan that is carried out."""
    with st.container(border=True, key="card-pacing"):
        st.header("How is the plan of record doing?", anchor=False)
        newest = runs.list_page(session.desk(), limit=1)
        state = newest.entries[0].state if newest.entries else None
        at = "" if state is None else f"{state.run_id}/{state.phase}/{state.status.updated_at.isoformat()}"
        try:
            found = _pacing(f"{session.desk().owner}/{scenario.plan_id}/{newest.total}/{at}", scenario)
        except MMMError as error:
            session.say(error)
            return
        if found is None:
            st.write(NOTHING_YET)
            return
        period = scenario.plan.grain.lower()
        done = found.spent / found.planned if found.planned else None
        so_far = "" if done is None else f", {percent(done)} of what was planned for them"
        st.markdown(
            f"**{plain(scenario.label.name or 'The plan')}**: {found.periods} of {found.of_periods} {period}s have "
            f"come, {days(found.first, found.last)}. {short(found.spent)} {plain(scenario.units.spend)} were "
            f"spent{so_far}."
        )
        st.table(beside(found, scenario.units), border="horizontal")
        st.caption(
            f"Brought: by the newer of two fits, which has these {period}s in its table; expected: by the fit of the "
            "plan, for the plan's money. Both with what was carried over from before. They are two fits: no interval "
            "of their difference is known. "
            + ("" if found.expected is not None else "The run of the plan is gone, so that nothing was expected here.")
        )
        if st.button(f"Open the newer result ({counted(found.periods, period)} more)", key="open-newer"):
            session.go("results", run=found.run_id)


@st.cache_resource(max_entries=16, ttl=120, show_spinner="Looking at what came")
def _pacing(key: str, _scenario: Scenario) -> Pacing | None:  # noqa: ARG001 - the key names plan, owner and newest run
    return pacing.pacing(session.desk(), _scenario)


def beside(found: Pacing, units: Units) -> dict[str, list[str]]:
    """A row a channel, the sum last: planned and spent, expected and brought."""
    names = display_names([each.channel for each in found.channels])
    rows: list[PacedChannel | Pacing] = [*found.channels, found]
    return {
        "Channel": [*(plain(names[each.channel]) for each in found.channels), "Sum"],
        f"Planned, {units.spend}": [f"{each.planned:,.2f}" for each in rows],
        f"Spent, {units.spend}": [f"{each.spent:,.2f}" for each in rows],
        f"Expected, {units.target}": [_said(each.expected) for each in rows],
        f"Brought, {units.target}": [_said(each.brought) for each in rows],
    }


def _said(estimate: Estimate | None) -> str:
    return "–" if estimate is None else f"{short(estimate.shown)} ({span(estimate)})"
