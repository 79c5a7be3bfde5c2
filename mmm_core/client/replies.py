"""What the HTTP API answers, as its Python client (:mod:`mmm_core.client`) gives it.

The server's own models are strict; these take what they know and leave the rest alone, so that an older client can
speak with a newer server.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """What the server said; fields that a newer server adds are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    demo: bool = False
    """Whether this is the shipped demo's, because no server answered."""


class Dataset(Answer):
    """A table on the server."""

    dataset_id: str
    label: str
    created_at: datetime
    read_only: bool
    validated: bool


class Issue(Answer):
    """One thing that is wrong with a table, or was assumed."""

    code: str
    severity: str
    column: str | None
    rows: tuple[int, ...]
    message: str
    meaning: str
    remedy: str
    fix: str | None
    other_fixes: tuple[str, ...] = ()


class Suggestion(Answer):
    """A repair that answers an issue; ``fixes`` is `dataset.fixes` with it."""

    code: str
    fix: str
    sentence: str
    fixes: tuple[str, ...]


class Report(Answer):
    """What validation found."""

    ok: bool
    grain: str | None
    n_rows: int
    n_periods: int
    first_period: str | None
    last_period: str | None
    channels: tuple[str, ...]
    controls: tuple[str, ...]
    issues: tuple[Issue, ...]
    suggestions: tuple[Suggestion, ...] = ()


class Cost(Answer):
    """What one repair would do; ``says`` has it in words, ``effect`` is what costs are ordered by (a fraction)."""

    fix: str
    severity: str
    codes: tuple[str, ...]
    other_answers: tuple[str, ...]
    rows_changed: int
    together_with: tuple[str, ...]
    not_estimated: str | None
    effect: float
    says: str


class Doubts(Answer):
    """What each repair that a report offers would do, as far as it is known; ``left`` are still to be tried."""

    state: str
    step: str
    costs: tuple[Cost, ...]
    left: tuple[str, ...]
    not_tried: tuple[str, ...]


class ChangedRow(Answer):
    """A row of the file before and after a repair; ``before`` is None for a new one, ``after`` for one that goes."""

    row: int
    change: str
    before: tuple[Any, ...] | None
    after: tuple[Any, ...] | None


class Preview(Answer):
    """What a repair would change; nothing is changed yet."""

    fix: str
    sentence: str
    columns: tuple[str, ...]
    more_columns: int
    rows: tuple[ChangedRow, ...]
    n_changed: int
    n_added: int
    n_dropped: int
    n_left_out: int


class CreatedRun(Answer):
    """A new run, or one that has the same answer already."""

    run_id: str
    reused: bool
    stage: str


class Failure(Answer):
    """Why a run ended without results."""

    code: str
    message: str
    remedy: str


class RunProgress(Answer):
    """Where a run is; ``fraction`` is the share of the present ``step`` that is done, ``place`` that in the queue."""

    run_id: str
    stage: str
    phase: str
    over: bool
    place: int | None
    step: str
    fraction: float
    partial: bool
    error: Failure | None
    progress: dict[str, Any] | None


class Run(Answer):
    """A run with its specification and where its result comes from."""

    run_id: str
    label: dict[str, Any]
    spec: dict[str, Any]
    status: RunProgress
    manifest: dict[str, Any]


class RunListEntry(Answer):
    """A run in a list."""

    run_id: str
    name: str
    source_name: str
    created_at: datetime
    status: RunProgress


class DatasetList(Answer):
    """Part of the list of datasets; ``total`` counts the whole list."""

    datasets: tuple[Dataset, ...]
    total: int


class UnreadableRun(Answer):
    """A run whose files are damaged, and why it is not in the list."""

    run_id: str
    reason: str


class RunList(Answer):
    """Part of the list of runs; ``total`` counts the whole list."""

    runs: tuple[RunListEntry, ...]
    unreadable: tuple[UnreadableRun, ...] = ()
    total: int


class OutputFile(Answer):
    """A file of a finished run: size in bytes, address on the server."""

    name: str
    bytes: int
    media_type: str
    url: str


class Outputs(Answer):
    """Files of a finished run, and totals per channel with their intervals."""

    run_id: str
    partial: bool
    files: tuple[OutputFile, ...]
    summary: dict[str, Any]


class Table(Answer):
    """A table of a finished run, a dictionary a row: ``pandas.DataFrame(table.rows)``."""

    run_id: str
    partial: bool
    rows: list[dict[str, Any]]


class Document(Answer):
    """A summary of a finished run, as its file holds it."""

    content: dict[str, Any]
