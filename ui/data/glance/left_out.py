"""What of the file is not in the estimate, in the open: rows around the table, sheets, columns, rows that repairs drop.

Whoever finds a number too small looks here first.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mmm_core.labels import counted, first_of
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.tables import Prepared
from mmm_core.table.glance.left_out import LeftOut
from mmm_core.table.glance.left_out import Part as PartOfFile
from mmm_core.table.guesses import LEAVE_OUT, ColumnRole
from ui.data import revising
from ui.data.answers import LEAVES_OUT
from ui.shell.markdown import plain
from ui.shell.wording import on_screen

ICONS: dict[PartOfFile, str] = {
    "titles": ":material/title:",
    "explanation": ":material/title:",
    "numbering": ":material/format_list_numbered:",
    "totals": ":material/functions:",
    "footnotes": ":material/notes:",
    "lines": ":material/table_rows:",
    "columns": ":material/view_column:",
    "sheets": ":material/tab:",
}
MOST_NAMED = 16
IGNORED = "ignored_columns"
"""Code of the notes on columns without a role: they are told here."""


def show(dataset: Dataset, prepared: Prepared, columns: Sequence[ColumnRole], *, waits: bool) -> None:
    """One card that says what was left out and how many things that are; of a whole file one sentence.

    A table that ``waits`` for its roles is asked which columns play one: nothing is said of these here yet.
    """
    parts = prepared.report.detected.left_out
    repairs = [fix for fix in prepared.report.applied_fixes if fix.fix in LEAVES_OUT and fix.rows]
    unused = [] if waits else _unused(prepared, columns)
    number = len(parts) + len(repairs) + bool(unused)
    if not number:
        whole = "**No row was left out.**" if waits else "**Nothing was left out**: every row and column is used."
        st.markdown(f":material/done_all: {whole}")
        return
    st.header(f"Left out: {counted(number, 'thing')}", anchor=False)
    with st.container(border=True, key="card-left-out"):
        for part in parts:
            _part(part)
        for fix in repairs:
            revising.record(dataset, fix)
        if unused:
            names = first_of([plain(name) for name in unused], MOST_NAMED)
            what = "column plays no role and is" if len(unused) == 1 else "columns play no role and are"
            st.markdown(f":material/view_column: {len(unused)} {what} not used: {names}.")
            notes = [issue for issue in prepared.report.issues if issue.code == IGNORED]
            for remedy in dict.fromkeys(on_screen(issue.remedy) for issue in notes):
                st.caption(plain(remedy))


def _part(part: LeftOut) -> None:
    st.markdown(f"{ICONS[part.part]} {plain(part.sentence)}")
    if part.words:
        more = len(part.rows) - len(part.words)
        quoted = ", ".join(f"“{plain(words)}”" for words in part.words)
        st.caption(f"{quoted}{f' and {more} more' if more > 0 else ''}")


def _unused(prepared: Prepared, columns: Sequence[ColumnRole]) -> list[str]:
    """Columns of the file that say nothing to the model, in its order."""
    file = prepared.validated.file
    played = {*file.roles_in_file.sources.values(), *(file.long.columns if file.long is not None else ())}
    guessed = {row.column for row in columns if row.source == "guessed" and row.role != LEAVE_OUT}
    return [name for name in file.columns if name not in played and name not in guessed]
