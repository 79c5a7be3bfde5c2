"""What else is known of the periods that come: controls by hand, in place of those of a year before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core.labels import counted, display_names
from mmm_core.planning.request import PlanRequest
from mmm_core.proof.subject import Subject
from mmm_core.scenarios import made

PERIOD = "Period"
CLOSE = 1e-9
"""Part of a value below which it is the same."""


def show(set_: PlanRequest, run: Subject, horizon: int, *, key: str) -> dict[str, tuple[float, ...]]:
    """A table of the model's controls that can be edited; a blank cell is as a year before."""
    usual = made.coming_controls(run, horizon)
    if usual.empty or not len(usual.columns):
        return {}
    by_hand = f": {counted(len(set_.controls), 'control')} by hand" if set_.controls else ", as a year before"
    with st.expander(f"What else comes{by_hand}", icon=":material/edit_calendar:"):
        st.caption(
            "Prices, promotions and whatever else moves sales, in the unit of the table. They stand here as a year "
            "before; what you change holds of today's split and the plan alike. Cells can be pasted from Excel."
        )
        heads = {
            name: f"{head} (control)" if head == PERIOD else head
            for name, head in display_names(list(usual.columns)).items()
        }
        start = _rows(usual, set_.controls).rename(columns=heads)
        start.insert(0, PERIOD, usual.index)
        first: pd.DataFrame = st.session_state.setdefault(f"plan-controls-start-{key}", start)
        edited = st.data_editor(
            first, hide_index=True, disabled=[PERIOD], key=f"plan-controls-{key}", height="content",
            placeholder="–", alt="Controls in the periods that come",
            column_config={head: st.column_config.NumberColumn(head) for head in heads.values()},
        )  # fmt: skip
    return changed(edited.rename(columns={head: name for name, head in heads.items()}), usual)


def _rows(usual: pd.DataFrame, given: Mapping[str, tuple[float, ...]]) -> pd.DataFrame:
    """Controls with what was given in place."""
    rows = usual.reset_index(drop=True).copy()
    for name, values in given.items():
        if name in rows:
            rows[name] = np.broadcast_to(np.asarray(values, float), len(rows))
    return rows


def changed(edited: pd.DataFrame, usual: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    """Values by control, of those in which any differs from a year before; blank cells are as then."""
    found = {}
    for name in usual.columns:
        before = usual[name].to_numpy(float)
        now = pd.to_numeric(edited[name], errors="coerce").to_numpy(float)
        now = np.where(np.isfinite(now), now, before)
        if (np.abs(now - before) > CLOSE * np.maximum(np.abs(before), 1.0)).any():
            found[str(name)] = tuple(float(value) for value in now)
    return found
