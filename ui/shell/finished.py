"""Which finished run a page is about: the one in the address or one that is chosen; and all that is read of it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core.errors import MMMError, StorageError
from mmm_core.exports import origins
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.origins import Origin
from mmm_core.runs import datasets, runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.runs import RunEntry
from ui.shell import run_list, session
from ui.shell.layout import empty_state

MOST_LISTED = 200
"""So many of the newest runs can be chosen from; an older one is opened by its link."""
MOST_WORDS = 6
"""So many words of a run's name begin the names of saved files."""


class Opened(NamedTuple):
    """A finished run as it was read.

    Attributes
    ----------
    key
        Names all that is drawn from it.
    stem
        Begins the names of saved files.
    drafts_before
        How many other settings were tried before.
    origin
        Where its numbers come from.
    """

    run: Exhibit
    key: str
    stem: str
    drafts_before: int
    origin: Origin


def pick_run(side: DeltaGenerator) -> str | None:
    """The run in the address, or one chosen from the list in ``side``; None: there is none to show."""
    asked = session.get_id("run")
    newest = runs.list_page(session.desk(), limit=MOST_LISTED).entries
    if asked is not None and asked not in (session.DEMO, *(entry.state.run_id for entry in newest)):
        with suppress(StorageError):  # no run of this person's: said below
            newest.append(runs.get_entry(session.desk(), asked))
    entries = [entry for entry in newest if entry.state.phase == "finished"]
    if asked is not None and asked not in (session.DEMO, *(entry.state.run_id for entry in entries)):
        _not_finished(asked)
    on_demo = {session.DEMO} | {entry.state.run_id for entry in entries if run_list.is_on_demo(entry)}
    if asked is not None and (asked in on_demo) != session.in_demo():
        # A link leads to the other side.
        session.look_at_demo(asked in on_demo)
        session.set_ids(run=asked)
        st.rerun()
    names = {session.DEMO: "Demo brand"} if session.in_demo() else {}
    names |= run_list.run_names(entry for entry in entries if (entry.state.run_id in on_demo) == session.in_demo())
    if not names:
        return None
    asked = asked or _newest_of_table(entries, names)
    chosen = side.selectbox(
        "Run", list(names), index=list(names).index(asked) if asked else None, format_func=names.__getitem__,
        key=f"pick-{asked}", placeholder="Choose a run", label_visibility="collapsed", width=300,
    )  # fmt: skip
    if chosen is None:
        empty_state(
            "No results for this table yet",
            "Fit a model on it, or choose another table's run in the list above.",
            action="Fit a model",
            page="train",
        )
    if chosen != asked or session.get_id("run") is None:
        session.set_ids(run=chosen)
        if chosen != asked:
            st.rerun()
    return chosen


def _newest_of_table(entries: list[RunEntry], names: dict[str, str]) -> str | None:
    """The newest run among ``names`` made from the table at hand; without a table, the newest of all."""
    dataset_id = session.get_id("dataset")
    if dataset_id is None or session.in_demo():
        return next(iter(names))
    try:
        table = datasets.get_dataset(session.desk(), dataset_id)
    except MMMError:
        return next(iter(names))
    of_table = (entry.state.run_id for entry in entries if entry.manifest.dataset_hash == table.content_hash)
    return next((run_id for run_id in of_table if run_id in names), None)


def _not_finished(run_id: str) -> None:
    try:
        state = runs.state(session.desk(), run_id)
    except MMMError as error:
        session.set_ids(run=None)
        empty_state(
            error.message,
            "It may have been deleted, or belong to somebody else.",
            action="See the runs",
            page="overview",
        )
    empty_state(f"This run is {state.phase}", state.step, action="Watch it", page="train")


def open_run(run_id: str) -> Opened:
    """Read a finished run, and let its table be the one at hand; says so where it cannot be read, and ends the page."""
    try:
        opened, dataset_id = _read(run_id)
    except MMMError as error:
        empty_state(error.message, error.remedy, action="See the runs", page="overview")
    if dataset_id:
        session.take_table(dataset_id)
    return opened


def read(run_id: str) -> Opened:
    """Read a finished run, and nothing else.

    Raises
    ------
    MMMError
        It cannot be read, or was deleted.
    """
    return _read(run_id)[0]


def _read(run_id: str) -> tuple[Opened, str]:
    """A finished run, and the id of its table; empty: that was deleted since."""
    desk = session.desk()
    state = runs.state(desk, run_id)
    outputs = run_list.outputs_of(run_id, state)
    spec, manifest, label = runs.get_spec(desk, run_id), runs.get_manifest(desk, run_id), runs.get_label(desk, run_id)
    report = runs.get_report(desk, run_id)
    try:
        units, dataset_id = datasets.get_dataset(desk, spec.dataset_id).units, spec.dataset_id
    except MMMError:
        units, dataset_id = Units(), ""
    run = Exhibit(label.name or manifest.source_name, outputs, spec, units, report=report, places=manifest.colours)
    opened = Opened(
        run=run,
        key=f"{desk.owner}/{run_id}/{state.status.updated_at.isoformat()}/{units.model_dump_json()}",
        stem="_".join(["mmm", *(re.findall(r"[\w-]+", label.name)[:MOST_WORDS] or [run_id])]),
        drafts_before=manifest.drafts_before,
        origin=origins.of_run(run, manifest, run_id),
    )
    return opened, dataset_id
