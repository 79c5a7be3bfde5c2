"""What is said of columns that name events, and what can be done about it."""

from __future__ import annotations

import numpy as np

from mmm_core.labels import counted
from mmm_core.spec import FixName
from mmm_core.table.checks.issues import Findings
from mmm_core.table.events.controls import EACH, MOST_EACH, ONE
from mmm_core.table.events.named import EventColumn
from mmm_core.table.reading.raw_table import RawTable

UNUSED, CONTROL = "unused_events", "words_for_events"
MOST_EVENTS_NAMED = 5


def tell_events(findings: Findings, raw: RawTable, each: EventColumn) -> None:
    """Say which events a column names: an error of a control, which must be a number, and else a warning."""
    is_control = each.control is not None
    says = "names events, and is no number" if is_control else "seems to name events, and plays no role"
    numbers = findings.table.row_numbers if findings.table is not None else raw.row_numbers
    others = f"'{each.usual}' and blank cells" if each.usual is not None else "blank cells"
    choices = (
        "Count 1 where something stands and 0 elsewhere, or give each name such a control of its own."
        if len(each.names) <= MOST_EACH
        else "Count 1 where something stands and 0 elsewhere."
    )
    findings.add(
        CONTROL if is_control else UNUSED,
        "error" if is_control else "warning",
        f"Column '{each.column}' {says}: {_named(each)}.",
        column=each.column,
        rows=np.isin(numbers, raw.row_numbers[each.events.index]),
        meaning="A control must be a number: 1 where something was the case, and 0 where it was not."
        if is_control
        else "What happened in these rows stays unexplained, or is credited to what else moved then.",
        remedy=f"{choices} Zero stands for {others} then. A 0/1 control column per event is best where they differ "
        "in size.",
        fix=ONE,
        other_fixes=_others(each),
    )


def _others(each: EventColumn) -> tuple[FixName, ...]:
    return (EACH,) if 1 < len(each.names) <= MOST_EACH else ()


def _named(each: EventColumn) -> str:
    counts = each.events.value_counts()
    told = [f"'{name}' in {counted(counts[name], 'row')}" for name in each.names[:MOST_EVENTS_NAMED]]
    more = len(each.names) - MOST_EVENTS_NAMED
    return f"{', '.join(told)}{f', and {counted(more, "more value")}' if more > 0 else ''}"
