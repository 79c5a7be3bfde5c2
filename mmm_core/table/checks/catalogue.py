"""Every check of a table, in the order of its report. A new subject is a file here and a line below."""

from __future__ import annotations

from collections.abc import Callable

from mmm_core.table.checks import columns, entities, identifiability, media, periods, relations, rows
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject

type Check = Callable[[Findings, Subject], None]

BEFORE_DATES: tuple[Check, ...] = (columns.check, rows.check_dates)
"""Checks that need no dates."""
CHECKS: tuple[Check, ...] = (
    periods.check,
    entities.check,
    rows.check,
    media.check,
    relations.check,
    identifiability.check,
)
"""Checks of a table that has dates to go by."""


def check_all(findings: Findings, subject: Subject) -> None:
    """Add to the findings whatever any check has to say."""
    for check in BEFORE_DATES:
        check(findings, subject)
    if rows.has_dates(subject.table):
        for check in CHECKS:
            check(findings, subject)
