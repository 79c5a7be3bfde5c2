"""Charts of the fit: observed against fitted, what is left, and the season. See :mod:`mmm_core.charts`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.events import Events, add_events
from mmm_core.charts.marks import add_band, entity_rows, plain_rows
from mmm_core.charts.style import INTERVAL, amount_axis, amounts, date_axis, framed, theme
from mmm_core.labels import percent, short
from mmm_core.results.fit_quality import off_by
from mmm_core.results.intervals import HDI_PROB


def fit(fitted: pd.DataFrame, unit: str, *, events: Events | None = None, dark: bool = False) -> go.Figure:
    """Observed target, fitted median, both bands, and when ``events`` fall."""
    tokens, held = theme(dark=dark), percent(HDI_PROB)
    figure = go.Figure()
    for of, rows in entity_rows(fitted):
        add_band(
            figure, rows, ("y_pred_low", "y_pred_high"), f"{held} of periods{of}", colour=tokens.accent, opacity=0.14
        )
        add_band(
            figure, rows, ("y_hat_low", "y_hat_high"), f"{held} of the median{of}", colour=tokens.accent, opacity=0.38
        )
        figure.add_scatter(
            x=rows["period_start"], y=rows["y_hat_mean"], name=f"Fitted median{of}",
            line={"color": tokens.accent, "width": 2}, **amounts(rows["y_hat_mean"]),
        )  # fmt: skip
        figure.add_scatter(
            x=rows["period_start"], y=rows["y"], name=f"Observed{of}", mode="markers",
            marker={"color": tokens.ink, "size": 5}, **amounts(rows["y"]),
        )  # fmt: skip
    add_events(figure, events or {}, fitted["period_start"], dark=dark)
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(**date_axis(fitted["period_start"]))
    figure.update_yaxes(title=unit, **amount_axis(fitted["y_pred_high"], fitted["y_pred_low"], fitted["y"]))
    inside = fitted["y"].between(fitted["y_pred_low"], fitted["y_pred_high"]).mean()
    return framed(
        figure,
        name="fit",
        title="Does the model follow sales?",
        how_to_read="Dots: observed. The dark band is our uncertainty of the median, the light band holds "
        f"{held} of single periods if the model is right.",
        alt=f"Observed and fitted sales over {len(fitted)} periods; {percent(inside)} of what was observed lies in the "
        "band for single periods.",
        data=fitted,
        dark=dark,
    )


def residuals(fitted: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Observed over fitted, in percent."""
    tokens, off = theme(dark=dark), 100 * off_by(fitted)
    figure = go.Figure()
    for of, rows in entity_rows(fitted.assign(off=off)):
        figure.add_bar(
            x=rows["period_start"],
            y=rows["off"],
            marker={"color": tokens.accent},
            name=f"Observed over fitted{of}",
            customdata=[percent(each / 100, signed=True) for each in rows["off"]],
            hovertemplate="%{x|%-d %b %Y}: %{customdata}<extra></extra>",
        )
    figure.update_xaxes(**date_axis(fitted["period_start"]))
    figure.update_yaxes(title="observed over fitted, %")
    low, middle, high = np.nanquantile(off / 100, [0, 0.5, 1])
    return framed(
        figure,
        name="residuals",
        title="What is left unexplained?",
        how_to_read="Bars should look like noise: runs on one side mean that something slow is missing, single high "
        "bars an event.",
        alt=f"Observed is off the fitted line by {percent(low, signed=True)} to {percent(high, signed=True)}, in the "
        f"middle {percent(middle, signed=True)}.",
        data=plain_rows(fitted.assign(observed_over_fitted_percent=off), "observed_over_fitted_percent"),
        dark=dark,
        height=260,
    )


def seasonality(decomposition: pd.DataFrame, unit: str, *, dark: bool = False) -> go.Figure:
    """The season's part of the baseline over time, with its interval."""
    tokens = theme(dark=dark)
    season = decomposition[decomposition["component"] == "seasonality"]
    figure = go.Figure()
    for of, rows in entity_rows(season):
        add_band(figure, rows, ("low", "high"), f"{INTERVAL}{of}", colour=tokens.accent, opacity=0.25)
        figure.add_scatter(
            x=rows["period_start"], y=rows["mean"], name=f"Season{of}", line={"color": tokens.accent, "width": 2},
            **amounts(rows["mean"]),
        )  # fmt: skip
    figure.update_xaxes(**date_axis(season["period_start"]))
    figure.update_yaxes(title=f"{unit} against the mean", **amount_axis(season["low"], season["high"]))
    return framed(
        figure,
        name="seasonality",
        title="What does the season do?",
        how_to_read="Sales above or below the reference level because of the time of year.",
        alt=f"The season moves sales between {short(season['mean'].min())} and {short(season['mean'].max())} against "
        "the reference level.",
        data=plain_rows(season, "mean", "low", "high"),
        dark=dark,
        height=300,
    )
