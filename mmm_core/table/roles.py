"""Which column of a file plays which role: by its name and prefix, or by an explicit mapping.

Roles are ``entity_id, period_start, sales, act_<channel>, spend_<channel>, ctrl_<name>``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import Field

from mmm_core.errors import SpecError
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, channel_name, control_name
from mmm_core.table.asked import Asked

LONGEST_COMPARED = 100
"""Characters of a name that are compared with other names, and shown."""


class RoleQuestion(Strict):
    """What a person should look at before a column gets the role that is guessed for it."""

    column: str = Field(description="Column of the file.")
    role: str = Field(description="What it probably is, in the words of the Data page.")
    name: str | None = Field(
        description="Name under `dataset.columns` that would give it this role; null: it would be left out."
    )
    question: str


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column of the file plays which role; channels and controls by bare name, in order."""

    entity: str | None
    period: str | None
    target: str | None
    activity: dict[str, str]
    spend: dict[str, str]
    controls: dict[str, str]

    @property
    def sources(self) -> dict[str, str]:
        """Canonical column to column of the file, for every role that is played."""
        named = {"entity_id": self.entity, "period_start": self.period, "sales": self.target}
        sources = {role: column for role, column in named.items() if column is not None}
        for prefix, columns in (("act_", self.activity), ("spend_", self.spend), ("ctrl_", self.controls)):
            sources |= {f"{prefix}{name}": column for name, column in columns.items()}
        return sources


def resolve_roles(columns: Sequence[str], settings: DatasetSettings, asked: Asked | None = None) -> Roles:
    """Decide which column plays which role.

    A mapping in ``settings.columns`` names roles outright; other columns go by name and prefix. A specification narrows
    channels and controls to its own, in its order, and may name columns without prefix.

    Raises
    ------
    SpecError
        The mapping or the specification names a column that the table does not have.
    """
    named = _named_roles(columns, settings)
    activity, spend, controls = (_by_prefix(named, prefix) for prefix in ("act_", "spend_", "ctrl_"))
    target = named.get("sales")
    if asked is not None:
        known = _Known(list(columns), named)
        target = known.find(asked.target, "target_col", "sales") if asked.target != "sales" else target
        activity = {channel_name(driver): known.driver(driver) for driver in asked.drivers}
        spend = {name: column for name, column in spend.items() if name in activity}
        controls = {control_name(control): known.find(control, "controls", "ctrl_") for control in asked.controls}
    else:
        # Where nothing else measures exposure, money does.
        activity |= {name: column for name, column in spend.items() if name not in activity}
    return Roles(named.get("entity_id"), named.get("period_start"), target, activity, spend, controls)


def roles_of(sources: Mapping[str, str]) -> Roles:
    """Roles from canonical columns and their columns of the file, as :attr:`Roles.sources` has them."""
    names = dict(sources)
    activity, spend, controls = (_by_prefix(names, prefix) for prefix in ("act_", "spend_", "ctrl_"))
    return Roles(names.get("entity_id"), names.get("period_start"), names.get("sales"), activity, spend, controls)


def rivals(columns: Sequence[str], settings: DatasetSettings) -> tuple[tuple[str, ...], ...]:
    """Columns whose names differ in case only, and of which nobody has said which plays their role."""
    alike: dict[str, list[str]] = {}
    for column in columns:
        role = _role_by_name(column)
        if role and column not in settings.left_out:
            alike.setdefault(role.lower(), []).append(column)
    said = {role.lower() for role in settings.columns}
    return tuple(tuple(names) for role, names in alike.items() if len(names) > 1 and role not in said)


def near_matches(name: str, names: Iterable[str]) -> str:
    """A hint such as "Did you mean 'tv_S'?", or the names there are."""
    listed = list(dict.fromkeys(str(candidate) for candidate in names))
    # Comparing takes the product of two lengths, and a header cell may have ten thousand characters.
    shortened = [each[:LONGEST_COMPARED] for each in listed]
    close = difflib.get_close_matches(name[:LONGEST_COMPARED], shortened, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(repr(candidate) for candidate in close)}?"
    return f"Columns: {', '.join(shortened[:40])}{', …' if len(listed) > 40 else ''}."


class _Known(NamedTuple):
    """Columns of the file, and the roles that they were found to play."""

    columns: list[str]
    named: dict[str, str]

    def driver(self, name: str) -> str:
        """Column of a driver: its role, its own name, or its channel's activity or, failing that, spend."""
        channel = channel_name(name)
        for role in (name, f"act_{channel}", f"spend_{channel}"):
            if role in self.named:
                return self.named[role]
        return self.find(name, "drivers", "act_")

    def find(self, name: str, field: str, prefix: str) -> str:
        for role in (name, f"{prefix}{name}"):
            if role in self.named:
                return self.named[role]
        if name in self.columns:
            return name
        raise SpecError(
            f"{field}: the table has no column '{name}'.",
            code="unknown_column",
            remedy=near_matches(name, [*self.columns, *self.named]),
        )


def _named_roles(columns: Sequence[str], settings: DatasetSettings) -> dict[str, str]:
    """Role to column: by name and prefix in any case, the mapping on top."""
    roles: dict[str, str] = {}
    mapping = settings.columns
    for column in columns:
        role = _role_by_name(column)
        mapped = {name for name, source in mapping.items() if source == column}
        # A column that the mapping names plays that role alone; only spend and activity may be one column.
        channel = channel_name(role or "")
        renamed = bool(mapped) and not mapped <= {f"act_{channel}", f"spend_{channel}"}
        if role and not renamed and column not in settings.left_out:
            # The name itself goes before the same in another case.
            roles[role] = column if column.strip() == role else roles.get(role, column)
    for role, column in mapping.items():
        if role not in ("entity_id", "period_start", "sales") and not _has_prefix(role):
            raise SpecError(
                f"dataset.columns: '{role}' is not a role.",
                code="unknown_role",
                remedy="Roles are entity_id, period_start, sales, act_<channel>, spend_<channel>, ctrl_<name>.",
            )
        if column not in columns:
            raise SpecError(
                f"dataset.columns: the table has no column '{column}' (wanted as {role}).",
                code="unknown_column",
                remedy=near_matches(column, columns),
            )
        roles[role] = column
    return roles


def _role_by_name(column: str) -> str | None:
    lowered = column.strip().lower()
    if lowered in ("entity_id", "period_start", "sales"):
        return lowered
    for prefix in ("act_", "spend_", "ctrl_"):
        if lowered.startswith(prefix) and len(lowered) > len(prefix):
            return prefix + column.strip()[len(prefix) :]
    return None


def _has_prefix(role: str) -> bool:
    return any(role.startswith(prefix) and len(role) > len(prefix) for prefix in ("act_", "spend_", "ctrl_"))


def _by_prefix(named: dict[str, str], prefix: str) -> dict[str, str]:
    return {role.removeprefix(prefix): column for role, column in named.items() if role.startswith(prefix)}
