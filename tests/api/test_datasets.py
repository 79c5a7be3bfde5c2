"""Datasets over HTTP."""

import json

import pytest

from mmm_core.table.guessing.columns import OUTCOME
from mmm_core.table.reading.limits import MAX_BYTES
from tests.conftest import PROJECT
from tests.doors import SAMPLE, problem, uploaded
from tests.engines import until
from tests.malformed import good_rows, table, with_cell, workbook
from tests.runs.doubts.tables import world_with_total


def test_an_uploaded_table_has_an_id_of_ours_and_its_name_as_a_label(http):
    answer = http.post("/datasets/upload", files={"file": ("../../etc/passwd.csv", SAMPLE)})
    assert answer.status_code == 201
    made = answer.json()
    assert made["label"] == "passwd.csv"
    assert made["dataset_id"].startswith("data-")
    assert not made["validated"]
    assert answer.headers["location"] == f"/api/datasets/{made['dataset_id']}"
    assert "owner" not in made
    assert http.get(f"/datasets/{made['dataset_id']}").json() == made


def test_validation_answers_200_with_every_issue(http):
    dataset_id = uploaded(http, with_cell(5, "act_tv", "x"))
    answer = http.post(f"/datasets/{dataset_id}/validate")
    assert answer.status_code == 200
    report = answer.json()
    assert not report["ok"]
    assert any("act_tv" in issue["message"] and issue["remedy"] for issue in report["issues"])
    assert http.get(f"/datasets/{dataset_id}").json()["validated"]


def test_a_suggestion_can_be_looked_at_and_then_asked_for(http):
    dataset_id = uploaded(http, with_cell(5, "act_tv", ""))
    (suggestion,) = http.post(f"/datasets/{dataset_id}/validate").json()["suggestions"]
    assert suggestion["sentence"] == "Blank activity becomes 0."
    found = http.get(f"/datasets/{dataset_id}/fixes/{suggestion['fix']}").json()
    assert found["columns"] == ["period_start", "act_tv"]
    assert [(row["row"], row["change"], row["after"][1]) for row in found["rows"]] == [(5, "changed", 0.0)]
    body = {"settings": {"fixes": suggestion["fixes"]}}
    assert http.post(f"/datasets/{dataset_id}/validate", json=body).json()["suggestions"] == []
    problem(http.get(f"/datasets/{dataset_id}/fixes/mend_all"), 404, "bad_id")
    problem(http.get("/datasets/data-000000000000/fixes/turn_table"), 404, "no_dataset")


@pytest.mark.slow
def test_what_each_repair_would_do_is_told_when_it_is_known(http):
    dataset_id = uploaded(http, world_with_total())
    first = http.get(f"/datasets/{dataset_id}/doubts")
    assert first.status_code == 200
    assert first.json()["state"] == "computing"

    def complete():
        told = http.get(f"/datasets/{dataset_id}/doubts").json()
        return told if told["state"] != "computing" else None

    told = until(complete, seconds=120)
    assert (told["state"], told["left"], told["not_tried"]) == ("complete", [], [])
    worst = told["costs"][0]
    assert (worst["fix"], worst["before"]["rows"], worst["after"]["rows"]) == ("leave_out_total_entities", 312, 208)
    assert {each["channel"] for each in worst["answer_after"]["channels"]} == {"c0", "c1"}
    body = {"settings": {"fixes": ["leave_out_total_entities"]}}
    assert http.post(f"/datasets/{dataset_id}/validate", json=body).json()["ok"]
    assert http.get(f"/datasets/{dataset_id}/doubts").json()["costs"] == []


def test_a_table_that_ships_or_is_another_s_has_no_doubts(http):
    assert http.get("/datasets/demo/doubts").json() == {
        "state": "complete", "step": "", "costs": [], "left": [], "not_tried": [],
    }  # fmt: skip
    problem(http.get("/datasets/data-aaaaaaaaaaaa/doubts"), 404, "no_dataset")


def test_a_table_with_other_names_is_mapped_at_upload_or_later(http):
    header = "entity_id,DATE,revenue,tv_S,act_radio,ctrl_price,spend_tv,spend_radio"
    settings = {"columns": {"period_start": "DATE", "sales": "revenue", "act_tv": "tv_S"}}
    at_upload = uploaded(http, table(good_rows(), header), settings=json.dumps(settings))
    assert http.post(f"/datasets/{at_upload}/validate").json()["ok"]
    later = uploaded(http, table(good_rows(), header))
    assert not http.post(f"/datasets/{later}/validate").json()["ok"]
    body = {"settings": settings, "units": {"target": "€"}, "label": "Mine"}
    assert http.post(f"/datasets/{later}/validate", json=body).json()["ok"]
    found = http.get(f"/datasets/{later}").json()
    assert (found["label"], found["units"]["target"], found["settings"]["columns"]) == (
        "Mine",
        "€",
        settings["columns"],
    )


def test_the_sheet_of_a_workbook_is_chosen_at_upload(http):
    rows = [["entity_id", "period_start", "sales", "act_tv"], *([["b", "2024-01-01", 5, 1]] * 3)]
    content = workbook({"One": rows, "Two": [[*rows[0][:3], "act_radio"], *rows[1:]]})
    problem(http.post("/datasets/upload", files={"file": ("w.xlsx", content)}), 422, "sheet_choice")
    assert uploaded(http, content, "w.xlsx", settings='{"reading": {"sheet": "Two"}}')


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty_file"), (b"PK\x03\x04nonsense", "not_a_table"), (b"{}", "single_column")]
)
def test_what_is_no_table_is_refused_and_not_kept(http, content, code):
    before = http.get("/datasets").json()["total"]
    answer = http.post("/datasets/upload", files={"file": ("t.csv", content)})
    found = answer.json()
    assert answer.status_code == 422
    assert found["kind"] == "data"
    assert http.get("/datasets").json()["total"] == before


def test_a_file_that_is_too_large_is_refused(http):
    answer = http.post("/datasets/upload", files={"file": ("t.csv", b"1" * (MAX_BYTES + 1))})
    assert "50 MB" in problem(answer, 413, "too_large")["message"]


def test_uploads_without_a_file_or_with_bad_settings_say_which_field(http):
    assert "body.file: missing" in problem(http.post("/datasets/upload"), 422, "invalid_request")["message"]
    answer = http.post("/datasets/upload", files={"file": ("t.csv", SAMPLE)}, data={"settings": '{"fixes": ["all"]}'})
    assert "settings.fixes" in problem(answer, 422, "invalid_request")["message"]
    answer = http.post("/datasets/upload", content=b"--x\r\n", headers={"content-type": "multipart/form-data"})
    assert answer.status_code == 400


def test_datasets_are_listed_in_pages_newest_first(http):
    made = [uploaded(http, name=f"page{number}.csv") for number in range(3)]
    first = http.get("/datasets", params={"limit": 2}).json()
    assert [each["dataset_id"] for each in first["datasets"]] == [made[2], made[1]]
    second = http.get("/datasets", params={"limit": 1, "offset": 2}).json()
    assert [each["dataset_id"] for each in second["datasets"]] == [made[0]]
    assert first["total"] == second["total"] >= 5
    last = http.get("/datasets", params={"offset": first["total"] - 2}).json()["datasets"]
    assert [each["dataset_id"] for each in last] == ["sample_001", "demo"]
    problem(http.get("/datasets", params={"limit": 201}), 422, "invalid_request")


def test_a_deleted_dataset_is_gone_and_a_shipped_one_stays(http):
    dataset_id = uploaded(http)
    assert http.delete(f"/datasets/{dataset_id}").status_code == 204
    problem(http.get(f"/datasets/{dataset_id}"), 404, "no_dataset")
    problem(http.delete(f"/datasets/{dataset_id}"), 404, "no_dataset")
    problem(http.delete("/datasets/demo"), 403, "read_only")
    problem(http.post("/datasets/demo/validate", json={"label": "x"}), 403, "read_only")
    assert http.post("/datasets/demo/validate").json()["ok"]


@pytest.mark.parametrize("bad", ["UP", "a", "..%2f..%2fx", "x" * 65, "%00abc", ".hidden"])
def test_an_id_that_is_none_of_ours_is_not_found(http, bad):
    answer = http.get(f"/datasets/{bad}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(PROJECT) not in answer.text


def test_what_the_page_would_ask_of_columns_comes_with_the_report(http):
    header = "Date,Total sales,Orders,Google Ads Cost,TV"
    rows = [[row[1], row[2], "7", row[6], row[3]] for row in good_rows()]
    dataset_id = uploaded(http, table(rows, header))
    asked = {each["column"]: each for each in http.post(f"/datasets/{dataset_id}/validate").json()["questions"]}
    assert asked["Orders"] == {"column": "Orders", "role": "leave out", "name": None, "question": OUTCOME}
    assert (asked["TV"]["role"], asked["TV"]["name"]) == ("spend of channel TV", "spend_TV")
    told = {"period_start": "Date", "sales": "Total sales", "spend_Google": "Google Ads Cost", "spend_TV": "TV"}
    body = {"settings": {"columns": told, "left_out": ["Orders"]}}
    answered = http.post(f"/datasets/{dataset_id}/validate", json=body).json()
    assert answered["questions"] == []
    assert answered["ok"], answered["issues"]
