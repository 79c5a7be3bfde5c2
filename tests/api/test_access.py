"""Whose request it is: the seam for keys and login."""

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from mmm_core.api.app import create_api
from mmm_core.workspace.storage import Workspace
from tests.doors import SAMPLE, problem, running, uploaded
from tests.engines import demo_spec


def test_each_owner_sees_only_what_is_theirs(tmp_path):
    api = create_api(Workspace(tmp_path))

    async def recognise(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["owner"] = dict(scope["headers"])[b"x-test-owner"].decode()
        await api(scope, receive, send)

    with running(Starlette(routes=[Mount("/api", app=recognise)])) as address:
        ann, bob = (
            httpx.Client(base_url=f"{address}/api", headers={"x-test-owner": name}, timeout=30)
            for name in ("ann", "bob")
        )
        with ann, bob:
            dataset_id = uploaded(ann, SAMPLE)
            run_id = ann.post("/runs/create", json=demo_spec().model_dump(mode="json")).json()["run_id"]
            assert bob.get("/datasets").json()["total"] == 2
            assert bob.get("/runs").json()["total"] == 0
            problem(bob.get(f"/datasets/{dataset_id}"), 404, "no_dataset")
            problem(bob.delete(f"/datasets/{dataset_id}"), 404, "no_dataset")
            for method, path in (
                ("GET", ""),
                ("GET", "/status"),
                ("POST", "/train"),
                ("DELETE", ""),
                ("GET", "/outputs"),
            ):
                problem(bob.request(method, f"/runs/{run_id}{path}"), 404, "no_run")
            assert ann.get(f"/runs/{run_id}/status").json()["stage"] == "VALIDATED"
            assert "owner" not in ann.get(f"/datasets/{dataset_id}").json()
