"""A check sees the table as it was asked for: its columns, its day, and the size of the model that it is for."""

import dataclasses
import datetime as dt

import pytest

from mmm_core.model.structure import parameter_count
from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.checks import identifiability, relations, rows
from tests.malformed import HEADER, good_rows, table
from tests.table.cases.written import codes, issues_of, subject_of

BASE = {"dataset_id": "t", "drivers": ["act_radio", "tv"]}


def asked(**changes: object) -> Asked:
    return Asked.of(spec_from(BASE | changes))


def test_the_columns_are_those_that_were_asked_for():
    whole, part = subject_of(table(good_rows())), subject_of(table(good_rows()), asked())
    assert list(whole.roles.activity) == ["tv", "radio"]
    assert list(part.roles.activity) == ["radio", "tv"]
    assert (list(whole.roles.controls), list(part.roles.controls)) == (["price"], [])
    assert "ctrl_price" not in part.table.frame
    assert set(part.roles.sources) == set(part.table.sources)


def test_a_table_of_days_is_still_a_subject_and_its_repair_another():
    days = [dt.date(2022, 1, 3) + dt.timedelta(days=number) for number in range(84)]
    content = table([[*row[:1], str(day), *row[2:]] for row, day in zip(good_rows(84), days, strict=True)])
    assert subject_of(content).grain == "DAY"
    repaired = subject_of(content, fixes=["sum_days_to_weeks"])
    assert (repaired.grain, len(repaired.table.frame)) == ("WEEK", 12)


@pytest.mark.parametrize(
    ("changes", "parameters"),
    [
        ({}, 2 + 2 * 2 + 1),
        ({"controls": ["price"]}, 3 + 2 * 2 + 1),
        ({"feature_config": {"seasonality": {"K": 6}}}, 2 + 2 * 6 + 1),
        ({"feature_config": {"seasonality": {"enabled": False}, "trend": {"enabled": False}}}, 2),
    ],
)
def test_a_table_is_as_long_as_the_model_that_was_asked_for_has_parameters(changes, parameters):
    beside = parameter_count(0, 0, False)
    for weeks, refused in ((parameters + beside, True), (parameters + beside + 1, False)):
        subject = subject_of(table(good_rows(weeks)), asked(**changes))
        assert ("too_few_rows" in codes(issues_of(subject, identifiability.check))) == refused


def test_whoever_asks_says_how_large_a_model_is():
    subject = subject_of(table(good_rows(80)), count_parameters=lambda columns, pairs, trend: 100 * columns)
    (issue,) = [issue for issue in issues_of(subject, identifiability.check) if issue.code == "too_few_rows"]
    assert issue.message == "80 periods for 300 parameters."


@pytest.mark.parametrize(("today", "code"), [("2023-01-01", "future_rows"), ("2024-01-01", "trailing_blank_sales")])
def test_the_future_is_what_comes_after_the_day_of_the_check(today, code):
    lines = good_rows(80)
    lines[-1][2] = ""
    subject = subject_of(table(lines), today=dt.date.fromisoformat(today))
    assert codes(issues_of(subject, rows.check), "error") == [code]


def test_what_a_file_calls_its_columns_is_known_to_checks_of_names():
    header = HEADER.replace("sales", "orders").replace("ctrl_price", "revenue_per_order")
    subject = subject_of(table(good_rows(), header), columns={"sales": "orders"})
    assert subject.roles.target == "orders"
    assert codes(issues_of(subject, relations.check)) == ["counts_beside_money"]


def test_no_check_can_put_another_table_in_its_place():
    subject = subject_of(table(good_rows()))
    with pytest.raises(dataclasses.FrozenInstanceError, match="grain"):
        subject.grain = "MONTH"
