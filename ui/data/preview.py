"""What a repair would change, before it is pressed: the first rows before and after, on demand.

It is worked out where files are read, apart from the page; only this part of the page waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import counted, in_full
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset
from mmm_core.spec import FixName
from mmm_core.table.fixes.preview import Change, ChangedRow, Preview
from mmm_core.table.glance.first_rows import Told
from ui.shell import session
from ui.shell.markdown import plain

CHANGES: dict[Change, str] = {
    "changed": "changed",
    "added": "new",
    "dropped": "left out",
    "left_out": "not estimated",
}
BLANK = "*blank*"


def show(dataset: Dataset, fixes: Mapping[FixName, str], *, key: str) -> None:
    """A line that opens to what each of these repairs would change; ``fixes`` are their names and buttons."""
    st.fragment(_on_demand)(dataset, fixes, key)


def _on_demand(dataset: Dataset, fixes: Mapping[FixName, str], key: str) -> None:
    label = "Show what this changes" if len(fixes) == 1 else "Show what each of these changes"
    opened = st.expander(label, icon=":material/compare_arrows:", on_change="rerun", key=f"preview-{key}")
    if not opened.open:
        return
    with opened:
        for fix, words in fixes.items():
            if len(fixes) > 1:
                st.markdown(f"**{plain(words)}**")
            try:
                found = datasets.preview_fix(session.desk(), dataset.dataset_id, fix)
            except MMMError as error:
                session.say(error)
            else:
                _show(found)


def _show(found: Preview) -> None:
    if not found.n_rows:
        st.markdown(f"No row changes. {plain(found.sentence)}")
        return
    counts: dict[Change, int] = {
        "changed": found.n_changed,
        "added": found.n_added,
        "dropped": found.n_dropped,
        "left_out": found.n_left_out,
    }
    told = [f"{counted(number, 'row')} {CHANGES[kind]}" for kind, number in counts.items() if number]
    st.markdown(f"{', '.join(told)}. {plain(found.sentence)}")
    cells = [_row(row) for row in found.rows]
    names = ["Row", *map(plain, found.columns)]
    st.table({name: list(column) for name, column in zip(names, zip(*cells, strict=True), strict=True)})
    more = [
        f"{counted(found.n_rows - len(found.rows), 'more row')}" if found.n_rows > len(found.rows) else "",
        f"{counted(found.more_columns, 'more column')}" if found.more_columns else "",
    ]
    if any(more):
        st.caption(f"… and {' and '.join(part for part in more if part)}.")


def _row(row: ChangedRow) -> Sequence[str]:
    before, after = row.before or repeat(None), row.after or repeat(None)
    if row.change == "changed":
        told = [_before_and_after(*pair) for pair in zip(before, after, strict=False)]
    else:
        told = [_told(cell) for cell in (row.after or row.before or ())]
    place = f"after {row.row}" if row.change == "added" else str(row.row)
    return (f"{place}, {CHANGES[row.change]}", *told)


def _before_and_after(before: Told, after: Told) -> str:
    """One cell; two where they differ, with an arrow between them."""
    return _told(after) if before == after else f"{_told(before)} → **{_told(after)}**"


def _told(cell: Told) -> str:
    if cell is None:
        return BLANK
    return in_full(cell) if isinstance(cell, float) else plain(cell)
