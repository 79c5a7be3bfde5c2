"""Change what was decided about a table, from any part of the Data page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mmm_core import datasets
from mmm_core.datasets import Dataset
from mmm_core.errors import MMMError
from mmm_core.spec import DatasetSettings
from ui import session


def revise_settings(dataset: Dataset, **changes: object) -> None:
    """Change fields of its settings; see :func:`revise`."""
    revise(dataset, settings=DatasetSettings.model_validate(dataset.settings.model_dump() | changes))


def revise(dataset: Dataset, **changes: object) -> None:
    """Decide anew and show the page again; comes back only where it was refused, which is said on the spot."""
    change: Callable[..., Dataset] = datasets.revise_dataset
    try:
        change(session.workspace(), dataset.dataset_id, owner=session.owner(), **changes)
    except MMMError as error:
        session.say(error)
    else:
        session.set_ids(draft=None)
        st.rerun()
