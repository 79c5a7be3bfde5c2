"""The checks of how the table lay in its file: what was put together or turned is for a person to confirm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of
from mmm_core.spec import DatasetSettings
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.written import quoted
from mmm_core.table.fixes.merged import Blocks
from mmm_core.table.reading.layout import ACROSS, is_total_word
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable

MOST_NAMED = 8
MERGED, TOTALS = "merged_cells", "total_rows"
"""Codes of what concerns a table whichever of its columns are asked for."""


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


def check_rows(findings: Findings, raw: RawTable, totals: NDArray[np.bool_], merged: Sequence[Blocks]) -> None:
    """Rows of totals between the others, and names that stand in the first row of their block only."""
    for blocks in merged:
        below = counted(blocks.blanks, "blank cell")
        findings.add(
            MERGED,
            "error",
            f"Column '{blocks.column}' has a value in the first row of each block only: "
            f"{counted(blocks.names, 'value')}, and {below} below {'it' if blocks.names == 1 else 'them'}.",
            column=blocks.column,
            rows=_rows(findings, raw, raw.names(blocks.column).isna().to_numpy()),
            meaning="Cells that were merged, as in a pivot table, leave the rows below the first without a name or a "
            "date. If they are missing for another reason, the value above them is not theirs.",
            remedy="Give each blank cell the value above it, or repeat the values in the export (in a pivot table of "
            "Excel: Repeat all item labels).",
            fix="fill_down_merged_cells",
        )
    if totals.any():
        numbers = [str(number) for number in raw.row_numbers[totals]]
        seem, rows = ("seems to be a total", "row") if len(numbers) == 1 else ("seem to be totals", "rows")
        cells = raw.cells[totals].iloc[0].dropna()
        told = next((f" ('{quoted(cell)}')" for cell in cells if is_total_word(cell)), "")
        findings.add(
            TOTALS,
            "error",
            f"{counted(len(numbers), 'row')} within the table {seem} of other rows: "
            f"{rows} {first_of(numbers, MOST_NAMED)}{told}.",
            rows=_rows(findings, raw, totals),
            meaning="Beside the rows that it adds up a total counts everything twice.",
            remedy="Leave these rows out, or export the table without subtotals.",
            fix="leave_out_total_rows",
        )


def _rows(findings: Findings, raw: RawTable, of_file: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Rows of a file among those of the table."""
    if findings.table is None:
        return None
    return np.asarray(np.isin(findings.table.row_numbers, raw.row_numbers[of_file]))


def _labels(detected: DetectedFormat) -> str:
    """What the columns before the dates were taken for, where they are more than one."""
    return next((note.removeprefix(ACROSS) for note in detected.notes if note.startswith(ACROSS)), "")
