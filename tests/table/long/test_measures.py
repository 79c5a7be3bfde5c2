"""A row for each measure becomes a column for each measure, its cells as they were written."""

from __future__ import annotations

import pytest

from mmm_core.spec import DatasetSettings
from mmm_core.table.long.measures import with_measures_as_columns
from mmm_core.table.reading.reading import read_table
from tests.table.cases.written import text
from tests.table.long.tables import MADE, errors, prepared

PIVOT = ("pivot_long_table",)
HEADER = "date,variable,value"
SHORT = (
    "2023-01-02,Sales,1.200",
    "2023-01-02,spend_tv,$5",
    "2023-01-09,Sales,950",
    "2023-01-09,sales ,n/a",
    "2023-01-16,spend_tv,x",
    "2023-01-16,Sales,3",
)


def wide(
    *lines: str, header: str = HEADER, fixes: tuple[str, ...] = PIVOT
) -> tuple[list[str], list[list[object]], str]:
    """Columns, rows and the sentences of a table after its measures were made columns."""
    raw = read_table(text(header, *lines), "t.csv")
    found = with_measures_as_columns(raw, DatasetSettings.model_validate({"fixes": fixes}))
    cells = found.raw.cells.astype(object).where(found.raw.cells.notna(), None)
    return list(map(str, cells.columns)), cells.to_numpy().tolist(), " ".join(each.sentence for each in found.applied)


def test_cells_stay_as_they_were_written_and_what_was_not_spent_is_zero():
    lines = [line for line in SHORT if "n/a" not in line]
    columns, rows, said = wide(*lines)
    assert columns == ["date", "Sales", "spend_tv"]
    assert rows == [["2023-01-02", "1.200", "$5"], ["2023-01-09", "950", "0"], ["2023-01-16", "3", "x"]]
    assert "1 cell of media without a row counts as zero." in said


def test_names_in_two_spellings_are_one_measure():
    lines = [line for line in SHORT if "950" not in line]
    columns, rows, said = wide(*lines)
    assert columns == ["date", "Sales", "spend_tv"]
    assert rows[1] == ["2023-01-09", None, "0"]
    assert "'sales' and 'Sales' were taken for one." in said


def test_nothing_is_done_before_a_person_asks():
    assert wide(*SHORT, fixes=())[0] == ["date", "variable", "value"]


def test_rows_of_one_measure_and_date_are_asked_about_first():
    again = [*SHORT[:3], "2023-01-09,Sales,951", *SHORT[4:]]
    content = text(HEADER, *again)
    offers = ("keep_last_of_repeated_rows", "keep_first_of_repeated_rows")
    assert errors(content) == [("long_layout", offers)]
    assert wide(*again)[0] == ["date", "variable", "value"]
    for fix, kept in zip(offers, ("951", "950"), strict=True):
        assert wide(*again, fixes=(fix, *PIVOT))[1][1][1] == kept
    copies = text(HEADER, *SHORT[:3], *SHORT[2:3], *SHORT[4:])
    assert errors(copies) == [("long_layout", ("drop_exact_duplicates",))]
    assert "drop_exact_duplicates" not in str(errors(copies, "drop_exact_duplicates"))


def test_a_unit_beside_the_measure_tells_no_rows_apart():
    lines = [f"{line},{'EUR' if 'ales' in line else 'USD'}" for line in SHORT if "n/a" not in line]
    columns, rows, _ = wide(*lines, header=f"{HEADER},unit")
    assert columns == ["date", "Sales", "spend_tv"]
    assert len(rows) == 3


def test_a_table_without_dates_says_so():
    (issue,) = [
        issue
        for issue in prepared(text("variable,value", "sales,1", "spend_tv,2", "sales,3")).report.issues
        if issue.code == "long_layout"
    ]
    assert issue.fixes == ()
    assert "name the column of dates" in issue.remedy


def test_an_entity_called_na_keeps_its_name():
    content = MADE["measures in rows"]().content.replace(b"North", b"NA")
    assert set(prepared(content, *PIVOT).report.entities) == {"NA", "South"}


@pytest.mark.parametrize("fix", ["sales_once_per_period", "add_up_repeated_rows"])
def test_rows_of_measures_are_never_added_up(fix):
    assert [code for code, _ in errors(MADE["measures in rows"]().content, fix)] == ["long_layout"]
