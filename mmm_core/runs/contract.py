"""Every JSON file that lies on disk, and what it holds: the contract that other programs read."""

from __future__ import annotations

from pydantic import BaseModel

from mmm_core.runs import datasets, drafts, folder
from mmm_core.runs.doubts import kept
from mmm_core.workspace import keys, queueing, worker_door

JSON_FILES: dict[str, type[BaseModel]] = {
    datasets.FILE: datasets.Dataset,
    folder.DRAFT: drafts.Draft,
    kept.FILE: kept.Doubts,
    "heartbeat.json": worker_door.Heartbeat,
    "timings.json": worker_door.Timings,
    "failure.json": worker_door.WorkerFailure,
    "job.json": queueing.Job,
    keys.FILE: keys.KeyRing,
    **folder.JSON_FILES,
}
"""By file name; ``job.json`` stands for the files of the queue. ``docs/contract/`` holds the schemas."""
