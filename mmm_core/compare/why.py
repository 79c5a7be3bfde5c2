"""Why did a result change? Each channel's move, split into new periods, revised data, changed settings and chance.

Between the earlier result and the later one lie others: with the periods of the later table and the cells of the
earlier, and so on. Each of these *corners* is fitted; what a cause moves, on average over all orders in which they may
have come, is its part (:mod:`mmm_core.compare.shapley`). Both ends are fitted again too, from another seed: what lies
between a kept result and its own refit is *chance*. So the parts add up exactly to what the two kept results differ by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from mmm_core.compare import shapley
from mmm_core.compare.figures import Figure, MeasureName, figures_of
from mmm_core.compare.pair import Pair
from mmm_core.compare.shapley import Corner
from mmm_core.compare.tables import TableChange, between
from mmm_core.compare.told import Move, Part, told_move
from mmm_core.errors import MMMError, RunCancelledError
from mmm_core.labels import counted, display_name, listed
from mmm_core.proof.subject import Refitter
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec
from mmm_core.table.typed import CanonicalData

type Cause = Literal["periods", "revisions", "settings"]

ORDER: tuple[Cause, ...] = ("periods", "revisions", "settings")
NONE: Corner = frozenset()
"""The corner of the earlier result."""
SEEDS_APART = 7919
"""Each corner begins at a seed of its own, so that their errors are independent."""


class CornerFound(Strict):
    """What a corner says, or why it cannot be fitted."""

    causes: tuple[Cause, ...] = Field(description="Those that have acted already: none is the earlier result.")
    figures: tuple[Figure, ...] = ()
    failed: str = Field("", description="Why it could not be fitted; empty otherwise.")

    @property
    def corner(self) -> Corner:
        """The corner as a set."""
        return frozenset(self.causes)


class Why(Strict):
    """The file ``why.json``: why a result differs from an earlier one, as far as it is known."""

    format_version: int = 1
    identity: str = Field(description="Of both results and of this package's version.")
    before: str = Field(description="The earlier run.")
    now: str = Field(description="The later run.")
    complete: bool = Field(description="Whether every corner is fitted or given up.")
    causes: tuple[Cause, ...] = Field(description="Causes that there are.")
    table: TableChange
    settings: tuple[str, ...] = Field(description="Settings that differ, in words.")
    corners: tuple[CornerFound, ...] = Field(description="Corners that are fitted or given up.")
    corners_in_all: int
    moves: tuple[Move, ...] = Field(description="By channel and measure, once every corner is known.")
    came: tuple[str, ...] = Field(description="Channels that only the later result has.")
    went: tuple[str, ...] = Field(description="Channels that only the earlier result has.")
    notes: tuple[str, ...] = Field(description="What must be said beside it.")

    @property
    def fraction(self) -> float:
        """How much of the work is done (fraction)."""
        return len(self.corners) / self.corners_in_all if self.corners_in_all else 1.0

    def of(self, measure: MeasureName) -> tuple[Move, ...]:
        """The moves of one measure."""
        return tuple(move for move in self.moves if move.measure == measure)


def causes_of(pair: Pair) -> tuple[Cause, ...]:
    """What differs between two results, beside chance."""
    present = {
        "periods": pair.table.has_other_periods,
        "revisions": pair.table.is_revised,
        "settings": bool(pair.settings),
    }
    return tuple(cause for cause in ORDER if present[cause])


def corners_to_fit(pair: Pair) -> list[Corner]:
    """Corners that take a fit, the two ends first; none where nothing differs but chance."""
    causes = causes_of(pair)
    return shapley.corners_of(causes) if causes else []


def answer(pair: Pair, begun: Why, refit: Refitter) -> Iterator[Why]:
    """Fit what is still open; gives what is known after each fit.

    Raises
    ------
    RunCancelledError
        The refitter was stopped.
    """
    known = begun
    done = {found.corner for found in known.corners}
    for number, corner in enumerate(corners_to_fit(pair)):
        if corner not in done:
            found = _fitted(pair, corner, refit, seed=number + 1)
            known = with_moves(pair, known.model_copy(update={"corners": (*known.corners, found)}))
            yield known


def begin(pair: Pair, *, identity: str, before: str, now: str) -> Why:
    """What is known without a fit: all, where the table and the settings are the same."""
    channels = pair.before.channels, pair.now.channels
    known = Why(
        identity=identity, before=before, now=now, complete=False, causes=causes_of(pair), table=pair.table,
        settings=pair.settings, corners=(), corners_in_all=len(corners_to_fit(pair)), moves=(),
        came=tuple(name for name in channels[1] if name not in channels[0]),
        went=tuple(name for name in channels[0] if name not in channels[1]), notes=(),
    )  # fmt: skip
    return with_moves(pair, known)


def with_moves(pair: Pair, known: Why) -> Why:
    """The same with the moves and what must be said of them, once every corner is known."""
    if len(known.corners) < known.corners_in_all:
        return known
    moves = tuple(_moves(pair, known)) if not _ends_failed(known) else ()
    return known.model_copy(update={"complete": True, "moves": moves, "notes": tuple(_notes(pair, known))})


def _fitted(pair: Pair, corner: Corner, refit: Refitter, *, seed: int) -> CornerFound:
    causes = tuple(cause for cause in ORDER if cause in corner)
    spec = _spec(pair, settings="settings" in corner, seed=seed)
    frame = between(
        pair.before.table.frame, pair.now.table.frame, spec,
        new_periods="periods" in corner, revised="revisions" in corner,
    )  # fmt: skip
    if frame is None:
        return CornerFound(causes=causes, failed="Some periods have no cells of a column that these settings take.")
    try:
        found = refit(CanonicalData(frame, pair.now.table.grain), spec)
    except RunCancelledError:
        raise
    except MMMError as error:
        return CornerFound(causes=causes, failed=f"{error.message} {error.remedy}".strip())
    return CornerFound(causes=causes, figures=figures_of(found.summary, found.totals, found.spec.sampler.chains))


def _spec(pair: Pair, *, settings: bool, seed: int) -> RunSpec:
    spec = pair.now.spec if settings else pair.before.spec
    return spec.model_copy(update={"random_seed": (spec.random_seed + SEEDS_APART * seed) % 2**32})


def _ends_failed(known: Why) -> bool:
    ends = NONE, frozenset(known.causes)
    return any(found.failed for found in known.corners if found.corner in ends)


def _moves(pair: Pair, known: Why) -> Iterator[Move]:
    before, now = ({each.key: each for each in figures} for figures in pair.figures)
    at = {found.corner: {each.key: each for each in found.figures} for found in known.corners if not found.failed}
    for key in now:
        if key in before:
            here = {corner: figures[key] for corner, figures in at.items() if key in figures}
            yield told_move(before[key], now[key], _parts(before[key], now[key], here, known.causes), known.table.grain)


def _parts(before: Figure, now: Figure, at: Mapping[Corner, Figure], causes: tuple[Cause, ...]) -> tuple[Part, ...]:
    """What each cause moved; what is left of the move is chance, so that all of them add up to it."""
    moved = now.value.shown - before.value.shown
    figures = {corner: figure.value.shown for corner, figure in at.items()}
    errors = {corner: figure.error for corner, figure in at.items()}
    split, unsure = shapley.parts(causes, figures), shapley.standard_errors(causes, errors)
    found = [Part(cause=cause, moved=split[cause], error=unsure[cause]) for cause in causes if cause in split]
    ends = NONE, frozenset(causes)
    if causes and not found and all(end in at for end in ends):
        error = (errors[ends[0]] ** 2 + errors[ends[1]] ** 2) ** 0.5
        found = [Part(cause="together", moved=figures[ends[1]] - figures[ends[0]], error=error)]
    own = before.error**2 + now.error**2
    if not found:
        return (Part(cause="chance", moved=moved, error=own**0.5),)
    left = moved - sum(part.moved for part in found)
    error = (own + sum(errors[end] ** 2 for end in ends)) ** 0.5
    return (*found, Part(cause="chance", moved=left, error=error))


def _notes(pair: Pair, known: Why) -> Iterator[str]:
    for label, names in (("New", known.came), ("Left out", known.went)):
        if names:
            yield f"{label}: {listed([*map(display_name, names)])}, with no figure in the other result to explain."
    if _ends_failed(known):
        why = next(found.failed for found in known.corners if found.failed)
        yield f"One of the two results cannot be fitted again, so that nothing can be told apart: {why}"
        return
    failed = [found for found in known.corners if found.failed]
    if failed:
        yield (
            f"{counted(len(failed), 'result')} between the two cannot be fitted, and the orders that come through "
            f"it are left out: {failed[0].failed}"
        )
    if len({manifest.versions.get("mmm_core") for manifest in pair.manifests}) > 1:
        yield "The two were fitted by different versions of this program: what that changed is counted as chance."
    if pair.before.summary.partial or pair.now.summary.partial:
        yield "One of the two was stopped early: its chance is larger."
    if pair.before.spec.interval_prob != pair.now.spec.interval_prob:
        yield "Their intervals have different probabilities."
