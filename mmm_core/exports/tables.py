"""The tables of a run as a person takes them away, each with what it is called and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.parameter_words import in_order
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
            _by_size(outputs, outputs.contributions, "channel"),
        ),
        "fitted": Table(
            "Fitted and observed",
            f"a row a {grain}: what was sold (y), the model's median (y_hat) and the band of single periods (y_pred)",
            outputs.fitted,
        ),
        "decomposition": Table(
            "Parts of the fitted line",
            f"a row a part and {grain}: reference level, trend, season, controls, channels; they add up to y_hat_mean",
            _by_size(outputs, outputs.decomposition, "component"),
        ),
        "parameters": Table(
            "Parameters of the model",
            "a row a parameter: mean, interval, and how well it was sampled",
            parameter_table(outputs.parameters, outputs.summary.names),
        ),
    }


def channel_table(summary: ContributionSummary) -> pd.DataFrame:
    """What each channel brought, both kinds, with intervals; the largest first."""
    rows = []
    for channel in summary.largest_first:
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
        if summary.mroi_note:
            row["mroi note"] = summary.mroi_note if channel.mroi is not None else None
        rows.append(row)
    return pd.DataFrame(rows)


def parameter_table(parameters: PosteriorSummary, channels: Sequence[str]) -> pd.DataFrame:
    """Posterior summary of each parameter, with channels in this order."""
    return pd.DataFrame([row.model_dump(by_alias=True) for row in in_order(parameters.parameters, channels)])


def _by_size(outputs: Outputs, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows by period, within it the baseline's parts first and then channels by what they brought in all."""
    places = {name: place for place, name in enumerate(outputs.summary.names, start=1)}
    is_channel = frame["kind"] == "channel" if "kind" in frame else pd.Series(data=True, index=frame.index)
    keyed = frame.assign(_place=frame[column].map(places).where(is_channel, 0))
    ordered = keyed.sort_values(["period_start", "entity_id", "_place"], kind="stable")
    return ordered.drop(columns="_place").reset_index(drop=True)
