"""Names and dates in the first row of their block only are given to the rows below when a person says so."""

from __future__ import annotations

import datetime as dt

import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table.validation import ValidationReport
from tests.malformed import good_rows, workbook
from tests.table.cases.written import text

HEADER = "entity_id,period_start,sales,act_tv,act_radio,ctrl_price,spend_tv,spend_radio"
ROWS = good_rows(60)


def panel(*entities: str, by_date: bool = False) -> list[list[str]]:
    rows = [
        [name, *row[1:2], f"{float(row[2]) * (1 + 0.3 * place) + place * len(row[3]):.2f}", *row[3:]]
        for place, name in enumerate(entities)
        for row in ROWS
    ]
    return sorted(rows, key=lambda row: row[1]) if by_date else rows


def merged(rows: list[list[str]], *places: int) -> list[list[str]]:
    """The rows with some columns written in the first row of their block only."""
    return [
        ["" if place in places and before is not None and before[: place + 1] == row[: place + 1] else cell
         for place, cell in enumerate(row)]
        for before, row in zip([None, *rows[:-1]], rows, strict=True)
    ]  # fmt: skip


def swapped(rows: list[list[str]]) -> list[list[str]]:
    return [[row[1], row[0], *row[2:]] for row in rows]


def content(rows: list[list[str]], header: str = HEADER) -> bytes:
    return text(header, *(",".join(row) for row in rows))


def report_of(table: bytes, *fixes: str, name: str = "t.csv", **chosen: object) -> ValidationReport:
    return tables.prepare(table, name, DatasetSettings.model_validate({"fixes": fixes, **chosen})).report


def errors(report: ValidationReport) -> list[tuple[str, tuple[str, ...]]]:
    return [(issue.code, issue.fixes) for issue in report.issues if issue.severity == "error"]


BY_DATE = HEADER.replace("entity_id,period_start", "period_start,entity_id")
ASKED = [("merged_cells", ("fill_down_merged_cells",))]


@pytest.mark.parametrize(
    ("table", "plain", "rows"),
    [
        (content(merged(panel("North", "South"), 0)), content(panel("North", "South")), 118),
        (content(merged(panel("Madrid", "NA", "Oslo"), 0)), content(panel("Madrid", "NA", "Oslo")), 177),
        (
            content(merged(swapped(panel("a", "b", by_date=True)), 0), BY_DATE),
            content(swapped(panel("a", "b", by_date=True)), BY_DATE),
            60,
        ),
        (content(merged(panel("only one"), 0)), content(panel("only one")), 59),
    ],
)
def test_merged_cells_are_asked_about_and_filled(table, plain, rows):
    report = report_of(table)
    assert errors(report) == ASKED
    mended = report_of(table, "fill_down_merged_cells")
    assert (errors(mended), mended.applied_fixes[0].rows) == ([], rows)
    frames = [
        tables.prepare(each, "t.csv", DatasetSettings.model_validate({"fixes": fixes})).canonical().frame
        for each, fixes in ((table, ["fill_down_merged_cells"]), (plain, []))
    ]
    assert frames[0].equals(frames[1])


def test_in_a_workbook_under_other_names():
    rows = [
        ["Region", "Woche", *HEADER.split(",")[2:]],
        *([cell or None for cell in row] for row in merged(panel("N", "S"), 0)),
    ]
    table = workbook({"Pivot": rows})
    columns = {"entity_id": "Region", "period_start": "Woche"}
    assert errors(report_of(table, name="t.xlsx", columns=columns)) == ASKED
    assert report_of(table, "fill_down_merged_cells", name="t.xlsx", columns=columns).ok


def test_years_in_the_first_row_of_their_block():
    calendar = [dt.date.fromisoformat(row[1]).isocalendar() for row in ROWS]
    rows = merged([[str(day.year), str(day.week), *row[2:]] for day, row in zip(calendar, ROWS, strict=True)], 0)
    table = content(rows, HEADER.replace("entity_id,period_start", "Year,Week"))
    assert errors(report_of(table)) == [*ASKED, ("year_and_number", ("join_year_and_week",))]
    assert report_of(table, "fill_down_merged_cells", "join_year_and_week").ok


def test_a_line_of_totals_names_no_block():
    rows = merged(panel("North", "South"), 0)
    total = ["North Total", "", *["1"] * 6]
    table = content([*rows[:60], total, ["", *rows[60][1:]], *rows[61:]])
    mended = report_of(table, "fill_down_merged_cells")
    assert "blank_entity" in [code for code, _ in errors(mended)]
    assert mended.entities == ("North", "North Total")


@pytest.mark.parametrize("gaps", [[3], [3, 4, 5], [0], list(range(0, 60, 3))])
def test_a_few_gaps_are_no_blocks(gaps):
    rows = [["" if number in gaps else "North", *row[1:]] for number, row in enumerate(ROWS)]
    codes = [code for code, _ in errors(report_of(content(rows)))]
    assert "blank_entity" in codes
    assert "merged_cells" not in codes
    (record,) = report_of(content(rows), "fill_down_merged_cells").applied_fixes
    assert record.rows == 0
