"""The checks of how the table lay in its file: what was put together or turned is for a person to confirm."""

from __future__ import annotations

from mmm_core.labels import first_of
from mmm_core.spec import DatasetSettings
from mmm_core.table.checks.issues import Findings
from mmm_core.table.reading.layout import ACROSS
from mmm_core.table.reading.raw_table import DetectedFormat

MOST_NAMED = 8


def check_layout(findings: Findings, detected: DetectedFormat, settings: DatasetSettings) -> None:
    """Sheets under each other, and dates that stood across."""
    if detected.stacked and "stack_sheets" not in settings.fixes:
        sheets = first_of([f"'{sheet}'" for sheet in detected.stacked], MOST_NAMED)
        findings.add(
            "several_sheets",
            "error",
            f"The workbook has {len(detected.stacked)} sheets with the same headers ({sheets}).",
            meaning="One of them may be the table, or all of them together: what follows is said of all together.",
            remedy="Put them under each other, or choose one (dataset.reading.sheet; --sheet NAME).",
            fix="stack_sheets",
        )
    if detected.turned and "turn_table" not in settings.fixes:
        findings.add(
            "dates_across",
            "error",
            f"The dates stand across: each column of the file is a date, and each row a measure.{_labels(detected)}",
            meaning="A row must hold one period. What follows is said of the table once it is turned.",
            remedy="Turn it, or use a file with a row per date.",
            fix="turn_table",
        )


def _labels(detected: DetectedFormat) -> str:
    """What the columns before the dates were taken for, where they are more than one."""
    return next((note.removeprefix(ACROSS) for note in detected.notes if note.startswith(ACROSS)), "")
