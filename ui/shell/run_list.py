"""Runs and tables in a list, one a row: open, name, duplicate, delete."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

import streamlit as st

from mmm_core.errors import MMMError, StorageError
from mmm_core.exports import downloads
from mmm_core.labels import day, percent
from mmm_core.runs import datasets, retention, runs
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.runs.outputs import Outputs
from mmm_core.runs.runs import RunEntry
from mmm_core.spec import RunSpec
from mmm_core.workspace.run_state import RunState
from ui.shell import session
from ui.shell.layout import percent_range
from ui.shell.markdown import plain

MOST_SHOWN = 10
LAST_OF_ID = 6
"""Letters of a run's id that are shown where nothing else tells two apart."""
ICONS = {
    "created": ":material/radio_button_unchecked:",
    "queued": ":material/hourglass_empty:",
    "running": ":material/sync:",
    "finished": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "interrupted": ":material/power_off:",
}


def show_datasets() -> None:
    """The workspace's newest tables."""
    tables = own_tables()
    if tables:
        st.header("Your tables", anchor=False)
    for dataset in tables[:MOST_SHOWN]:
        dataset_row(dataset)


def own_tables() -> list[Dataset]:
    """The person's tables, newest first."""
    return [each for each in datasets.list_datasets(session.desk()) if not each.read_only]


def run_name(label: Label, manifest: Manifest) -> str:
    """What a run is called: its name, or its table and day."""
    made = session.here(manifest.created_at)
    # Short: a selector has room for little more than the table's name.
    return label.name or f"{manifest.source_name} · {made.day} {made:%b, %H:%M}"


def run_names(entries: Iterable[RunEntry]) -> dict[str, str]:
    """Name of each run by its id, as :func:`told_apart`; a selector knows its options by what they say."""
    entries = list(entries)
    apart = told_apart(entries)
    return {
        each.state.run_id: " · ".join(filter(None, [run_name(each.label, each.manifest), apart[each.state.run_id]]))
        for each in entries
    }


def told_apart(entries: Iterable[RunEntry]) -> dict[str, str]:
    """What tells runs of one name apart, by their ids: the second they were made in; empty: the name is enough.

    Of one second the end of their ids as well.
    """
    entries = list(entries)
    names = Counter(run_name(each.label, each.manifest) for each in entries)
    shared = [each for each in entries if names[run_name(each.label, each.manifest)] > 1]
    seconds = {each.state.run_id: _second(each) for each in shared}
    alike = Counter((run_name(each.label, each.manifest), seconds[each.state.run_id]) for each in shared)
    found = {each.state.run_id: "" for each in entries}
    for each in shared:
        run_id = each.state.run_id
        second = seconds[run_id]
        is_alone = alike[run_name(each.label, each.manifest), second] == 1
        found[run_id] = second if is_alone else f"{second}, {run_id[-LAST_OF_ID:]}"
    return found


def _second(entry: RunEntry) -> str:
    made = session.here(entry.manifest.created_at)
    return f"{made.day} {made:%b, %H:%M:%S}"


def when(instant: datetime) -> str:
    """Day and hour where the person is."""
    there = session.here(instant)
    return f"{day(there)}, {there:%H:%M %Z}"


def is_on_demo(entry: RunEntry) -> bool:
    """Whether a run was made on the shipped demo table."""
    demo = datasets.get_dataset(session.desk(), session.DEMO)
    return entry.manifest.dataset_hash == demo.content_hash


def run_row(entry: RunEntry, apart: str = "") -> None:
    """A run with its state and answer, and what can be done with it; ``apart`` tells it from one of the same name."""
    run_id = entry.state.run_id
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"card-row-{run_id}"):
        name = plain(run_name(entry.label, entry.manifest))
        beside = f" · {plain(apart)}" if apart else ""
        lines = [f"{ICONS[entry.state.phase]} **{name}**{beside}", *map(_muted, _details(entry))]
        st.markdown("  \n".join(lines), width="stretch")
        finished = entry.state.phase == "finished"
        if st.button("Open", key=f"open-{run_id}"):
            session.go("results" if finished else "train", run=run_id)
        wanted = st.menu_button("More", list(ACTIONS), key=f"more-{run_id}")
        if wanted is not None:
            ACTIONS[wanted](entry)


def _details(entry: RunEntry) -> list[str]:
    """What became of a run, of which table and when; and its note."""
    said = [entry.state.phase + (", stopped early" if entry.state.status.partial else "")]
    if entry.label.name:
        said += [plain(entry.manifest.source_name), when(entry.manifest.created_at)]
    if entry.state.phase == "finished" and (answer := _answer(entry)):
        said.append(answer)
    return [" · ".join(said), *([plain(entry.label.note)] if entry.label.note else [])]


def _muted(line: str) -> str:
    return f":gray[{line}]"


def _answer(entry: RunEntry) -> str:
    """The share of media that a finished run found."""
    try:
        summary = downloads.channel_summary(session.desk(), entry.state.run_id)
    except MMMError:
        return ""
    return f"media {percent(summary.media_share.shown, 1)} of sales ({percent_range(summary.media_share)})"


def duplicate(run_id: str, change: Callable[[RunSpec], RunSpec] | None = None) -> None:
    """Take a run's settings, with a change, to the Features page; says so where the run's table is gone."""
    before = runs.get_spec(session.desk(), run_id)
    spec = before if change is None else change(before)
    try:
        datasets.get_dataset(session.desk(), spec.dataset_id)
    except MMMError:
        session.say(
            StorageError(
                "The table of this run was deleted, so there is nothing to try other settings on.",
                code="no_dataset",
                remedy="Bring the table again on the Data page; the zip of the run holds these settings as "
                "run_spec.json, which the Features page loads.",
            )
        )
        return
    st.session_state["spec_to_load"], st.session_state["began_with"] = spec, before
    session.go("features", dataset=spec.dataset_id, draft=None, run=None)


def dataset_row(dataset: Dataset) -> None:
    """A table, and what can be done with it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"card-row-{dataset.dataset_id}"):
        st.markdown(f":material/table: **{plain(dataset.label)}** · {when(dataset.created_at)}", width="stretch")
        if st.button("Open", key=f"open-{dataset.dataset_id}"):
            session.go("data", dataset=dataset.dataset_id, draft=None, run=None)
        if st.button("Delete…", key=f"delete-{dataset.dataset_id}"):
            _confirm_dataset(dataset.dataset_id, dataset.label)


@st.dialog("Name and note")
def _describe(entry: RunEntry) -> None:
    name = st.text_input("Name", entry.label.name, max_chars=200)
    note = st.text_area("Note", entry.label.note, max_chars=5000)
    with st.container(horizontal=True):
        if st.button("Save", type="primary", key="save-label"):
            label = Label(name=name, note=note)
            try:
                runs.relabel(session.desk(), entry.state.run_id, label)
            except MMMError as error:
                session.say(error)
                return
            st.rerun()
        _cancel()


@st.dialog("Delete this run?")
def _confirm_run(entry: RunEntry) -> None:
    run_id, name = entry.state.run_id, run_name(entry.label, entry.manifest)
    st.write(f"**{plain(name)}** goes, with its results, settings, log and downloads. Its table stays.")
    if _confirmed("Delete the run"):
        try:
            retention.delete_run(session.desk(), run_id)
        except MMMError as error:
            session.say(error)
            return
        if session.get_id("run") == run_id:
            session.set_ids(run=None)
        st.rerun()


@st.dialog("Delete this table?")
def _confirm_dataset(dataset_id: str, label: str) -> None:
    st.write(f"**{plain(label)}** goes, with its report and settings. Runs made from it stay readable.")
    if _confirmed("Delete the table"):
        try:
            retention.delete_dataset(session.desk(), dataset_id)
        except MMMError as error:
            session.say(error)
            return
        if session.get_id("dataset") == dataset_id:
            session.set_ids(dataset=None, draft=None)
        st.rerun()


def _confirmed(action: str) -> bool:
    """Whether a person goes through with it."""
    with st.container(horizontal=True):
        wanted = st.button(action, type="primary", key="danger")
        _cancel()
    return wanted


def _cancel() -> None:
    """Close the dialog and change nothing."""
    if st.button("Cancel", key="keep"):
        st.rerun()


ACTIONS: dict[str, Callable[[RunEntry], None]] = {
    "Name and note…": _describe,
    "Compare with…": lambda entry: session.go("compare", run=entry.state.run_id),
    "Duplicate as draft": lambda entry: duplicate(entry.state.run_id),
    "Delete…": _confirm_run,
}
"""What can be done with a run beside opening it. A menu: it closes before the dialog opens."""


def outputs_of(run_id: str, state: RunState) -> Outputs:
    """Tables and summaries of a finished run; read once for its owner, whichever pages show it."""
    return _outputs(run_id, session.desk().owner, state.status.updated_at.isoformat())


@st.cache_resource(max_entries=32, ttl=3600, show_spinner=False)
def _outputs(run_id: str, owner: str, finished_at: str) -> Outputs:  # noqa: ARG001 - a key of the cache
    return runs.get_outputs(session.desk(), run_id)
