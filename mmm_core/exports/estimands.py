"""What each number of a run estimates, in words, by the name of what is shown; and which of them a chart shows.

*Scale* is what a number is counted in, for :mod:`mmm_core.exports.origins` to say with the run's units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

type Scale = Literal["sales", "share", "return", "both", "part", "model", "none"]


class Estimand(NamedTuple):
    """What a number estimates, in words, and what it is counted in."""

    says: str
    scale: Scale


ESTIMANDS: Mapping[str, Estimand] = {
    "contribution": Estimand(
        "Additive contributions: what the model credits to each channel over the periods that were fitted, with "
        "effects of earlier activity, without effects after them.",
        "sales",
    ),
    "media": Estimand(
        "All channels together: fitted sales less those without any of them, over the periods that were fitted. "
        "Additive contributions add up to it.",
        "sales",
    ),
    "share": Estimand(
        "A channel's additive contribution over all fitted sales of the same periods, draw by draw.", "share"
    ),
    "removal": Estimand(
        "Removal: fitted sales less those without this one channel. Additive: its part where all effects are shared "
        "out to add up. Overlap: removal less additive.",
        "sales",
    ),
    "return": Estimand(
        "A channel's additive contribution over what was spent on it in the periods that were fitted. Effects of "
        "spend before them are in it, effects after them are not.",
        "return",
    ),
    "chance": Estimand(
        "The part of the draws in which this channel brought more than any other, or had the best return.", "part"
    ),
    "pays": Estimand("The part of the draws in which a channel's return is above break-even.", "part"),
    "figures": Estimand(
        "Each channel's additive contribution, in all, as a share of fitted sales and over its spend; its removal, "
        "which is fitted sales less those without it; their difference, the overlap; and what 1\u00a0% more spend "
        "would bring over what it costs.",
        "both",
    ),
    "trust": Estimand(
        "No estimate: how many checks of the sampler and of the model passed, each against its limit under "
        "Diagnostics.",
        "none",
    ),
    "fit": Estimand(
        "The conditional median of sales in each period, given its media, season, controls and events; the wider band "
        "is that of sales themselves, with their noise.",
        "sales",
    ),
    "residual": Estimand("Observed over fitted, less one, period by period.", "part"),
    "miss": Estimand(
        "The median size of observed over fitted, less one, over the periods that were fitted: they were seen by the "
        "model, so it is no forecast error.",
        "part",
    ),
    "explained": Estimand(
        "R² of the logarithm of sales over the periods that were fitted: one less the variation that the fitted median "
        "leaves over all variation. Every column explains a little by chance.",
        "part",
    ),
    "baseline": Estimand(
        "R² of the logarithm of sales where media are held at their mean effect: season, trend, controls and events "
        "alone. What is left is no share of media.",
        "part",
    ),
    "season": Estimand("The season's part of fitted sales in each period, against its mean over all periods.", "sales"),
    "event": Estimand("What an event changes in the periods it falls into, against periods without it.", "part"),
    "memory": Estimand(
        "How much of the effect of one period's activity is felt in later ones: the decay as it was set, or its "
        "posterior.",
        "part",
    ),
    "saturation": Estimand(
        "The effect at an activity over that at the largest activity: as it was set, or its posterior.", "part"
    ),
    "parameter": Estimand("The model's own parameters: what they multiply is scaled by the table's rows.", "model"),
    "computation": Estimand("No estimate: how well the chains agree, parameter by parameter.", "none"),
    "settings": Estimand(
        "Each channel's share of fitted sales under other settings, each fitted anew on the same table.", "share"
    ),
    "live": Estimand(
        "A channel's additive contribution over all fitted sales, under the settings of this page.", "share"
    ),
    "response": Estimand(
        "What a channel brings a period at a spend that is held until its carry-over has built up, with the other "
        "channels as they were and at the price that was paid; and what one more unit would bring there.",
        "both",
    ),
    "gain": Estimand(
        "Sales with the plan less sales with today's split, over the periods that are planned and what comes back "
        "after them, both in the same draw. Season and controls as a year before unless given.",
        "sales",
    ),
    "better": Estimand("The part of the draws in which the plan brings more sales than today's split.", "part"),
    "reachable": Estimand(
        "The plan's gain over the gain of a planner who knew each draw's returns, as a mean over draws.", "part"
    ),
    "split": Estimand(
        "For each split of the money: sales over the periods that are planned and what comes back after them, what "
        "channels add to these, and that over spend. Season and controls as a year before unless given.",
        "both",
    ),
    "test": Estimand(
        "How far the posterior of one channel's return is expected to narrow by a test of that size and length.",
        "return",
    ),
    "compared": Estimand(
        "The same figures of each result, each over its own periods; two posteriors have no joint distribution.", "both"
    ),
    "cause": Estimand(
        "How much of the move from one result to the other comes with each cause: the mean over all orders in which "
        "causes can be brought in (Shapley), each by a fit of its own. Parts add up to the move.",
        "both",
    ),
    "foresight": Estimand(
        "Errors of the predictive median, and how often the predictive band held sales, over periods that each fold "
        "had not seen.",
        "sales",
    ),
    "refreshes": Estimand("Each channel's return by the rows up to the end of each fold.", "return"),
    "ghosts": Estimand(
        "The return, share and signal (median over standard deviation) that the model credits to channels that nobody "
        "saw, added one at a time.",
        "both",
    ),
    "months": Estimand(
        "How far each figure moves when the sales of one month are left out, over the rows that are left.", "both"
    ),
    "recovery": Estimand(
        "How often intervals held the truth in worlds that were simulated from the posterior and fitted anew, and how "
        "wide they were.",
        "return",
    ),
    "priors": Estimand(
        "The part of a prior's variance that the posterior no longer has, on the logit scale of shares and the log "
        "scale of returns.",
        "part",
    ),
    "map": Estimand("Each channel's share of sales under about two dozen other settings, each fitted anew.", "share"),
    "looks": Estimand(
        "Tail shares: how many data sets that the model makes have a figure as large as the table's.", "part"
    ),
    "receipt": Estimand("Each channel's share of sales in the answers that were seen before this run.", "share"),
}
"""By the name of what is shown: what it estimates."""

OF_CHARTS: Mapping[str, str] = {
    "contributions_over_time": "contribution",
    "waterfall": "contribution",
    "shares": "share",
    "totals": "contribution",
    "removal_and_additive": "removal",
    "roi": "return",
    "fit": "fit",
    "residuals": "residual",
    "seasonality": "season",
    "events": "event",
    "adstock": "memory",
    "saturation": "saturation",
    "forest": "parameter",
    "prior_and_posterior": "parameter",
    "diagnostics": "computation",
    "other_settings": "settings",
    "live_estimate": "live",
    "moved": "parameter",
    "plan_money": "split",
    "frontier": "gain",
    "response": "response",
    "compared_shares": "share",
    "compared_returns": "return",
    "why": "cause",
    "proof_foresight": "foresight",
    "proof_refreshes": "refreshes",
    "proof_ghosts": "ghosts",
    "proof_months": "months",
    "proof_recovery": "recovery",
    "proof_priors": "priors",
    "proof_settings": "map",
    "proof_looks": "looks",
    "proof_receipt": "receipt",
}
"""By the name of a chart: what it shows. A chart for each channel begins with one of these names."""


def of_chart(name: str) -> str:
    """What a chart shows, by its name; the additive contributions where it is not listed."""
    if name in OF_CHARTS:
        return OF_CHARTS[name]
    return next((OF_CHARTS[each] for each in OF_CHARTS if name.startswith(f"{each}_")), "contribution")
