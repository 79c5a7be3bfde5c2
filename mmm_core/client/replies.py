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


class RoleQuestion(Answer):
    """What must be looked at before a column gets its role; ``name`` under `dataset.columns` would give it."""

    column: str
    role: str
    name: str | None
    question: str


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
    questions: tuple[RoleQuestion, ...] = ()


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


class ProofLine(Answer):
    """What one judged part of a proof says; ``so_far``: some of its work is still to be done."""

    part: str
    question: str
    verdict: str
    sentence: str
    remedy: str
    so_far: bool


class ProofVerdict(Answer):
    """What the parts of a proof say together; ``lines`` are the judged parts, the worst first."""

    headline: str
    verdict: str | None
    holds: int
    judged: int
    complete: bool
    not_shown: tuple[str, ...]
    lines: tuple[ProofLine, ...]
    not_answered: tuple[str, ...]


class RunProof(Answer):
    """Where a run's proof is, and what it says so far; ``proof`` has each part with what its chart is drawn from."""

    run_id: str
    state: str
    step: str
    fraction: float
    verdict: ProofVerdict | None
    proof: dict[str, Any] | None


class ChannelOutlook(Answer):
    """How near a channel will be found: what the prior expects, and half the width of an interval."""

    channel: str
    measure: str
    likely: float
    reach: float
    reach_later: float | None


class RunOutlook(Answer):
    """How much a run's table could tell under its settings; ``outlook`` has each table that was fitted."""

    run_id: str
    state: str
    step: str
    fraction: float
    sentences: tuple[str, ...]
    channels: tuple[ChannelOutlook, ...]
    outlook: dict[str, Any] | None


class RunCurves(Answer):
    """What each channel of a run brings at any spend; a curve has ``channel``, ``today``, ``most`` and ``points``."""

    run_id: str
    interval_prob: float
    curves: tuple[dict[str, Any], ...]


class RunPlan(Answer):
    """A plan of a run, and what every other budget would bring at its best."""

    run_id: str
    plan: dict[str, Any]
    frontier: dict[str, Any]


class SavedPlan(Answer):
    """A plan that was kept: what was asked, and the answer."""

    plan_id: str
    run_id: str
    label: dict[str, Any]
    of_record: bool
    created_at: datetime
    request: dict[str, Any]
    plan: dict[str, Any]


class PlanListEntry(Answer):
    """A plan in a list; ``says`` is its sentence."""

    plan_id: str
    run_id: str
    label: dict[str, Any]
    of_record: bool
    created_at: datetime
    says: str


class PlanList(Answer):
    """Part of the list of plans; ``total`` counts the whole list."""

    plans: tuple[PlanListEntry, ...]
    total: int


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


class Comparison(Answer):
    """Runs side by side: each one, each but the first against the first, and every channel in all of them."""

    sides: tuple[dict[str, Any], ...]
    against: tuple[dict[str, Any], ...]
    channels: tuple[dict[str, Any], ...]


class RunWhy(Answer):
    """Why a run differs from an earlier one, as far as it is known."""

    run_id: str
    before: str
    state: str
    step: str
    fraction: float
    why: dict[str, Any] | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each channel's move in words; empty while it is not known."""
        return tuple(move["sentence"] for move in (self.why or {}).get("moves", ()))


class RefreshedRun(Answer):
    """A run on a longer or revised table, with the settings of an earlier one."""

    run_id: str
    dataset_id: str
    reused: bool
    joined: dict[str, Any]


class News(Answer):
    """What two runs advise, and what of it is new."""

    before: dict[str, Any]
    now: dict[str, Any]
    changed: tuple[str, ...]
    paragraph: str
