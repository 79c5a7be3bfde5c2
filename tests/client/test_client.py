"""The Python client against a real server, and against none."""

import asyncio
import json
import logging
import threading
import time
import zipfile

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from mmm_core.client import Client
from mmm_core.client import client as client_module
from mmm_core.client.client import DemoWarning
from mmm_core.client.replies import Doubts
from mmm_core.errors import DataError, MMMError, RunError, ServiceError, SpecError, StorageError
from mmm_core.spec import DatasetSettings
from sample_data.record_answers import record
from tests.doors import running
from tests.engines import SAMPLES, long_spec, until
from tests.malformed import with_cell
from tests.runs.doubts.tables import world_with_total

NOBODY = "http://127.0.0.1:9/api"
"""An address at which nothing listens."""
OK_STATUS = {
    "run_id": "r", "stage": "OUTPUTS_READY", "phase": "finished", "over": True, "place": None, "step": "Done",
    "fraction": 1.0, "partial": False, "error": None, "progress": None, "from_a_newer_server": 1,
}  # fmt: skip


@pytest.fixture
def client(api_address):
    with Client(api_address) as found:
        yield found


def walk(client: Client, path, drivers: list[str], controls: list[str]) -> str:
    """The seed's whole way, from a file to contributions; the run's id."""
    dataset = client.upload_dataset(path)
    assert client.validate_dataset(dataset.dataset_id).ok
    assert client.get_dataset(dataset.dataset_id).validated
    # A seed of its own, so that no run of another test is the same one.
    spec = {"dataset_id": dataset.dataset_id, "drivers": drivers, "controls": controls, "random_seed": 4242}
    run = client.create_run(spec)
    assert (run.stage, run.reused) == ("VALIDATED", False)
    assert client.build_features(run.run_id).stage == "FEATURES_BUILT"
    assert client.train_model(run.run_id).phase in ("queued", "running")
    seen = list(client.poll_status(run.run_id, every=0.05, timeout=120))
    assert seen[-1].stage == "OUTPUTS_READY", seen[-1]
    assert all(0 <= progress.fraction <= 1 and progress.step for progress in seen)
    assert client.get_run(run.run_id).status.phase == "finished"
    outputs = client.get_outputs(run.run_id)
    assert {"contributions.parquet", "posterior.nc"} <= {file.name for file in outputs.files}
    channels = [driver.removeprefix("act_") for driver in drivers]
    assert [channel["channel"] for channel in outputs.summary["channels"]] == channels
    assert client.diagnostics(run.run_id).content["verdicts"]
    names = {row["name"] for row in client.posterior_summary(run.run_id).content["parameters"]}
    assert f"beta[{channels[0]}]" in names
    contributions, fitted = (pd.DataFrame(table.rows) for table in (
        client.contributions(run.run_id), client.fitted(run.run_id)))  # fmt: skip
    assert list(contributions["channel"].unique()) == channels
    assert len(contributions) == len(channels) * len(fitted)
    parts = pd.DataFrame(client.decomposition(run.run_id).rows).groupby("period_start")["mean"].sum()
    assert parts.to_numpy() == pytest.approx(fitted["y_hat_mean"].to_numpy())
    assert client.create_run(spec).reused
    return run.run_id


def test_a_run_is_taken_away_as_a_document(client, tmp_path):
    slides = client.report("demo", tmp_path / "demo.pptx", sections=["fit"], notes={"fit": "Mine"})
    assert slides.read_bytes()[:2] == b"PK"
    assert client.report("demo", tmp_path / "demo", sections=["fit"]).read_bytes().startswith(b"<!doctype html>")
    with pytest.raises(MMMError, match="no chart or section"):
        client.report("demo", tmp_path / "wrong.html", sections=["fit"], notes={"weather": "x"})
    with pytest.raises(StorageError, match="cannot be read"):
        client.report("demo", tmp_path / "wrong.html", logo=tmp_path / "nothing.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "demo.pptx"]


@pytest.mark.slow
def test_the_seed_s_way_on_a_public_table(client, shared_data):
    columns = list(pd.read_csv(shared_data / "meridian_national_media.csv", nrows=1))
    drivers = [name for name in columns if name.startswith("act_")]
    controls = [name for name in columns if name.startswith("ctrl_")]
    walk(client, shared_data / "meridian_national_media.csv", drivers, controls)


def test_a_run_is_taken_away_at_the_margin_that_is_asked_for(client, tmp_path):
    with zipfile.ZipFile(client.download_run("demo", tmp_path / "demo.zip", margin=0.4)) as archive:
        assert "margin on sales 40\u00a0%" in archive.read("charts/roi.html").decode()
    with pytest.raises(MMMError, match="margin"):
        client.download_run("demo", tmp_path / "wrong.zip", margin=40)


@pytest.mark.slow
def test_the_seed_s_way_on_the_shipped_table_and_away_again(client, tmp_path):
    seed = json.loads((SAMPLES / "run_spec.json").read_text())
    run_id = walk(client, SAMPLES / "mmm_sample.csv", seed["drivers"], seed["controls"])
    assert client.download_run(run_id, tmp_path / "run.zip").read_bytes()[:2] == b"PK"
    assert [path.name for path in tmp_path.iterdir()] == ["run.zip"]
    with pytest.raises(StorageError, match="cannot be written"):
        client.download_run(run_id, tmp_path / "nowhere" / "run.zip")
    assert run_id in {each.run_id for each in client.list_runs().runs}
    client.delete_run(run_id)
    with pytest.raises(StorageError, match="There is no run"):
        client.get_status(run_id)
    dataset_id = client.list_datasets(limit=1).datasets[0].dataset_id
    client.delete_dataset(dataset_id)
    with pytest.raises(StorageError, match="There is no dataset"):
        client.get_dataset(dataset_id)


@pytest.mark.slow
def test_a_plan_is_made_kept_listed_and_deleted(client):
    curves = client.get_curves("demo", horizon=4).curves
    assert {"tv", "print"} <= {curve["channel"] for curve in curves}
    made = client.make_plan("demo", horizon=4, own={"tv": 9000})
    assert [split["name"] for split in made.plan["splits"]] == ["today", "plan", "mine"]
    saved = client.save_plan("demo", name="Spring", horizon=4)
    assert client.get_plan(saved.plan_id).label["name"] == "Spring"
    assert saved.plan_id in [each.plan_id for each in client.list_plans(run_id="demo").plans]
    client.delete_plan(saved.plan_id)
    with pytest.raises(StorageError, match="There is no plan"):
        client.get_plan(saved.plan_id)
    with pytest.raises(SpecError, match=r"at least 9\.00 and at most 3\.00"):
        client.make_plan("demo", bounds={"tv": {"low": 9, "high": 3}})


def test_a_proof_is_begun_and_stopped(client):
    seed = json.loads((SAMPLES / "run_spec.json").read_text())
    run_id = client.create_run(seed | {"random_seed": 172}, fresh=True).run_id
    with pytest.raises(RunError, match="only a finished run can be proved"):
        client.start_proof(run_id)
    client.train_model(run_id)
    assert list(client.poll_status(run_id, every=0.05, timeout=120))[-1].stage == "OUTPUTS_READY"
    assert client.start_proof(run_id).state in ("queued", "running", "complete")
    known = until(lambda: (found := client.get_proof(run_id)).verdict and found, seconds=120)
    assert known.verdict.headline.startswith("Evidence: ")
    assert {part["name"] for part in known.proof["parts"]} >= {"foresight", "looks", "receipt"}
    client.stop_proof(run_id)
    assert until(lambda: client.get_proof(run_id).state in ("stopped", "complete"), seconds=120)
    client.delete_run(run_id)
    with pytest.raises(StorageError, match="There is no run"):
        client.get_proof(run_id)


@pytest.mark.slow
def test_a_cancelled_run_says_so(client):
    run_id = client.create_run(long_spec(55), fresh=True).run_id
    client.train_model(run_id)
    with pytest.raises(RunError, match="not over after 0 s"):
        list(client.poll_status(run_id, every=0.01, timeout=0))
    client.cancel_run(run_id)
    last = list(client.poll_status(run_id, every=0.05, timeout=60))[-1]
    assert (last.stage, last.error.code) == ("CANCELLED", "cancelled")


def test_errors_come_back_in_the_branch_they_left_in(client, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(with_cell(5, "act_tv", "x"))
    dataset = client.upload_dataset(bad)
    spec = {"dataset_id": dataset.dataset_id, "drivers": ["act_tv"]}
    assert [issue.code for issue in client.validate_dataset(dataset.dataset_id).issues if issue.severity == "error"]
    with pytest.raises(DataError, match="act_tv") as caught:
        client.create_run(spec)
    assert (caught.value.code, caught.value.row) == ("not_a_number", 5)
    with pytest.raises(SpecError, match="act_nothing"):
        client.create_run({"dataset_id": "demo", "drivers": ["act_nothing"]})
    with pytest.raises(SpecError, match="surprise"):
        client.create_run(spec | {"surprise": 1})
    with pytest.raises(RunError, match="finished"):
        client.train_model("demo")
    with pytest.raises(DataError, match="cannot be read"):
        client.upload_dataset(tmp_path / "nothing.csv")
    bad.write_bytes(b"")
    with pytest.raises(DataError, match="empty"):
        client.upload_dataset(bad)


def test_the_way_a_table_is_read_can_be_said(client, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(with_cell(5, "act_tv", ""))
    fixed = DatasetSettings(fixes=("blank_activity_is_zero",))
    dataset = client.upload_dataset(path)
    assert not client.validate_dataset(dataset.dataset_id).ok
    assert client.validate_dataset(dataset.dataset_id, dataset_settings=fixed).ok
    assert client.validate_dataset(client.upload_dataset(path, dataset_settings=fixed).dataset_id).ok


def test_what_a_repair_would_change_is_seen_before_it_is_made(client, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(with_cell(5, "act_tv", ""))
    dataset_id = client.upload_dataset(path).dataset_id
    seen = client.preview_fix(dataset_id, "blank_activity_is_zero")
    ((row),) = seen.rows
    place = seen.columns.index("act_tv")
    assert (row.change, row.before[place], row.after[place], seen.n_changed) == ("changed", None, 0.0, 1)
    assert not client.validate_dataset(dataset_id).ok
    with pytest.raises(StorageError, match="There is no dataset"):
        client.preview_fix("data-aaaaaaaaaaaa", "blank_activity_is_zero")


@pytest.mark.slow
def test_what_each_repair_would_do_to_the_answer_is_told_once_it_is_known(client, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(world_with_total())
    dataset_id = client.upload_dataset(path).dataset_id

    def complete() -> Doubts | None:
        told = client.doubts(dataset_id)
        return told if told.state != "computing" else None

    told = until(complete, seconds=120)
    assert (told.state, told.left) == ("complete", ())
    assert told.costs[0].fix == "leave_out_total_entities"
    assert told.costs[0].says
    assert client.doubts("demo").costs == ()
    with pytest.raises(StorageError, match="There is no dataset"):
        client.doubts("data-aaaaaaaaaaaa")


def test_without_a_server_reads_give_the_demo_and_say_so():
    with Client(NOBODY, attempts=2) as client:
        with pytest.warns(DemoWarning, match=r"No server answers at .* shipped demo"):
            table = client.contributions("run-mine00000000")
        assert table.demo
        assert table.rows[0]["channel"] == "tv"
        with pytest.warns(DemoWarning, match="not yours"):
            assert list(client.poll_status("run-mine00000000"))[-1].demo
        for read in (client.get_outputs, client.get_run, client.fitted, client.decomposition, client.diagnostics,
                     client.posterior_summary, client.get_dataset):  # fmt: skip
            with pytest.warns(DemoWarning, match="shipped demo"):
                assert read("anything").demo
        with pytest.warns(DemoWarning, match="shipped demo"):
            assert client.list_runs().runs == ()


def test_without_a_server_writes_say_what_to_do(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with Client(NOBODY, attempts=1) as client:
        for write in (
            lambda: client.upload_dataset(path),
            lambda: client.create_run({"dataset_id": "demo", "drivers": ["act_tv"]}),
            lambda: client.train_model("demo"),
            lambda: client.delete_run("demo"),
            lambda: client.download_run("demo", tmp_path / "x.zip"),
        ):
            with pytest.raises(ServiceError, match=r"No server answers.*make run"):
                write()
    assert not (tmp_path / "x.zip").exists()
    with Client(NOBODY, attempts=1, demo_fallback=False) as client, pytest.raises(ServiceError, match="MMM_BACKEND"):
        client.contributions("demo")


def test_the_recorded_demo_is_what_the_api_says():
    assert client_module._demo_answers() == asyncio.run(record())


def busy_then_well(times: int, status: int, seen: list[Request], headers: dict[str, str] | None = None) -> Starlette:
    """A server that refuses so many times, and then answers."""

    async def answer(request: Request) -> Response:
        seen.append(request)
        if len(seen) <= times:
            return JSONResponse({}, status_code=status, headers=headers)
        return JSONResponse(OK_STATUS)

    return Starlette(routes=[Mount("/api", routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])])


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_the_pause_that_it_names(status):
    seen: list[Request] = []
    with running(busy_then_well(2, status, seen, {"retry-after": "1"})) as address, Client(f"{address}/api") as client:
        started = time.monotonic()
        assert client.get_status("r").phase == "finished"
        assert time.monotonic() - started >= 2
    assert len(seen) == 3


def test_what_may_have_been_done_is_not_done_again():
    seen: list[Request] = []
    app = busy_then_well(1, 503, seen)
    with running(app) as address, Client(f"{address}/api") as client, pytest.raises(ServiceError, match="503"):
        client.train_model("r")
    assert len(seen) == 1


def test_a_server_that_asks_for_too_long_a_pause_is_taken_to_refuse():
    seen: list[Request] = []
    app = busy_then_well(1, 429, seen, {"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"})
    with running(app) as address, Client(f"{address}/api") as client, pytest.raises(ServiceError, match="429"):
        client.get_status("r")
    assert len(seen) == 1


def test_a_server_that_comes_up_meanwhile_is_found():
    started = threading.Event()

    async def answer(_: Request) -> Response:
        return JSONResponse(OK_STATUS)

    with running(Starlette(routes=[Route("/api/runs/r/status", answer)])) as address:
        pass  # its port is free again
    port = int(address.rpartition(":")[2])

    def come_up() -> None:
        import uvicorn

        app = Starlette(routes=[Route("/api/runs/r/status", answer)])
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", ws="none"))
        threading.Thread(target=server.run, daemon=True).start()
        started.wait(30)
        server.should_exit = True

    late = threading.Timer(0.5, come_up)
    late.start()
    try:
        with Client(f"{address}/api", attempts=8) as client:
            assert not client.get_status("r").demo
    finally:
        started.set()
        late.join()


def test_the_key_and_the_address_come_from_the_settings(monkeypatch, caplog):
    seen: list[Request] = []
    with running(busy_then_well(0, 200, seen)) as address:
        monkeypatch.setenv("MMM_BACKEND_URL", f"{address}/api/")
        monkeypatch.setenv("MMM_API_KEY", "secret-key")
        with caplog.at_level(logging.DEBUG), Client() as client:
            client.get_status("r")
    assert seen[0].headers["authorization"] == "Bearer secret-key"
    assert seen[0].url.path == "/api/runs/r/status"
    assert "secret-key" not in caplog.text


def test_an_answer_that_is_no_answer_of_ours_says_where_to_look(api_address):
    with Client(api_address.removesuffix("/api")) as client, pytest.raises(ServiceError, match="ends in /api"):
        client.get_status("demo")


def test_a_large_file_is_not_held_in_memory(tmp_path):
    import tracemalloc

    async def swallow(request: Request) -> Response:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
        return JSONResponse({"kind": "data", "message": f"{size} bytes", "code": "too_large", "remedy": "."}, 413)

    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(64 * 2**20)
    with running(Starlette(routes=[Route("/api/datasets/upload", swallow, methods=["POST"])])) as address:
        tracemalloc.start()
        with Client(f"{address}/api") as client, pytest.raises(DataError, match="67109"):
            client.upload_dataset(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 16 * 2**20


@pytest.mark.slow
def test_it_is_asked_before_a_fit_how_much_a_table_could_tell(client):
    spec = json.loads((SAMPLES / "mmm_demo_spec.json").read_text())
    run_id = client.create_run(spec | {"random_seed": 173}, fresh=True).run_id
    assert client.get_outlook(run_id).state == "none"
    assert client.start_outlook(run_id).state in ("queued", "running")
    known = until(lambda: (found := client.get_outlook(run_id)).outlook and found, seconds=240)
    assert 0 < known.fraction <= 1
    client.stop_outlook(run_id)
    assert until(lambda: client.get_outlook(run_id).state in ("stopped", "complete"), seconds=120)
    client.delete_run(run_id)
    with pytest.raises(StorageError, match="There is no run"):
        client.get_outlook(run_id)
