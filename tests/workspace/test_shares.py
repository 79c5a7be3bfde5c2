"""Links to reports: what they show, to whom, and when they end."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from mmm_core.errors import RunError, StorageError
from mmm_core.runs import runs
from mmm_core.workspace import shares, storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.engines import finished

PAGE = b"<h1>What each channel brought</h1>"
RUN = "run-abcdefghijkl"


@pytest.fixture
def desk(tmp_path) -> Desk:
    workspace = Workspace(tmp_path)
    finished(workspace, RUN, owner="local")
    return Desk(workspace, "local")


def shared(desk: Desk, **given: int) -> shares.NewShare:
    return shares.create(desk, RUN, "Spring", lambda: PAGE, **given)


def ended(desk: Desk, share: shares.Share) -> None:
    """Let a link's date pass."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    folder = desk.workspace.share_dir(share.share_id)
    storage.write_json(folder / shares.FILE, share.model_copy(update={"expires_at": past}))


def test_a_link_shows_the_page_and_its_secret_is_kept_nowhere(desk, tmp_path):
    made = shared(desk)
    assert shares.open_page(desk.workspace, made.token) == PAGE
    secret = made.token.partition(".")[2]
    assert len(secret) >= 43
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.encode() not in written
    assert shares.list_shares(desk) == [made.share]
    assert shares.list_shares(desk, run_id="demo") == []
    assert (made.share.expires_at - made.share.created_at).days == 30


@pytest.mark.parametrize(
    "wrong", ["", ".", "x", "../../keys.json.", "share-none.secret", "{id}", "{id}.", "{id}.wrong", "{id}..{secret}"]
)
def test_any_other_link_shows_nothing_and_says_the_same(desk, wrong):
    share_id, _, secret = shared(desk).token.partition(".")
    with pytest.raises(StorageError, match="shows nothing: it has ended, or was withdrawn") as failure:
        shares.open_page(desk.workspace, wrong.format(id=share_id, secret=secret))
    assert failure.value.code == "no_share"


def test_a_link_ends_at_its_date_and_the_next_one_removes_it(desk):
    made = shared(desk, days=1)
    ended(desk, made.share)
    with pytest.raises(StorageError, match="shows nothing"):
        shares.open_page(desk.workspace, made.token)
    assert shares.list_shares(desk) == []
    shared(desk)
    assert not desk.workspace.share_dir(made.share.share_id).exists()


def test_a_link_ends_when_it_is_withdrawn_and_with_its_run(desk):
    first, second = shared(desk), shared(desk)
    shares.withdraw(desk, first.share.share_id)
    with pytest.raises(StorageError, match="shows nothing"):
        shares.open_page(desk.workspace, first.token)
    runs.delete(desk, RUN)
    assert shares.list_shares(desk) == []
    with pytest.raises(StorageError, match="shows nothing"):
        shares.open_page(desk.workspace, second.token)


def test_nobody_else_lists_or_withdraws_it_and_nobody_shares_another_s_run(desk):
    made, other = shared(desk), Desk(desk.workspace, "somebody")
    assert shares.list_shares(other) == []
    with pytest.raises(StorageError, match="There is no link"):
        shares.withdraw(other, made.share.share_id)
    with pytest.raises(StorageError, match="There is no run"):
        shares.create(other, RUN, "mine", lambda: PAGE)
    assert shares.open_page(desk.workspace, made.token) == PAGE


def test_a_page_that_cannot_be_made_leaves_nothing(desk):
    def fails() -> bytes:
        raise RunError("The run is not finished.", remedy="Train it.")

    with pytest.raises(RunError):
        shares.create(desk, RUN, "Spring", fails)
    assert desk.workspace.ids("shares") == []


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_link_lasts_a_day_to_a_year(desk, days):
    with pytest.raises(RunError, match="1 to 365 days"):
        shared(desk, days=days)


def test_there_is_an_end_to_links(desk, monkeypatch):
    monkeypatch.setattr(shares, "MOST_SHARES", 2)
    first = shared(desk)
    shared(desk)
    with pytest.raises(RunError, match="2 links are open already"):
        shared(desk)
    shares.withdraw(desk, first.share.share_id)
    shared(desk)


def test_a_damaged_file_shows_nothing_and_hides_no_other(desk):
    broken, whole = shared(desk), shared(desk)
    (desk.workspace.share_dir(broken.share.share_id) / shares.FILE).write_text("{")
    with pytest.raises(StorageError, match="shows nothing"):
        shares.open_page(desk.workspace, broken.token)
    assert shares.list_shares(desk) == [whole.share]
    folder = desk.workspace.share_dir(whole.share.share_id)
    forged = json.loads((folder / shares.FILE).read_text()) | {"sha256": "0" * 64}
    (folder / shares.FILE).write_text(json.dumps(forged))
    with pytest.raises(StorageError, match="shows nothing"):
        shares.open_page(desk.workspace, whole.token)
