"""Every JSON file that lies on disk, and what it holds: the contract that other programs read."""

from __future__ import annotations

from pydantic import BaseModel

from mmm_core.runs import datasets, drafts, execution, outputs
from mmm_core.spec import RunSpec
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import keys, queueing, status, worker_door

JSON_FILES: dict[str, type[BaseModel]] = {
    "dataset.json": datasets.Dataset,
    "validation_summary.json": ValidationReport,
    "run_spec.json": RunSpec,
    "status.json": status.Status,
    "manifest.json": execution.Manifest,
    "label.json": execution.Label,
    "draft.json": drafts.Draft,
    "heartbeat.json": worker_door.Heartbeat,
    "timings.json": worker_door.Timings,
    "failure.json": worker_door.WorkerFailure,
    "job.json": queueing.Job,
    keys.FILE: keys.KeyRing,
    **outputs.JSON_FILES,
}
"""By file name; ``job.json`` stands for the files of the queue. ``docs/contract/`` holds the schemas."""
