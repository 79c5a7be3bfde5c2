"""The table in which a person says what each column is; and what can be guessed before they do.

A guess is only ever a proposal on a screen: nothing is mapped that nobody confirmed.
"""

from __future__ import annotations

import pandas as pd

from mmm_core.canonicalize import Roles
from mmm_core.errors import SpecError
from mmm_core.reading import RawTable
from mmm_core.validation import USUAL_NAMES

LEAVE_OUT = "leave out"
SINGLE_ROLES = {"period": "period_start", "sales": "sales", "entity": "entity_id"}
NAMED_ROLES = {"activity of channel": "act_", "spend of channel": "spend_", "control": "ctrl_"}
ROLES = (LEAVE_OUT, *SINGLE_ROLES, *NAMED_ROLES)
"""Roles as a person sees them."""
SUFFIXES = {
    "spend of channel": ("_s", "_spend", "_cost", "_costs"),
    "activity of channel": ("_i", "_p", "_impressions", "_impression", "_clicks", "_grps", "_grp", "_reach"),
}
"""How other tools name columns: Robyn's ``tv_S`` is spend, its ``facebook_I`` and ``search_clicks_P`` are activity."""
EXAMPLES = 3


def role_table(raw: RawTable, roles: Roles) -> pd.DataFrame:
    """One row a column of the file: ``column, role, name, first values``; unknown columns with a guess."""
    known = {column: role for role, column in reversed(roles.sources.items())}
    # Spend that stands in for activity too is spend to the person who said so.
    known |= {
        column: role for role, column in roles.sources.items() if role.startswith(NAMED_ROLES["spend of channel"])
    }
    rows, taken = [], set(roles.sources)
    for column in raw.cells.columns:
        role, name = _shown(known[column]) if column in known else _guess(str(column), taken)
        examples = ", ".join(str(value) for value in raw.cells[column].dropna().head(EXAMPLES))
        rows.append({"column": column, "role": role, "name": name, "first values": examples[:60]})
    return pd.DataFrame(rows)


def mapping_of(table: pd.DataFrame) -> dict[str, str]:
    """Role to column of the file, as :class:`mmm_core.spec.DatasetSettings` wants it.

    A channel or control without a name has that of its column.

    Raises
    ------
    SpecError
        A role is given twice, or a name without a role.
    """
    mapping: dict[str, str] = {}
    for row in table.to_dict("records"):
        role, column, name = str(row["role"]), str(row["column"]), str(row["name"] or "").strip()
        if role == LEAVE_OUT:
            if name:
                raise SpecError(
                    f"Column '{column}' has the name '{name}' and no role.",
                    code="name_without_role",
                    remedy="Choose its role, or take the name away.",
                )
            continue
        key = SINGLE_ROLES.get(role) or NAMED_ROLES[role] + (name or column.strip().lower().replace(" ", "_"))
        if key in mapping:
            raise SpecError(
                f"Columns '{mapping[key]}' and '{column}' are both {role}{f' {name}' if name else ''}.",
                code="role_twice",
                remedy="Leave one of them out, or give it another name.",
            )
        mapping[key] = column
    return mapping


def _shown(role: str) -> tuple[str, str]:
    for words, single in SINGLE_ROLES.items():
        if role == single:
            return words, ""
    words, prefix = next((words, prefix) for words, prefix in NAMED_ROLES.items() if role.startswith(prefix))
    return words, role.removeprefix(prefix)


def _guess(column: str, taken: set[str]) -> tuple[str, str]:
    """Role and name that a column's name suggests; a role that is ``taken`` is not proposed again."""
    lowered = column.strip().lower()
    for words, single in SINGLE_ROLES.items():
        if lowered in USUAL_NAMES.get(single, ()) and single not in taken:
            taken.add(single)
            return words, ""
    for words, suffixes in SUFFIXES.items():
        if lowered.endswith(suffixes):
            name = _without_suffixes(lowered)
            if name and NAMED_ROLES[words] + name not in taken:
                taken.add(NAMED_ROLES[words] + name)
                return words, name
    return LEAVE_OUT, ""


def _without_suffixes(name: str) -> str:
    """``search_clicks_p`` is about the channel ``search``: so that it meets its spend, ``search_S``."""
    every = [suffix for suffixes in SUFFIXES.values() for suffix in suffixes]
    while (found := next((suffix for suffix in every if name.endswith(suffix)), None)) is not None:
        name = name.removesuffix(found)
    return name
