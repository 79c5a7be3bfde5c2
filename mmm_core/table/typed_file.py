"""A file under its roles, with all that its cells say of themselves: what is kept of it once it was read.

Whatever a specification asks afterwards is taken from here (:func:`narrowed`): the file itself is not opened again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from mmm_core.errors import SpecError
from mmm_core.spec import channel_name, control_name
from mmm_core.table.asked import Asked
from mmm_core.table.checks.issues import Issue
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.glance.first_rows import FirstRows
from mmm_core.table.long.found import LongTable
from mmm_core.table.reading.raw_table import DetectedFormat
from mmm_core.table.roles import RoleQuestion, Roles, near_matches
from mmm_core.table.typed import TypedTable, column_order

KEYS = ("entity_id", "period_start")
"""Columns that say which row it is, and are no numbers of a model."""

type ColumnKind = Literal["numbers", "events", "text"]


@dataclass(frozen=True, slots=True)
class TypedFile:
    """A file that was read under its roles.

    Attributes
    ----------
    table
        The typed table after fixes; None where period or sales have no column, so that there is none.
    columns
        Every column of the file and what its cells look like, in the file's order.
    cell_issues
        What the cells themselves say, whichever of them a model uses.
    missingness
        Share of blank cells per column of the file (fraction).
    rows
        Rows of the file.
    first_rows
        The first of them as they were read, before repairs.
    long
        How the file has a row for each channel or measure; None: it has none, or one column of values that was pivoted.
    events
        Bare names of controls that were made of names of events.
    questions
        What a person should look at before columns without a role get the one that is guessed; nothing where a
        specification names the columns.
    """

    roles: Roles
    table: TypedTable | None
    columns: dict[str, ColumnKind]
    cell_issues: tuple[Issue, ...]
    applied_fixes: tuple[AppliedFix, ...]
    missingness: dict[str, float]
    detected: DetectedFormat
    rows: int
    first_rows: FirstRows
    long: LongTable | None = None
    events: tuple[str, ...] = ()
    questions: tuple[RoleQuestion, ...] = ()

    @property
    def roles_in_file(self) -> Roles:
        """Which column of the file plays which role, also where they became others."""
        return self.roles if self.long is None or self.long.roles is None else self.long.roles


def narrowed(file: TypedFile, asked: Asked) -> TypedFile | None:
    """The file with the columns that a specification names, and no others; None: only the file itself can tell.

    That is so where a column without a role is named, or where one plays another role than its own after fixes that
    treat roles differently (days are summed for activity and averaged for controls).

    Raises
    ------
    SpecError
        The specification names a column that the file does not have.
    """
    table = file.table
    if table is None:
        return None
    named = {"sales": _role_of(file, table, asked.target, "target_col", "sales")}
    for driver in asked.drivers:
        named[f"act_{channel_name(driver)}"] = _driver(file, table, driver)
    for channel in file.roles.spend:
        if f"act_{channel}" in named:
            named[f"spend_{channel}"] = f"spend_{channel}"
    for control in asked.controls:
        named[f"ctrl_{control_name(control)}"] = _role_of(file, table, control, "controls", "ctrl_")
    if None in named.values():
        return None
    roles = {role: str(own) for role, own in named.items()}
    if file.applied_fixes and any(_kind(role) != _kind(own) for role, own in roles.items()):
        return None
    sources = {role: table.sources[own] for role, own in roles.items()}
    frame = pd.DataFrame(
        {column: table.frame[column] for column in KEYS} | {role: table.frame[own] for role, own in roles.items()}
    )
    keys = {role: source for role, source in table.sources.items() if role in KEYS}
    return replace(
        file,
        questions=(),
        roles=Roles(
            entity=file.roles.entity,
            period=file.roles.period,
            target=sources["sales"],
            activity=_played(sources, "act_"),
            spend=_played(sources, "spend_"),
            controls=_played(sources, "ctrl_"),
        ),
        table=replace(
            table,
            frame=frame[column_order(frame.columns)],
            bad={"period_start": table.bad["period_start"]} | {role: table.bad[own] for role, own in roles.items()},
            sources=keys | sources,
        ),
    )


def _driver(file: TypedFile, table: TypedTable, name: str) -> str | None:
    channel = channel_name(name)
    roles = (name, f"act_{channel}", f"spend_{channel}")
    own = next((role for role in roles if role in table.sources and role not in KEYS), None)
    return own or _role_of(file, table, name, "drivers", "act_")


def _role_of(file: TypedFile, table: TypedTable, name: str, field: str, prefix: str) -> str | None:
    """Role of the column that a specification calls ``name``; None: the column is there and has none."""
    for role in (name, f"{prefix}{name}"):
        if role in table.sources and role not in KEYS and not _stands_in(table, role):
            return role
    for role, source in table.sources.items():
        if source == name and role not in KEYS:
            return role
    if name in file.columns or name in table.sources:
        return None
    raise SpecError(
        f"{field}: the table has no column '{name}'.",
        code="unknown_column",
        remedy=near_matches(name, [*file.columns, *table.sources]),
    )


def _stands_in(table: TypedTable, role: str) -> bool:
    """Whether a channel's activity may be its spend only, which goes by no name but the driver's."""
    return role.startswith("act_") and table.sources[role] == table.sources.get(f"spend_{channel_name(role)}")


def _kind(role: str) -> str:
    return "sum" if not role.startswith("ctrl_") else "mean"


def _played(sources: dict[str, str], prefix: str) -> dict[str, str]:
    return {role.removeprefix(prefix): source for role, source in sources.items() if role.startswith(prefix)}
