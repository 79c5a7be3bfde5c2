"""Entities are compared with each other before they are summed."""

from __future__ import annotations

import pandas as pd

from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.checks import entities, periods
from mmm_core.table.checks.issues import Issue
from tests.table.cases.written import HEADER as SHORT
from tests.table.cases.written import codes, issues_of, lines, subject_of, text, weeks

BASE = {"dataset_id": "x", "drivers": ["act_tv"]}


def found(content: bytes, asked: dict[str, object] | None = None, **chosen: object) -> list[Issue]:
    question = None if asked is None else Asked.of(spec_from(BASE | asked))
    return issues_of(subject_of(content, question, **chosen), periods.check, entities.check)


def the_issue(content: bytes, code: str, **chosen: object) -> Issue:
    (issue,) = [issue for issue in found(content, **chosen) if issue.code == code]
    return issue


def test_a_row_whose_entity_is_not_known_is_said_once():
    keys = [(who, date) for date in weeks(4) for who in "ns"]
    keys[3] = ("", keys[3][1])
    assert "blank_entity" in codes(found(lines(*keys)))
    assert "unbalanced_panel" not in codes(found(lines(*keys)))


def varying(shares: dict[str, float]) -> bytes:
    """Entities of these sizes, none of which follows another."""
    rows = [
        f"{who},{date},{round(share * (10 + week) + 3 * ((week * (place + 2)) % 7), 2)},1,1,1"
        for place, (who, share) in enumerate(shares.items())
        for week, date in enumerate(weeks(20))
    ]
    return text(SHORT, *rows)


def with_entity(content: bytes, name: str, sales: list[float]) -> bytes:
    return content + text(*(f"{name},{date},{value:.2f},1,1,1" for date, value in zip(weeks(20), sales, strict=True)))


def sales_of(content: bytes) -> pd.DataFrame:
    frame = subject_of(content).table.frame
    return frame.pivot_table(index="period_start", columns="entity_id", values="sales")


def test_a_total_is_asked_about_and_left_out_or_kept():
    parts = varying({"uk": 5, "de": 3, "fr": 2})
    content = with_entity(parts, "Everything", sales_of(parts).sum(axis=1).tolist())
    (issue,) = found(content)
    assert (issue.code, issue.n_rows) == ("total_entity", 20)
    assert issue.fixes == ("leave_out_total_entities", "each_entity_has_its_own_sales")
    assert found(content, fixes=["leave_out_total_entities"]) == []
    assert set(subject_of(content, fixes=["leave_out_total_entities"]).table.frame["entity_id"]) == {"uk", "de", "fr"}
    assert found(content, fixes=["each_entity_has_its_own_sales"]) == []


def test_campaigns_with_the_sales_of_the_shop_become_one_entity():
    content = text(SHORT, *(f"{who},{date},{100 + n},{n},2,1" for who in "abc" for n, date in enumerate(weeks(20))))
    (issue,) = found(content)
    assert issue.code == "same_sales"
    frame = subject_of(content, fixes=[issue.fix]).table.frame
    assert frame["sales"].tolist() == [100 + n for n in range(20)]
    assert frame["act_tv"].tolist() == [3 * n for n in range(20)]
    assert frame["spend_tv"].tolist() == [6] * 20
    assert frame["ctrl_price"].tolist() == [1] * 20


def test_a_copy_is_asked_about():
    parts = varying({"uk": 5, "de": 3, "fr": 2})
    content = with_entity(parts, "uk2", sales_of(parts)["uk"].tolist())
    (issue,) = found(content)
    assert issue.code == "copied_entity"
    assert "'uk2' those of 'uk'" in issue.message
    assert found(content, fixes=["leave_out_repeated_entities"]) == []


def test_one_entity_under_two_names_is_one_fault():
    content = varying({"North": 5, "South": 3}).replace(b"North,2022-03", b"north ,2022-03")
    (issue,) = found(content)
    assert (issue.code, issue.fix) == ("near_equal_entities", "merge_entity_names")
    assert found(content, fixes=["merge_entity_names"]) == []
    assert set(subject_of(content, fixes=["merge_entity_names"]).table.frame["entity_id"]) == {"North", "South"}


def test_dates_that_no_entity_shares_are_no_reason_to_drop_all():
    keys = [("n", date) for date in weeks(8)] + [("s", date) for date in weeks(8, "2023-01-02")]
    issue = the_issue(lines(*keys), "unbalanced_panel")
    assert issue.fix is None


def test_entities_are_compared_once_each_has_one_row_a_period():
    rows = varying({"uk": 5, "de": 3}).splitlines()
    total = with_entity(varying({"uk": 5, "de": 3}), "all", sales_of(varying({"uk": 5, "de": 3})).sum(axis=1).tolist())
    assert [issue.code for issue in found(total)] == ["total_entity"]
    assert [issue.code for issue in found(total + rows[1] + b"\n")] == ["duplicate_period"]
