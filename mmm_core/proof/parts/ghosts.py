"""What would chance earn? Channels that cannot have done anything are added, and asked what they brought.

A *ghost* is a copy of one of the table's channels with its rhythm, its amounts and its spend, moved in time: turned
round by at least a quarter of a year, or drawn anew with the same spectrum (phases at random, ranks put back to the
channel's own values, so that mean, quiet periods and sign stay). Nobody saw it, so what it seems to bring is noise. One
is added at a time, as one more channel under the same settings.

Channels differ in spend, rhythm and what else looks like them, and so does what chance brings them. What is compared is
therefore the *signal*: the median of a channel's share of sales over the standard deviation of its draws. It has no
unit, says how far from nothing an estimate of that precision is, and is below one where the prior alone speaks. A
channel *clears* its ghosts if at most one in ten ghosts has a signal as large, which is a permutation test, and its own
is above one: ghosts of channels that the table tells much of fall lower than a channel of which it tells nothing. Its
*floor* is the share, or return, at which its own precision gives the signal that it has to exceed.

Sources: Theiler, Eubank, Longtin, Galdrikian, Farmer (1992), *Testing for nonlinearity in time series: the method of
surrogate data*, Physica D 58; Good (2005), *Permutation, Parametric and Bootstrap Tests of Hypotheses*.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.labels import counted, display_name, listed_first, percent
from mmm_core.model.estimated import MOST_CHANNELS, spend_weights
from mmm_core.model.structure import require_rows
from mmm_core.proof.part import Cell, Part, Told, Verdict, judge
from mmm_core.proof.subject import Refit, Refitter, Subject
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict
from mmm_core.spec import Grain, RecommendedModel, RunSpec, spec_from
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData
from mmm_core.table.windows import split_rows

type Array = NDArray[np.float64]
type GhostKind = Literal["moved", "redrawn"]

GHOSTS = 24
"""At least so many; one of each channel where there are more."""
FEWEST_GHOSTS = 10
"""Below that nothing is judged: the best of few ghosts is no floor."""
LEAST_MOVE: dict[Grain, int] = {"WEEK": 13, "MONTH": 3}
"""Periods that a ghost is moved by at least: a quarter of a year."""
MOST_ALIKE = 0.5
"""A ghost that goes with its own channel more than this (correlation) would feel what that one did."""
TRIES = 20
"""Redrawn ghosts among which one is looked for that is not too much like its channel."""
CLEARS = 0.1
"""A channel clears its ghosts if at most this share of them did as well."""
LEAST_SIGNAL = 1.0
"""And only if its median is larger than the standard deviation of its draws, as under a prior of shares it is not."""
UNSHOWN_LIMITS = (1 / 3, 0.999)
"""Part of spend that went to channels that do not clear: looked at, and stops where no channel clears."""
MOST_NAMED = 3


class Beside(Strict):
    """A real channel beside a ghost."""

    channel: str
    share: float = Field(description="Median of its share of sales (fraction).")
    roi: float | None = Field(description="Median of its return; null without spend.")


class Ghost(Strict):
    """One ghost, and what it seemed to bring."""

    of: str = Field(description="Channel that it copies.")
    kind: GhostKind
    share: Estimate = Field(description="Share of sales (fraction).")
    roi: Estimate | None = Field(description="Return; null without spend.")
    signal: float = Field(description="Median over standard deviation of the share's draws; no unit.")
    channels: tuple[Beside, ...] = Field(description="What the real ones brought beside it.")


def units(subject: Subject) -> tuple[str, ...]:
    """Numbers of the ghosts.

    Raises
    ------
    DataError
        There is no room for one more channel, or too few periods to move one.
    """
    channels, grain = subject.channels, subject.table.grain
    most = MOST_CHANNELS if isinstance(subject.spec.model, RecommendedModel) else _most_drivers()
    if len(channels) >= most:
        raise DataError(
            f"A ghost is one more channel; the model takes up to {most}, and all are taken.",
            code="too_many_channels",
            remedy="Put small channels together.",
        )
    periods = subject.features.target.size
    if periods < 3 * LEAST_MOVE[grain]:
        raise DataError(
            f"{counted(periods, 'period')} are too few to move a channel in time; {3 * LEAST_MOVE[grain]} are needed.",
            code="too_short",
            remedy="Add earlier periods.",
        )
    name = free_name(subject.table.frame.columns)
    events = len(subject.features.scaler.events)
    require_rows(periods, with_driver(subject.spec, channels[0], name), events=events)
    return tuple(str(number) for number in range(max(GHOSTS, len(channels))))


def _most_drivers() -> int:
    lengths = [limit.max_length for limit in RunSpec.model_fields["drivers"].metadata if hasattr(limit, "max_length")]
    return int(lengths[0])


def work(subject: Subject, key: str, refit: Refitter) -> Ghost:
    """Add one ghost and fit again."""
    number, count = int(key), len(subject.channels)
    channel = subject.channels[number % count]
    # Neighbours are of two kinds, and so are two ghosts of one channel.
    kind: GhostKind = "moved" if (number + number // count) % 2 == 0 else "redrawn"
    name = free_name(subject.table.frame.columns)
    table = with_ghost(subject.table, subject.spec, channel, name, kind, number=number)
    found = refit(table, with_driver(subject.spec, channel, name))
    told = {each.channel: each for each in found.summary.channels}
    return Ghost(
        of=channel,
        kind=kind,
        share=told[name].share,
        roi=told[name].roi,
        signal=signals(found)[name],
        channels=tuple(
            Beside(channel=each, share=told[each].share.shown, roi=_median(told[each].roi)) for each in subject.channels
        ),
    )


def _median(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.shown


def free_name(columns: Collection[str]) -> str:
    """A bare name of a channel that is in no column of a table, whatever is read of it."""
    taken = {column.partition("_")[2] for column in map(str, columns)}
    return next(name for number in range(len(taken) + 1) if (name := f"ghost{number or ''}") not in taken)


def signals(fit: Subject | Refit) -> dict[str, float]:
    """Median over standard deviation of each channel's share of sales, by its name; no unit."""
    shares = fit.totals.additive / fit.totals.fitted
    found = np.median(shares, axis=1) / np.maximum(shares.std(axis=1), np.finfo(float).tiny)
    return {name: float(signal) for name, signal in zip(fit.features.scaler.channels, found, strict=True)}


def with_ghost(
    table: CanonicalData, spec: RunSpec, channel: str, name: str, kind: GhostKind, *, number: int
) -> CanonicalData:
    """The table at brand level with a ghost of a channel, its spend too; the same one for the same number.

    Periods that a run does not use, and those in which activity is not known, stay as they are.
    """
    frame = aggregate_brand(table).frame.copy()
    activity = frame[f"act_{channel}"].to_numpy(float)
    places = np.flatnonzero(split_rows(frame, spec).used & np.isfinite(activity))
    rng = np.random.default_rng((spec.random_seed, 3, number))
    order = places[ghost_order(activity[places], kind, LEAST_MOVE[table.grain], rng)]
    for column in ("act", "spend"):
        if f"{column}_{channel}" in frame:
            copied = frame[f"{column}_{channel}"].to_numpy(float).copy()
            copied[places] = copied[order]
            frame[f"{column}_{name}"] = copied
    return CanonicalData(frame, table.grain)


def ghost_order(activity: Array, kind: GhostKind, least: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Which period ``(row)`` of a channel each period of its ghost copies; places, no unit.

    A ghost is the first one drawn that is not too much like its channel, or the one that is least so.

    Parameters
    ----------
    activity
        ``(row)``: in time, in the channel's unit.
    least
        Periods that it is moved by at least, either way round.
    """
    count, best, least_alike = len(activity), np.arange(len(activity)), np.inf
    moves = rng.permutation(np.arange(least, max(count - least, least) + 1))
    tries = moves if kind == "moved" else range(TRIES)
    for move in tries:
        order = np.roll(np.arange(count), int(move)) if kind == "moved" else _redrawn(activity, rng)
        alike = abs(_correlation(activity, activity[order]))
        if alike < least_alike:
            best, least_alike = order, alike
        if alike <= MOST_ALIKE:
            break
    return best


def _redrawn(activity: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """An order in which activity has the spectrum that it has, nearly, and phases at random."""
    waves = np.fft.rfft(activity - activity.mean())
    phases = np.exp(2j * np.pi * rng.uniform(size=len(waves)))
    drawn = np.fft.irfft(np.abs(waves) * phases, n=len(activity))
    order = np.empty(len(activity), dtype=np.intp)
    order[np.argsort(drawn, kind="stable")] = np.argsort(activity, kind="stable")
    return order


def _correlation(one: Array, other: Array) -> float:
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean() / spread) if spread > 0 else 0.0


def with_driver(spec: RunSpec, channel: str, name: str) -> RunSpec:
    """The specification with a ghost beside the channel that it copies, under the same settings."""
    data = spec.model_dump(by_alias=True)
    data["drivers"] = (*spec.drivers, f"act_{name}")
    places = [data["feature_config"]["adstock"], data["feature_config"]["saturation"], data["model"]]
    for settings in (place.get("per_channel", {}) for place in places):
        for key in (channel, f"act_{channel}"):
            if key in settings:
                settings[f"act_{name}"] = settings[key]
    return spec_from(data)


def rank(signal: float, ghosts: Array) -> float:
    """Share of ghosts ``(ghost)`` that did as well as a channel, itself among them (fraction)."""
    return float((1 + (ghosts >= signal).sum()) / (1 + len(ghosts)))


def floor_of(ghosts: Array) -> float:
    """The signal that a channel has to exceed by those of ghosts ``(ghost)``: then its rank is small; no unit."""
    above = int(max(CLEARS * (1 + len(ghosts)), 1.0) + 1e-9) - 1  # so many ghosts may do as well
    return max(float(np.sort(ghosts)[len(ghosts) - 1 - above]), LEAST_SIGNAL)


def tell(subject: Subject, ghosts: Mapping[str, Ghost]) -> Told:
    """Which channels brought more than chance."""
    noise = np.array([ghost.signal for ghost in ghosts.values()])
    own, weights = signals(subject), spend_weights(subject.features.spend.to_numpy())
    floor, ranks = floor_of(noise), {channel: rank(own[channel], noise) for channel in subject.channels}
    unshown = [channel for channel in subject.channels if own[channel] <= floor]
    lost = float(sum(weight for channel, weight in zip(subject.channels, weights, strict=True) if channel in unshown))
    is_known = len(noise) >= FEWEST_GHOSTS
    verdict: Verdict = judge(lost, UNSHOWN_LIMITS)
    return Told(
        verdict=verdict if is_known else None,
        sentence=_in_words(subject, unshown, len(noise), lost, is_known=is_known),
        value=lost,
        limit=UNSHOWN_LIMITS[0],
        remedy=f"Do not move money on what {_named(unshown)} {'is' if len(unshown) == 1 else 'are'} said to have "
        "brought: chance brings as much. A test in some regions, or spend that pauses on purpose, would tell."
        if unshown and is_known
        else "",
        not_shown=tuple(unshown) if is_known else (),
        tables={
            "ghosts": tuple(
                {
                    "of": ghost.of,
                    "kind": ghost.kind,
                    "share": ghost.share.shown,
                    "roi": _median(ghost.roi),
                    "signal": ghost.signal,
                }
                for ghost in ghosts.values()
            ),
            "channels": _rows(subject, own, ranks, floor),
        },
    )


def _in_words(subject: Subject, unshown: list[str], ghosts: int, lost: float, *, is_known: bool) -> str:
    count = len(subject.channels)
    clear = f"{count - len(unshown)} of {counted(count, 'channel')} {'stands' if count == 1 else 'stand'} out from"
    said = f"{'' if is_known else 'So far '}{clear} {counted(ghosts, 'ghost')}, copies that nobody saw"
    if not unshown:
        return f"{said}."
    had = "of spend" if np.isfinite(subject.features.spend.to_numpy()).all() else "of the channels' weight"
    return f"{said}; {_named(unshown)}, with {percent(lost)} {had}, {'does' if len(unshown) == 1 else 'do'} not."


def _named(channels: list[str]) -> str:
    return listed_first([display_name(each) for each in channels], MOST_NAMED)


def _rows(
    subject: Subject, own: Mapping[str, float], ranks: Mapping[str, float], floor: float
) -> tuple[dict[str, Cell], ...]:
    """Each channel with its interval and floor: returns where every channel has spend, else shares of sales."""
    told = subject.summary.channels
    of_returns = all(each.roi for each in told)
    rows: list[dict[str, Cell]] = []
    for each in told:
        estimate = each.roi if of_returns and each.roi else each.share
        rows.append(
            {
                "channel": each.channel,
                "measure": "return" if of_returns else "share",
                "median": estimate.shown,
                "low": estimate.low,
                "high": estimate.high,
                # What one unit of signal is at this channel's precision.
                "unit": estimate.shown / max(own[each.channel], 1e-12),
                "floor": floor * estimate.shown / max(own[each.channel], 1e-12),
                "rank": ranks[each.channel],
            }
        )
    return tuple(rows)


GHOSTS_PART = Part(
    name="ghosts",
    question="What would chance earn?",
    how_to_read="Large dots with intervals are what your channels brought; small dots are ghosts, brought to the "
    "precision of each channel, and the bar ends at what is asked: more than nine in ten of them, and more than "
    "its own uncertainty. A channel inside its bar does no better than one that nobody saw.",
    result=Ghost,
    units=units,
    work=work,
    tell=tell,
    refits=GHOSTS,
)
