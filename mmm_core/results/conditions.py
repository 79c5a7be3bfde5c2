"""What figures take for granted, in words: said wherever an interval or a marginal return is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmm_core.labels import counted
from mmm_core.results.channel_summary import ContributionSummary

if TYPE_CHECKING:
    from mmm_core.model.features import FeatureScaler

SHORT = {"fixed": "given these settings", "recommended": "settings estimated too"}
SENTENCES = {
    "fixed": "Intervals hold for these settings: they do not include the choice of them.",
    "recommended": "Intervals include what the table does not tell of carry-over, saturation and how effects combine; "
    "not that spend may follow demand, which no table of this kind can tell.",
}


def conditions_in_short(summary: ContributionSummary) -> str:
    """A few words for a tile or the foot of a chart."""
    return SHORT[summary.model]


def conditions(summary: ContributionSummary) -> str:
    """The same as a sentence."""
    return SENTENCES[summary.model]


def tried_in_words(tried: int) -> str:
    """How many answers there were to choose from, without a full stop."""
    if not tried:
        return "Nobody tried other settings on this table before this run"
    return f"{counted(tried, 'other setting')} {'was' if tried == 1 else 'were'} tried on this table before this run"


FAILED_CHECKS = "Checks of the fit failed: do not use these numbers."
"""What is said first wherever a result is shown whose own checks say stop."""
NEXT_RETURN = "Return of the next 1 %"
"""What a marginal return is called."""
ABOVE_AVERAGE = (
    "Without saturation every next unit of spend returns more than the average one. That is assumed and not found: the "
    "return of the next 1 % is no reason to spend more."
)


def next_return_note(scaler: FeatureScaler) -> str:
    """What must be said beside every marginal return of a fit; empty: nothing.

    Effects of channels multiply in the fixed model: with a straight line instead of a curve the last unit of activity
    brings more than those before it, whatever the data say. The recommended model estimates the curve.
    """
    bent = any(channel.half_saturation is not None for channel in scaler.channels.values())
    return "" if bent or scaler.estimated is not None else ABOVE_AVERAGE


def next_return_name(summary: ContributionSummary) -> str:
    """What a column of marginal returns is called; the short form of the note is in it, where there is one."""
    return f"{NEXT_RETURN}{' (no saturation: above the average by assumption)' if summary.mroi_note else ''}"
