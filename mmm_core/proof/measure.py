"""What an answer is measured by: each channel's return, or its share of sales where it has no spend, and how far an
answer lies from the run's own within the run's own interval.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.labels import display_name, percent, ratio
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.intervals import Estimate

type Array = NDArray[np.float64]
type MeasureName = Literal["return", "share"]


class Measured(NamedTuple):
    """A channel's figure, or that of all media together (channel None): a return, or a share of sales (fraction)."""

    channel: str | None
    measure: MeasureName
    own: Estimate


def measured(summary: ContributionSummary) -> tuple[Measured, ...]:
    """All media's share of sales first, then each channel's return, or its share where it has none."""
    return (
        Measured(None, "share", summary.media_share),
        *(
            Measured(each.channel, "return", each.roi)
            if each.roi is not None
            else Measured(each.channel, "share", each.share)
            for each in summary.channels
        ),
    )


def draws_of(summary: ContributionSummary, additive: Array, fitted: Array) -> list[Array]:
    """Draws ``(sample)`` of each figure of :func:`measured`, in its order; of a return, what was brought.

    Parameters
    ----------
    additive, fitted
        ``(channel, sample)`` and ``(sample)``: sums over the same rows, in the target's unit.
    """
    return [
        additive.sum(axis=0) / fitted,
        *(
            brought / (1.0 if each.roi is not None else fitted)
            for each, brought in zip(summary.channels, additive, strict=True)
        ),
    ]


def reach(own: Estimate, there: float) -> float:
    """How far an answer lies from the run's own: 1 at the upper end of its interval, −1 at the lower; no unit."""
    way = there - own.shown
    half = own.high - own.shown if way > 0 else own.shown - own.low
    return way / half if half > 0 else 0.0


def in_words(measure: MeasureName, value: float) -> str:
    """A return as 2.41, a share as 14.8 %."""
    return ratio(value) if measure == "return" else percent(value, 1)


def whose(channel: str | None, measure: MeasureName) -> str:
    """Whose figure it is, as a sentence has it: the return of TV, media's share of sales."""
    if channel is None:
        return "media's share of sales"
    return f"the {'return' if measure == 'return' else 'share of sales'} of {display_name(channel)}"
