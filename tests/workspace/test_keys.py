import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mmm_core import __main__ as command_line
from mmm_core.errors import StorageError
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    return Workspace(tmp_path)


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
    assert command_line.main(["keys", "list", "--json"]) == 0
    assert "sha256" not in capsys.readouterr().out
    found = keys.recognise(workspace, secret)
    assert found is not None
    assert found.owner == "ann"


def test_a_revoked_key_opens_nothing(workspace, capsys):
    made = keys.create(workspace, "old")
    kept = keys.create(workspace, "kept")
    assert command_line.main(["keys", "revoke", made.key.id]) == 0
    assert keys.recognise(workspace, made.secret) is None
    assert keys.recognise(workspace, kept.secret) == kept.key
    assert command_line.main(["keys", "revoke", made.key.id]) == 1
    assert "There is no key" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "owner", "words"),
    [("", "ann", "1 to 100"), ("x" * 101, "ann", "1 to 100"), ("x", "../ann", "not an owner")],
)
def test_a_name_or_owner_that_will_not_do_makes_no_key(workspace, name, owner, words):
    with pytest.raises(StorageError, match=words):
        keys.create(workspace, name, owner=owner)
    assert keys.list_keys(workspace) == ()


def test_keys_made_at_the_same_time_are_all_kept(workspace):
    def create(number: int) -> str:
        command = [sys.executable, "-m", "mmm_core", "keys", "create", f"key {number}"]
        environment = os.environ | {"MMM_ARTIFACTS": str(workspace.root)}
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(6) as pool:
        secrets = [shown.split()[0] for shown in pool.map(create, range(6))]
    with ThreadPoolExecutor(8) as pool:
        secrets += [
            made.secret for made in pool.map(lambda number: keys.create(workspace, f"more {number}"), range(24))
        ]
    assert len({key.id for key in keys.list_keys(workspace)}) == 30
    assert all(keys.recognise(workspace, secret) for secret in secrets)
