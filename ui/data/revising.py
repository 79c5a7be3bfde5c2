"""Change what was decided about a table, from any part of the Data page."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.spec import DatasetSettings
from ui.shell import session


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
