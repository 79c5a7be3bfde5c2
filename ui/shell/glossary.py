"""What is shown where the pointer or the keyboard rests on a mark: the field's words, and where a number comes from."""

from __future__ import annotations

import re

from mmm_core.exports.estimands import of_chart as figure_of
from mmm_core.exports.origins import Origin
from ui.shell.markdown import plain

SHARE = (
    "Sales that would be missing without a channel are its **incremental sales**, or contribution: here as a share of "
    "all sales."
)
RETURN = (
    "**ROI**, and where sales are revenue **ROAS**: incremental sales over spend. 2 means that one euro brought two; "
    "whether that pays depends on the margin."
)
ADSTOCK = (
    "**Adstock**, or carry-over: an advertisement works on after the week in which it was shown. A **decay** of 0.5 "
    "means that half of it is still felt a week later."
)
SATURATION = (
    "**Diminishing returns**, or saturation: twice the activity brings less than twice the sales. The **half effect** "
    "is the activity that brings half of the most a channel can."
)
BASELINE = "**Baseline**, or base sales: what would have been sold without media."
INTERVAL = (
    "A **credible interval**: given the model and the table, the truth lies in it with this probability. Where parts "
    "must add up, **posterior means** stand; single figures are **posterior medians**."
)
OVERLAP = (
    "**Overlap**, or synergy: what several channels brought together, and none alone. *Additive* shares it out, so "
    "that parts add up to sales; *removal* is what would go with one channel."
)
PRIORS = "A **prior** is what is believed before the data, a **posterior** what is left of it with them."
CHAINS = (
    "**R-hat** compares the sampler's chains (1.00: they agree); **ESS**, effective sample size, is how many "
    "independent draws theirs are worth; a **divergence** is a step that went wrong."
)
SEASON = "**Seasonality** by Fourier pairs: waves of a year, a half, a third. **K** is how many."

OF_CHARTS = {
    "contributions_over_time": (BASELINE, SHARE),
    "waterfall": (BASELINE, SHARE),
    "shares": (SHARE, INTERVAL),
    "live_estimate": (SHARE, INTERVAL),
    "totals": (SHARE, INTERVAL),
    "removal_and_additive": (OVERLAP,),
    "roi": (RETURN,),
    "adstock": (ADSTOCK,),
    "impulse": (ADSTOCK,),
    "saturation": (SATURATION,),
    "moved": (PRIORS, ADSTOCK, SATURATION),
    "season_preview": (SEASON,),
    "seasonality": (SEASON,),
    "prior_and_posterior": (PRIORS,),
    "forest": (INTERVAL,),
    "diagnostics": (CHAINS,),
}
"""Which words belong to which chart, by its name."""


def of_chart(name: str) -> str | None:
    """What the field calls what a chart shows; None: nothing that needs a word."""
    return "\n\n".join(OF_CHARTS[name]) if name in OF_CHARTS else None


def of_number(figure: str, origin: Origin | None) -> str | None:
    """Where a number comes from, a line a fact; ``figure`` says what it estimates. None: nothing is known of it."""
    if origin is None:
        return None
    lines = [f"**{fact.about}.** {plain(shortened(fact.text))}" for fact in origin.of(figure)]
    return "**Where the number comes from**\n\n" + "  \n".join(lines)


def of_drawn(name: str, origin: Origin | None = None) -> str | None:
    """The field's words for a chart, and where its numbers come from; None: nothing that needs a word."""
    return "\n\n---\n\n".join(filter(None, [of_chart(name), of_number(figure_of(name), origin)])) or None


def shortened(text: str) -> str:
    """The same with hashes as long as they are compared by eye; files and reports have the whole of them."""
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b", r"\1…", text)
