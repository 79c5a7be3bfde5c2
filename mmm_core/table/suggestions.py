"""What could be done about a table's issues, ready to be asked for: a repair, what it does, and how to ask for it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.spec import FIX_NAMES, FixName
from mmm_core.table.checks.issues import Issue
from mmm_core.table.fixes.words import SENTENCES


class Suggestion(Strict):
    """A repair that answers an issue."""

    code: str = Field(description="Code of the issues that it answers.")
    fix: FixName
    sentence: str = Field(description="What the repair does.")
    fixes: tuple[FixName, ...] = Field(description="`dataset.fixes` with this repair beside those applied already.")
    command: str | None = Field(None, description="The command line once more, with it; null: none was given.")


def suggestions(issues: Iterable[Issue], applied: Iterable[FixName]) -> tuple[Suggestion, ...]:
    """Every repair that issues offer, once for each code, in the order of the issues."""
    known = set(applied)
    offered = dict.fromkeys((issue.code, fix) for issue in issues for fix in issue.fixes)
    return tuple(
        Suggestion(
            code=code,
            fix=fix,
            sentence=SENTENCES[fix],
            fixes=tuple(name for name in FIX_NAMES if name in known | {fix}),
        )
        for code, fix in offered
    )
