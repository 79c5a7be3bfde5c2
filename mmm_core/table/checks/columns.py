"""The checks of a table's columns: the role that each plays, and whether its cells are numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mmm_core.labels import listed
from mmm_core.table.checks import currencies, layout
from mmm_core.table.checks.issues import Findings, Issue
from mmm_core.table.checks.subject import Subject
from mmm_core.table.events.named import standing_out
from mmm_core.table.events.told import UNUSED
from mmm_core.table.fixes.currencies import money_columns
from mmm_core.table.guessing.meanings import meaning_of
from mmm_core.table.reading.cells import looks_numeric
from mmm_core.table.roles import Roles, rivals
from mmm_core.table.typed_file import ColumnKind

MEDIA_CAUSED_WORDS = ("visit", "click", "session", "brand_search", "branded", "awareness", "traffic", "lead")
"""Names of controls that advertising may move, which would hide its effect."""
MOST_IGNORED_NAMED = 20


def check(findings: Findings, subject: Subject) -> None:
    """Check the roles of columns; what their cells say of themselves was found when the file was read."""
    _columns(findings, subject.roles)
    _rivals(findings, subject)
    _copies(findings, subject)
    _unused(findings, subject)
    findings.issues.extend(issue for issue in subject.file.cell_issues if _concerns(issue, subject))


def _concerns(issue: Issue, subject: Subject) -> bool:
    """Whether what the cells of the file say concerns the columns that are asked for."""
    roles, long = subject.roles, subject.file.long
    if issue.code in (layout.MERGED, layout.TOTALS):
        return True
    if issue.code == currencies.SEVERAL:
        return bool(money_columns(roles))
    played = {*roles.sources.values(), *(long.columns if long is not None else ())}
    return (issue.column in played) != (issue.code == UNUSED)


def kind_of(cells: pd.Series) -> ColumnKind:
    """What the cells of a column look like."""
    if looks_numeric(cells):
        return "numbers"
    return "events" if standing_out(cells) else "text"


def _columns(findings: Findings, roles: Roles) -> None:
    if roles.entity is None:
        findings.add(
            "no_entity_column",
            "info",
            "No column says which brand or region a row is about: the whole table is taken as one brand.",
            meaning="All rows are one time series.",
            remedy="If the table holds several, give that column the role of the entity (entity_id).",
        )
    if not roles.activity:
        findings.add(
            "no_channels",
            "error",
            "There is no media column (act_… or spend_…).",
            meaning="There is nothing to attribute sales to.",
            remedy="Name media columns act_<channel> and spend_<channel>, or map them under dataset.columns.",
        )
    for channel, column in roles.activity.items():
        if column == roles.spend.get(channel) and column.lower().startswith("spend_"):
            findings.add(
                "spend_as_activity",
                "info",
                f"Channel '{channel}' has no activity column: its spend stands for activity.",
                column=f"act_{channel}",
                meaning="A price change looks like a change of exposure.",
                remedy="Add impressions, GRPs or clicks if you have them.",
            )
    for name, column in roles.controls.items():
        if any(word in name.lower() for word in MEDIA_CAUSED_WORDS) or meaning_of(name).kind == "outcome":
            findings.add(
                "control_caused_by_media",
                "warning",
                f"Column '{column}': could media change this?",
                column=f"ctrl_{name}",
                meaning="If advertising moves a control, the control takes part of advertising's credit.",
                remedy="Leave it out if advertising moves it.",
            )


def _rivals(findings: Findings, subject: Subject) -> None:
    """Two names of one role; a specification that names another column than the role's has chosen."""
    chosen = {subject.asked.target, *subject.asked.drivers, *subject.asked.controls} if subject.asked else set()
    for names in rivals(list(subject.file.columns), subject.settings):
        if any(name in chosen and name.strip() != str(_role_of(subject, name)) for name in names):
            continue
        listed_names = listed([f"'{name}'" for name in names])
        findings.add(
            "names_differ_by_case",
            "error",
            f"Columns {listed_names} differ in case only.",
            column=names[0],
            meaning="Each of them may be the one that is meant, and one may be in money where the other counts.",
            remedy="Map the one that is meant under dataset.columns, or name another under dataset.left_out.",
        )


def _role_of(subject: Subject, name: str) -> str | None:
    return next((role for role, source in subject.roles.sources.items() if source == name), None)


def _copies(findings: Findings, subject: Subject) -> None:
    """Columns of one kind with the same numbers, as joins and readers of double headers leave them behind."""
    seen: dict[tuple[str, bytes], str] = {}
    order = {name: place for place, name in enumerate(subject.file.columns)}
    # Columns that a pivot made come last, in their own order.
    for column, source in sorted(subject.table.numbers().items(), key=lambda each: order.get(each[1], len(order))):
        values = subject.table.frame[column].to_numpy(float)
        if len(np.unique(values[~np.isnan(values)])) < 2:
            continue
        key = column.partition("_")[0], values.tobytes()
        first = seen.setdefault(key, source)
        if first != source:
            findings.add(
                "copied_column",
                "warning",
                f"Column '{source}' is a copy of '{first}'.",
                column=column,
                meaning="The effect is shared out between the two, and what was spent is counted twice.",
                remedy="Leave one of them out (dataset.left_out).",
            )


def _unused(findings: Findings, subject: Subject) -> None:
    """Columns that play no role: numbers that may have to, and the rest. Events are told with the cells."""
    long = subject.file.long
    played = {*subject.roles.sources.values(), *(long.columns if long is not None else ())}
    unused = {name: kind for name, kind in subject.file.columns.items() if name not in played}
    numbers, rest = ([name for name, kind in unused.items() if kind == wanted] for wanted in ("numbers", "text"))
    make = "it" if len(numbers) == 1 else "each"
    _ignored(findings, numbers, f"Make {make} a control if it moves sales, a channel if it is advertising.")
    _ignored(
        findings,
        rest,
        "Nothing to do, unless a column tells of something that moved sales: then give that a 0/1 control.",
    )


def _ignored(findings: Findings, names: list[str], remedy: str) -> None:
    if not names:
        return
    listed = ", ".join(f"'{name}'" for name in names[:MOST_IGNORED_NAMED])
    more = ", …" if len(names) > MOST_IGNORED_NAMED else ""
    single = len(names) == 1
    findings.add(
        "ignored_columns",
        "info",
        f"Column {listed} plays no role." if single else f"{len(names)} columns play no role: {listed}{more}.",
        column=names[0] if single else None,
        meaning="It is not in the model." if single else "They are not in the model.",
        remedy=remedy,
    )
