"""What an interval takes for granted, in words: said wherever one is shown."""

from __future__ import annotations

from mmm_core.results.channel_summary import ContributionSummary

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
