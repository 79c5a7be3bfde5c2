"""Which columns of a long table say what, beside the issue that asks for it: guessed, and open to another choice."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from mmm_core.runs.datasets import Dataset
from mmm_core.runs.tables import Prepared
from mmm_core.table.long.found import LongTable
from mmm_core.table.long.told import CODE, REPEATED_SALES
from ui.data import revising
from ui.data.grouping import IssueGroup
from ui.shell.markdown import plain

GUESSED = "as found"
FIELD = 200
"""Width of a field, in pixels."""
WORDS = {
    "names": "Names of channels",
    "period": "Dates",
    "entity": "Entity",
    "sales": "Sales",
    "spend": "Spend",
    "activity": "Activity",
    "values": "Values",
}
OF_MEASURES = ("names", "values", "period", "entity")
OF_CHANNELS = ("names", "period", "entity", "sales", "spend", "activity")


def is_asked(group: IssueGroup, prepared: Prepared) -> bool:
    """Whether an issue is about a long table."""
    return group.code in (CODE, REPEATED_SALES) and prepared.validated.file.long is not None


def ask(dataset: Dataset, prepared: Prepared, name: str) -> None:
    """A field for each column that says something, and a button that uses what was chosen."""
    table, place = prepared.validated.file.long, f"{name}-{dataset.dataset_id}"
    if table is None:
        return
    chosen = dataset.settings.pivot.model_dump()
    with st.expander("Which columns these are", icon=":material/view_column:", key=f"pivot-{place}"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            wanted = {
                part: _field(part, table, prepared, chosen[part], place)
                for part in (OF_MEASURES if table.shape == "measures" else OF_CHANNELS)
            }
        if st.button("Use these columns", key=f"use-pivot-{place}"):
            revising.revise_settings(dataset, pivot=chosen | wanted)


def _field(part: str, table: LongTable, prepared: Prepared, chosen: str | None, place: str) -> str | None:
    columns = list(prepared.report.missingness)
    found = ", ".join(_found(part, table))
    label = "Names of measures" if part == "names" and table.shape == "measures" else WORDS[part]
    options = [GUESSED, *columns]
    picked = st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in columns else 0,
        format_func=lambda each: plain(f"{GUESSED}: {found or 'none'}") if each == GUESSED else plain(each),
        key=f"pivot-{part}-{place}",
        width=FIELD,
    )
    return None if picked == GUESSED else picked


def parts_of(table: LongTable) -> Iterator[tuple[str, str]]:
    """What each column of a long table says, by part: ("names", "Campaign")."""
    for part in WORDS:
        yield from ((part, column) for column in _found(part, table))


def _found(part: str, table: LongTable) -> tuple[str, ...]:
    found = getattr(table, part)
    return found if isinstance(found, tuple) else (found,) if found else ()
