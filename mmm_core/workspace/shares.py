"""A link to a run's report for people who have no account: made, listed, opened, withdrawn.

What is shared is the report as it was when the link was made, a page that needs nothing else: whoever has the link
sees that page, and nothing more of the workspace. A link ends at its date, when it is withdrawn, and with its run. It
holds 256 random bits, shown once; what is kept is their SHA-256, as with keys.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime, Field

from mmm_core import logs
from mmm_core.errors import MMMError, RunError, StorageError
from mmm_core.schema import Strict
from mmm_core.workspace import folders, storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace

FILE, PAGE = "share.json", "report.html"
RANDOM_BYTES = 32
USUAL_DAYS, MOST_DAYS = 30, 365
MOST_SHARES = 200
"""So many links an owner may have at a time."""
BETWEEN = "."
"""Stands between the id and the secret of a link; no id of ours holds it."""


class Share(Strict):
    """A link that was made, without its secret; the file ``share.json``."""

    format_version: int = 1
    share_id: str
    owner: str
    run_id: str = Field(description="The run whose report it shows.")
    title: str = Field(description="Title of the report.")
    created_at: AwareDatetime
    expires_at: AwareDatetime = Field(description="From then on it shows nothing.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Hash of the secret.")

    def has_ended(self, now: datetime) -> bool:
        """Whether its date has passed."""
        return now >= self.expires_at


class NewShare(NamedTuple):
    """A link that was made; ``token`` is not kept anywhere and cannot be shown again."""

    share: Share
    token: str


def create(desk: Desk, run_id: str, title: str, make: Callable[[], bytes], *, days: int = USUAL_DAYS) -> NewShare:
    """Make a link to a run's report as it is now.

    Parameters
    ----------
    title
        What the report is called.
    make
        Gives the page; asked once it is known that a link may be made.
    days
        How long the link shows it, 1 to 365.

    Raises
    ------
    StorageError
        There is no such run of this owner, or nothing can be written.
    RunError
        The owner has as many links as may be; or ``days`` are too few or too many.
    MMMError
        The page cannot be made.
    """
    if not 1 <= days <= MOST_DAYS:
        raise RunError(
            f"A link may last 1 to {MOST_DAYS} days, not {days}.", code="bad_days", remedy="Choose fewer or more days."
        )
    now = datetime.now(UTC).replace(microsecond=0)
    living = _without_ended(desk, now)
    if len(living) >= MOST_SHARES:
        raise RunError(
            f"{MOST_SHARES} links are open already.", code="too_many_shares", remedy="Withdraw some that nobody needs."
        )
    desk.run_dir(run_id)
    page = make()
    share_id, secret = storage.new_id("share"), secrets.token_urlsafe(RANDOM_BYTES)
    share = Share(
        share_id=share_id,
        owner=desk.owner,
        run_id=run_id,
        title=title,
        created_at=now,
        expires_at=now + timedelta(days=days),
        sha256=_hashed(secret),
    )
    target = desk.workspace.share_dir(share_id)
    with folders.filled_beside(target) as filled:
        storage.write_bytes(filled / PAGE, page)
        storage.write_json(filled / FILE, share)
        folders.swap_in(filled, target)
    logs.record("report shared", share_id, owner=desk.owner)
    return NewShare(share, f"{share_id}{BETWEEN}{secret}")


def list_shares(desk: Desk, *, run_id: str | None = None) -> list[Share]:
    """Links of the owner that still show something, of one run or of all, the newest first."""
    now = datetime.now(UTC)
    found = [
        share for share in _all(desk) if run_id in (None, share.run_id) and _shows_something(desk.workspace, share, now)
    ]
    return sorted(found, key=lambda share: (share.created_at, share.share_id), reverse=True)


def withdraw(desk: Desk, share_id: str) -> None:
    """Let a link show nothing any more, from the next look on.

    Raises
    ------
    StorageError
        There is none of that id of this owner.
    """
    folders.remove(desk.share_dir(share_id))
    logs.record("link withdrawn", share_id, owner=desk.owner)


def open_page(workspace: Workspace, token: str) -> bytes:
    """The page that a link shows.

    Raises
    ------
    StorageError
        There is no such link, or it has ended: the same words for both.
    """
    share_id, _, secret = token.partition(BETWEEN)
    with suppress(MMMError, OSError):
        folder = workspace.share_dir(share_id)
        share = storage.read_json(folder / FILE, Share)
        is_right = hmac.compare_digest(share.sha256, _hashed(secret))
        if is_right and _shows_something(workspace, share, datetime.now(UTC)):
            page = (folder / PAGE).read_bytes()
            logs.record("shared report read", share.share_id, owner=share.owner)
            return page
    raise StorageError(
        "This link shows nothing: it has ended, or was withdrawn, or a part of it is missing.",
        code="no_share",
        remedy="Ask whoever sent it for a new one.",
    )


def _without_ended(desk: Desk, now: datetime) -> list[Share]:
    """Links of the owner that have not ended; those that have are removed."""
    living = []
    for share in _all(desk):
        if _shows_something(desk.workspace, share, now):
            living.append(share)
        else:
            with suppress(StorageError):  # somebody else removes it
                folders.remove(desk.workspace.share_dir(share.share_id))
    return living


def _all(desk: Desk) -> list[Share]:
    found = []
    for share_id in desk.workspace.ids("shares"):
        with suppress(StorageError):  # withdrawn a moment ago, or damaged: then it shows nothing
            share = storage.read_json(desk.workspace.share_dir(share_id) / FILE, Share)
            if share.owner == desk.owner:
                found.append(share)
    return found


def _shows_something(workspace: Workspace, share: Share, now: datetime) -> bool:
    """Whether a link's date has not passed, and its run is still its owner's."""
    if share.has_ended(now):
        return False
    with suppress(StorageError):
        Desk(workspace, share.owner).run_dir(share.run_id)
        return True
    return False


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
