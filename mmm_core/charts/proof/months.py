"""Which weeks decide? What leaving out each month would do to each figure, as a map."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.proof.priors import ALL
from mmm_core.charts.style import framed, theme
from mmm_core.labels import counted, display_names
from mmm_core.proof.measure import in_words
from mmm_core.proof.part import PartReport

ROW_HEIGHT = 30


def pulls(part: PartReport, *, dark: bool = False) -> go.Figure:
    """Months by channels: how far each figure moves without that month's sales."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    tokens = theme(dark=dark)
    frame = pd.DataFrame(part.told.tables["months"])
    named = display_names([name for name in frame["channel"].unique() if isinstance(name, str)])
    frame["name"] = [named.get(each, ALL) for each in frame["channel"]]
    frame["said"] = [_said(row) for row in frame.to_dict("records")]
    names, months = list(frame["name"].unique()), list(frame["month"].unique())
    cells = frame.set_index(["name", "month"])[["reach", "said"]]
    grid = cells["reach"].astype(float).unstack().loc[names, months]  # noqa: PD010 - nothing is to be summed
    said = cells["said"].unstack().loc[names, months]  # noqa: PD010
    dates = [pd.Timestamp(month) for month in months]
    figure = go.Figure()
    # Under the map, so that what could not be weighed is grey and not the ground.
    figure.add_heatmap(
        x=dates, y=names, z=[[0.0] * len(months) for _ in names], showscale=False, hoverinfo="skip", xgap=1, ygap=1,
        colorscale=[[0, tokens.baseline], [1, tokens.baseline]],
    )  # fmt: skip
    figure.add_heatmap(
        x=dates, y=names, z=grid.to_numpy(), zmin=-1, zmax=1, hoverongaps=False, xgap=1, ygap=1,
        colorscale=[[0, tokens.palette[1]], [0.5, tokens.card], [1, tokens.palette[0]]],
        customdata=said.to_numpy(), hovertemplate="%{customdata}<extra></extra>",
        colorbar={
            "tickvals": [-1, 0, 1],
            "ticktext": ["lower end", "as it is", "upper end"],
            "thickness": 12,
            "outlinewidth": 0,
            "tickfont": {"color": tokens.ink},
        },
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"color": tokens.ink})
    figure.update_xaxes(tickformat="%b %Y", showgrid=False)
    unknown = int(grid.isna().all().sum())
    return framed(
        figure,
        name="proof_months",
        title=part.question,
        how_to_read=part.how_to_read,
        alt=f"{part.told.sentence} A map of {counted(len(months), 'month')} by {counted(len(names) - 1, 'channel')}"
        f"{f', {unknown} of them not weighed' if unknown else ''}.",
        data=frame[["month", "channel", "measure", "own", "without", "reach", "by"]].fillna({"channel": "all"}),
        dark=dark,
        height=140 + ROW_HEIGHT * len(names),
    )


def _said(row: Mapping[Hashable, Any]) -> str:
    name, when = row["name"], f"{pd.Timestamp(row['month']):%b %Y}"
    if pd.isna(row["without"]):
        return f"{name} without {when}: cannot be weighed"
    without, own = (in_words(row["measure"], row[key]) for key in ("without", "own"))
    said = f"{name} without {when}: {without} instead of {own}"
    return f"{said}, by a refit" if row["by"] == "refit" else said
