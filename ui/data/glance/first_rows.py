"""The first rows of a table as they were read, each column with its role and unit: a person knows the table again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from html import escape
from typing import NamedTuple

import streamlit as st

from mmm_core.labels import counted, day, display_name, in_full
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.runs.tables import Prepared
from mmm_core.table.glance.first_rows import FirstRows, Told
from mmm_core.table.guesses import LEAVE_OUT, ColumnRole
from mmm_core.table.reading.units import currency_in, unit_in
from mmm_core.table.typed_file import TypedFile
from ui.data.long import WORDS as PARTS_OF_LONG
from ui.data.long import parts_of
from ui.data.units import UNNAMED

ROLE_WORDS = {"activity of channel": "activity", "spend of channel": "spend", "control": "control"}
LONGEST_NAME = 40
PERIOD = "period"
NO_UNIT = "no unit said"
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Head(NamedTuple):
    """What stands above a column: its name, what it is, and its unit; ``kind`` is a class of the stylesheet."""

    name: str
    role: str
    unit: str
    kind: str


def show(dataset: Dataset, prepared: Prepared, columns: Sequence[ColumnRole], units: Units) -> None:
    """A card with the rows; ``columns`` are the roles that are known or guessed."""
    rows = prepared.validated.file.first_rows
    if not rows.rows:
        return
    heads = [_head(name, prepared.validated.file, columns, units) for name in rows.columns]
    with st.container(border=True, key="card-first-rows"):
        with st.container(gap="xsmall"):
            st.header("The first rows, as they were read", anchor=False)
            st.caption(_legend(rows, prepared.validated.file))
        st.html(_table(rows, heads, dataset.label))


def _legend(rows: FirstRows, file: TypedFile) -> str:
    parts = ["What is underlined could not be read as a number or date."] if rows.unread else []
    if rows.more_columns:
        parts.append(f"{counted(rows.more_columns, 'more column')} not shown here.")
    numbered = "as in the file"
    if file.detected.turned:
        numbered = "as the columns of the file that they were"
    elif file.detected.stacked:
        numbered = "on from sheet to sheet"
    parts.append(f"{counted(file.rows, 'row')} in all, numbered {numbered}.")
    return " ".join(parts)


def _head(name: str, file: TypedFile, columns: Sequence[ColumnRole], units: Units) -> Head:
    long = {column: PARTS_OF_LONG[part] for part, column in parts_of(file.long)} if file.long is not None else {}
    known = {row.column: row for row in columns}
    row = known.get(name) or _of_role(name, file)
    if name in long and (row is None or row.source != "known" or row.role in (LEAVE_OUT, *ROLE_WORDS)):
        # Its rows are of several channels: it bears no name of one.
        return Head(name, long[name].lower(), _unit(row, units) if row is not None else "", "")
    if row is None or row.role == LEAVE_OUT:
        return Head(name, "not used", "", "unused")
    role = row.role
    if role in ROLE_WORDS:
        role = f"{ROLE_WORDS[role]}: {display_name(row.name or name)}"
    unit = _unit(row, units)
    if row.source == "guessed":
        return Head(name, f"{role}, guessed", unit, "guessed")
    return Head(name, role, unit, "")


def _of_role(name: str, file: TypedFile) -> ColumnRole | None:
    """A column that was made while the file was read: an event of its own."""
    role = next((role for role, source in file.roles_in_file.sources.items() if source == name), None)
    return None if role is None else ColumnRole(name, "control", role.removeprefix("ctrl_"))


def _unit(row: ColumnRole, units: Units) -> str:
    """Unit of a column; of sales and spend also that nobody has said it, unless the name of the column does."""
    unsaid = "" if unit_in(row.column) or currency_in(row.column) else NO_UNIT
    if row.role == "sales":
        return unsaid if units.target == UNNAMED else units.target
    if row.role == "spend of channel":
        return units.spend or unsaid
    return units.activity.get(row.name, "") if row.role == "activity of channel" else ""


def _table(rows: FirstRows, heads: Sequence[Head], label: str) -> str:
    columns = list(zip(*rows.cells, strict=True))
    numeric = [_is_numeric(column) for column in columns]
    decimals = [_decimals(column) for column in columns]
    unread = set(rows.unread)
    top = "".join(_th(head, is_number=number) for head, number in zip(heads, numeric, strict=True))
    lines = []
    for place, (number, cells) in enumerate(zip(rows.rows, rows.cells, strict=True)):
        tds = "".join(
            _td(_told(cell, decimals[column], heads[column]), numeric[column], cell is None, (place, column) in unread)
            for column, cell in enumerate(cells)
        )
        lines.append(f'<tr><th scope="row">{number}</th>{tds}</tr>')
    return (
        f'<div class="first-rows" role="region" tabindex="0" aria-label="First rows of {escape(label)}"><table>'
        f'<thead><tr><th scope="col" class="row-number">Row</th>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _is_numeric(cells: Sequence[Told]) -> bool:
    present = [cell for cell in cells if cell is not None]
    return bool(present) and all(isinstance(cell, float) or _begins_as_number(cell) for cell in present)


def _begins_as_number(text: str) -> bool:
    return text.strip("-−+ €$£¥()<>").replace(",", "").replace(".", "").replace("%", "").strip().isdigit()


def _th(head: Head, *, is_number: bool) -> str:
    classes = " ".join(filter(None, ("number" if is_number else "", head.kind)))
    shown = head.name if len(head.name) <= LONGEST_NAME else f"{head.name[: LONGEST_NAME - 1]}…"
    unit = f"<small>{escape(head.unit)}</small>" if head.unit else ""
    return (
        f'<th scope="col" class="{classes}"><span title="{escape(head.name)}">{escape(shown)}</span>'
        f"<small>{escape(head.role)}</small>{unit}</th>"
    )


def _td(told: str, is_number: bool, is_blank: bool, is_unread: bool) -> str:
    marks = (("number", is_number), ("unread", is_unread), ("blank", is_blank))
    return f'<td class="{" ".join(name for name, holds in marks if holds)}">{escape(told)}</td>'


def _decimals(cells: Sequence[Told]) -> int | None:
    """Decimals that the numbers of a column need to stand under each other; None: each is written in full."""
    written = [in_full(cell) for cell in cells if isinstance(cell, float)]
    if not written or any("e" in text for text in written):
        return None
    return max(len(text.partition(".")[2]) for text in written)


def _told(cell: Told, decimals: int | None, head: Head) -> str:
    if cell is None:
        return "blank"
    if isinstance(cell, float):
        return in_full(cell) if decimals is None else f"{cell:,.{decimals}f}".replace("-", "−")
    # Elsewhere a text is no day that was read.
    if head.role.startswith(PERIOD) and ISO_DAY.fullmatch(cell):
        with suppress(ValueError):
            return day(date.fromisoformat(cell))
    return cell
