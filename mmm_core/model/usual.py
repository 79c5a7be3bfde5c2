"""Which model and settings a table begins with: the recommended model wherever that was tried, and why not elsewhere.

Fewer than 52 weeks, and months, were tried too (decision 0029). Less than a year shows no part of a season twice:
whatever moves smoothly in it may as well be a trend, so that no season is asked for. A month holds most of what an
advertisement does, so that less is carried into the next than from week to week.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mmm_core.labels import counted
from mmm_core.model.estimated import MOST_CHANNELS
from mmm_core.spec import Grain, RecommendedModel, RunSpec, default_spec, spec_from
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

FEWEST_PERIODS: dict[Grain, int] = {"WEEK": 26, "MONTH": 24}
"""From so many on the recommended model was tried on simulated worlds and public tables."""
PERIODS_OF_YEAR: dict[Grain, int] = {"WEEK": 52, "MONTH": 12}
FEW_PAIRS = 2
"""Fourier pairs of a season by months, and of one that is asked for of less than a year."""
DECAY_OF_MONTHS = 0.25
"""Share of an effect that is carried into the next month. By week about a half is usual: that is felt for a week on
average, and about a quarter of it in the month after."""

RULE = (
    f"Tables begin with it from {FEWEST_PERIODS['WEEK']} weeks or {FEWEST_PERIODS['MONTH']} months on, where sales are "
    f"above zero and there are at most {MOST_CHANNELS} channels: there it was tried."
)
"""Where the recommended model is what a table begins with, as a sentence."""

type Settings = dict[str, dict[str, float]]
"""Parts of ``feature_config`` by name."""


def usual_spec(
    dataset_id: str,
    data: CanonicalData,
    *,
    channels: Sequence[str],
    controls: Sequence[str],
    events: Sequence[str] = (),
) -> RunSpec:
    """What the app begins with on a table: every channel, control and row, under the model that suits the table.

    Parameters
    ----------
    dataset_id
        What the specification is to name as its table.
    data
        The table, one row an entity and period; entities are added up.
    channels, controls
        Bare names of its columns.
    events
        Those of the controls that tell of events.
    """
    spec = default_spec(dataset_id, channels=channels, controls=controls, grain=data.grain, events=events)
    events_said = {"events": spec.feature_config.events.model_dump()}
    sales = _sales(data)
    config = usual_config(len(sales), data.grain) | events_said
    # What is not said here is what either model has where a specification is silent.
    silent = spec.model_dump(exclude={"feature_config", "sampler"}) | {"feature_config": config}
    return spec_from(silent | ({} if _why_fixed(sales, data.grain, len(channels)) else {"model": RecommendedModel()}))


def config_of(data: CanonicalData) -> Settings:
    """Settings of ``feature_config`` that suit a table, where a model's own would not: :func:`usual_config`."""
    return usual_config(len(_sales(data)), data.grain)


def usual_config(periods: int, grain: Grain) -> Settings:
    """Settings of ``feature_config`` that suit so many periods with sales, where a model's own would not."""
    config: Settings = {"adstock": {"decay_default": DECAY_OF_MONTHS}} if grain == "MONTH" else {}
    if periods < PERIODS_OF_YEAR[grain]:
        config["seasonality"] = {"enabled": False, "K": FEW_PAIRS}
    elif grain == "MONTH":
        config["seasonality"] = {"K": FEW_PAIRS}
    return config


def why_season(data: CanonicalData) -> str | None:
    """Why a table begins with another season, or other carry-over, than its model has; None: it does not."""
    periods = len(_sales(data))
    if periods < PERIODS_OF_YEAR[data.grain]:
        return (
            f"Why this table begins without a season: {counted(periods, data.grain.lower())} with sales are less than "
            "a year: no time of year is seen twice, so that a season cannot be told from a trend."
        )
    if data.grain == "MONTH":
        return (
            f"Why this table begins with a decay of {DECAY_OF_MONTHS:g} and K = {FEW_PAIRS}: a month holds most of "
            "what an advertisement does, and twelve rows a year do not tell a sharp season."
        )
    return None


def why_fixed(data: CanonicalData, *, channels: int) -> str | None:
    """Why the recommended model is not what a table begins with, as a sentence; None: it is."""
    return _why_fixed(_sales(data), data.grain, channels)


def _why_fixed(sales: pd.Series, grain: Grain, channels: int) -> str | None:
    fewest, period = FEWEST_PERIODS[grain], grain.lower()
    if not (sales > 0).all():
        return f"Sales are at or below zero in {counted(int((sales <= 0).sum()), 'period')}."
    if len(sales) < fewest:
        return (
            f"There {'is' if len(sales) == 1 else 'are'} {counted(len(sales), period)} with sales; letting the data "
            f"speak was tried from {fewest} on."
        )
    if channels > MOST_CHANNELS:
        return f"There are {channels} channels; letting the data speak was tried with up to {MOST_CHANNELS}."
    return None


def _sales(data: CanonicalData) -> pd.Series:
    """Sales of the periods that have any, in their unit."""
    columns = data.frame[["entity_id", "period_start", "sales"]]
    return aggregate_brand(CanonicalData(columns, data.grain)).frame["sales"].dropna()
