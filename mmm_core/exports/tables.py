"""The tables of a run as a person takes them away, each with what it is called and what it says."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs.outputs import Outputs


class Table(NamedTuple):
    """A table; ``label`` names it on a page and as an Excel sheet (at most 31 characters)."""

    label: str
    says: str
    frame: pd.DataFrame


def tables_of_run(outputs: Outputs) -> dict[str, Table]:
    """Every table of a run, by the stem of its file."""
    grain = outputs.scaler.grain.lower()
    return {
        "channels": Table(
            "Channels in total",
            "a row a channel: what it brought, its share, spend and return, each with its interval",
            channel_table(outputs.summary),
        ),
        "contributions": Table(
            f"Contributions per {grain}",
            f"a row a channel and {grain}: what would be missing without it (contrib) and its part of what all "
            "channels bring together (additive)",
            outputs.contributions,
        ),
        "fitted": Table(
            "Fitted and observed",
            f"a row a {grain}: what was sold (y), the model's median (y_hat) and the band of single periods (y_pred)",
            outputs.fitted,
        ),
        "decomposition": Table(
            "Parts of the fitted line",
            f"a row a part and {grain}: reference level, trend, season, controls, channels; they add up to y_hat_mean",
            outputs.decomposition,
        ),
        "parameters": Table(
            "Parameters of the model",
            "a row a parameter: mean, interval, and how well it was sampled",
            parameter_table(outputs.parameters),
        ),
    }


def channel_table(summary: ContributionSummary) -> pd.DataFrame:
    """What each channel brought, both kinds, with intervals."""
    rows = []
    for channel in summary.channels:
        row: dict[str, object] = {
            "channel": channel.channel,
            "cannot be told": channel.cannot_be_told,
            "chance of being largest": channel.p_largest,
            "chance of the best return": channel.p_best_return,
            "spend": channel.spend,
        }
        for name in ("additive", "removal", "overlap", "share", "roi", "mroi"):
            estimate = getattr(channel, name)
            for part in ("median", "mean", "low", "high"):
                row[f"{name} {part}"] = getattr(estimate, part) if estimate is not None else None
        rows.append(row)
    return pd.DataFrame(rows)


def parameter_table(parameters: PosteriorSummary) -> pd.DataFrame:
    """Posterior summary of each parameter."""
    return pd.DataFrame([row.model_dump(by_alias=True) for row in parameters.parameters])
