"""Charts of thirty channels with names of every length, drawn by a browser without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
from playwright.sync_api import Page
from plotly.offline import get_plotlyjs

from mmm_core.charts import contributions, other_settings, parameters, settings, table
from mmm_core.exports import formats
from mmm_core.exports.gallery import Exhibit
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.posterior_summary import ParameterSummary
from mmm_core.results.verdicts import ShareComparison
from mmm_core.runs import tables
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_spec
from mmm_core.runs.outputs import Outputs, read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"
MANY, LONGEST = 30, 60
WORDS = ("prospecting", "video", "display", "retargeting", "connected", "shopping", "awareness", "brand", "germany")
CARD = {390: 326, 1440: 1056}
"""Width that a chart has on the page, by that of the window (pixels)."""


def names(number: int = MANY) -> list[str]:
    """Names of 2 to 60 characters, some of many words and some of one that is longer than a line."""
    made = []
    for place in range(number):
        length = 2 + place * (LONGEST - 2) // (number - 1)
        text = f"{place} " + " ".join(WORDS[(place + step) % len(WORDS)] for step in range(8))
        made.append((text if place % 3 else f"{place}{'x' * LONGEST}")[:length].strip())
    return made


def summary() -> ContributionSummary:
    known = read_outputs(DEMO).summary
    channels = [known.channels[place % 6].model_copy(update={"channel": name}) for place, name in enumerate(names())]
    return known.model_copy(update={"channels": tuple(channels)})


def lists() -> dict[str, go.Figure]:
    """Every chart that has a row for each channel."""
    many, outputs = summary(), read_outputs(DEMO)
    known = {row.name: row for row in outputs.parameters.parameters}
    rows: list[ParameterSummary] = [
        known[f"{kind}[tv]"].model_copy(update={"name": f"{kind}[{name}]"})
        for kind in ("share", "decay")
        for name in many.names
    ]
    first = outputs.diagnostics.prior_posterior[0]
    shares: list[ShareComparison] = [first, *(first.model_copy(update={"channel": name}) for name in many.names)]
    frame = tables.read_file(PROJECT / "sample_data" / "mmm_demo.csv").canonical().frame
    frame = frame.assign(**{f"act_{name}": frame["act_tv"] for name in many.names})
    return {
        "waterfall": contributions.waterfall(many, "sales, €"),
        "shares": contributions.shares(many, others={"else": many}),
        "totals": contributions.totals(many, "sales, €"),
        "roi": contributions.roi(many, per="€ per € spent"),
        "removal_and_additive": contributions.removal_and_additive(many, "sales, €"),
        "other_settings": other_settings.shares_by_setting(many, {"with saturation": many}),
        "live_estimate": settings.live_shares(many, many),
        "prior_and_posterior": parameters.prior_and_posterior(shares, many.names, None),
        "forest": parameters.forest(rows, many.names, None),
        "diagnostics": parameters.diagnostics(rows, many.names, None, chains=4),
        "activity": table.activity(frame, many.names),
        "missingness": table.missingness(
            dict.fromkeys(many.names, 0.3), many.names, {f"act_{name}": name for name in many.names}
        ),
    }  # fmt: skip


def over_time(start: str, weeks: int) -> dict[str, Callable[[], go.Figure]]:
    """Every chart over time of a result and a table whose first week begins at ``start``."""
    outputs, spec = read_outputs(DEMO), read_spec(DEMO)
    moved: dict[str, pd.DataFrame] = {}
    for part in ("fitted", "decomposition", "contributions"):
        frame: pd.DataFrame = getattr(outputs, part)
        begins = sorted(frame["period_start"].unique())[:weeks]
        shift = pd.Timestamp(start) - begins[0]
        kept = frame[frame["period_start"].isin(begins)]
        moved[part] = kept.assign(period_start=kept["period_start"] + shift)
    changed: Outputs = replace(outputs, **moved)
    run = Exhibit("demo", changed, spec, Units(target="€", spend="€"))
    data = tables.read_file(PROJECT / "sample_data" / "mmm_demo.csv")
    frame = data.canonical().frame.iloc[:weeks]
    frame = frame.assign(period_start=frame["period_start"] + (pd.Timestamp(start) - frame["period_start"].min()))
    channels = data.report.channels
    felt = pd.DataFrame({"period_start": frame["period_start"], "bought": frame["act_tv"], "felt": frame["act_tv"]})
    return {
        "contributions_over_time": lambda: contributions.contributions_over_time(
            changed.decomposition, run.sales, summary=changed.summary, observed=changed.fitted
        ),
        "sales_and_spend": lambda: table.sales_and_spend(frame, channels, "€"),
        "activity": lambda: table.activity(frame, channels),
        "felt": lambda: settings.felt(felt, "tv", "#123456"),
        **{name: lambda name=name: _of_fit(name, changed, run.sales) for name in ("fit", "residuals", "seasonality")},
    }


def _of_fit(name: str, outputs: Outputs, sales: str) -> go.Figure:
    from mmm_core.charts import fit

    if name == "fit":
        return fit.fit(outputs.fitted, sales)
    return fit.residuals(outputs.fitted) if name == "residuals" else fit.seasonality(outputs.decomposition, sales)


def draw(page: Page, figure: go.Figure, *, width: int) -> None:
    """Draw a chart as wide as its card is in a window of this width."""
    if not page.evaluate("() => Boolean(window.Plotly)"):
        page.set_content("<body style='margin: 0'><div id='chart'></div></body>")
        page.add_script_tag(content=get_plotlyjs())
    page.set_viewport_size({"width": width, "height": 1000})
    shown = formats.as_shown(figure, file="chart", source="").update_layout(width=CARD[width])
    page.evaluate("drawn => Plotly.newPlot('chart', drawn.data, drawn.layout)", json.loads(shown.to_json()))
