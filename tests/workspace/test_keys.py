import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mmm_core.errors import StorageError
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_a_key_is_recognised_and_never_kept(workspace):
    made = keys.create(workspace, "BI tool", owner="ann")
    assert made.secret.startswith("mmm_")
    assert made.secret not in (workspace.root / keys.FILE).read_text()
    assert keys.recognise(workspace, made.secret) == made.key
    assert made.key.owner == "ann"


def test_a_revoked_key_opens_nothing(workspace):
    made, kept = (keys.create(workspace, name) for name in ("old", "kept"))
    assert keys.revoke(workspace, made.key.id) == made.key
    assert keys.recognise(workspace, made.secret) is None
    assert keys.recognise(workspace, kept.secret) == kept.key
    with pytest.raises(StorageError, match="There is no key"):
        keys.revoke(workspace, made.key.id)


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
