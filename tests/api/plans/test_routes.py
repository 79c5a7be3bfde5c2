"""Curves, plans and saved plans over HTTP: the whole life of one, and every way to be refused."""

from __future__ import annotations

import ast
import io

import pytest
import python_calamine

from tests.doors import problem


def test_curves_say_what_a_channel_brings_at_any_spend(http):
    found = http.get("/runs/demo/curves", params={"horizon": 8}).json()
    assert [each["channel"] for each in found["curves"]] == ["tv", "search", "social", "video", "radio", "print"]
    first = found["curves"][0]
    assert first["points"][0]["steady"]["mean"] == 0
    assert first["least"] <= first["today"] <= first["most"]


def test_a_plan_is_made_without_being_kept(http):
    request = {"horizon": 4, "bounds": {"tv": {"low": 0, "high": 40000}}, "own": {"tv": 9000}, "margin": 0.4}
    before = http.get("/plans").json()["total"]
    answer = http.post("/runs/demo/plan", json=request)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    plan = found["plan"]
    money = {each["channel"]: each["plan"] for each in plan["channels"]}
    assert money["tv"] <= 40000
    assert round(sum(money.values()), 2) == plan["budget"]
    assert [split["name"] for split in plan["splits"]] == ["today", "plan", "mine"]
    assert plan["budget"] in [point["budget"] for point in found["frontier"]["points"]]
    assert http.get("/plans").json()["total"] == before


def test_a_plan_is_kept_named_carried_out_taken_away_and_deleted(http):
    answer = http.post("/plans", json={"run_id": "demo", "label": {"name": "Spring"}, "request": {"horizon": 4}})
    assert answer.status_code == 201
    made = answer.json()
    plan_id = made["plan_id"]
    assert answer.headers["location"] == f"/api/plans/{plan_id}"
    assert http.get(f"/plans/{plan_id}").json() == made
    assert http.post(f"/plans/{plan_id}/label", json={"name": "Late spring"}).json()["label"]["name"] == "Late spring"
    assert http.post(f"/plans/{plan_id}/of_record").json()["of_record"]
    listed = http.get("/plans", params={"run_id": "demo"}).json()
    assert (listed["total"], listed["plans"][0]["label"]["name"]) == (1, "Late spring")
    assert listed["plans"][0]["says"]
    assert http.get("/plans", params={"run_id": "run-other"}).json()["plans"] == []
    book = http.get(f"/plans/{plan_id}/workbook")
    assert python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names[0] == "Plan"
    assert f'filename="{plan_id}.xlsx"' in book.headers["content-disposition"]
    weeks = http.get(f"/plans/{plan_id}/weeks")
    assert weeks.content.decode("utf-8-sig").splitlines()[0] == "split,channel,period_start,spend"
    script = http.get(f"/plans/{plan_id}/script")
    assert script.headers["content-type"].startswith("text/x-python")
    assert "Late spring" in ast.get_docstring(ast.parse(script.text))
    assert http.delete(f"/plans/{plan_id}").status_code == 204
    problem(http.get(f"/plans/{plan_id}"), 404, "no_plan")
    problem(http.delete(f"/plans/{plan_id}"), 404, "no_plan")


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        ({"bounds": {"tv": {"low": 9, "high": 3}}}, "limits_contradict", "at least 9.00 and at most 3.00"),
        ({"budget": 9e9}, "budget_too_large", "The budget is 9,000,000,000.00"),
        ({"locked": ["fax"]}, "unknown_channel", "no channel 'fax'"),
        ({"horizon": 2}, None, "horizon"),
        ({"aim": "chance"}, "aim_without_sales", "belong together"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(http, request_, code, words):
    answer = http.post("/runs/demo/plan", json=request_)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert code in (None, answer.json()["code"])


def test_there_is_no_plan_of_a_run_that_is_not_there(http):
    problem(http.post("/runs/run-none/plan", json={}), 404, "no_run")
    problem(http.get("/runs/run-none/curves"), 404, "no_run")
    problem(http.post("/plans", json={"run_id": "run-none"}), 404, "no_run")
