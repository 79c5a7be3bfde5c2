"""What waits for a person: tables with errors or questions, runs that wait, failed, or that nobody should trust yet.

Of each table only the newest run counts: what came after it has answered the ones before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

from mmm_core.errors import MMMError, StorageError
from mmm_core.labels import counted
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.runs import runs, tables
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.folder import CHECKS, whole
from mmm_core.runs.runs import RunEntry
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk

NEWEST = 20
"""So many of the newest runs and tables are looked at: what is older waits for nobody."""

type Place = Literal["data", "train", "results"]


class OpenEnd(NamedTuple):
    """Something that waits.

    ``run`` or ``table`` is what it is; ``says`` what is open, as the end of a sentence about it; ``action`` what a
    person can do, on the page ``place``.
    """

    place: Place
    says: str
    action: str
    run: RunEntry | None = None
    table: Dataset | None = None


def open_ends(desk: Desk, own_tables: Sequence[Dataset]) -> list[OpenEnd]:
    """Everything that waits for the owner: runs first, each kind newest first; ``own_tables`` are newest first."""
    newest = runs.list_page(desk, limit=NEWEST).entries
    return [*_of_runs(desk, newest), *_of_tables(desk, own_tables[:NEWEST])]


def _of_runs(desk: Desk, entries: Iterable[RunEntry]) -> Iterator[OpenEnd]:
    answered: set[str] = set()
    not_started: set[str] = set()
    for entry in entries:
        table, phase = entry.manifest.dataset_hash, entry.state.phase
        if not entry.state.is_over:
            # It goes on, whatever came after it, and answers nothing yet.
            yield OpenEnd("train", *_of_phase(entry), run=entry)
        elif phase == "created":
            if table not in answered | not_started:
                yield OpenEnd("train", *_of_phase(entry), run=entry)
            not_started.add(table)
        elif phase != "cancelled" and table not in answered:
            answered.add(table)
            if phase != "finished":
                yield OpenEnd("train", *_of_phase(entry), run=entry)
            elif told := _of_checks(desk, entry):
                yield OpenEnd("results", told, "See the checks", run=entry)


def _of_phase(entry: RunEntry) -> tuple[str, str]:
    """What is open about a run that is not finished, and what to do."""
    state = entry.state
    if state.phase == "running":
        return "is being fitted", "Watch it"
    if state.phase == "queued":
        return "waits for its turn", "Watch it"
    if state.phase == "created":
        return "is ready and was not started", "Start it"
    if state.phase == "interrupted":
        return "was interrupted and can be started again", "Start it again"
    error = state.status.error
    return f"failed: {error.message}" if error else "failed", "See why"


def _of_checks(desk: Desk, entry: RunEntry) -> str:
    """What the checks of a finished run say against trusting it; empty: nothing."""
    try:
        found = storage.read_json(whole(desk.run_dir(entry.state.run_id), CHECKS), Diagnostics)
    except StorageError as error:
        return f"cannot be read: {error.message}"
    if found.overall == "pass":
        return ""
    looks = sum(verdict.status != "pass" for verdict in found.verdicts)
    if found.overall == "stop":
        return f"cannot be trusted yet: {counted(looks, 'check')} to look at"
    return f"can be used with care: {counted(looks, 'check')} to look at"


def _of_tables(desk: Desk, own: Iterable[Dataset]) -> Iterator[OpenEnd]:
    for table in own:
        # Its report as it was kept: to check each table anew would keep a person waiting.
        with suppress(MMMError):
            report = storage.read_json(desk.dataset_dir(table.dataset_id) / tables.REPORT, ValidationReport)
            # How many there are is said where they are asked: several of one kind are one question there.
            found = {issue.severity for issue in report.issues}
            if "error" in found:
                yield OpenEnd("data", "cannot be fitted before something is answered or mended", "Mend it", table=table)
            elif "warning" in found:
                yield OpenEnd("data", "has open questions", "Answer", table=table)
