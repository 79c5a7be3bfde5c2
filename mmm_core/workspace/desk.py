"""Who works where: an owner in a workspace.

Every use case takes a desk. It alone finds an owner's folders, and checks whose they are: for what belongs to somebody
else it raises the same error, in the same words, as for what does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from mmm_core import shipped
from mmm_core.errors import StorageError
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace

LOCAL_OWNER = "local"
"""Everybody, where nobody logs in."""


class _Owned(BaseModel):
    """Whose a dataset, run, live estimate, plan or link is; all of their files say so under this name."""

    owner: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A workspace, and on whose behalf something is done in it."""

    workspace: Workspace
    owner: str

    def dataset_dir(self, dataset_id: str) -> Path:
        """Folder of a dataset of the owner; shipped tables have none.

        Raises
        ------
        StorageError
            There is none of that id, or it is somebody else's.
        """
        return self._own(
            self.workspace.dataset_dir(dataset_id),
            StorageError(
                f"There is no dataset '{dataset_id}'.",
                code="no_dataset",
                remedy="Choose another table: the Data page lists them.",
            ),
        )

    def run_dir(self, run_id: str) -> Path:
        """Folder of a run of the owner, or of a shipped one.

        Raises
        ------
        StorageError
            There is none of that id, or it is somebody else's.
        """
        if run_id in shipped.RUNS:
            return shipped.RUNS[run_id]
        return self._own(
            self.workspace.run_dir(run_id),
            StorageError(
                f"There is no run '{run_id}' here.", code="no_run", remedy="Choose one from the list of runs."
            ),
        )

    def draft_dir(self, draft_id: str) -> Path:
        """Folder of a live estimate of the owner.

        Raises
        ------
        StorageError
            There is none of that id, or it is somebody else's.
        """
        return self._own(
            self.workspace.draft_dir(draft_id),
            StorageError(
                f"The draft '{draft_id}' is gone.", code="no_draft", remedy="Start again from the dataset's settings."
            ),
        )

    def plan_dir(self, plan_id: str) -> Path:
        """Folder of a plan of the owner.

        Raises
        ------
        StorageError
            There is none of that id, or it is somebody else's.
        """
        return self._own(
            self.workspace.plan_dir(plan_id),
            StorageError(
                f"There is no plan '{plan_id}' here.", code="no_plan", remedy="Choose one from the list of plans."
            ),
        )

    def share_dir(self, share_id: str) -> Path:
        """Folder of a link to a report of the owner.

        Raises
        ------
        StorageError
            There is none of that id, or it is somebody else's.
        """
        return self._own(
            self.workspace.share_dir(share_id),
            StorageError(
                f"There is no link '{share_id}' here.", code="no_share", remedy="Choose one from the list of links."
            ),
        )

    def _own(self, folder: Path, otherwise: StorageError) -> Path:
        if owner_of(folder) != self.owner:
            raise otherwise
        return folder


def owner_of(folder: Path) -> str | None:
    """Whose the dataset, run, live estimate, plan or link in a folder is; None: nothing of ours can be read there."""
    for name in ("manifest.json", "dataset.json", "plan.json", "share.json"):
        try:
            return storage.read_json(folder / name, _Owned).owner
        except StorageError:
            continue
    return None
