"""Charts of a table before a fit: sales and spend on top of the page, more of them at its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts import table
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.runs.tables import Prepared
from ui.shell import session
from ui.shell.cards import card, drawn

FEWEST_PERIODS = 2
CLOSER_LOOK = 420
"""Pixels that a chart of two beside each other needs."""


def sales_and_spend(dataset: Dataset, prepared: Prepared, units: Units, *, is_final: bool) -> None:
    """Sales and spend over time; of a table that is not ``is_final`` as it was read so far, if it has any dates."""
    frame, channels = _rows(prepared), prepared.report.channels
    if frame is None:
        return
    build = partial(
        table.sales_and_spend, frame, channels, units.target,
        spend=units.spend or None, is_final=is_final, places=_places(dataset),
    )  # fmt: skip
    _show("sales_and_spend", build, dataset, prepared, units, str(is_final))


def closer_look(dataset: Dataset, prepared: Prepared) -> None:
    """Activity, blanks and correlations of a table that can be modelled."""
    if not prepared.report.ok:
        return
    st.header("A closer look", anchor=False)
    report, frame, places = prepared.report, prepared.canonical().frame, _places(dataset)
    channels, sources = report.channels, prepared.validated.file.roles_in_file.sources
    blank = table.blank_shares(report.missingness, sources)

    def show(name: str, build: Callable[..., go.Figure]) -> None:
        _show(name, build, dataset, prepared, dataset.units)

    with st.grid(2, min_column_width=CLOSER_LOOK):
        with st.container():
            show("activity", partial(table.activity, frame, channels, places=places))
            if blank:
                show("missingness", partial(table.missingness, blank, channels, sources, places=places))
            else:
                st.caption("No cell that a model reads is blank.")
        with st.container():
            show("correlations", partial(table.correlations, frame, channels, report.controls))


def _places(dataset: Dataset) -> dict[str, int]:
    """Colours of channels; those whose roles are only guessed come after, as they will once these are used."""
    return datasets.colours(session.desk(), dataset.dataset_id)


def _rows(prepared: Prepared) -> pd.DataFrame | None:
    """Rows to draw; None: there are no sales over time yet."""
    if prepared.report.ok:
        return prepared.canonical().frame
    typed = prepared.validated.file.table
    if typed is None:
        return None
    dated = typed.frame.dropna(subset="period_start")
    has_sales = dated["sales"].notna().any()
    return dated if has_sales and dated["period_start"].nunique() >= FEWEST_PERIODS else None


def _show(
    name: str, build: Callable[..., go.Figure], dataset: Dataset, prepared: Prepared, units: Units, state: str = ""
) -> None:
    settings, roles = dataset.settings.model_dump_json(), repr(prepared.validated.roles)
    places = repr(_places(dataset))
    content = "/".join(
        (session.desk().owner, dataset.content_hash, settings, roles, units.model_dump_json(), places, state)
    )
    card(drawn(name, content, build), stem=dataset.label.rsplit(".", 1)[0])
