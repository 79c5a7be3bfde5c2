"""Two finished results that are to be explained by each other, and whether they can be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mmm_core.compare.figures import Figure, figures_of
from mmm_core.compare.tables import NOUNS, TableChange, table_change
from mmm_core.errors import DataError
from mmm_core.proof.subject import Subject, read_subject
from mmm_core.runs.folder import read_manifest
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import Grain, RunSpec
from mmm_core.spec.differences import differences

NO_SETTING = ("dataset_id", "random_seed", "sampler", "interval_prob", "dataset")
"""Fields of a specification that set nothing of the model: which table, how it is read, and how long is drawn."""


@dataclass(frozen=True)
class Pair:
    """An earlier and a later result, which need not be of the same table or settings."""

    before: Subject
    now: Subject
    manifests: tuple[Manifest, ...] = ()

    @cached_property
    def table(self) -> TableChange:
        """How the later table differs from the earlier."""
        return table_change(self.before.table.frame, self.now.table.frame, self.now.table.grain)

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """Settings of the model that differ, in words."""
        return changed_settings(self.before.spec, self.now.spec)

    @cached_property
    def figures(self) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
        """What both results say, as they were kept."""
        return (
            figures_of(self.before.summary, self.before.totals, self.before.spec.sampler.chains),
            figures_of(self.now.summary, self.now.totals, self.now.spec.sampler.chains),
        )


def read_pair(before: Path, now: Path) -> Pair:
    """Two finished runs in their folders.

    Raises
    ------
    DataError
        They do not explain the same thing: another target or grain, or no period or channel in common.
    StorageError
        One is not finished, or a file is damaged.
    """
    manifests = read_manifest(before), read_manifest(now)
    pair = Pair(read_subject(before), read_subject(now), manifests)
    if reason := why_not(pair.before.spec, pair.now.spec, (pair.before.table.grain, pair.now.table.grain)):
        raise not_comparable(reason)
    if not pair.table.shared:
        raise not_comparable("their tables have no period in common")
    if not set(pair.before.channels) & set(pair.now.channels):
        raise not_comparable("they have no channel in common")
    return pair


def why_not(before: RunSpec, now: RunSpec, grains: tuple[Grain | None, Grain | None]) -> str:
    """Why figures of two results mean different things; empty: they do not."""
    if before.target_col != now.target_col:
        return f"one explains {before.target_col}, the other {now.target_col}"
    if grains[0] != grains[1]:
        told = [f"{NOUNS[grain]}s" if grain else "no known periods" for grain in grains]
        return f"one counts in {told[0]}, the other in {told[1]}"
    return ""


def not_comparable(reason: str) -> DataError:
    """The error of two results that cannot be explained by each other."""
    return DataError(
        f"The two results cannot be compared: {reason}.",
        code="not_comparable",
        remedy="Choose two results that explain the same column in the same periods' length.",
    )


def changed_settings(before: RunSpec, now: RunSpec) -> tuple[str, ...]:
    """Settings of the model that differ, in words; where the sampler began, and the table, are none."""
    same = {name: getattr(before, name) for name in NO_SETTING}
    return tuple(differences(before, now.model_copy(update=same)))
