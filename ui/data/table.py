"""Bring a table, choose one, and what it is in one line, with the way on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core import shipped
from mmm_core.errors import MMMError
from mmm_core.labels import added_up, counted, day, display_name, first_of, listed
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.tables import Prepared
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.typed import by_spend
from ui.data import revising, roles, units
from ui.shell import session
from ui.shell.markdown import plain

TEMPLATE = shipped.TABLES["sample_001"]
GRAINS = {"DAY": "daily", "WEEK": "weekly", "MONTH": "monthly"}
MOST_NAMES = 16
"""So many channels or controls are named in the line that sums a table up."""


def upload(*, expanded: bool) -> None:
    """Drop a file, or take a template or the sample; what became of it is said where it was dropped, and aloud."""
    said = st.container(key="upload-said")
    with st.expander("Bring a table", expanded=expanded, icon=":material/upload:"):
        # Above the field: there a person looks who has just dropped something on it.
        refused = st.container(key="upload-refused")
        file = st.file_uploader(
            "Drop a table of days, weeks or months: CSV, TSV, Excel or Parquet, one row a period",
            type=["csv", "tsv", "txt", "xlsx", "xls", "parquet"],
            max_upload_size=MAX_BYTES // 2**20,
            key="upload",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "A template to fill in (CSV)", TEMPLATE.read_bytes, "mmm_template.csv", on_click="ignore"
            )
            if st.button("Use the demo's table"):
                _take("demo")
            if st.button("Use the 52-week sample"):
                _take("sample_001")
        if file is not None and st.session_state.get("taken_file") != file.file_id:
            st.session_state["taken_file"] = file.file_id
            _try(file.name, file.getvalue())
        if "refused" in st.session_state:
            name, reason = st.session_state["refused"]
            with refused:
                st.markdown(f"**{plain(name)}** was not taken; nothing of it was kept.")
                session.say(reason)
    taken = st.session_state.get("taken")
    if taken is not None and taken[0] == session.get_id("dataset") and "refused" not in st.session_state:
        said.caption(f"Taken: {plain(taken[1])}")


def _try(name: str, content: bytes) -> None:
    """Take a file, or keep what was wrong with it for the run that shows it."""
    st.session_state.pop("refused", None)
    try:
        made = datasets.create_dataset(session.desk(), content, name)
    except MMMError as error:
        st.session_state["refused"] = (name, error)
    else:
        datasets.take_over(session.desk(), made.dataset_id)
        st.session_state["taken"] = (made.dataset_id, made.label)
        _take(made.dataset_id)


def _take(dataset_id: str) -> None:
    st.session_state.pop("refused", None)
    session.look_at_demo(dataset_id == session.DEMO)
    session.set_ids(dataset=dataset_id, draft=None, run=None)
    st.rerun()


def summary(dataset: Dataset, prepared: Prepared, *, waits: bool, stops: int, questions: int) -> None:
    """What the table is, in one line, whether it can be modelled, and the way on.

    ``stops`` and ``questions`` are how many stand below; a table that ``waits`` for its roles has nothing wrong yet.
    """
    report = prepared.report
    span = f" from {_day(report.first_period)} to {_day(report.last_period)}" if report.first_period else ""
    grain = GRAINS.get(str(report.grain), "periods unknown")
    if waits:
        # What the columns are is guessed below; to call them missing here would contradict that.
        st.markdown(f"**{plain(dataset.label)}**: {report.n_rows:,} rows.")
    else:
        channels = by_spend(prepared.canonical().frame, report.channels) if report.ok else report.channels
        st.markdown(
            f"**{plain(dataset.label)}**: {report.n_rows:,} rows{span}, {grain}, "
            f"{_listed(channels, 'channel')}, {_listed(report.controls, 'control')}."
            + (f" {plain(added_up(report.entities, report.n_entities))}" if report.n_entities > 1 else "")
        )
    if report.ok:
        asked = (
            f" {counted(questions, 'question')} below {'is' if questions == 1 else 'are'} open." if questions else ""
        )
        st.success(f"This table can be modelled.{asked}", icon=":material/check_circle:")
        if st.button("Continue to Features", type="primary") and not _asks_for_roles(dataset):
            _keep_units(dataset, prepared)
            session.go("features")
    elif waits:
        st.info("One step before it can be modelled: say what each column is.", icon=":material/arrow_downward:")
    else:
        things = "One thing" if stops == 1 else f"{stops} things"
        st.error(f"{things} must be mended or answered before it can be modelled; see below.", icon=":material/error:")


def _keep_units(dataset: Dataset, prepared: Prepared) -> None:
    """Keep what was said among the questions: whoever goes on has seen it."""
    if units.are_asked(dataset, prepared):
        said = units.answered(dataset, prepared)
        if said != dataset.units:
            revising.keep_units(dataset, said)


def _asks_for_roles(dataset: Dataset) -> bool:
    """Whether roles were changed and not used yet; the page then says so, since the way on would ignore them."""
    changed = roles.not_used(dataset)
    if changed:
        st.warning(
            f"You changed what {plain(listed(changed))} {'is' if len(changed) == 1 else 'are'} and did not use it yet: "
            "press *Use these roles* below, or set it back.",
            icon=":material/edit:",
        )
    return bool(changed)


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else ""


def _listed(names: Sequence[str], noun: str) -> str:
    if not names:
        return f"no {noun}s"
    shown = first_of([display_name(name) for name in names], MOST_NAMES)
    return f"{counted(len(names), noun)} ({plain(shown)})"


def pick(side: DeltaGenerator, dataset_id: str) -> None:
    """Change to another table of one's own; in the demo there is one."""
    if session.in_demo():
        return
    own = datasets.list_datasets(session.desk())
    names = _told_apart([each for each in own if each.dataset_id != session.DEMO])
    if dataset_id not in names or len(names) == 1:
        return
    chosen = side.selectbox(
        "Table", list(names), index=list(names).index(dataset_id), format_func=names.__getitem__,
        key=f"table-{dataset_id}", label_visibility="collapsed", width=300,
    )  # fmt: skip
    if chosen != dataset_id:
        _take(chosen)


def _told_apart(own: Sequence[Dataset]) -> dict[str, str]:
    """Label of each table, with its time where two share one: a selector knows its options by what they say."""
    times = Counter(each.label for each in own)
    labels: dict[str, str] = {}
    for each in own:
        label = (
            each.label if times[each.label] == 1 else f"{each.label}, {session.here(each.created_at):%d %b %H:%M:%S}"
        )
        labels[each.dataset_id] = f"{label}, {each.dataset_id}" if label in labels.values() else label
    return labels
