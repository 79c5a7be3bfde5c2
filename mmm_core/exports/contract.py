"""Every JSON file that lies on disk, and what it holds: the contract that other programs read."""

from __future__ import annotations

from pydantic import BaseModel

from mmm_core.compare import kept as comparisons
from mmm_core.compare.why import Why
from mmm_core.proof import kept as proofs
from mmm_core.proof.before import outlook
from mmm_core.runs import datasets, drafts, folder
from mmm_core.runs.doubts import kept
from mmm_core.scenarios import kept as scenarios
from mmm_core.workspace import keys, queueing, shares, worker_door

JSON_FILES: dict[str, type[BaseModel]] = {
    datasets.FILE: datasets.Dataset,
    folder.DRAFT: drafts.Draft,
    kept.FILE: kept.Doubts,
    proofs.FILE: proofs.Proof,
    proofs.UNITS: proofs.Units,
    outlook.FILE: outlook.Outlook,
    comparisons.FILE: Why,
    scenarios.FILE: scenarios.Scenario,
    "heartbeat.json": worker_door.Heartbeat,
    "timings.json": worker_door.Timings,
    "failure.json": worker_door.WorkerFailure,
    "job.json": queueing.Job,
    keys.FILE: keys.KeyRing,
    shares.FILE: shares.Share,
    **folder.JSON_FILES,
}
"""By file name; ``job.json`` stands for the files of the queue. ``docs/contract/`` holds the schemas."""
