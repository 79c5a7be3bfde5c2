"""The parts of the Results page: which run, its charts by question, and what can be taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mmm_core import charts, datasets, exports, preview, runs
from mmm_core.datasets import Units
from mmm_core.errors import MMMError
from mmm_core.outputs import Outputs
from mmm_core.spec import RunSpec
from ui import run_list, session
from ui.cards import card, picture_format, table_downloads
from ui.layout import empty_state, per_spend
from ui.theme import is_dark

DEMO = "demo"
VERDICT_ICONS = {
    "pass": ":material/check_circle: Pass",
    "look": ":material/visibility: Look",
    "stop": ":material/block: Stop",
}


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run as the page shows it."""

    run_id: str
    key: str
    name: str
    stem: str
    spec: RunSpec
    units: Units
    found: Outputs
    conditions: str


def pick_run() -> str | None:
    """The run in the address, or one chosen from the list."""
    entries = [
        entry for entry in runs.list_runs(session.workspace(), owner=session.owner()) if entry.state.phase == "finished"
    ]
    names = {DEMO: "Demo brand"} | {entry.state.run_id: run_list.run_name(entry) for entry in entries}
    asked = session.get_id("run")
    if asked is not None and asked not in names:
        _not_finished(asked)
    if asked is None:
        if not entries:
            return None
        asked = entries[0].state.run_id
    ids = list(names)
    chosen = st.selectbox("Run", ids, index=ids.index(asked), format_func=names.__getitem__, key=f"pick-{asked}")
    if chosen != asked or session.get_id("run") is None:
        session.set_id("run", chosen)
        if chosen != asked:
            st.rerun()
    return chosen


def _not_finished(run_id: str) -> None:
    try:
        found = runs.state(session.workspace(), run_id, owner=session.owner())
    except MMMError as error:
        session.set_id("run", None)
        empty_state(
            error.message,
            "It may have been deleted, or belong to somebody else.",
            action="See the runs",
            page="overview",
        )
    empty_state(f"This run is {found.phase}", found.step, action="Watch it", page="train")


@st.cache_resource(max_entries=32, ttl=3600, show_spinner=False)
def _outputs(run_id: str, owner: str, finished_at: str) -> Outputs:  # noqa: ARG001 - a key of the cache
    return runs.get_outputs(session.workspace(), run_id, owner=owner)


def open_result(run_id: str) -> Result:
    """Read a finished run."""
    workspace, owner = session.workspace(), session.owner()
    try:
        found = runs.state(workspace, run_id, owner=owner)
        outputs = _outputs(run_id, owner, found.status.updated_at.isoformat())
        spec = runs.get_spec(workspace, run_id, owner=owner)
        name = runs.get_label(workspace, run_id, owner=owner).name or run_id
    except MMMError as error:
        empty_state(error.message, error.remedy, action="See the runs", page="overview")
    try:
        units = datasets.get_dataset(workspace, spec.dataset_id, owner=owner).units
    except MMMError:
        units = Units()  # the table was deleted since
    first, last = outputs.fitted["period_start"].min(), outputs.fitted["period_start"].max()
    saturation = "with the saturation chosen" if spec.feature_config.saturation.enabled else "without saturation"
    conditions = (
        f"{first:%d %b %Y} to {last:%d %b %Y}; given the decay settings and {saturation}: intervals do not include "
        "uncertainty about them. Causal only if spend was not set by expected sales."
        + (" Stopped early: fewer draws than planned." if found.status.partial else "")
    )
    key = f"{owner}/{run_id}/{found.status.updated_at.isoformat()}"
    return Result(run_id, key, name, f"mmm_{run_id}", spec, units, outputs, conditions)


def toolbar(result: Result) -> None:
    """Picture format, tables, everything as one zip."""
    folder = runs.folder_of(session.workspace(), result.run_id, owner=session.owner())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picture_format()
        with st.popover("Tables", icon=":material/table:"):
            found = result.found
            table_downloads(
                {
                    "contributions": found.contributions,
                    "fitted": found.fitted,
                    "decomposition": found.decomposition,
                    "channels": channel_table(result),
                    "parameters": parameter_table(result),
                },
                stem=result.stem,
            )
        st.download_button(
            "Everything (zip)", lambda: exports.run_zip(folder), f"{result.stem}.zip", "application/zip",
            on_click="ignore", icon=":material/folder_zip:",
        )  # fmt: skip
        if st.button("Change its settings", icon=":material/edit:"):
            run_list.duplicate(result.run_id)


@st.cache_resource(max_entries=128, ttl=3600, show_spinner=False)
def _contribution_figures(
    key: str,  # noqa: ARG001 - what the cache goes by
    freq: charts.Period,
    unit: str,
    dark: bool,
    _found: Outputs,
) -> list[go.Figure]:
    """Figures of a run's first tab, by the content of its files; shared, so they are only read."""
    return [
        charts.contributions_over_time(_found.decomposition, unit, freq=freq, dark=dark),
        charts.shares(_found.summary, dark=dark),
        charts.totals(_found.summary, unit, dark=dark),
        charts.waterfall(_found.summary, unit, dark=dark),
        charts.removal_and_additive(_found.summary, unit, dark=dark),
    ]


def contributions_tab(result: Result) -> None:
    """Over time, from baseline to total, totals and shares with intervals, removal against additive."""
    found, dark, unit, stem = result.found, is_dark(), _sales(result), result.stem
    freq = st.segmented_control(
        "Per", ("period", "month", "quarter"), default="period", key="freq", required=True,
        format_func=lambda each: {"period": "week" if found.scaler.grain == "WEEK" else "month"}.get(each, each),
    )  # fmt: skip
    over_time, shares, totals, waterfall, overlap = _contribution_figures(
        result.key, cast(charts.Period, freq), unit, dark, found
    )
    card(over_time, stem=stem)
    left, right = st.columns(2)
    with left:
        card(shares, stem=stem)
        card(totals, stem=stem)
    with right:
        card(waterfall, stem=stem)
        card(overlap, stem=stem)
    st.dataframe(channel_table(result), hide_index=True)


def fit_tab(result: Result) -> None:
    """Observed and fitted, what is left, the season."""
    found, dark, unit, stem = result.found, is_dark(), _sales(result), result.stem
    card(charts.fit(found.fitted, unit, dark=dark), stem=stem)
    card(charts.residuals(found.fitted, dark=dark), stem=stem)
    card(charts.seasonality(found.decomposition, unit, dark=dark), stem=stem)


def return_tab(result: Result) -> None:
    """Return on spend."""
    if not any(channel.roi for channel in result.found.summary.channels):
        st.info("The table has no spend columns: there is no return to show.")
        return
    per = per_spend(result.units.target, result.units.spend)
    card(charts.roi(result.found.summary, per=per, dark=is_dark()), stem=result.stem)


def curves_tab(result: Result) -> None:
    """Carry-over and saturation as they were set."""
    scaler, dark = result.found.scaler, is_dark()
    decays = {name: result.spec.decay(name) for name in scaler.channels}
    card(charts.adstock(decays, scaler.max_lag, grain=scaler.grain, dark=dark), stem=result.stem)
    if result.spec.feature_config.saturation.enabled:
        card(
            charts.saturation(preview.saturation_curves(result.spec, list(scaler.channels)), dark=dark),
            stem=result.stem,
        )
    else:
        st.info("Saturation is off: returns grow with activity, so read effects within the range that was bought.")


def parameters_tab(result: Result) -> None:
    """Posterior of each parameter; prior against posterior."""
    found, dark = result.found, is_dark()
    card(charts.forest(found.parameters.parameters, dark=dark), stem=result.stem)
    card(charts.prior_and_posterior(found.diagnostics.prior_posterior, dark=dark), stem=result.stem)
    st.dataframe(parameter_table(result), hide_index=True)


def diagnostics_tab(result: Result) -> None:
    """Verdicts in words, each with its number, limit and what to do."""
    found = result.found
    for verdict in sorted(found.diagnostics.verdicts, key=lambda each: ("stop", "look", "pass").index(each.status)):
        st.markdown(f"**{VERDICT_ICONS[verdict.status]}** · {verdict.finding} {verdict.advice}")
    chains = found.diagnostics.sampler.chains
    card(charts.diagnostics(found.parameters.parameters, chains=chains, dark=is_dark()), stem=result.stem)


def channel_table(result: Result) -> pd.DataFrame:
    """What each channel brought, both kinds, with intervals."""
    rows = []
    for channel in result.found.summary.channels:
        row: dict[str, object] = {
            "channel": channel.channel,
            "cannot be told": channel.cannot_be_told,
            "spend": channel.spend,
        }
        for name in ("additive", "removal", "overlap", "share", "roi", "mroi"):
            found = getattr(channel, name)
            for part in ("mean", "low", "high"):
                row[f"{name} {part}"] = getattr(found, part) if found is not None else None
        rows.append(row)
    return pd.DataFrame(rows)


def parameter_table(result: Result) -> pd.DataFrame:
    """Posterior summary of each parameter."""
    return pd.DataFrame([row.model_dump(by_alias=True) for row in result.found.parameters.parameters])


def _sales(result: Result) -> str:
    target = result.units.target
    return target if target.isalpha() and len(target) > 3 else f"sales, {target}"
