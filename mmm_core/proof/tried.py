"""What was tried on a run's table before it: the settings that its owner has seen an answer for, runs and drafts.

Only what is kept can be read: of each lineage the newest drafts, of all of them those that are not too old. How many
settings there were in all, the run's manifest says.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from mmm_core.errors import MMMError
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs import index
from mmm_core.runs.drafts import Draft
from mmm_core.runs.folder import CHANNELS, DRAFT, read_manifest, read_spec
from mmm_core.spec import RunSpec
from mmm_core.spec.differences import differences
from mmm_core.workspace import queueing, storage
from mmm_core.workspace.storage import Workspace

MOST_LOOKED_AT = 200
"""So many of the newest runs, and of the newest drafts, on the table are looked at."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An answer that was seen before the run.

    Attributes
    ----------
    differs
        What was set otherwise than in the run, in words.
    """

    kind: Literal["run", "draft"]
    when: datetime
    differs: tuple[str, ...]
    summary: ContributionSummary


def tried_before(workspace: Workspace, run_id: str) -> tuple[Tried, ...]:
    """Answers of the same owner on the same file before a run, under other settings, the earliest first.

    Settings that were tried more than once count once. A draft that was made to see how far the answer hangs on a
    setting was tried by nobody, and one that was given up before it was answered shows nothing.
    """
    run = workspace.run_dir(run_id)
    manifest, spec = read_manifest(run), read_spec(run)
    found: dict[tuple[str, ...], Tried] = {}
    kinds: tuple[Literal["run", "draft"], ...] = ("run", "draft")
    for kind in kinds:
        names = index.of_table(workspace, kind, manifest.owner, manifest.dataset_hash, limit=MOST_LOOKED_AT)
        for name in names:
            with suppress(MMMError):  # pruned this moment, not answered, or damaged
                tried = _tried(queueing.folder_of(workspace, kind, name), kind, spec)
                if tried.differs and tried.when < manifest.created_at and not _is_aside(workspace, kind, name):
                    found.setdefault(tried.differs, tried)
    return tuple(sorted(found.values(), key=lambda each: each.when))


def _tried(folder: Path, kind: Literal["run", "draft"], spec: RunSpec) -> Tried:
    manifest, other = read_manifest(folder), read_spec(folder)
    # Where the sampler began, and how long it went on, are no settings of the model.
    same = {name: getattr(spec, name) for name in ("dataset_id", "random_seed", "sampler", "interval_prob")}
    differs = tuple(differences(spec, other.model_copy(update=same)))
    return Tried(kind, manifest.created_at, differs, storage.read_json(folder / CHANNELS, ContributionSummary))


def _is_aside(workspace: Workspace, kind: Literal["run", "draft"], name: str) -> bool:
    return kind == "draft" and storage.read_json(workspace.draft_dir(name) / DRAFT, Draft).aside
