"""Every chart of a run by name, and the words that belong under each of them.

The only place outside the pages that knows which charts a run has; they are drawn in the light theme, for files.
"""

from __future__ import annotations

import plotly.graph_objects as go

from mmm_core.charts import contributions, curves, fit, parameters
from mmm_core.labels import day, per_spend, percent, sales_label
from mmm_core.model import preview
from mmm_core.runs.datasets import Units
from mmm_core.runs.outputs import Outputs
from mmm_core.spec import RunSpec

STUDIO = "Marketing Mix Studio"
"""Who made a picture: the last words under it."""


def charts_of_run(found: Outputs, spec: RunSpec, units: Units) -> dict[str, go.Figure]:
    """The charts that a run has, in the order of the Results page; without spend none of returns, and so on."""
    summary, scaler, unit = found.summary, found.scaler, sales_label(units.target)
    drawn = [
        contributions.contributions_over_time(found.decomposition, unit, observed=found.fitted, grain=scaler.grain),
        contributions.shares(summary),
        contributions.totals(summary, unit),
        contributions.waterfall(summary, unit),
        contributions.removal_and_additive(summary, unit),
        fit.fit(found.fitted, unit),
        fit.residuals(found.fitted),
        fit.seasonality(found.decomposition, unit),
    ]
    if any(channel.roi for channel in summary.channels):
        drawn.append(
            contributions.roi(summary, per=per_spend(units.target, units.spend), break_even=money_for_money(units))
        )
    drawn.append(curves.adstock(spec, list(scaler.channels), grain=scaler.grain))
    if spec.feature_config.saturation.enabled:
        drawn.append(curves.saturation(preview.saturation_curves(spec, list(scaler.channels))))
    rows = found.parameters.parameters
    drawn += [
        parameters.forest(rows),
        parameters.prior_and_posterior(found.diagnostics.prior_posterior),
        parameters.diagnostics(rows, chains=found.diagnostics.sampler.chains),
    ]
    return {figure.layout.meta["name"]: figure for figure in drawn}


def money_for_money(units: Units) -> bool:
    """Whether sales and spend are counted in one currency: only then is there a return at which spend pays."""
    return bool(units.spend) and units.target == units.spend


def conditions(found: Outputs, spec: RunSpec) -> str:
    """Period of a result, and what its intervals are given."""
    first, last = found.fitted["period_start"].min(), found.fitted["period_start"].max()
    saturation = "with the saturation chosen" if spec.feature_config.saturation.enabled else "without saturation"
    return (
        f"{day(first)} to {day(last)}; given the decay settings and {saturation}: intervals do not include "
        "uncertainty about them. Causal only if spend was not set by expected sales."
        + (" Stopped early: fewer draws than planned." if found.summary.partial else "")
    )


def source(name: str, found: Outputs, spec: RunSpec) -> str:
    """The line under a picture: whose result it is, and on what conditions."""
    return f"{name} · {percent(found.summary.interval_prob)} intervals · {conditions(found, spec)}"
