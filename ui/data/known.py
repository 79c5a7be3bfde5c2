"""What was read or decided and needs no answer: each line can be changed or taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from mmm_core.compare import refresh
from mmm_core.errors import MMMError
from mmm_core.labels import counted
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.tables import Prepared
from ui.data import issues, reading, revising, units
from ui.data.answers import LEAVES_OUT
from ui.data.glance.left_out import IGNORED
from ui.data.grouping import IssueGroup
from ui.shell import session
from ui.shell.markdown import plain

MOST_NOTES = 6
"""So many notes are shown; more are folded into one line."""

type Line = Callable[[], None]


def show(dataset: Dataset, prepared: Prepared, notes: Sequence[IssueGroup], *, roles: Line | None) -> None:
    """One quiet card of lines: what was taken over, repaired, found out and assumed."""
    lines = [*_decided(dataset, prepared), *([roles] if roles is not None else [])]
    told = [group for group in notes if group.code != IGNORED]
    st.header(f"For your information: {counted(len(lines) + len(told), 'thing')}", anchor=False)
    st.caption("This was read or decided for you. Nothing has to be done; what is wrong can be changed here.")
    with st.container(border=True, key="card-known"):
        for draw in lines:
            draw()
        for group in told[:MOST_NOTES]:
            _note(dataset, group)
        if more := told[MOST_NOTES:]:
            with st.expander(counted(len(more), "more note"), icon=":material/info:"):
                for group in more:
                    _note(dataset, group)


def _decided(dataset: Dataset, prepared: Prepared) -> list[Line]:
    """What a person decided before, or a repair did, and how the file was read."""
    lines: list[Line] = []
    before = _followed(dataset)
    if before is not None:
        lines.append(partial(_taken_over, dataset, before))
        if prepared.report.ok and (run_id := refresh.look_alike(session.desk(), dataset)) is not None:
            lines.append(partial(_goes_on, dataset, run_id))
    lines.extend(
        partial(revising.record, dataset, fix)
        for fix in prepared.report.applied_fixes
        if fix.fix not in LEAVES_OUT or not fix.rows
    )
    lines.append(partial(reading.show, dataset, prepared))
    if dataset.read_only or units.are_said(dataset):
        lines.append(partial(units.change, dataset))
    return lines


def _note(dataset: Dataset, group: IssueGroup) -> None:
    with st.container(key=f"known-{group.name}", gap="xsmall"):
        issues.message(group, ":material/info:")
        issues.show_rows(dataset, group)


def _followed(dataset: Dataset) -> Dataset | None:
    """The table whose roles, units and repairs were taken over; None: none, or it was deleted since."""
    if dataset.follows is None:
        return None
    try:
        return datasets.get_dataset(session.desk(), dataset.follows)
    except MMMError:
        return None


def _taken_over(dataset: Dataset, before: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="taken-over"):
        st.markdown(
            f":material/history: Same columns as **{plain(before.label)}**: its roles, units and repairs are taken "
            "over; Features begins with the settings of its newest run, if it has one.",
            width="stretch",
        )
        if st.button("Undo", key="stand-alone"):
            _stand_alone(dataset)


def _goes_on(dataset: Dataset, run_id: str) -> None:
    """The table has periods of one that has a result: it can be fitted as that was, and compared with it."""
    with st.container(horizontal=True, vertical_alignment="center", key="goes-on"):
        st.markdown(
            ":material/update: It goes on from a table that has a result: fit it with the settings of that, and see "
            "what has changed.",
            width="stretch",
        )
        if st.button("Fit it as before", key="fit-as-before"):
            try:
                made = refresh.again(session.desk(), run_id, dataset.dataset_id)
            except MMMError as error:
                session.say(error)
                return
            st.session_state.setdefault(session.COMPARED_WITH, {})[made] = [run_id]
            session.go("train", run=made, draft=None)


def _stand_alone(dataset: Dataset) -> None:
    try:
        datasets.stand_alone(session.desk(), dataset.dataset_id)
    except MMMError as error:
        session.say(error)
        return
    # Widgets keep what they showed, and would count as changes that somebody made.
    for key in [each for each in st.session_state if dataset.dataset_id in str(each)]:
        del st.session_state[key]
    st.session_state.pop("settings_of", None)
    session.set_ids(draft=None)
    st.rerun()
