"""Which answers were seen on a table before a run: on real folders."""

import json
from datetime import UTC, datetime
from pathlib import Path

from mmm_core.proof.tried import tried_before
from mmm_core.runs.drafts import Draft
from mmm_core.runs.folder import CHANNELS, DRAFT, SPEC, read_spec
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace
from tests.engines import OWNER, finished

SAME = "sha256:the same table"


def made(
    workspace: Workspace, name: str, day: int, *, kind: str = "run", aside: bool = False, owner: str = OWNER,
    table: str = SAME, **spec: object,
) -> Path:  # fmt: skip
    """A finished fit of that day, with some fields of its specification set otherwise."""
    when = datetime(2026, 1, day, tzinfo=UTC)
    folder = finished(workspace, name, kind=kind, owner=owner, dataset_hash=table, created_at=when)
    changed = json.loads((folder / SPEC).read_text()) | spec
    (folder / SPEC).write_text(json.dumps(changed))
    if kind == "draft":
        draft = Draft(draft_id=name, lineage="lineage-1", number=day, aside=aside)
        storage.write_json(folder / DRAFT, draft)
    return folder


def test_answers_of_the_same_owner_on_the_same_table_before_the_run_are_found(tmp_path):
    workspace = Workspace(tmp_path)
    run = made(workspace, "run-own", 9)
    price = list(read_spec(run).controls)[1:]
    made(workspace, "run-fewer", 2, controls=price)
    made(workspace, "draft-fixed", 1, kind="draft", model={"kind": "fixed"})
    made(workspace, "draft-fixed2", 3, kind="draft", model={"kind": "fixed"})  # the same settings again
    made(workspace, "draft-same", 4, kind="draft")  # those of the run itself
    made(workspace, "draft-longer", 5, kind="draft", random_seed=5, sampler={"draws": 300, "tune": 300})
    made(workspace, "draft-aside", 6, kind="draft", aside=True, controls=[])
    made(workspace, "run-later", 10, controls=[])
    made(workspace, "run-other", 3, table="sha256:another", controls=[])
    made(workspace, "run-theirs", 3, owner="somebody else", controls=[])
    given_up = made(workspace, "draft-given", 7, kind="draft", drivers=["act_tv"])
    (given_up / CHANNELS).unlink()
    found = tried_before(workspace, "run-own")
    assert [(each.kind, each.when.day) for each in found] == [("run", 2), ("draft", 3)]
    assert found[0].differs[0].startswith("control ")
    assert found[0].differs[0].endswith("left out")
    assert "model: fixed instead of recommended" in found[1].differs
    assert found[0].summary.channels


def test_a_run_alone_has_no_past(tmp_path):
    workspace = Workspace(tmp_path)
    made(workspace, "run-own", 9)
    assert tried_before(workspace, "run-own") == ()
