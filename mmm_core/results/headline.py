"""The answer in words: who brought the most, whose return is best, and what cannot be told. Said here, and only here.

The page, its tiles, the command line and the files to download take their sentences from this module, and the charts
the same figures: what is named as the largest is the largest dot, or the sentence says why another is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mmm_core.labels import counted, display_names, listed, percent, percent_span
from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
from mmm_core.results.intervals import Estimate
from mmm_core.results.verdicts import ShareComparison

SURE = 0.95
"""From this chance on nothing else is said to be possible."""
LIKELY = 0.5
MOST_RIVALS = 3
"""Channels named that may be above the one that leads."""


class Leader(NamedTuple):
    """The channel that leads by some figure, among those that can be told from no effect.

    ``chance`` is that of being above every other channel (fraction); None: a file of an earlier version, which does not
    say. ``rivals`` may be above it; ``is_largest`` says whether its estimate is above those of all channels, told or
    not.
    """

    channel: ChannelSummary
    figure: Estimate
    chance: float | None
    rivals: tuple[ChannelSummary, ...]
    is_largest: bool

    @property
    def is_sure(self) -> bool:
        """Whether no other channel is likely to be above it."""
        return self.is_largest and not self.rivals

    def rivals_in_words(self, words: Callable[[ChannelSummary], str]) -> str:
        """Who may be above it: so many by name, and how many others; one alone is named and not counted."""
        named = self.rivals if len(self.rivals) <= MOST_RIVALS + 1 else self.rivals[:MOST_RIVALS]
        more = len(self.rivals) - len(named)
        return listed([*map(words, named), *([counted(more, "other channel")] if more else [])])


def largest(summary: ContributionSummary) -> Leader | None:
    """The channel with the largest share of sales; None: no channel can be told from no effect."""
    return _leader(summary.channels, lambda channel: channel.share, lambda channel: channel.p_largest)


def best_return(summary: ContributionSummary) -> Leader | None:
    """The channel with the largest return on spend; None: no channel with spend can be told from no effect."""
    return _leader(summary.channels, lambda channel: channel.roi, lambda channel: channel.p_best_return)


def _leader(
    channels: tuple[ChannelSummary, ...],
    figure_of: Callable[[ChannelSummary], Estimate | None],
    chance_of: Callable[[ChannelSummary], float | None],
) -> Leader | None:
    figures = {channel.channel: figure for channel in channels if (figure := figure_of(channel)) is not None}
    told = [each for each in channels if each.channel in figures and not each.cannot_be_told]
    if not told:
        return None
    first = max(told, key=lambda each: figures[each.channel].shown)
    figure = figures[first.channel]
    others = [each for each in channels if each.channel in figures and each is not first]

    def may_be_above(other: ChannelSummary) -> bool:
        chance = chance_of(other)
        possible = figures[other.channel].high > figure.shown if chance is None else chance > 1 - SURE
        return possible or figures[other.channel].shown > figure.shown

    rivals = sorted(filter(may_be_above, others), key=lambda each: -figures[each.channel].shown)
    is_largest = all(figures[each.channel].shown <= figure.shown for each in others)
    return Leader(first, figure, chance_of(first), tuple(rivals), is_largest)


def media_in_words(summary: ContributionSummary) -> str:
    """What all channels brought together: "Media brought 25.8 % of sales (94 % interval 21.4–30.2 %)"."""
    share = summary.media_share
    held = percent(summary.interval_prob)
    return f"Media brought {percent(share.shown, 1)} of sales ({held} interval {percent_span(share.low, share.high)})"


def most_in_words(summary: ContributionSummary) -> str:
    """Who brought the most, and who may have brought more; empty where no channel can be told from no effect."""
    leader = largest(summary)
    if leader is None:
        return ""
    names = display_names([channel.channel for channel in summary.channels])
    name = names[leader.channel.channel]
    figure = f"{percent(leader.figure.shown, 1)} ({percent_span(leader.figure.low, leader.figure.high)})"
    if leader.is_sure:
        return f"{name} brought the most, {figure}"
    is_likely = leader.is_largest and (leader.chance is None or leader.chance >= LIKELY)
    brought = "probably brought the most" if is_likely else "may have brought the most"
    chance = "" if leader.chance is None else f", chance {percent(leader.chance)}"
    begun = "" if leader.is_largest else "of the channels that can be told, "
    rivals = leader.rivals_in_words(
        lambda each: f"{names[each.channel]} ({percent_span(each.share.low, each.share.high)})"
    )
    return f"{begun}{name} {brought}, {figure}{chance}; {rivals} may have brought more"


def unclear_in_words(summary: ContributionSummary) -> str:
    """Which channels cannot be told from no effect; empty: all can."""
    names = display_names([channel.channel for channel in summary.channels])
    unclear = [names[channel.channel] for channel in summary.largest_first if channel.cannot_be_told]
    if not unclear:
        return ""
    who = f"{listed(unclear)} cannot" if len(unclear) < len(summary.channels) else "No channel can"
    return f"{who} be told from no effect"


def prior_in_words(rows: Sequence[ShareComparison]) -> str:
    """What this table cannot tell, for what is shown of it is what was believed before; empty: it tells something."""
    silent = [row for row in rows if row.is_the_prior]
    if not silent:
        return ""
    names = display_names([row.channel for row in rows if row.channel])
    whose = [names[row.channel] if row.channel else "media in all" for row in silent]
    return f"This table cannot tell the share of {listed(whose)}: what you see is what was believed before the data"


def little_in_words(rows: Sequence[ShareComparison]) -> str:
    """What this table tells, and hardly narrows, with how far; empty: there is none such."""
    names = display_names([row.channel for row in rows if row.channel])
    said = [
        f"{names[row.channel] if row.channel else 'media in all'} ({percent(row.width_ratio or 0.0)})"
        for row in rows
        if row.is_mostly_the_prior
    ]
    if not said:
        return ""
    return f"Hardly narrowed by this table, and still as uncertain as this part of before the data: {listed(said)}"


def unclear_rule(summary: ContributionSummary) -> str:
    """When a channel cannot be told from no effect, as it was judged in this run; said of each that is named before."""
    held = percent(summary.interval_prob)
    several = sum(channel.cannot_be_told for channel in summary.channels) > 1
    its = "for each, its" if several else "its"
    if any(channel.least_telling is None for channel in summary.channels):  # a file of an earlier version
        return f"{its} {held} interval of share begins below 1 %"
    return f"{its} {held} interval begins below a tenth of what its part of spend would bring at media's average return"
