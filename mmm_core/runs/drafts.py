"""Live estimates: a draft is a run folder of its own for every setting that somebody tried; it is a fit like a run.

Each release of a slider makes a draft; the one before, if it still waits or is at work, is superseded. Drafts that
follow each other belong to one *lineage*, which is one person's work on one dataset in one window. The different
settings that a person tried on a dataset are counted across lineages. A draft has all files of a run, so it can become
one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from mmm_core import shipped
from mmm_core.errors import MMMError, StorageError
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.shapes import Shape, shapes_of
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.intervals import Estimate
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs import fits, index
from mmm_core.runs.folder import CHANNELS, CHECKS, DRAFT, PARAMETERS, REWEIGHTED, read_manifest, read_spec
from mmm_core.runs.look import read_reweighted, shapes_drawn
from mmm_core.runs.manifest import Manifest
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec, SamplerSettings
from mmm_core.workspace import folders, queueing, run_state, storage, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.run_state import RunState
from mmm_core.workspace.storage import Workspace

KEPT_PER_LINEAGE = 20
"""Drafts of a lineage that are kept: the newest."""
KEY_DIGITS = 12
MOST_KEYS = 200
"""So many earlier settings are remembered: going back to one of them does not count as one more that was tried."""
NEWS_POLL_SECONDS = 0.02
MOST_LOOKED_AT = 100
"""So many of the newest drafts are looked at for those on a table."""
SMALLEST_CHANGE = 0.002
"""Smallest change of a share (fraction of sales) that is worth words."""


class Draft(Strict):
    """The file ``draft.json``."""

    format_version: int = 1
    draft_id: str
    lineage: str
    number: int = Field(ge=1, description="Place in the lineage: 1 is the first.")
    tried: int = Field(
        1,
        ge=1,
        description="How many different settings the owner tried on this dataset, with this one; of a shipped table, "
        "on which everybody begins anew, in this lineage.",
    )
    seen: tuple[str, ...] = Field((), description="Keys of the settings tried last, with this one.")
    previous: str | None = Field(None, description="The draft before this one.")
    aside: bool = Field(
        False, description="Made to see how far an answer hangs on a setting: it counts as tried by nobody."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A draft that was asked for, whether its result was there already, and its features where they were built anew."""

    draft: Draft
    reused: bool
    built: FeatureMatrix | None


def create(desk: Desk, spec: RunSpec, *, previous: str | None = None, aside: bool = False) -> Asked:
    """Make a draft with these settings, queue it, and supersede the one before.

    A finished draft of the same lineage or a finished run with the same result is not computed again. ``aside``: it is
    not counted among the settings that a person tried.

    Raises
    ------
    DataError, SpecError
        The settings do not fit the dataset; nothing is made and the draft before goes on.
    """
    before = _previous(desk, previous)
    last = before or newest_of(desk, spec.dataset_id)
    key = storage.content_hash(spec.model_dump_json(by_alias=True).encode())[-KEY_DIGITS:]
    seen = last.seen if last else ()
    draft = Draft(
        draft_id=storage.new_id("draft"),
        lineage=before.lineage if before else storage.new_id("lineage"),
        number=before.number + 1 if before else 1,
        tried=(last.tried if last else 0) + (key not in seen),
        seen=(*(other for other in seen if other != key), key)[-MOST_KEYS:],
        previous=before.draft_id if before else None,
        aside=aside,
    )
    folder = desk.workspace.draft_dir(draft.draft_id)
    with folders.filled_beside(folder) as filled:
        manifest = fits.fill(filled, desk, spec, drafts_before=draft.tried - 1)
        same = fits.find_same(desk.workspace, manifest)
        reused = same is not None and fits.take_over_finished(filled, same)
        built = None if reused else fits.build(filled)
        storage.write_json(filled / DRAFT, draft)
        folders.swap_in(filled, folder)
    if before is not None:
        supersede(desk.workspace, before.draft_id)
    if reused:
        worker_door.ensure_worker(desk.workspace)
    else:
        fits.enqueue(desk.workspace, folder, kind="draft", lineage=draft.lineage)
    return Asked(draft, reused, built)


def supersede(workspace: Workspace, draft_id: str) -> None:
    """End a draft that nobody waits for any more."""
    folder = workspace.draft_dir(draft_id)
    try:
        if not run_state.state_of(workspace, folder, "draft").is_over:
            fits.request_end(workspace, folder, kind="draft")
    except StorageError:
        return  # pruned meanwhile


def state(desk: Desk, draft_id: str) -> RunState:
    """Where a draft is; see :class:`mmm_core.workspace.run_state.RunState`."""
    return run_state.state_of(desk.workspace, desk.draft_dir(draft_id), "draft")


def wait(desk: Desk, draft_id: str, *, timeout: float) -> RunState:
    """Wait until a draft is over; see :func:`mmm_core.runs.runs.wait`."""
    return run_state.until_over(lambda: run_state.keep_going(desk.workspace, state(desk, draft_id)), timeout=timeout)


def get(desk: Desk, draft_id: str) -> tuple[Draft, RunSpec]:
    """A draft and its settings."""
    folder = desk.draft_dir(draft_id)
    return storage.read_json(folder / DRAFT, Draft), read_spec(folder)


def get_manifest(desk: Desk, draft_id: str) -> Manifest:
    """Where the estimate of a draft comes from."""
    return read_manifest(desk.draft_dir(draft_id))


def get_features(desk: Desk, draft_id: str) -> FeatureMatrix:
    """What the settings of a draft make of its table, as it was built for the estimate."""
    return fits.read_features(desk.draft_dir(draft_id))


def newest(desk: Desk, lineage: str) -> Draft | None:
    """The last draft of a lineage; None: the owner has none of it, or none is left."""
    for draft_id in index.lineage_of(desk.workspace, lineage):
        with suppress(StorageError):  # somebody else's, or pruned this moment
            return get(desk, draft_id)[0]
    return None


def newest_of(desk: Desk, dataset_id: str) -> Draft | None:
    """The last draft on a table of one's own, whatever its lineage; None: there is none among the newest, or none left.

    On shipped tables everybody begins anew.
    """
    if dataset_id in shipped.TABLES:
        return None
    for draft_id in index.page(desk.workspace, "draft", desk.owner, limit=MOST_LOOKED_AT).ids:
        with suppress(MMMError):  # pruned this moment, or damaged
            draft, spec = get(desk, draft_id)
            if spec.dataset_id == dataset_id and not draft.aside:
                return draft
    return None


def folder_before(workspace: Workspace, folder: Path) -> Path | None:
    """Folder of the draft before the one in ``folder``; None: there is none, or it is gone."""
    with suppress(StorageError):
        previous = storage.read_json(folder / DRAFT, Draft).previous
        if previous is not None and (before := workspace.draft_dir(previous)).is_dir():
            return before
    return None


class LiveEstimate(NamedTuple):
    """What a live estimate shows.

    ``parameters`` are there once something was fitted: before, the answer is made of the draws of the estimate before,
    and ``pareto_k`` says how well they serve. ``diagnostics`` are there once all draws are.
    """

    summary: ContributionSummary
    parameters: PosteriorSummary | None
    diagnostics: Diagnostics | None
    pareto_k: float | None = None

    @property
    def stage(self) -> Literal["reweighted", "first", "whole"]:
        """How it was made: from the draws before, from few draws, or from all with their checks."""
        if self.parameters is None:
            return "reweighted"
        return "whole" if self.diagnostics is not None else "first"


class Change(NamedTuple):
    """A channel's share under two settings: two posteriors, which have no joint distribution."""

    channel: str
    before: Estimate
    now: Estimate


def changes(before: ContributionSummary, now: ContributionSummary) -> list[Change]:
    """Channels whose share of sales moved, by what they bring now, the largest first."""
    earlier = {channel.channel: channel.share for channel in before.channels}
    return [
        Change(channel.channel, earlier[channel.channel], channel.share)
        for channel in now.largest_first
        if channel.channel in earlier and abs(channel.share.shown - earlier[channel.channel].shown) > SMALLEST_CHANGE
    ]


type News = tuple[int, ...]
"""When each part of an estimate was written (nanoseconds; 0: not yet), the first answer first."""
NO_NEWS: News = (0, 0, 0)


def news(desk: Desk, draft_id: str) -> News:
    """What is known of an estimate, without reading it: it changes whenever more is known."""
    return _news(desk.draft_dir(draft_id))


def wait_for_news(desk: Desk, draft_id: str, *, after: News, timeout: float) -> None:
    """Wait until more is known of an estimate than at ``after``, or so many seconds are over."""
    folder, end = desk.draft_dir(draft_id), time.monotonic() + timeout
    while _news(folder) == after and time.monotonic() < end:
        time.sleep(NEWS_POLL_SECONDS)


def _news(folder: Path) -> News:
    return tuple(_written(folder / name) for name in (REWEIGHTED, CHANNELS, CHECKS))


def _written(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def get_live_estimate(desk: Desk, draft_id: str) -> LiveEstimate | None:
    """The estimate of a draft, as soon as anything is known of it; None: nothing is yet."""
    folder = desk.draft_dir(draft_id)
    if not (folder / CHANNELS).exists():
        found = read_reweighted(folder)
        return None if found is None else LiveEstimate(found.summary, None, None, found.pareto_k)
    checks = folder / CHECKS
    return LiveEstimate(
        storage.read_json(folder / CHANNELS, ContributionSummary),
        storage.read_json(folder / PARAMETERS, PosteriorSummary),
        storage.read_json(checks, Diagnostics) if checks.exists() else None,
    )


def get_shapes(desk: Desk, draft_id: str, features: FeatureMatrix, channel: str) -> list[Shape]:
    """What was believed of a channel's carry-over and curve, and what the draft's draws say; empty: all is fixed."""
    scaler = features.scaler.estimated
    if scaler is None:
        return []
    return shapes_of(scaler, channel, shapes_drawn(desk.draft_dir(draft_id), channel, list(scaler.channels)))


def expected_seconds(desk: Desk, draft_id: str, sampler: SamplerSettings) -> float | None:
    """How long a fit with these sampler settings will take (seconds), going by how long the draft took.

    Steps of a chain take what they took, chains beyond the cores wait, outputs grow with the draws kept. None: the
    draft is not finished, so that nothing is known.
    """
    folder = desk.draft_dir(draft_id)
    return seconds_with(sampler, read_spec(folder).sampler, read_manifest(folder))


def seconds_with(sampler: SamplerSettings, before: SamplerSettings, made: Manifest) -> float | None:
    """How long a fit will take (seconds) that took what its manifest says under other settings; None: not known."""
    if not {"sampling", "outputs"} <= set(made.seconds):
        return None
    sampling = (
        made.seconds["sampling"] * steps_in_turn(sampler, made.host_cores) / steps_in_turn(before, made.host_cores)
    )
    kept = sampler.chains * sampler.draws / (before.chains * before.draws)
    return sampling + made.seconds["outputs"] * kept


def steps_in_turn(sampler: SamplerSettings, cores: int) -> int:
    """Steps that follow each other, with as many chains at a time as there are cores."""
    return math.ceil(sampler.chains / cores) * (sampler.draws + sampler.tune)


def prune(workspace: Workspace, *, older_than: timedelta) -> None:
    """Remove all but the newest drafts of each lineage, and those that nobody has touched for long."""
    lineages: dict[str, list[Draft]] = {}
    for draft in _all(workspace):
        lineages.setdefault(draft.lineage, []).append(draft)
    busy = {job.id for job in [*queueing.waiting(workspace), *queueing.claimed(workspace)]}
    for drafts in lineages.values():
        newest_first = sorted(drafts, key=lambda draft: draft.number, reverse=True)
        for rank, draft in enumerate(newest_first):
            folder = workspace.draft_dir(draft.draft_id)
            with suppress(FileNotFoundError):  # its dataset was deleted this moment
                age = time.time() - folder.stat().st_mtime
                if draft.draft_id not in busy and (rank >= KEPT_PER_LINEAGE or age > older_than.total_seconds()):
                    folders.remove(folder)


def _all(workspace: Workspace) -> Iterator[Draft]:
    """Every draft of the workspace that can be read."""
    for draft_id in workspace.ids("drafts"):
        with suppress(StorageError):
            yield storage.read_json(workspace.draft_dir(draft_id) / DRAFT, Draft)


def _previous(desk: Desk, draft_id: str | None) -> Draft | None:
    if draft_id is None:
        return None
    try:
        return get(desk, draft_id)[0]
    except StorageError:
        return None
