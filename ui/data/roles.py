"""What each column is: one row a column with its role, what the choice amounts to, and one button to use it.

What a person chose is kept in the session until it is used, whichever rows are on screen; what was saved is what is
shown then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import counted, first_of, listed
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.tables import Prepared
from mmm_core.table import guesses
from mmm_core.table.guesses import LEAVE_OUT, NAMED_ROLES, ROLES, ColumnRole
from ui.data import revising
from ui.shell import session
from ui.shell.markdown import plain

type Place = Literal["stops", "beside stops", "questions", "known"] | None
"""Kind of card among which the panel stands; beside stops it answers cards that are there; None: nowhere."""

FEW_COLUMNS = 14
"""A table of so many columns is shown whole; of a wider one, recognised columns are folded away."""
MOST_NUMBERS_NAMED = 8
FIELD = 210
"""Width of a selector, in pixels: two stand beside the column's name in a window of 800."""

ANSWERED_BY_ROLES = {"missing_column", "no_channels"}
"""Codes of errors that go once columns have roles."""
MARKS = re.compile(r"[\\`*\[\]()<>$|~:#!]+")


def proposals(dataset: Dataset, prepared: Prepared) -> tuple[ColumnRole, ...]:
    """Every column with the role that is known or guessed."""
    raw, file = datasets.columns_table(session.desk(), dataset.dataset_id), prepared.validated.file
    return guesses.role_table(raw, file.roles_in_file, dataset.settings.left_out)


def waits_for_roles(prepared: Prepared, rows: Sequence[ColumnRole]) -> bool:
    """Whether the only thing wrong is that guessed roles are not confirmed yet."""
    errors = {issue.code for issue in prepared.report.issues if issue.severity == "error"}
    return any(row.source == "guessed" for row in rows) and bool(errors) and errors <= ANSWERED_BY_ROLES


def as_guessed(dataset: Dataset, prepared: Prepared, rows: Sequence[ColumnRole]) -> Prepared:
    """The table as it would be with the guessed roles, to be looked at; as it is where they do not fit.

    Whoever uses them as they are finds the table made already.
    """
    try:
        guessed = {"columns": guesses.mapping_of(rows), "left_out": guesses.left_out_of(rows)}
        return datasets.load_as(session.desk(), dataset.dataset_id, dataset.settings.model_copy(update=guessed))
    except MMMError:
        return prepared


def place(dataset: Dataset, rows: Sequence[ColumnRole], *, waits: bool) -> Place:
    """Where on the page the panel stands: with what must be answered, what may be, or what is known."""
    if dataset.read_only:
        return None
    if waits:
        return "stops"
    if guesses.missing_in([row for row in rows if row.source == "known"]):
        return "beside stops"
    return "questions" if any(row.source == "guessed" for row in rows) else "known"


def show(dataset: Dataset, rows: Sequence[ColumnRole]) -> None:
    """The panel; it stands open while something in it has to be decided."""
    known = [row for row in rows if row.source == "known"]
    unfinished = bool(guesses.missing_in(known)) or bool(_choices(dataset))
    label = "What each column is"
    if known:
        label += f": {_in_short(known)}"
    guessed = sum(row.source == "guessed" for row in rows)
    if guessed and known:
        label += f"; {guessed} more guessed and not used yet"
    # Another key is another expander: this one does not stay open once its work is done.
    key = f"columns-{dataset.dataset_id}-{'open' if unfinished else 'done'}"
    with st.expander(label, expanded=unfinished, icon=":material/view_column:", key=key):
        st.fragment(_choose)(dataset, rows)


def ask(dataset: Dataset, rows: Sequence[ColumnRole], *, waits: bool) -> None:
    """The panel as a card among those that ask: a stop if the table ``waits`` for it, else a question."""
    with st.container(border=True, key=f"card-{'stop' if waits else 'question'}"):
        guessed = counted(sum(row.source == "guessed" for row in rows), "column")
        st.markdown(
            ":material/front_hand: **Must be answered.** What is each column?"
            if waits
            else f":material/help: **Question.** Were the roles of {guessed} guessed right? They are not used yet."
        )
        show(dataset, rows)


def _in_short(rows: Sequence[ColumnRole]) -> str:
    """Roles that are set, for a label."""
    told = guesses.consequences(rows)
    singles = [
        f"{word.lower()} {plain(told[word])}"
        for word in ("Period", "Sales", "Entity")
        # A column that bears the usual name needs no telling.
        if word in told and told[word] != guesses.SINGLE_ROLES[word.lower()]
    ]
    channels = len({key.split("_", 1)[1] for key in guesses.mapping_of(rows) if key.startswith(("act_", "spend_"))})
    controls, unused = (sum(row.role == role for row in rows) for role in ("control", LEAVE_OUT))
    counts = [
        counted(channels, "channel") if channels else "",
        counted(controls, "control") if controls else "",
        f"{unused} left out" if unused else "",
    ]
    return ", ".join(part for part in (*singles, *counts) if part)


def _choices(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Role and name that a person chose and has not used yet, by column."""
    chosen: dict[str, tuple[str, str]] = st.session_state.setdefault(f"chosen-roles-{dataset.dataset_id}", {})
    return chosen


def not_used(dataset: Dataset) -> tuple[str, ...]:
    """Columns whose role was changed and not used yet."""
    return tuple(_choices(dataset))


def _choose(dataset: Dataset, rows: Sequence[ColumnRole]) -> None:
    chosen = _choices(dataset)
    guessed = sum(row.source == "guessed" for row in rows)
    if guessed:
        st.info(
            f"We guessed the roles of {counted(guessed, 'column')} from their names and values: check them, then press "
            "**Use these roles**.",
            icon=":material/lightbulb:",
        )
    st.caption(
        "A *channel* is advertising: its spend, its activity (impressions, GRPs, clicks) or both under one name. Spend "
        "alone is enough. A *control* is anything else that moves sales: price, promotion, weather."
    )
    # Above the rows, so that plausible guesses take one glance and one click; filled once the rows have spoken.
    summed_up = st.container(border=True, key="card-roles", gap="small")
    folded = _folded(dataset, rows)
    wanted = [_as_chosen(row, chosen) if row.column in folded else _row(dataset, row, chosen) for row in rows]
    with summed_up:
        _use(dataset, wanted, chosen)


def _use(dataset: Dataset, wanted: Sequence[ColumnRole], chosen: dict[str, tuple[str, str]]) -> None:
    """What the choice amounts to, and the button that uses it."""
    told = [f"**{label}**: {plain(text)}" for label, text in guesses.consequences(wanted).items()]
    missing = guesses.missing_in(wanted)
    if missing:
        told.append(f":material/error: **Still missing**: {', '.join(missing)}")
    if chosen:
        told.append(f":material/edit: **Changed, and waiting for the button below**: {plain(listed(list(chosen)))}")
    st.markdown("  \n".join(told))
    numbers = guesses.left_out_numbers(row for row in wanted if row.column not in chosen)
    asked = [row.column for row in guesses.asked_about(wanted) if row.column not in {*chosen, *numbers}]
    if asked:
        st.caption(
            f":material/help: **Please look at** {plain(first_of(asked, MOST_NUMBERS_NAMED))}: beside each stands what "
            "is not sure."
        )
    if numbers:
        st.caption(
            f":material/help: Numbers left out so far: {plain(', '.join(numbers[:MOST_NUMBERS_NAMED]))}"
            f"{' and more' if len(numbers) > MOST_NUMBERS_NAMED else ''}. Make those controls that move sales, such as "
            "a price or a promotion: what is left out is credited to what moved at the same time."
        )
    pressed = st.button("Use these roles", type="primary")
    try:
        columns = guesses.mapping_of(wanted)
    except MMMError as error:
        session.say(error)
        return
    if pressed:
        before = dict(chosen)
        chosen.clear()
        revising.revise_settings(dataset, columns=columns, left_out=guesses.left_out_of(wanted))
        # Only a refusal comes here.
        chosen.update(before)


def _folded(dataset: Dataset, rows: Sequence[ColumnRole]) -> set[str]:
    """Columns whose rows are not drawn: in a wide table those that are known already, unless asked for."""
    known = {row.column for row in rows if row.source == "known"}
    if len(rows) <= FEW_COLUMNS or not known:
        return set()
    label = f"Show the {counted(len(known), 'recognised column')}, to change them"
    shown = st.toggle(label, key=f"all-columns-{dataset.dataset_id}")
    return set() if shown else known


def _as_chosen(row: ColumnRole, chosen: dict[str, tuple[str, str]]) -> ColumnRole:
    role, name = chosen.get(row.column, (row.role, row.name))
    return row._replace(role=role, name=name if role in NAMED_ROLES else "")


def _row(dataset: Dataset, row: ColumnRole, chosen: dict[str, tuple[str, str]]) -> ColumnRole:
    """One column: name, first values, role, and a name where the role takes one."""
    role, name = chosen.get(row.column, (row.role, row.name))
    place = f"{dataset.dataset_id}-{row.column}"
    # A label that is not drawn is read out as it is: without marks it needs no backslashes.
    spoken = MARKS.sub(" ", row.column)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"column-{place}"):
        is_open = row.source != "known" and row.column not in chosen
        guessed = " :orange-badge[guessed]" if row.source == "guessed" and is_open else ""
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{plain(row.column)}**{guessed}")
            st.caption(plain(row.first_values) or "no value")
            if row.question and is_open:
                st.caption(f":material/help: {plain(row.question)}")
        # What is shown first is said with the widget: a value put into the session is lost to the browser when the
        # run that put it there is cut short, and an empty field then counts as a choice.
        role = st.selectbox(
            f"Role of {spoken}",
            ROLES,
            index=ROLES.index(role),
            key=f"role-{place}",
            label_visibility="collapsed",
            width=FIELD,
        )
        if role in NAMED_ROLES:
            name = st.text_input(
                f"Name of the {'control' if role == 'control' else 'channel'} in {spoken}",
                value=name,
                key=f"name-{place}",
                label_visibility="collapsed",
                placeholder=f"name: {guesses.default_name(row.column)}",
                max_chars=60,
                width=FIELD,
            )
        else:
            st.space(FIELD)
    asked = row._replace(role=role, name=name if role in NAMED_ROLES else "")
    if guesses.is_same(asked, row):
        chosen.pop(row.column, None)
    else:
        chosen[row.column] = (role, name)
    return asked
