"""Charts of the fit: observed against fitted, what is left, and the season. See :mod:`mmm_core.charts`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_band
from mmm_core.charts.style import INTERVAL, amount_axis, amounts, framed, theme
from mmm_core.labels import percent, short
from mmm_core.results.fit_quality import off_by
from mmm_core.results.intervals import HDI_PROB


def fit(fitted: pd.DataFrame, unit: str, *, dark: bool = False) -> go.Figure:
    """Observed target, fitted median, and both bands."""
    tokens = theme(dark=dark)
    dates = fitted["period_start"].to_numpy()
    held = percent(HDI_PROB)
    figure = go.Figure()
    add_band(
        figure, fitted, ("y_pred_low", "y_pred_high"), f"{held} of periods", colour=tokens.accent, opacity=0.14
    )  # fmt: skip
    add_band(
        figure, fitted, ("y_hat_low", "y_hat_high"), f"{held} of the median", colour=tokens.accent, opacity=0.38
    )  # fmt: skip
    figure.add_scatter(
        x=dates, y=fitted["y_hat_mean"], name="Fitted median", line={"color": tokens.accent, "width": 2},
        **amounts(fitted["y_hat_mean"]),
    )  # fmt: skip
    figure.add_scatter(
        x=dates, y=fitted["y"], name="Observed", mode="markers", marker={"color": tokens.ink, "size": 5},
        **amounts(fitted["y"]),
    )  # fmt: skip
    figure.update_layout(hovermode="x unified")
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
    tokens = theme(dark=dark)
    off = 100 * off_by(fitted)
    figure = go.Figure(
        go.Bar(
            x=fitted["period_start"],
            y=off,
            marker={"color": tokens.accent},
            name="Observed over fitted",
            customdata=[percent(each / 100, signed=True) for each in off],
            hovertemplate="%{x|%-d %b %Y}: %{customdata}<extra></extra>",
        )
    )
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
        data=pd.DataFrame({"period_start": fitted["period_start"], "observed_over_fitted_percent": off}),
        dark=dark,
        height=260,
    )


def seasonality(decomposition: pd.DataFrame, unit: str, *, dark: bool = False) -> go.Figure:
    """The season's part of the baseline over time, with its interval."""
    tokens = theme(dark=dark)
    season = decomposition[decomposition["component"] == "seasonality"]
    figure = go.Figure()
    add_band(figure, season, ("low", "high"), INTERVAL, colour=tokens.accent, opacity=0.25)
    figure.add_scatter(
        x=season["period_start"], y=season["mean"], name="Season", line={"color": tokens.accent, "width": 2},
        **amounts(season["mean"]),
    )  # fmt: skip
    figure.update_yaxes(title=f"{unit} against the mean", **amount_axis(season["low"], season["high"]))
    return framed(
        figure,
        name="seasonality",
        title="What does the season do?",
        how_to_read="Sales above or below the reference level because of the time of year.",
        alt=f"The season moves sales between {short(season['mean'].min())} and {short(season['mean'].max())} against "
        "the reference level.",
        data=season[["period_start", "mean", "low", "high"]],
        dark=dark,
        height=300,
    )
