"""What each column of a file is: what its name says, what is guessed from it, and what a person chose.

A guess is only ever a proposal on a screen: nothing is mapped before a person has confirmed it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Literal, NamedTuple

from mmm_core.errors import SpecError
from mmm_core.labels import display_name, first_of, listed
from mmm_core.table.fixes.date_columns import end_column
from mmm_core.table.guessing.columns import ADS, UNKNOWN, Guess, guesses_by_name, guesses_of
from mmm_core.table.guessing.meanings import meaning_of
from mmm_core.table.reading.cells import looks_numeric
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import RoleQuestion, Roles

type Source = Literal["known", "guessed", "open"]

LEAVE_OUT = "leave out"
SINGLE_ROLES = {"period": "period_start", "sales": "sales", "entity": "entity_id"}
NAMED_ROLES = {"activity of channel": "act_", "spend of channel": "spend_", "control": "ctrl_"}
ROLES = (LEAVE_OUT, *SINGLE_ROLES, *NAMED_ROLES)
"""Roles as a person sees them."""
_PARTS = {
    "left out": LEAVE_OUT, "period": "period", "sales": "sales", "entity": "entity", "spend": "spend of channel",
    "activity": "activity of channel", "control": "control",
}  # fmt: skip
EXAMPLES = 3
LONGEST_EXAMPLE = 18
LONGEST_NUMBER = 8
SHOWN_DIGITS = 6
MOST_NAMES = 16
"""So many channels, controls or columns are named where a choice is summed up."""


class ColumnRole(NamedTuple):
    """One column of the file and its role.

    Attributes
    ----------
    name
        Bare name of the channel or control; empty: that of the column (:func:`default_name`).
    first_values
        The first different cells that are not blank, as a person reads them.
    source
        ``known``: its name or a person says so; ``guessed``: its name suggests it; ``open``: nobody has said anything.
    numeric
        It holds numbers.
    question
        What a person should look at before the role is used; empty: nothing is in doubt.
    """

    column: str
    role: str
    name: str = ""
    first_values: str = ""
    source: Source = "known"
    numeric: bool = False
    question: str = ""


def role_table(raw: RawTable, roles: Roles, left_out: Collection[str] = ()) -> tuple[ColumnRole, ...]:
    """Every column of the file in its order; unknown ones with a guess, unless they are ``left_out``."""
    known = {column: role for role, column in reversed(roles.sources.items())}
    # Spend that stands in for activity too is spend to the person who said so.
    known |= {
        column: role for role, column in roles.sources.items() if role.startswith(NAMED_ROLES["spend of channel"])
    }
    rows: list[ColumnRole] = []
    free = [column for column in map(str, raw.cells.columns) if column not in known and column not in left_out]
    guesses = guesses_of(raw.cells, {column: looks_numeric(raw.cells[column]) for column in free}, roles)
    if roles.period is None and all(guess.part != "period" for guess in guesses.values()):
        guesses |= {column: Guess("period") for column in (end_column(raw),) if column in guesses}
    for column, cells in raw.cells.items():
        text = str(column)
        values = ", ".join(_shortened(str(value)) for value in cells.dropna().drop_duplicates().head(EXAMPLES))
        if text in known:
            rows.append(ColumnRole(text, *_shown(known[text]), values, "known"))
        elif text in left_out:
            rows.append(ColumnRole(text, LEAVE_OUT, "", values, "known"))
        else:
            guess = guesses[text]
            source: Source = "open" if guess.part == "left out" else "guessed"
            role = _PARTS[guess.part]
            rows.append(ColumnRole(text, role, guess.name, values, source, guess.numeric, guess.question))
    return tuple(rows)


def likely_roles(raw: RawTable, roles: Roles, left_out: Collection[str] = ()) -> dict[str, str]:
    """Role to column of the file, for roles that are known and for those that names say outright."""
    known = set(roles.sources.values())
    free = [column for column in map(str, raw.cells.columns) if column not in known and column not in left_out]
    guesses = guesses_by_name(free, roles)
    if roles.period is None and all(guess.part != "period" for guess in guesses.values()):
        guesses |= {column: Guess("period") for column in (end_column(raw),) if column in free}
    found = {_key(_PARTS[guess.part], guess.name, column): column for column, guess in guesses.items()}
    # What is known goes before what is guessed.
    return found | roles.sources


def guess_of(name: str) -> tuple[str, str] | None:
    """Role and channel that a name says by itself: spend of channel, TV for "TV spend"; None: neither."""
    meaning = meaning_of(name)
    if meaning.kind not in ("spend", "activity"):
        return None
    return _PARTS[meaning.kind], meaning.name or ADS


def mapping_of(rows: Iterable[ColumnRole]) -> dict[str, str]:
    """Role to column of the file, as :class:`mmm_core.spec.DatasetSettings` wants it.

    A channel or control without a name has that of its column.

    Raises
    ------
    SpecError
        A role is given twice, or a name without a role.
    """
    mapping: dict[str, str] = {}
    for row in rows:
        name = row.name.strip()
        if row.role == LEAVE_OUT:
            if name:
                raise SpecError(
                    f"Column '{row.column}' has the name '{name}' and no role.",
                    code="name_without_role",
                    remedy="Choose its role, or take the name away.",
                )
            continue
        key = _key(row.role, name, row.column)
        if key in mapping:
            raise SpecError(
                f"Columns '{mapping[key]}' and '{row.column}' are both {row.role}{f' {name}' if name else ''}.",
                code="role_twice",
                remedy="Leave one of them out."
                if row.role in SINGLE_ROLES
                else "Leave one of them out, or give it another name.",
            )
        mapping[key] = row.column
    return mapping


def left_out_of(rows: Iterable[ColumnRole]) -> tuple[str, ...]:
    """Columns that play no role."""
    return tuple(row.column for row in rows if row.role == LEAVE_OUT)


def is_same(one: ColumnRole, other: ColumnRole) -> bool:
    """Whether two rows give their column the same role; a name that nobody typed is the column's own."""
    named = one.role in NAMED_ROLES
    return one.role == other.role and (not named or _bare_name(one) == _bare_name(other))


def missing_in(rows: Iterable[ColumnRole]) -> tuple[str, ...]:
    """What no model can do without, and no column gives yet."""
    roles = {row.role for row in rows}
    missing = [role for role in ("period", "sales") if role not in roles]
    channels = {"activity of channel", "spend of channel"} & roles
    return (*missing, *(() if channels else ("a channel",)))


def left_out_numbers(rows: Iterable[ColumnRole]) -> tuple[str, ...]:
    """Columns of numbers of which neither a person nor a name has said anything: any of them may move sales."""
    return tuple(row.column for row in rows if row.role == LEAVE_OUT and row.numeric and row.question == UNKNOWN)


def asked_about(rows: Iterable[ColumnRole]) -> tuple[ColumnRole, ...]:
    """Rows whose guess is to be looked at."""
    return tuple(row for row in rows if row.question and row.source != "known")


def questions_of(raw: RawTable, roles: Roles, left_out: Collection[str] = ()) -> tuple[RoleQuestion, ...]:
    """What the Data page asks of the columns of a file, in its words and in the file's order."""
    return tuple(
        RoleQuestion(
            column=row.column,
            role=f"{row.role} {_bare_name(row)}" if row.role in NAMED_ROLES else row.role,
            name=None if row.role == LEAVE_OUT else _key(row.role, row.name, row.column),
            question=row.question,
        )
        for row in asked_about(role_table(raw, roles, left_out))
    )


def consequences(rows: Iterable[ColumnRole]) -> dict[str, str]:
    """What a choice amounts to, by heading: ``Channels`` is ``TV (spend), Facebook (activity and spend)``."""
    rows = tuple(rows)
    singles = {role: [row.column for row in rows if row.role == role] for role in SINGLE_ROLES}
    channels: dict[str, list[str]] = {}
    for row in rows:
        if row.role in ("activity of channel", "spend of channel"):
            channels.setdefault(_bare_name(row), []).append(row.role.split()[0])
    controls = [display_name(_bare_name(row)) for row in rows if row.role == "control"]
    told = {role.capitalize(): listed(columns) for role, columns in singles.items() if columns}
    media = [f"{display_name(name)} ({' and '.join(sorted(set(what)))})" for name, what in channels.items()]
    named = {"Channels": media, "Controls": controls, "Left out": left_out_of(rows)}
    return told | {label: first_of(names, MOST_NAMES) for label, names in named.items() if names}


def default_name(column: str) -> str:
    """Name of a channel or control that nobody named: its column's, in its case."""
    return column.strip().replace(" ", "_")


def _key(role: str, name: str, column: str) -> str:
    """The canonical column of a role."""
    return SINGLE_ROLES.get(role) or NAMED_ROLES[role] + (name or default_name(column))


def _bare_name(row: ColumnRole) -> str:
    return row.name.strip() or default_name(row.column)


def _shortened(value: str) -> str:
    with suppress(ValueError):
        number = float(value)
        if "." in value and len(value) > LONGEST_NUMBER and math.isfinite(number):
            return f"{number:.{SHOWN_DIGITS}g}" if abs(number) < 10**SHOWN_DIGITS else f"{number:.0f}"
    return value if len(value) <= LONGEST_EXAMPLE else f"{value[: LONGEST_EXAMPLE - 1]}…"


def _shown(role: str) -> tuple[str, str]:
    for words, single in SINGLE_ROLES.items():
        if role == single:
            return words, ""
    words, prefix = next((words, prefix) for words, prefix in NAMED_ROLES.items() if role.startswith(prefix))
    return words, role.removeprefix(prefix)
