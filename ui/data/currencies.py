"""What one of a currency or unit is worth: fields beside the issue that asks for it, and a way to keep one of them."""

from __future__ import annotations

import streamlit as st

from mmm_core.runs.datasets import Dataset
from mmm_core.spec import LARGEST_RATE
from mmm_core.table.checks.currencies import SEVERAL
from mmm_core.table.reading.units import scale_of
from ui.data import revising
from ui.data.grouping import IssueGroup
from ui.shell.markdown import plain

SMALLEST_RATE = 1e-9
FIELD = 150
"""Width of a field, in pixels."""


def ask(dataset: Dataset, group: IssueGroup, name: str) -> None:
    """A field for each currency or unit, and buttons that use what is in them, or keep the rows of one."""
    place = f"{name}-{dataset.dataset_id}"
    st.caption("What one of each is worth in the currency of the table; leave that one empty.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        given = {code: _field(code, place) for code in group.rates_for}
        rates = {code: rate for code, rate in given.items() if rate is not None}
        is_enough = len(rates) >= len(group.rates_for) - 1
        if st.button("Convert with these rates", key=f"rates-{place}", disabled=not is_enough):
            revising.revise_settings(dataset, rates=dataset.settings.rates | rates)
    if group.code == SEVERAL:
        with st.container(horizontal=True):
            for code in group.rates_for:
                if st.button(plain(f"Keep only rows in {code}"), key=f"keep-{code}-{place}"):
                    revising.revise_settings(dataset, keep_currency=code)


def _field(code: str, place: str) -> float | None:
    scale = scale_of(code)
    return st.number_input(
        plain(f"1 {code} is"), SMALLEST_RATE, LARGEST_RATE, value=scale if scale != 1 else None, format="%.6g",
        placeholder="rate", key=f"rate-{code}-{place}", width=FIELD,
    )  # fmt: skip
