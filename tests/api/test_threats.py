"""The real API under threat, as a process of its own: nothing lost, nothing leaked, memory bounded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pandas as pd
import pytest

from benchmarks import threats
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.api.test_bodies import MB, gigabyte, send_raw
from tests.doors import created, problem, running_api, until_over, uploaded
from tests.engines import SAMPLES
from tests.guarded import Guarded, serving
from tests.malformed import good_rows, table

pytestmark = pytest.mark.slow
TRAVERSALS = ["..", "../..", "../keys.json", "..\\keys.json", "....//", "%2e%2e", "demo/../../keys.json", "/etc/passwd",
              "\0", "run-aaaaaaaaaaaa/../demo", "~", "C:\\windows", "‥", "demo;x", "demo%00"]  # fmt: skip
ROUTES = [
    ("GET", "/datasets/{}"), ("DELETE", "/datasets/{}"), ("POST", "/datasets/{}/validate"), ("GET", "/runs/{}"),
    ("DELETE", "/runs/{}"), ("POST", "/runs/{}/train"), ("POST", "/runs/{}/build_features"), ("GET", "/runs/{}/status"),
    ("POST", "/runs/{}/cancel"), ("GET", "/runs/{}/outputs"), ("GET", "/runs/demo/outputs/{}"),
    ("GET", "/runs/{}/download"), ("GET", "/runs/{}/contributions"), ("GET", "/assets/{}"),
]  # fmt: skip


class Threatened:
    """The server, and one client for each of two people and one for a stranger."""

    def __init__(self, server: Guarded, workspace: Workspace) -> None:
        self.server, self.workspace = server, workspace
        self.ann, self.bob, self.stranger = (self.client(name) for name in ("ann", "bob", None))

    def client(self, name: str | None) -> httpx.Client:
        headers = {"authorization": f"Bearer {keys.create(self.workspace, name, owner=name).secret}"} if name else {}
        return httpx.Client(base_url=f"{self.server.address}/api", headers=headers, timeout=60)


@pytest.fixture(scope="module")
def threatened(tmp_path_factory) -> Iterator[Threatened]:
    root = tmp_path_factory.mktemp("threatened")
    workspace = Workspace(root / "workspace")
    with serving(workspace, root) as server:
        found = Threatened(server, workspace)
        yield found
        for client in (found.ann, found.bob, found.stranger):
            client.close()


def test_no_id_leads_out_of_the_workspace(threatened):
    secret = (threatened.workspace.root / keys.FILE).read_text()
    before = sorted(threatened.workspace.root.rglob("*.json"))
    for method, route in ROUTES:
        for bad in TRAVERSALS:
            for spelled in (quote(bad, safe=""), quote(quote(bad, safe=""), safe="")):
                if spelled == "..":
                    continue  # taken out of the address by the client
                answer = threatened.ann.request(method, route.format(spelled))
                assert answer.status_code in (307, 404, 405, 422), (method, route, bad, answer.status_code)
                assert secret[:50] not in answer.text
                assert "root:" not in answer.text
    assert [path for path in before if not path.exists()] == []


def test_a_stranger_and_a_wrong_key_see_nothing(threatened):
    dataset_id = uploaded(threatened.ann)
    for headers in ({}, {"authorization": "Bearer mmm_wrong"}):
        for method, route in [*ROUTES, ("POST", "/datasets/upload"), ("GET", "/datasets"), ("GET", "/docs")]:
            answer = threatened.stranger.request(method, route.format(dataset_id), headers=headers)
            problem(answer, 401, "unknown_key" if headers else "key_needed")
    assert threatened.stranger.get("/health").status_code == 200
    assert threatened.ann.get(f"/datasets/{dataset_id}").status_code == 200


def test_one_owner_s_ids_are_nothing_to_another(threatened):
    dataset_id = uploaded(threatened.ann)
    run_id = created(threatened.ann, {"dataset_id": dataset_id, "drivers": ["act_tv", "act_digital", "act_social"]})
    for method, route in ROUTES[:-1]:
        identifier = dataset_id if "dataset" in route else run_id
        answer = threatened.bob.request(method, route.format(identifier))
        assert answer.status_code == 404, (method, route, answer.text)
    assert dataset_id not in threatened.bob.get("/datasets").text
    assert run_id not in threatened.bob.get("/runs").text
    assert threatened.ann.get(f"/runs/{run_id}/status").status_code == 200
    assert threatened.ann.delete(f"/runs/{run_id}").status_code == 204
    assert threatened.ann.delete(f"/datasets/{dataset_id}").status_code == 204


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
def test_an_upload_of_a_gigabyte_leaves_nothing(threatened, chunked):
    before, kept = threatened.server.peak_mb(), threatened.workspace.ids("datasets")
    key = threatened.ann.headers["authorization"]
    size = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {1024 * MB}"
    kind = "Content-Type: multipart/form-data; boundary=x"
    head = f"POST /api/datasets/upload HTTP/1.1\r\nAuthorization: {key}\r\n{size}\r\n{kind}"
    opening = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield f"{len(opening):x}\r\n".encode() + opening + b"\r\n" if chunked else opening
        yield from gigabyte(chunked)

    answer, _ = send_raw(threatened.server, head, pieces())
    assert b" 413 " in answer.split(b"\r\n", 1)[0]
    assert b'"too_large"' in answer
    assert threatened.workspace.ids("datasets") == kept
    assert threatened.server.peak_mb() - before < 150


@pytest.mark.parametrize(
    "name", ["far_cell.xlsx", "zip_bomb_by_ratio.xlsx", "rows.parquet", "repeated_text.parquet", "long_cell.csv"]
)
def test_a_file_made_to_hurt_is_refused_and_the_server_goes_on(threatened, name):
    content = threats.THREATS[name][0]()
    kept = threatened.workspace.ids("datasets")
    answer = threatened.ann.post("/datasets/upload", files={"file": (name, content)})
    assert answer.status_code in (413, 422), answer.text
    assert answer.json()["code"] == threats.THREATS[name][1]
    assert threatened.ann.get("/health").status_code == 200
    assert threatened.workspace.ids("datasets") == kept
    assert threatened.server.peak_mb() < threats.MOST_SERVER_MB


def test_a_file_s_name_is_a_label_and_its_formulas_stay_text(threatened):
    rows = good_rows()
    header = "entity_id,period_start,sales,act_tv,=1+1,ctrl_price,spend_tv,@cmd"
    dataset_id = uploaded(threatened.ann, table(rows, header), name="../../=cmd|' C calc'!A0.csv")
    assert threatened.ann.get(f"/datasets/{dataset_id}").json()["label"] == "=cmd|' C calc'!A0.csv"
    assert not list(threatened.workspace.root.parent.glob("*cmd*"))


def test_a_channel_named_like_a_formula_is_text_in_what_a_spreadsheet_opens(workspace_with_worker):
    header = "entity_id,period_start,sales,act_=1+1,act_@radio,ctrl_price,spend_=1+1,spend_@radio"
    with running_api(workspace_with_worker) as address, httpx.Client(base_url=address, timeout=60) as http:
        dataset_id = uploaded(http, table(good_rows(), header))
        run_id = created(http, {"dataset_id": dataset_id, "drivers": ["act_=1+1", "act_@radio"]})
        assert http.post(f"/runs/{run_id}/train").status_code == 202
        assert until_over(http, run_id)["phase"] == "finished"
        csv = http.get(f"/runs/{run_id}/contributions", headers={"accept": "text/csv"})
        assert set(pd.read_csv(io.BytesIO(csv.content))["channel"]) == {"'=1+1", "'@radio"}
        plain = http.get(f"/runs/{run_id}/contributions").json()["rows"]
        assert {row["channel"] for row in plain} == {"=1+1", "@radio"}


def test_what_the_server_logs_names_no_key_and_no_content(threatened):
    uploaded(threatened.ann, (SAMPLES / "mmm_sample.csv").read_bytes())
    said = threatened.server.log.read_text()
    assert "dataset created" in said
    assert "who=ann" in said
    assert "Traceback" not in said
    assert threatened.ann.headers["authorization"].removeprefix("Bearer ") not in said
