"""Outputs over HTTP, on the shipped run."""

import gc
import io
import json
import zipfile

import numpy as np
import orjson
import pandas as pd
import pytest

from mmm_core.api.outputs import rows_of
from mmm_core.exports import formats
from mmm_core.results.conditions import ABOVE_AVERAGE
from mmm_core.runs.folder import OUTPUT_FILES, PARQUET
from tests.doors import created, problem
from tests.engines import demo_spec, finished_as_set

TABLES = ("contributions", "fitted", "decomposition")
DEMO = "/runs/demo"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_same_as_json_csv_and_parquet(http, name):
    plain = http.get(f"{DEMO}/{name}")
    assert plain.headers["content-type"] == "application/json"
    as_json = pd.DataFrame(plain.json()["rows"]).astype({"period_start": "datetime64[us]"})
    as_csv = http.get(f"{DEMO}/{name}", headers={"accept": "text/csv"})
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"demo_{name}.csv" in as_csv.headers["content-disposition"]
    as_parquet = http.get(f"{DEMO}/{name}", headers={"accept": PARQUET})
    stored = pd.read_parquet(io.BytesIO(as_parquet.content))
    read = pd.read_csv(io.BytesIO(as_csv.content), parse_dates=["period_start"])
    assert len(stored) >= 156
    pd.testing.assert_frame_equal(as_json, stored, check_dtype=False)
    pd.testing.assert_frame_equal(read.astype({"period_start": "datetime64[us]"}), stored, check_dtype=False)


def test_every_file_is_listed_with_its_size_and_an_address_that_works(http, api_address):
    listed = http.get(f"{DEMO}/outputs")
    found = listed.json()
    assert set(OUTPUT_FILES) <= {file["name"] for file in found["files"]}
    for file in found["files"]:
        answer = http.get(api_address.removesuffix("/api") + file["url"])
        assert (len(answer.content), answer.headers["content-type"]) == (file["bytes"], file["media_type"])
    assert {channel["channel"] for channel in found["summary"]["channels"]} >= {"tv"}
    assert "/sample_data" not in listed.text
    assert http.get(f"{DEMO}/outputs/..%2frun_spec.json").status_code == 404
    problem(http.get(f"{DEMO}/outputs/run.log"), 404, "bad_id")


def test_summaries_are_those_on_disk(http):
    for name in ("posterior_summary", "diagnostics"):
        assert http.get(f"{DEMO}/{name}").json() == http.get(f"{DEMO}/outputs/{name}.json").json()
    row = http.get(f"{DEMO}/posterior_summary").json()["parameters"][0]
    assert {"mean", "hdi_3%", "hdi_97%"} <= set(row)


def test_everything_comes_as_one_zip(http):
    answer = http.get(f"{DEMO}/download")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {*OUTPUT_FILES, "reproduce.py"} <= set(archive.namelist())


@pytest.mark.parametrize("path", ["download", "outputs/posterior.nc"])
def test_a_client_that_goes_away_leaves_no_file_open(http, path):
    for _ in range(3):
        with http.stream("GET", f"{DEMO}/{path}") as answer:
            assert answer.status_code == 200
    assert http.get("/health").status_code == 200
    # A file that nobody closed warns when it is collected, and warnings are errors.
    gc.collect()


def test_an_unfinished_run_has_no_outputs_yet(http):
    run_id = created(http, demo_spec(random_seed=77).model_dump(mode="json"))
    for path in ("outputs", "posterior_summary", "diagnostics", "outputs/posterior.nc", "download", *TABLES):
        found = problem(http.get(f"/runs/{run_id}/{path}"), 409, "not_finished")
        assert "VALIDATED" in found["message"]


def test_numbers_stay_numbers_and_what_is_none_is_null():
    frame = pd.DataFrame(
        {
            "period_start": pd.to_datetime(["2024-01-01", "2024-01-08"]),
            "channel": ["=cmd|' /C calc'!A0", "tv"],
            "contrib_mean": [-1.5, np.nan],
        }
    )
    rows = json.loads(orjson.dumps(rows_of(frame), option=orjson.OPT_SERIALIZE_NUMPY))
    assert rows[0] == {"period_start": "2024-01-01", "channel": "=cmd|' /C calc'!A0", "contrib_mean": -1.5}
    assert rows[1]["contrib_mean"] is None
    lines = formats.csv_bytes(frame).decode("utf-8-sig").splitlines()
    assert lines[1] == "2024-01-01,'=cmd|' /C calc'!A0,-1.5"


def test_what_marginal_returns_assume_is_said_in_the_answer_that_has_them(http, workspace_with_worker):
    assert http.get(f"{DEMO}/outputs").json()["summary"]["mroi_note"] == ""
    for name, saturation, note in (("run-straight", None, ABOVE_AVERAGE), ("run-bent", 1.5, "")):
        finished_as_set(workspace_with_worker, name, saturation=saturation)
        summary = http.get(f"/runs/{name}/outputs").json()["summary"]
        assert summary["mroi_note"] == note
        assert summary["channels"][0]["mroi"]["mean"] > 0
        deleted = http.delete(f"/runs/{name}")
        assert deleted.status_code == 204, deleted.text


def test_a_zip_is_made_for_the_margin_that_is_asked_for(http):
    answer = http.get(f"{DEMO}/download", params={"margin": 0.4})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "margin on sales 40\u00a0%" in archive.read("charts/roi.html").decode()
    problem(http.get(f"{DEMO}/download", params={"margin": 40}), 422, "invalid_request")


@pytest.mark.parametrize("margin", ["0", "-1", "1.5", "1e-320", "nan", "inf"])
def test_a_margin_under_which_nothing_would_ever_pay_is_refused(http, margin):
    """One over it is the return at which spend pays: of a number near zero there is none."""
    problem(http.get(f"{DEMO}/download", params={"margin": margin}), 422, "invalid_request")
