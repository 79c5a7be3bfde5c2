"""Commands of whoever runs a server: keys to the API, and what is deleted for age.

``python -m mmm_core keys create NAME [--owner OWNER] | list | revoke ID`` and
``python -m mmm_core purge --older-than DAYS [--owner OWNER] [--dry-run]``.
"""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from mmm_core.settings import artifacts_dir
from mmm_core.workspace import keys
from mmm_core.workspace.desk import LOCAL_OWNER
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the commands to a parser; ``as_json`` is the parent that knows ``--json``."""
    key_commands = commands.add_parser("keys", help="make, list and revoke keys to the HTTP API").add_subparsers(
        required=True, metavar="ACTION"
    )
    create = key_commands.add_parser("create", parents=[as_json], help="make a key and print it, once")
    create.add_argument("name", metavar="NAME", help="what the key is for")
    create.add_argument(
        "--owner", default=LOCAL_OWNER, help="whose datasets and runs it opens (the app shows a person's own id)"
    )
    create.set_defaults(command=create_key)
    listed = key_commands.add_parser("list", parents=[as_json], help="list the keys, without the keys themselves")
    listed.set_defaults(command=list_keys)
    revoke = key_commands.add_parser("revoke", parents=[as_json], help="let a key open nothing any more")
    revoke.add_argument("id", metavar="ID")
    revoke.set_defaults(command=revoke_key)
    purge = commands.add_parser("purge", parents=[as_json], help="delete old runs, live estimates and unused datasets")
    purge.add_argument("--older-than", type=_days, required=True, metavar="DAYS")
    purge.add_argument("--owner", help="only what belongs to this owner (default: everybody's)")
    purge.add_argument("--dry-run", action="store_true", help="only say what would go")
    purge.set_defaults(command=purge_command)


def create_key(options: argparse.Namespace) -> int:
    """Make a key and print it: the only time that it can be seen."""
    made = keys.create(Workspace(artifacts_dir()), options.name, owner=options.owner)
    if options.json:
        print(json.dumps({"id": made.key.id, "owner": made.key.owner, "key": made.secret}))
    else:
        print(f"{made.secret}\nKey {made.key.id} for {made.key.owner}. It is shown this once: keep it now.")
    return 0


def list_keys(options: argparse.Namespace) -> int:
    """List the keys of the workspace."""
    api_keys = keys.list_keys(Workspace(artifacts_dir()))
    if options.json:
        print(json.dumps([key.model_dump(mode="json", exclude={"sha256"}) for key in api_keys]))
    elif not api_keys:
        print("There are no keys. Make one: python -m mmm_core keys create NAME")
    else:
        print("\n".join(f"{key.id}  {key.created_at:%Y-%m-%d}  {key.owner:<25}  {key.name}" for key in api_keys))
    return 0


def revoke_key(options: argparse.Namespace) -> int:
    """Revoke a key."""
    gone = keys.revoke(Workspace(artifacts_dir()), options.id)
    print(json.dumps({"id": gone.id}) if options.json else f"Revoked {gone.id} ({gone.name}).")
    return 0


def purge_command(options: argparse.Namespace) -> int:
    """Delete what is older than so many days."""
    from mmm_core.runs import retention

    purged = retention.purge(
        Workspace(artifacts_dir()),
        older_than=timedelta(days=options.older_than),
        owner=options.owner,
        dry_run=options.dry_run,
    )
    kinds = {"datasets": purged.datasets, "runs": purged.runs, "drafts": purged.drafts}
    if options.json:
        print(json.dumps({"dry_run": options.dry_run, **kinds}))
        return 0
    for kind, ids in kinds.items():
        print(f"{kind}: {', '.join(ids) or 'none'}")
    print("Nothing was deleted (--dry-run)." if options.dry_run else "Deleted.")
    return 0


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days <= 36_500:
        raise argparse.ArgumentTypeError(f"expected a number of days from 0 to 36500, found '{text}'")
    return days
