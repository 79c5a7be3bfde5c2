"""Change what was decided about a table, from any part of the Data page."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import counted
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.applied import AppliedFix
from ui.data.answers import NOT_SAID
from ui.shell import session
from ui.shell.markdown import plain
from ui.shell.wording import on_screen


def revise_settings(dataset: Dataset, **changes: object) -> None:
    """Change fields of a dataset's settings and show the page again.

    It returns only if the change was refused; the reason is on the page then.
    """
    settings = DatasetSettings.model_validate(dataset.settings.model_dump() | changes)
    try:
        datasets.revise_dataset(session.desk(), dataset.dataset_id, settings=settings)
    except MMMError as error:
        session.say(error)
    else:
        session.set_ids(draft=None)
        st.rerun()


def keep_units(dataset: Dataset, units: Units) -> None:
    """Keep units that were said in passing; nothing that was computed depends on them."""
    try:
        datasets.revise_dataset(session.desk(), dataset.dataset_id, units=units)
    except MMMError as error:
        session.say(error)
        st.stop()


def record(dataset: Dataset, fix: AppliedFix) -> None:
    """A repair that was made, with a button that takes it back."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"record-{fix.fix}"):
        st.markdown(f":material/build: {plain(on_screen(fix.sentence))} ({counted(fix.rows, 'row')})", width="stretch")
        if not dataset.read_only and st.button("Undo", key=f"undo-{fix.fix}"):
            left = tuple(each for each in dataset.settings.fixes if each != fix.fix)
            revise_settings(dataset, fixes=left, **NOT_SAID.get(fix.fix, {}))
