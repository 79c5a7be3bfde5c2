"""Which model a table begins with: the recommended one wherever that was tried, otherwise the fixed one, and why."""

from __future__ import annotations

from collections.abc import Sequence

from mmm_core.labels import counted
from mmm_core.model.estimated import MOST_CHANNELS
from mmm_core.spec import RecommendedModel, RunSpec, default_spec, spec_from
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

FEWEST_ROWS = 52
"""From so many periods on the recommended model was tried on simulated worlds and public tables."""


def usual_spec(dataset_id: str, data: CanonicalData, *, channels: Sequence[str], controls: Sequence[str]) -> RunSpec:
    """What the app begins with on a table: every channel, control and row, under the model that suits the table.

    Parameters
    ----------
    dataset_id
        What the specification is to name as its table.
    data
        The table, one row an entity and period; entities are added up.
    channels, controls
        Bare names of its columns.
    """
    spec = default_spec(dataset_id, channels=channels, controls=controls, grain=data.grain)
    if why_fixed(data, channels=len(channels)):
        return spec
    return spec_from(spec.model_dump(exclude={"feature_config", "sampler"}) | {"model": RecommendedModel()})


def why_fixed(data: CanonicalData, *, channels: int) -> str | None:
    """Why the recommended model is not what a table begins with, as a sentence; None: it is."""
    sales = aggregate_brand(data).frame["sales"].dropna()
    if not (sales > 0).all():
        return f"Sales are at or below zero in {counted(int((sales <= 0).sum()), 'period')}."
    if len(sales) < FEWEST_ROWS:
        return f"There are {len(sales)} periods with sales; letting the data speak was tried from {FEWEST_ROWS} on."
    if channels > MOST_CHANNELS:
        return f"There are {channels} channels; letting the data speak was tried with up to {MOST_CHANNELS}."
    return None
