"""Does it predict what it has not seen? Predictions from each date on, what came, and how far off they were."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_band
from mmm_core.charts.style import amount_axis, amounts, framed, theme
from mmm_core.labels import percent, short
from mmm_core.proof.part import PartReport

FORECASTS = {
    "model": ("this model", "circle"),
    "without_media": ("the same without media", "diamond-open"),
    "naive": ("sales of a year before", "x-thin-open"),
}
"""What each forecast is called, and its mark: told apart by shape."""


def predictions(part: PartReport, *, sales: str = "sales", per: str = "", dark: bool = False) -> go.Figure:  # noqa: ARG001
    """Above: predicted medians with their 90 % bands, and what came. Below: the error of each forecast.

    Errors are the mean CRPS of a fold as a share of its mean sales, so that folds can be set side by side.
    """
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    periods, scores = _frames(part)
    tokens = theme(dark=dark)
    figure = go.Figure()
    for number, (_, rows) in enumerate(periods.groupby("fold", sort=False)):
        # Folds of short tables overlap: neighbours differ in their line.
        add_band(figure, rows, ("low", "high"), "90 % band", colour=tokens.accent, opacity=0.2)
        figure.data[-1].update(legendgroup="band", showlegend=number == 0)
        figure.add_scatter(
            x=rows["period_start"], y=rows["median"], name="Predicted median", legendgroup="median",
            showlegend=number == 0, mode="lines+markers" if len(rows) == 1 else "lines",
            line={"color": tokens.accent, "width": 2, "dash": ("solid", "dash")[number % 2]},
            customdata=[list(map(short, row)) for row in rows[["median", "low", "high"]].to_numpy(float)],
            hovertemplate="Predicted %{customdata[0]} (%{customdata[1]} to %{customdata[2]})<extra></extra>",
        )  # fmt: skip
    _add_observed(figure, periods, dark=dark)
    _add_errors(figure, scores, dark=dark)
    figure.update_layout(
        xaxis={"anchor": "y2"},
        yaxis={
            "domain": [0.36, 1],
            "title": sales,
            **amount_axis(periods["low"], periods["high"], periods["observed"]),
        },
        yaxis2={"domain": [0, 0.24], "title": "error, %", "rangemode": "tozero"},
        hovermode="closest",
    )
    wide = scores.pivot_table(index="fold", columns="forecast", values="crps").add_prefix("crps_").reset_index()
    return framed(
        figure,
        name="proof_foresight",
        title=part.question,
        how_to_read=f"{part.how_to_read} A ring marks a period outside its band. Below: how far off each forecast was "
        "from then on (CRPS, % of sales); lower is nearer.",
        alt=f"{part.told.sentence} Predictions from {periods['fold'].nunique()} dates on.",
        data=periods.merge(wide, on="fold"),
        dark=dark,
        height=520,
    )


def _frames(part: PartReport) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predicted periods, and scores with their error as a share of the fold's sales and the middle of its periods."""
    assert part.told is not None  # noqa: S101
    periods = pd.DataFrame(part.told.tables["periods"]).rename(columns={"period": "period_start"})
    periods["period_start"] = pd.to_datetime(periods["period_start"])
    by_fold = periods.groupby("fold", sort=False)
    folds = pd.DataFrame(
        {
            "middle": by_fold["period_start"].min()
            + (by_fold["period_start"].max() - by_fold["period_start"].min()) / 2,
            "sales": by_fold["observed"].mean(),
        }
    )
    scores = pd.DataFrame(part.told.tables["scores"]).merge(folds, left_on="fold", right_index=True)
    scores["error"] = 100 * scores["crps"] / scores["sales"]
    return periods, scores


def _add_observed(figure: go.Figure, periods: pd.DataFrame, *, dark: bool) -> None:
    tokens = theme(dark=dark)
    seen = periods.drop_duplicates("period_start")
    figure.add_scatter(
        x=seen["period_start"], y=seen["observed"], name="What came", mode="markers",
        marker={"color": tokens.ink, "size": 5}, **amounts(seen["observed"]),
    )  # fmt: skip
    missed = periods[~periods["observed"].between(periods["low"], periods["high"])]
    if len(missed):
        figure.add_scatter(
            x=missed["period_start"], y=missed["observed"], name="Outside its band", mode="markers",
            marker={"color": tokens.ink, "size": 12, "symbol": "circle-open", "line": {"width": 2}},
            hovertemplate="%{x|%-d %b %Y}: outside its band<extra></extra>",
        )  # fmt: skip


def _add_errors(figure: go.Figure, scores: pd.DataFrame, *, dark: bool) -> None:
    tokens = theme(dark=dark)
    colours = {"model": tokens.accent, "without_media": tokens.ink, "naive": tokens.muted}
    for forecast, (name, symbol) in FORECASTS.items():
        rows = scores[scores["forecast"] == forecast]
        figure.add_scatter(
            x=rows["middle"], y=rows["error"], yaxis="y2", name=f"Error of {name}", mode="markers",
            marker={"color": colours[forecast], "size": 11, "symbol": symbol, "line": {"width": 2}},
            customdata=[
                [percent(error / 100, 1), percent(mape, 1)] for error, mape in rows[["error", "mape"]].to_numpy(float)
            ],
            hovertemplate=f"{name[:1].upper()}{name[1:]}: %{{customdata[0]}} (CRPS); "
            "%{customdata[1]} off on average<extra></extra>",
        )  # fmt: skip
