"""The tables of a run as a person reads them in a workbook: what each column is called, means, and is shown as.

Channels are shown by the names that charts have; the files for programs (:mod:`mmm_core.exports.tables`) keep bare
ones. Both stand by size: the channel that brought most comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import pandas as pd

from mmm_core.charts.contributions import BASELINE_NAMES
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.tables import tables_of_run
from mmm_core.labels import display_names, per_spend, percent
from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
from mmm_core.results.conditions import next_return_name
from mmm_core.results.intervals import HDI_PROB
from mmm_core.results.parameter_words import in_order, parameter_names
from mmm_core.runs.datasets import Units

type Form = Literal["text", "date", "amount", "share", "ratio", "figure", "count"]
"""How a column's cells are shown: share is a fraction as percent, figure has three decimals, the rest as it says."""


class Column(NamedTuple):
    """A column of a sheet; ``says`` defines it."""

    name: str
    form: Form
    says: str
    values: Sequence[object]


class Sheet(NamedTuple):
    """A table in a workbook; ``label`` has at most 31 characters."""

    label: str
    says: str
    columns: tuple[Column, ...]


def sheets_of_run(run: Exhibit) -> list[Sheet]:
    """Every table of a run, in the order of its files."""
    made = {
        "channels": _channels(run),
        "contributions": _contributions(run),
        "fitted": _fitted(run),
        "decomposition": _decomposition(run),
        "parameters": _parameters(run),
    }
    says = {"channels": "a row a channel, the largest first: what it brought, its share, spend and return"}
    says |= {
        "contributions": f"a row a channel and {_grain(run)}: what would be missing without it, and what it brought",
        "fitted": f"a row a {_grain(run)}: what was sold, and what the model says was to be expected",
        "decomposition": f"a row a part and {_grain(run)}: baseline and channels, which add up to the fitted line",
        "parameters": "a row a parameter of the model: its name, what it is, and how well it was drawn",
    }
    return [Sheet(table.label, says[stem], made[stem]) for stem, table in tables_of_run(run.outputs).items()]


def _channels(run: Exhibit) -> tuple[Column, ...]:
    summary, labels = run.outputs.summary, _labels(run)
    channels = summary.largest_first
    unit, held = _unit(run), percent(run.outputs.summary.interval_prob)
    per = per_spend(run.units.target, run.units.spend)
    spend = f"Spend{f' ({run.units.spend})' if run.units.spend else ''}"
    return (
        Column("Channel", "text", "As charts name it.", [labels[each.channel] for each in channels]),
        Column(
            "Told from no effect",
            "text",
            'No: its interval of share begins too low to say that it did anything; see "Checks" above.',
            ["no" if each.cannot_be_told else "yes" for each in channels],
        ),
        Column(spend, "amount", "Spent in all over the period.", [each.spend for each in channels]),
        *_estimate(channels, "share", "Share of sales", "share", "Part of all fitted sales that it brought.", held),
        *_estimate(channels, "additive", f"Brought{unit}", "amount", "Its part of what all channels bring.", held),
        *_estimate(channels, "removal", f"Missing without it{unit}", "amount", "What would not have been sold.", held),
        *_estimate(channels, "overlap", f"Overlap{unit}", "amount", "Missing without it less brought.", held),
        *_estimate(channels, "roi", f"Return ({per})", "ratio", "What it brought over its spend.", held),
        *_estimate(channels, "mroi", f"{next_return_name(summary)} ({per})", "ratio", _of_next_return(summary), held),
        Column(
            "Chance of being the largest",
            "share",
            "That no other channel brought more.",
            [each.p_largest for each in channels],
        ),
        Column(
            "Chance of the best return",
            "share",
            "That no other channel with spend has a larger return.",
            [each.p_best_return for each in channels],
        ),
    )


def _of_next_return(summary: ContributionSummary) -> str:
    return f"What a little more would bring.{f' {summary.mroi_note}' if summary.mroi_note else ''}"


def _estimate(
    channels: Sequence[ChannelSummary], figure: str, name: str, form: Form, says: str, held: str
) -> tuple[Column, ...]:
    found = [getattr(channel, figure) for channel in channels]
    meanings = {
        "median": f"{says} Half of what is likely lies below it; the figure that pages show.",
        "mean": f"{says} Mean: means add up, medians do not.",
        "low": f"{says} Lower end of the {held} interval.",
        "high": f"{says} Upper end of the {held} interval.",
    }
    return tuple(
        Column(f"{name}: {part}", form, meaning, [getattr(each, part) if each else None for each in found])
        for part, meaning in meanings.items()
    )


def _contributions(run: Exhibit) -> tuple[Column, ...]:
    frame = tables_of_run(run.outputs)["contributions"].frame
    kinds = {
        "contrib": ("Missing without it", "What would not have been sold without the channel; these overlap."),
        "additive": ("Brought", "Its part of what all channels bring together; these add up."),
    }
    return (
        *_where(run, frame),
        Column("Channel", "text", "As charts name it.", _labelled(run, frame["channel"])),
        *(
            column
            for prefix, (name, says) in kinds.items()
            for column in _three(run, frame, f"{prefix}_", f"{name}{_unit(run)}", says)
        ),
    )


def _fitted(run: Exhibit) -> tuple[Column, ...]:
    frame, held = run.outputs.fitted, percent(HDI_PROB)
    return (
        *_where(run, frame),
        Column(f"Observed{_unit(run)}", "amount", "What was sold, as the table says.", list(frame["y"])),
        *_three(run, frame, "y_hat_", f"Fitted{_unit(run)}", "What the model expects at the middle."),
        *(
            Column(
                f"Single {_grain(run)}{_unit(run)}: {part}",
                "amount",
                f"{end} end of the band in which {held} of single {_grain(run)}s are expected.",
                list(frame[f"y_pred_{part}"]),
            )
            for part, end in (("low", "Lower"), ("high", "Upper"))
        ),
    )


def _decomposition(run: Exhibit) -> tuple[Column, ...]:
    frame = tables_of_run(run.outputs)["decomposition"].frame
    is_channel = frame["kind"] == "channel"
    names = [
        label if channel else BASELINE_NAMES.get(bare, bare)
        for bare, label, channel in zip(frame["component"], _labelled(run, frame["component"]), is_channel, strict=True)
    ]
    kinds = ["channel" if channel else "baseline" for channel in is_channel]
    return (
        *_where(run, frame),
        Column("Kind", "text", "Baseline: what would be sold without media. Channel: what media add.", kinds),
        Column("Part", "text", "Reference level, trend, season and the like, or a channel.", names),
        *_three(run, frame, "", f"Part of fitted{_unit(run)}", "What it adds; may be below zero."),
    )


def _parameters(run: Exhibit) -> tuple[Column, ...]:
    rows, held = in_order(run.outputs.parameters.parameters, run.channels), percent(HDI_PROB)
    names = parameter_names(rows)
    return (
        Column("Parameter", "text", "As the page names it.", [each.label for each in names]),
        Column("What it is", "text", "Its unit, and how to read it.", [each.meaning for each in names]),
        Column("Mean", "figure", "Mean of the posterior.", [row.mean for row in rows]),
        Column("Standard deviation", "figure", "Of the posterior.", [row.sd for row in rows]),
        Column("Low", "figure", f"Lower end of the {held} interval.", [row.hdi_3 for row in rows]),
        Column("High", "figure", f"Upper end of the {held} interval.", [row.hdi_97 for row in rows]),
        Column("R-hat", "figure", "Do the chains agree? Near 1 where they do.", [row.r_hat for row in rows]),
        Column("Independent draws", "count", "Effective sample size (bulk).", [row.ess_bulk for row in rows]),
        Column(
            "Independent draws, tails", "count", "Effective sample size of the tails.", [row.ess_tail for row in rows]
        ),
        Column("Name in the model", "text", "As files for programs have it.", [row.name for row in rows]),
    )


def _where(run: Exhibit, frame: pd.DataFrame) -> tuple[Column, ...]:
    return (
        Column(
            f"{_grain(run).capitalize()} from", "date", f"First day of the {_grain(run)}.", list(frame["period_start"])
        ),
        Column("Brand or region", "text", "As the table names it.", list(frame["entity_id"])),
    )


def _three(run: Exhibit, frame: pd.DataFrame, prefix: str, name: str, says: str) -> tuple[Column, ...]:
    held = percent(run.outputs.summary.interval_prob)
    meanings = {
        "mean": f"{says} Mean.",
        "low": f"{says} Lower end of the {held} interval.",
        "high": f"{says} Upper end of the {held} interval.",
    }
    return tuple(
        Column(f"{name}: {part}", "amount", meaning, list(frame[f"{prefix}{part}"]))
        for part, meaning in meanings.items()
    )


def _labelled(run: Exhibit, names: pd.Series) -> list[str]:
    labels = _labels(run)
    return [labels.get(name, str(name)) for name in names]


def _labels(run: Exhibit) -> dict[str, str]:
    return display_names([channel.channel for channel in run.outputs.summary.channels])


def _unit(run: Exhibit) -> str:
    """What sales are counted in, in brackets; empty where that is not said."""
    return f" ({run.units.target})" if run.units.target != Units().target else ""


def _grain(run: Exhibit) -> str:
    return run.outputs.scaler.grain.lower()
