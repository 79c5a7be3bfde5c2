"""A person's newest result, and what changed since the one before it on the same table.

Two results are two posteriors without a joint distribution: they are set side by side, and no interval of a difference
is given. They are not compared where they do not explain the same sales of the same periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from mmm_core.errors import MMMError
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.intervals import Estimate
from mmm_core.runs import index, runs
from mmm_core.runs.folder import CHANNELS, CHECKS, FITTED, is_whole, read_spec, whole
from mmm_core.runs.runs import RunEntry
from mmm_core.spec.differences import differences
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk

MOST_LOOKED_AT = 60
"""So many runs are opened to find a finished one: somebody who cancelled more is not kept waiting."""
WRITTEN = {"WEEK": "weeks", "MONTH": "months"}


class Shares(NamedTuple):
    """A channel's share of sales (fraction) in the result before and now; None: it was not in that model."""

    channel: str
    before: Estimate | None
    now: Estimate | None

    @property
    def left_its_interval(self) -> bool:
        """Whether the share is now outside the interval that it had before."""
        if self.before is None or self.now is None:
            return False
        return not self.before.low <= self.now.shown <= self.before.high


class Compared(NamedTuple):
    """A result and the one before.

    ``settings`` are those that differ, in words. ``why_not`` says why shares cannot be set side by side, and ``shares``
    are then empty; else it is empty.
    """

    before: RunEntry
    settings: list[str]
    why_not: str
    shares: list[Shares]


def newest_result(desk: Desk) -> RunEntry | None:
    """The newest finished run of the owner whose result can be read; None: there is none."""
    return next(_finished(desk, index.page(desk.workspace, "run", desk.owner, limit=MOST_LOOKED_AT).ids), None)


def since_the_one_before(desk: Desk, now: RunEntry) -> Compared | None:
    """What changed since the result before on the same table; None: there is none.

    Raises
    ------
    StorageError
        The result was deleted meanwhile, or is damaged.
    """
    table = now.manifest.dataset_hash
    same = index.of_table(desk.workspace, "run", desk.owner, table, limit=MOST_LOOKED_AT)
    place = same.index(now.state.run_id) if now.state.run_id in same else len(same)
    before = next(_finished(desk, same[place + 1 :]), None)
    if before is None:
        return None
    folders = [desk.run_dir(entry.state.run_id) for entry in (before, now)]
    told = differences(*map(read_spec, folders))
    why_not = _why_not(desk, before, now)
    return Compared(
        before, told, why_not, [] if why_not else _shares(*(_summary(desk, each) for each in (before, now)))
    )


def _finished(desk: Desk, run_ids: Iterable[str]) -> Iterator[RunEntry]:
    """Those that are finished and can be read, in their order."""
    for run_id in run_ids:
        with suppress(MMMError):  # damaged, or deleted this moment
            entry = runs.get_entry(desk, run_id)
            folder = desk.run_dir(run_id)
            if entry.state.phase == "finished" and is_whole(folder) and _is_read(folder):
                yield entry


def _is_read(folder: Path) -> bool:
    """Whether what is shown of a result can be read, also where no hash was taken of it; raises where it cannot."""
    return all(
        (
            storage.read_json(folder / CHANNELS, ContributionSummary),
            storage.read_json(folder / CHECKS, Diagnostics),
            read_spec(folder),
        )
    )


def _summary(desk: Desk, entry: RunEntry) -> ContributionSummary:
    return storage.read_json(whole(desk.run_dir(entry.state.run_id), CHANNELS), ContributionSummary)


def _why_not(desk: Desk, before: RunEntry, now: RunEntry) -> str:
    """Why the shares of two results mean different things; empty: they do not."""
    earlier, later = (read_spec(desk.run_dir(entry.state.run_id)) for entry in (before, now))
    if earlier.target_col != later.target_col:
        return f"it explains {later.target_col}, the one before {earlier.target_col}"
    grains = [WRITTEN.get(str(entry.manifest.grain), "") for entry in (now, before)]
    if grains[0] != grains[1]:
        return f"it counts in {grains[0]}, the one before in {grains[1]}"
    one, other = (storage.read_parquet(whole(desk.run_dir(e.state.run_id), FITTED)) for e in (before, now))
    if not _same(one, other, ["entity_id", "period_start"]):
        return "it explains other periods than the one before"
    if not _same(one, other, ["y"]):
        return "the table's sales were read otherwise before"
    return ""


def _same(one: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> bool:
    return one[columns].reset_index(drop=True).equals(other[columns].reset_index(drop=True))


def _shares(before: ContributionSummary, now: ContributionSummary) -> list[Shares]:
    """Channels by what they bring now, the largest first; those that were left out last."""
    earlier, later = ({each.channel: each.share for each in summary.largest_first} for summary in (before, now))
    ordered = [*later, *(name for name in earlier if name not in later)]
    return [Shares(name, earlier.get(name), later.get(name)) for name in ordered]
