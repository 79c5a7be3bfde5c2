"""Commands of whoever runs a server: keys to the API, and what is deleted for age."""

import json
from datetime import timedelta

import pytest

from mmm_core import __main__ as command_line
from mmm_core.runs import datasets, runs
from mmm_core.runs.manifest import Manifest
from mmm_core.workspace import keys, storage
from mmm_core.workspace.storage import Workspace
from tests.engines import demo_spec, desk
from tests.malformed import good_rows, table


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    return Workspace(tmp_path)


def answer(capsys, *arguments: str) -> object:
    """What a command says as JSON."""
    assert command_line.main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def old_run(workspace: Workspace, owner: str = "local", days: float = 100) -> str:
    """Id of a run that was made so many days ago."""
    run_id = runs.create(desk(workspace, owner), demo_spec(), fresh=True).run_id
    path = workspace.run_dir(run_id) / "manifest.json"
    found = storage.read_json(path, Manifest)
    storage.write_json(path, found.model_copy(update={"created_at": found.created_at - timedelta(days=days)}))
    return run_id


def test_a_key_is_shown_once_and_never_kept(workspace, capsys):
    assert command_line.main(["keys", "create", "BI tool", "--owner", "ann"]) == 0
    secret, told = capsys.readouterr().out.splitlines()
    assert secret.startswith("mmm_")
    assert "shown this once" in told
    assert secret not in (workspace.root / keys.FILE).read_text()
    assert command_line.main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert "BI tool" in listed
    assert "ann" in listed
    assert secret not in listed
    assert "sha256" not in json.dumps(answer(capsys, "keys", "list"))
    found = keys.recognise(workspace, secret)
    assert found is not None
    assert found.owner == "ann"


def test_a_revoked_key_is_named_and_cannot_be_revoked_twice(workspace, capsys):
    made = keys.create(workspace, "old")
    assert command_line.main(["keys", "revoke", made.key.id]) == 0
    assert capsys.readouterr().out == f"Revoked {made.key.id} (old).\n"
    assert keys.recognise(workspace, made.secret) is None
    assert command_line.main(["keys", "revoke", made.key.id]) == 1
    assert "There is no key" in capsys.readouterr().err


def test_programs_get_the_same_as_json(workspace, capsys):
    made = answer(capsys, "keys", "create", "nightly job")
    assert set(made) == {"id", "owner", "key"}
    assert made["owner"] == "local"
    assert keys.recognise(workspace, made["key"]) is not None
    (listed,) = answer(capsys, "keys", "list")
    assert (listed["id"], listed["name"], listed["owner"]) == (made["id"], "nightly job", "local")
    assert answer(capsys, "keys", "revoke", made["id"]) == {"id": made["id"]}
    assert answer(capsys, "keys", "list") == []


def test_a_list_without_keys_says_how_to_make_one_and_makes_nothing(workspace, capsys):
    assert command_line.main(["keys", "list"]) == 0
    assert "keys create NAME" in capsys.readouterr().out
    assert list(workspace.root.iterdir()) == []


@pytest.mark.parametrize("arguments", [["", "--owner", "ann"], ["x", "--owner", "../ann"], ["x" * 101]])
def test_a_name_or_owner_that_will_not_do_exits_with_one(workspace, capsys, arguments):
    assert command_line.main(["keys", "create", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Error: ")


@pytest.mark.parametrize("days", ["soon", "-1", "nan", "inf", "36501", ""])
def test_what_is_no_number_of_days_deletes_nothing(workspace, capsys, days):
    run_id = old_run(workspace)
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["purge", f"--older-than={days}"])
    assert f"expected a number of days from 0 to 36500, found '{days}'" in capsys.readouterr().err
    assert workspace.ids("runs") == [run_id]


def test_what_would_be_purged_is_what_is_purged(workspace, capsys):
    old, young = old_run(workspace), old_run(workspace, days=1)
    unused = datasets.create_dataset(desk(workspace), table(good_rows()), "t.csv").dataset_id
    told = answer(capsys, "purge", "--older-than", "30", "--dry-run")
    assert told == {"dry_run": True, "datasets": [], "runs": [old], "drafts": []}
    assert workspace.ids("runs") == sorted([old, young])
    assert answer(capsys, "purge", "--older-than", "30") == told | {"dry_run": False}
    assert workspace.ids("runs") == [young]
    assert workspace.ids("datasets") == [unused]
    assert answer(capsys, "purge", "--older-than", "30")["runs"] == []


def test_purging_for_one_owner_leaves_the_others(workspace, capsys):
    mine, theirs = old_run(workspace, "ann"), old_run(workspace, "bob")
    assert command_line.main(["purge", "--older-than", "0.5", "--owner", "ann"]) == 0
    said = capsys.readouterr().out
    assert f"runs: {mine}" in said
    assert "drafts: none" in said
    assert said.endswith("Deleted.\n")
    assert workspace.ids("runs") == [theirs]
