"""Rows of totals between the others are found by name and by value, and left out when a person says so."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table.validation import ValidationReport
from tests.table.cases.written import text

HEADER = "entity_id,period_start,sales,spend_tv,act_tv,ctrl_price"
WEEKS = [dt.date(2022, 1, 3) + dt.timedelta(weeks=week) for week in range(60)]


def numbers(rows: int) -> list[list[float]]:
    rng = np.random.default_rng(7)
    return [
        [round(rng.uniform(900, 1100), 2), round(rng.uniform(50, 90), 2), int(rng.integers(3, 30)), 10 + row % 3]
        for row in range(rows)
    ]


def total(rows: list[list[float]], *, factor: float = 1.0) -> list[object]:
    return [*(round(factor * sum(row[place] for row in rows), 2) for place in range(3)), ""]


def content(rows: list[list[object]], header: str = HEADER) -> bytes:
    return text(header, *(",".join(map(str, row)) for row in rows))


def quarters(entity: str, date: str | None, *, label: str | None = None, factor: float = 1.0) -> bytes:
    """A table of weeks with a total below every 13 of them; without a date of its own it has the last of its weeks."""
    rows: list[list[object]] = []
    values = numbers(60)
    rest = [] if label is None else [""]
    for week, day in enumerate(WEEKS):
        rows.append(["n", day, *values[week], *rest])
        if week % 13 == 12:
            part = total(values[week - 12 : week + 1], factor=factor)
            named = (date or str(day)).format(week // 13 + 1)
            rows.append([entity, named, *part, *([label] if label is not None else [])])
    return content(rows, HEADER if label is None else f"{HEADER},remark")


def report_of(table: bytes, *fixes: str, **chosen: object) -> ValidationReport:
    return tables.prepare(table, "t.csv", DatasetSettings.model_validate({"fixes": fixes, **chosen})).report


def found(report: ValidationReport) -> list[tuple[int, ...]]:
    return [issue.rows for issue in report.issues if issue.code == "total_rows"]


@pytest.mark.parametrize(
    "table",
    [
        quarters("n", "Total Q{}"),
        quarters("", "Zwischensumme"),
        quarters("n", "Q{} - Total"),
        quarters("n", "Sous-total T{}"),
        quarters("n", "Quartalssumme {}"),
        quarters("n", "Subtotale:"),
        quarters("n", "Total Q{}", factor=0.7),  # of a filter, say: the name is enough where there is no date
        quarters("n", None),
        quarters("", None, label="Somme"),
        quarters("n", "Q{}", label="Grand total", factor=1.2),
    ],
)
def test_totals_within_a_table_are_asked_about_and_left_out(table):
    report = report_of(table)
    assert found(report) == [(15, 29, 43, 57)]
    assert "bad_date" not in [issue.code for issue in report.issues]
    mended = report_of(table, "leave_out_total_rows")
    assert (mended.ok, mended.n_rows) == (True, 60)
    (record,) = mended.applied_fixes
    assert (record.fix, record.rows, record.sentence) == ("leave_out_total_rows", 4, "4 rows of totals were left out.")


def test_totals_of_two_shops_below_each_date():
    rows: list[list[object]] = []
    values = numbers(120)
    for week, day in enumerate(WEEKS):
        pair = values[2 * week : 2 * week + 2]
        rows += [["a", day, *pair[0]], ["b", day, *pair[1]], ["", day, *total(pair)]]
    report = report_of(content(rows))
    assert len(found(report)) == 1
    assert report_of(content(rows), "leave_out_total_rows").ok


def test_totals_of_totals():
    rows: list[list[object]] = []
    values = numbers(60)
    for week, day in enumerate(WEEKS):
        rows.append(["n", day, *values[week]])
        if week % 13 == 12:
            rows.append(["n", day, *total(values[week - 12 : week + 1])])
        if week == 51:
            rows.append(["n", day, *total(values[:52])])
    assert found(report_of(content(rows))) == [(15, 29, 43, 57, 58)]
    assert report_of(content(rows), "leave_out_total_rows").n_rows == 60


def test_an_entity_that_is_a_total_is_told_as_an_entity():
    rows: list[list[object]] = []
    values = numbers(120)
    for week, day in enumerate(WEEKS):
        pair = values[2 * week : 2 * week + 2]
        rows += [["a", day, *pair[0]], ["b", day, *pair[1]], ["both", day, *total(pair)[:3], 10]]
    codes = [issue.code for issue in report_of(content(rows)).issues if issue.severity == "error"]
    assert codes == ["total_entity"]


@pytest.mark.parametrize("remark", ["Total Wine", "sum of parts", "Gesamt"])
def test_a_word_alone_makes_no_total_of_a_row_with_a_date(remark):
    rows = [
        ["n", day, *values, remark if week % 9 == 4 else ""]
        for week, (day, values) in enumerate(zip(WEEKS, numbers(60), strict=True))
    ]
    table = content(rows, f"{HEADER},remark")
    assert found(report_of(table)) == []
    (record,) = report_of(table, "leave_out_total_rows").applied_fixes
    assert record.rows == 0


def test_few_and_small_numbers_are_no_sums():
    rows = [["n", day, 1 + week, 1 + week, 1 + week, 1] for week, day in enumerate(WEEKS)]
    assert found(report_of(content(rows))) == []
    constant = [["n", day, 5, 1, 1, 1] for day in WEEKS]
    assert found(report_of(content(constant))) == []
