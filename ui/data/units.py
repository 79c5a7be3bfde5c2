"""What sales and spend are counted in: asked once among the questions, and changed with what is known."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.runs.tables import Prepared
from ui.data import revising
from ui.shell import session
from ui.shell.markdown import plain

COUNTED = {"conversions", "orders", "units", "transactions", "tickets", "leads", "bookings", "subscriptions"}
"""Names of sales columns that are their own unit."""
UNNAMED = Units().target
"""Unit of sales of which nobody has said what they are counted in."""


def are_said(dataset: Dataset) -> bool:
    """Whether somebody has said what sales are counted in: without that, nothing has a unit."""
    return dataset.units.target != UNNAMED


def _is_touched(dataset: Dataset, units: Units) -> bool:
    """Whether anything of them is known."""
    return units != Units(activity=dataset.units.activity)


def are_asked(dataset: Dataset, prepared: Prepared) -> bool:
    """Whether they are open: of a table that can be modelled, and that is one's own."""
    return prepared.report.ok and not dataset.read_only and not are_said(dataset)


def ask(dataset: Dataset, prepared: Prepared) -> None:
    """The question; whoever goes on without an answer knows what that means."""
    proposed = known(dataset, prepared)
    with st.container(border=True, key="card-units"):
        filled = " What the columns say is filled in." if _is_touched(dataset, proposed) else ""
        st.markdown(
            f":material/help: **Question.** What are they counted in? Charts and sentences will say so.{filled}"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _fields(dataset, proposed, counted_in=_counted_in(proposed))
        st.caption("Left empty, returns are in sales per unit of spend; with one currency in both, in money for money.")


def answered(dataset: Dataset, prepared: Prepared) -> Units:
    """What stands in the fields of the question, which may be drawn after whoever asks."""
    proposed = known(dataset, prepared)
    sales, spend, margin = _places(dataset, proposed, _counted_in(proposed))
    return _units(
        dataset,
        st.session_state.get(sales, _counted_in(proposed)),
        st.session_state.get(spend, proposed.spend),
        st.session_state.get(margin, round(100 * proposed.margin, 4) if proposed.margin else None),
    )


def known(dataset: Dataset, prepared: Prepared) -> Units:
    """Units that a person said, or that signs, codes and the name of the column of sales say."""
    if _is_touched(dataset, dataset.units) or dataset.read_only:
        return dataset.units
    try:
        named = datasets.units_named(session.desk(), dataset.dataset_id)
    except MMMError:
        return dataset.units
    column = (prepared.validated.roles.target or "").strip()
    if column.lower() in COUNTED:
        return named.model_copy(update={"target": column.lower()})
    return named


def change(dataset: Dataset) -> None:
    """Units that were said, to be changed."""
    said = f"Units: sales in {dataset.units.target}, spend in {dataset.units.spend or 'an unnamed unit'}"
    with st.expander(plain(said), icon=":material/straighten:"):
        if dataset.read_only:
            st.caption("This table ships with the tool.")
            return
        chosen = _fields(dataset, dataset.units, counted_in=_counted_in(dataset.units))
        if st.button("Save units"):
            revising.keep_units(dataset, chosen)
            st.rerun()


def _counted_in(units: Units) -> str:
    return "" if units.target == UNNAMED else units.target


def _places(dataset: Dataset, proposed: Units, counted_in: str) -> tuple[str, str, str]:
    """Keys of the fields. A field keeps what it showed first: what other roles name is another field."""
    made = dataset.dataset_id
    return f"sales-unit-{made}-{counted_in}", f"spend-unit-{made}-{proposed.spend}", f"margin-{made}"


def _fields(dataset: Dataset, proposed: Units, *, counted_in: str) -> Units:
    sales_place, spend_place, margin_place = _places(dataset, proposed, counted_in)
    target = st.text_input(
        "Sales are counted in", counted_in, max_chars=40, placeholder="€, USD, orders", key=sales_place
    )
    spend = st.text_input("Spend is in", proposed.spend, max_chars=40, placeholder="€, USD", key=spend_place)
    margin = st.number_input(
        "Margin on sales (%)", 1.0, 100.0, round(100 * proposed.margin, 4) if proposed.margin else None, step=1.0,
        format="%g", placeholder="100", key=margin_place,
        help="What is left of sales after the cost of what was sold: spend pays from a return of one over it on.",
    )  # fmt: skip
    return _units(dataset, target, spend, margin)


def _units(dataset: Dataset, target: str, spend: str, margin: float | None) -> Units:
    return Units(
        target=target.strip() or UNNAMED,
        spend=spend.strip(),
        activity=dataset.units.activity,
        margin=None if margin is None else float(margin) / 100,
    )
