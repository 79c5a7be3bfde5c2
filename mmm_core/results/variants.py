"""How much does the answer hang on the settings? The same table under a few others, side by side.

A *variant* is the run's own specification with one choice changed; a channel whose share leaves its interval under a
variant is decided by the setting as much as by the data. Under fixed settings decay and saturation are chosen, and no
interval includes that choice. The recommended model estimates them: there a decay is where its prior is centred, and
what is expected of media is a choice beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from mmm_core.labels import counted, percent, percent_span
from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
from mmm_core.results.intervals import Estimate
from mmm_core.spec import (
    MAX_FOURIER_PAIRS,
    RECOMMENDED_TARGET_ACCEPT,
    Grain,
    RecommendedModel,
    RunSpec,
    SamplerSettings,
    channel_name,
    spec_from,
)

DECAY_STEP = 0.2
"""How much longer or shorter memory becomes (decay)."""
LARGEST_DECAY = 0.9
"""Decay up to which memory is made longer."""
LEAST_CENTRE = 0.05
"""Decay below which no prior is centred: at 0 its logit has no room to move."""
TIMES_EXPECTED = 2.0
"""How much more, or less, is expected of media before the data."""
MOST_EXPECTED = 0.6
"""Median share of sales (fraction) up to which more is expected of media."""
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
    """Shorter and longer memory, the other answer on saturation, a sharper season; with the usual sampler settings.

    Of the recommended model also less and more that is expected of media. There memory is where it begins.
    """
    config = spec.feature_config
    other = not config.saturation.enabled
    begins = "beginning with" if is_memory_estimated(spec) else "with"
    found = [
        Variant(f"{begins} shorter memory (decay − {DECAY_STEP:g})", _remembering(spec, -DECAY_STEP)),
        Variant(f"{begins} longer memory (decay + {DECAY_STEP:g})", _remembering(spec, DECAY_STEP)),
        Variant("with saturation" if other else "without saturation", _changed(spec, saturation={"enabled": other})),
    ]
    pairs = min(config.seasonality.K + MORE_PAIRS, MAX_FOURIER_PAIRS[grain])
    if config.seasonality.enabled and pairs > config.seasonality.K:
        found.append(Variant(f"with a sharper season (K = {pairs})", _changed(spec, seasonality={"K": pairs})))
    if isinstance(spec.model, RecommendedModel):
        found += [*_expecting(spec, spec.model)]
    usual = spec.model_copy(update={"sampler": _usual_sampler(spec)})
    return [each for each in found if each.spec != usual]


def is_memory_estimated(spec: RunSpec) -> bool:
    """Whether the data may move carry-over and saturation of any channel from their settings."""
    return any(spec.freedom(channel_name(driver)) != "fixed" for driver in spec.drivers)


def moved_memory(spec: RunSpec, step: float) -> dict[str, dict[str, float]]:
    """Carry-over of every channel with its decay moved by ``step``, as ``adstock.per_channel`` has it.

    Decays stay within what is reasonable, unless they are beyond it themselves. How long an effect builds up, and the
    shape of carry-over, stay as they are.
    """
    found = {}
    for driver in spec.drivers:
        channel = channel_name(driver)
        own, least = spec.adstock(channel), 0.0 if spec.freedom(channel) == "fixed" else LEAST_CENTRE
        decay = min(max(own.decay + step, min(least, own.decay)), max(LARGEST_DECAY, own.decay))
        found[driver] = own.model_dump() | {"decay": round(decay, 3)}
    return found


def shares_frame(own: ContributionSummary, others: Mapping[str, ContributionSummary]) -> pd.DataFrame:
    """Columns ``channel, settings, mean, median, low, high``: shares of sales (fractions) under each setting.

    Channels stand in the order that they have under these settings.
    """
    rows = [
        {"channel": channel, "settings": name, **_ends(shares[channel])}
        for name, summary in {OWN: own, **others}.items()
        for shares in ({each.channel: each.share for each in summary.channels},)
        for channel in own.names
        if channel in shares
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
    for channel in own.largest_first:
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


def _ends(share: Estimate) -> dict[str, float]:
    return {"mean": share.mean, "median": share.shown, "low": share.low, "high": share.high}


def _remembering(spec: RunSpec, step: float) -> RunSpec:
    return _changed(spec, adstock={"per_channel": moved_memory(spec, step)})


def _expecting(spec: RunSpec, model: RecommendedModel) -> Iterator[Variant]:
    """Half and twice of what is expected of media."""
    share = model.media.share
    for words, other in (("less", share / TIMES_EXPECTED), ("more", min(MOST_EXPECTED, share * TIMES_EXPECTED))):
        media = model.media.model_copy(update={"share": round(other, 4)})
        if (other > share) == (words == "more") and other != share:
            name = f"expecting {words} of media ({100 * other:.3g} % of sales)"
            changed = model.model_copy(update={"media": media})
            yield Variant(name, spec.model_copy(update={"model": changed, "sampler": _usual_sampler(spec)}))


def _usual_sampler(spec: RunSpec) -> SamplerSettings:
    """Sampler settings that a specification of this model has where it is silent."""
    if isinstance(spec.model, RecommendedModel):
        return SamplerSettings(target_accept=RECOMMENDED_TARGET_ACCEPT)
    return SamplerSettings()


def _changed(spec: RunSpec, **parts: dict[str, object]) -> RunSpec:
    data = spec.model_dump(by_alias=True)
    data["sampler"] = _usual_sampler(spec).model_dump()
    for name, change in parts.items():
        data["feature_config"][name] |= change
    return spec_from(data)
