"""Tables as people have them: each is read as it should be, or asked about with a way out."""

from pathlib import Path

import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings

GOOGLE = {"period_start": "Week", "sales": "Conv. value", "spend_brand": "Cost", "ctrl_share": "Search impr. share"}
UNIT = {"spend_tv": "spend_tv ($000)", "spend_search": "spend_search ($000)"}


@pytest.fixture
def cases(shared_data: Path) -> Path:
    folder = shared_data / "cases"
    if not folder.is_dir():
        pytest.skip("the cases are not beside the project (../shared/data/cases)")
    return folder


def report_of(path: Path, **settings: object):
    return tables.prepare(path.read_bytes(), path.name, DatasetSettings.model_validate(settings)).report


def errors(path: Path, **settings: object) -> list[str]:
    return [issue.code for issue in report_of(path, **settings).issues if issue.severity == "error"]


def canonical(path: Path, **settings: object):
    return tables.prepare(path.read_bytes(), path.name, DatasetSettings.model_validate(settings)).canonical().frame


@pytest.mark.parametrize(
    ("name", "error", "fix"),
    [
        ("11-promo-yes-no.csv", "words_for_numbers", "words_are_zero_and_one"),
        ("17-thousands-dots-mixed.csv", "ambiguous_numbers", "doubtful_marks_are_thousands"),
        ("44-transposed.csv", "dates_across", "turn_table"),
        ("59-a-sheet-a-year.xlsx", "several_sheets", "stack_sheets"),
    ],
)
def test_one_question_and_one_click(cases, name, error, fix):
    assert errors(cases / name) == [error]
    assert errors(cases / name, fixes=(fix,)) == []


@pytest.mark.parametrize(
    ("name", "sales"),
    [
        ("12-entity-NA.csv", None),
        ("17c-thousands-dots-around-1000.csv", 913),
        ("19-footnotes.csv", 70229.14),
        ("20-duplicate-column-suffix.csv", 70229.14),
        ("23-indian-grouping.csv", 1404582.8),
        ("55-german-some-thousands.csv", 1170.49),
    ],
)
def test_what_can_be_read_is_read(cases, name, sales):
    frame = canonical(cases / name)
    assert frame["period_start"].nunique() == 104
    assert sales is None or frame["sales"].iloc[0] == sales


def test_google_ads(cases):
    path = cases / "01-google-ads-weekly.csv"
    report = report_of(path, columns=GOOGLE)
    assert (report.n_rows, report.detected.header_row, len(report.detected.dropped_totals_rows)) == (104, 3, 2)
    assert "blank_ctrl" in errors(path, columns=GOOGLE)
    assert "bounds_are_blank" in [issue.code for issue in report.issues]
    columns = {role: name for role, name in GOOGLE.items() if role != "ctrl_share"}
    assert errors(path, columns=columns) == ["blank_spend"]
    assert errors(path, columns=columns, fixes=("blank_spend_is_zero",)) == []


def test_thousands_are_thousands(cases):
    path = cases / "17-thousands-dots-mixed.csv"
    frame = canonical(path, fixes=("doubtful_marks_are_thousands",))
    assert (frame["sales"].iloc[0], frame["spend_search"].iloc[0]) == (1170, 3635.02)
    assert canonical(cases / "17c-thousands-dots-around-1000.csv")["sales"].min() > 100


def test_a_unit_in_the_header(cases):
    path = cases / "24-spend-in-thousands.csv"
    assert set(errors(path, columns=UNIT)) == {"unit_in_header"}
    assert canonical(path, columns=UNIT, fixes=("headers_say_thousands",))["spend_search"].iloc[0] == 3635
    assert canonical(path, columns=UNIT, fixes=("numbers_are_in_full",))["spend_search"].iloc[0] == 3.635


def test_formulas_without_values(cases):
    (issue,) = [
        issue for issue in report_of(cases / "42-formulas-without-values.xlsx").issues if issue.severity == "error"
    ]
    assert (issue.code, issue.fixes) == ("formulas_without_values", ())
    assert issue.remedy == "Open the workbook in Excel, save it once, and use that file."


def test_sales_twice_by_case(cases):
    path = cases / "45-sales-twice-by-case.csv"
    assert errors(path) == ["names_differ_by_case"]
    assert canonical(path, left_out=("Sales",))["sales"].iloc[0] == 70229.14
    assert canonical(path, columns={"sales": "Sales"})["sales"].iloc[0] == 5852


def test_a_copy_is_named(cases):
    (issue,) = [
        issue for issue in report_of(cases / "20-duplicate-column-suffix.csv").issues if issue.code == "copied_column"
    ]
    assert issue.message == "Column 'spend_tv.1' is a copy of 'spend_tv'."


@pytest.mark.parametrize("name", ["03-meta-total-first.csv", "63-grand-total-under-header.csv"])
def test_totals_above_are_refused_with_their_fix(cases, name):
    (issue,) = [issue for issue in report_of(cases / name).issues if issue.code == "blank_date"]
    assert issue.fix == "drop_rows_without_date"


def test_amounts_in_several_currencies_are_not_added_up(cases):
    path = cases / "37b-currency-column-same-size.csv"
    assert errors(path) == ["currencies_by_row"]
    assert errors(path, rates={"GBP": 1.17, "USD": 0.92}) == []
    assert errors(path, keep_currency="EUR") == []
    assert errors(path, fixes=("amounts_are_in_one_currency",)) == []
