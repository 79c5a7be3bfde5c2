"""How much does the answer hang on the settings? The same table under a few others, side by side.

Decay and saturation are chosen, not estimated, and no interval includes that choice. A *variant* is the run's own
specification with one choice changed; a channel whose share leaves its interval under a variant is decided by the
setting as much as by the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from mmm_core.labels import counted, percent, percent_span
from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
from mmm_core.results.intervals import Estimate
from mmm_core.spec import MAX_FOURIER_PAIRS, Grain, RunSpec, SamplerSettings, channel_name, spec_from

DECAY_STEP = 0.2
"""How much longer or shorter memory becomes (decay)."""
LARGEST_DECAY = 0.9
MORE_PAIRS = 2
"""Fourier pairs that a sharper season has more."""
OWN = "these settings"


class Variant(NamedTuple):
    """A name in words, and the specification with one choice changed."""

    name: str
    spec: RunSpec


class Move(NamedTuple):
    """A channel whose share under a variant is outside its own interval (fractions of sales)."""

    channel: str
    own: Estimate
    variant: str
    there: float


class Hull(NamedTuple):
    """How far the intervals of several settings reach together."""

    low: float
    high: float


def variants_of(spec: RunSpec, grain: Grain) -> list[Variant]:
    """Shorter and longer memory, the other answer on saturation, a sharper season; with the usual sampler settings."""
    channels = [channel_name(driver) for driver in spec.drivers]
    config = spec.feature_config
    decays = {channel: spec.decay(channel) for channel in channels}
    shorter = {channel: max(0.0, round(decay - DECAY_STEP, 2)) for channel, decay in decays.items()}
    longer = {
        channel: max(decay, min(LARGEST_DECAY, round(decay + DECAY_STEP, 2))) for channel, decay in decays.items()
    }
    other = not config.saturation.enabled
    found = [
        Variant(f"with shorter memory (decay − {DECAY_STEP:g})", _changed(spec, adstock=_per_channel(shorter))),
        Variant(f"with longer memory (decay + {DECAY_STEP:g})", _changed(spec, adstock=_per_channel(longer))),
        Variant("with saturation" if other else "without saturation", _changed(spec, saturation={"enabled": other})),
    ]
    pairs = min(config.seasonality.K + MORE_PAIRS, MAX_FOURIER_PAIRS[grain])
    if config.seasonality.enabled and pairs > config.seasonality.K:
        found.append(Variant(f"with a sharper season (K = {pairs})", _changed(spec, seasonality={"K": pairs})))
    usual = spec.model_copy(update={"sampler": SamplerSettings()})
    return [each for each in found if each.spec != usual]


def shares_frame(own: ContributionSummary, others: Mapping[str, ContributionSummary]) -> pd.DataFrame:
    """Columns ``channel, settings, mean, low, high``: shares of sales (fractions) under each setting."""
    rows = [
        {"channel": channel.channel, "settings": name, **channel.share.model_dump(include={"mean", "low", "high"})}
        for name, summary in {OWN: own, **others}.items()
        for channel in summary.channels
    ]
    return pd.DataFrame(rows)


def across(own: ContributionSummary, others: Mapping[str, ContributionSummary]) -> str:
    """Mean of media's share (fraction of sales) here and across the settings, in a sentence."""
    media = [summary.media_share.shown for summary in (own, *others.values())]
    return (
        f"Under {counted(len(others), 'other setting')} of the same model media brought "
        f"{percent_span(min(media), max(media))} of sales: {percent(media[0], 1)} holds for the settings chosen."
    )


def hulls(
    own: ContributionSummary,
    others: Mapping[str, ContributionSummary],
    figure: Callable[[ChannelSummary], Estimate | None],
) -> dict[str, Hull]:
    """From the lowest to the highest end of a figure's intervals here and under the other settings, by channel.

    ``figure`` picks what is looked at, in its own units; channels without it are left out. Empty without others.
    """
    found: dict[str, list[Estimate]] = {}
    for summary in (own, *others.values()):
        for channel in summary.channels:
            if (estimate := figure(channel)) is not None:
                found.setdefault(channel.channel, []).append(estimate)
    return {name: hull_of(estimates) for name, estimates in found.items()} if others else {}


def hull_of(estimates: Sequence[Estimate]) -> Hull:
    """From the lowest to the highest end of these intervals, in their units."""
    return Hull(min(each.low for each in estimates), max(each.high for each in estimates))


def moves(own: ContributionSummary, others: Mapping[str, ContributionSummary]) -> list[Move]:
    """Channels whose share leaves their own interval, each with the setting under which it goes farthest."""
    found = []
    for channel in own.channels:
        shares = {
            name: each.share.shown
            for name, summary in others.items()
            for each in summary.channels
            if each.channel == channel.channel
        }
        farthest = max(shares, key=lambda name: abs(shares[name] - channel.share.shown), default=None)
        if farthest is not None and not channel.share.low <= shares[farthest] <= channel.share.high:
            found.append(Move(channel.channel, channel.share, farthest, shares[farthest]))
    return found


def _per_channel(decays: dict[str, float]) -> dict[str, object]:
    return {"per_channel": {f"act_{channel}": {"decay": decay} for channel, decay in decays.items()}}


def _changed(spec: RunSpec, **parts: dict[str, object]) -> RunSpec:
    data = spec.model_dump(by_alias=True)
    data["sampler"] = SamplerSettings().model_dump()
    for name, change in parts.items():
        data["feature_config"][name] |= change
    return spec_from(data)
