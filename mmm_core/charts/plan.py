"""Charts of a plan: where the money goes, today beside the plan, and what a channel brings at any spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_area, beside_axis
from mmm_core.charts.style import Places, amount_axis, channel_colours, framed, theme, translucent
from mmm_core.labels import display_name, display_names, percent, ratio, short
from mmm_core.planning.answer import HELD
from mmm_core.results.intervals import hdi

if TYPE_CHECKING:
    from mmm_core.planning.answer import Plan, PlannedChannel
    from mmm_core.planning.budget import Frontier
    from mmm_core.planning.curves import ResponseCurve

ROW_HEIGHT = 56


def money_by_channel(plan: Plan, unit: str, *, places: Places = None, dark: bool = False) -> go.Figure:
    """Money of each channel over the horizon: today's bar above the plan's."""
    tokens = theme(dark=dark)
    channels = sorted((each for each in plan.channels if each.held != "no_spend"), key=lambda each: -each.today)
    names = display_names([each.channel for each in channels])
    colours = channel_colours([each.channel for each in channels], places, dark=dark)
    rows = [beside_axis(names[each.channel]) for each in channels]
    figure = go.Figure()
    for when in ("plan", "today"):  # the last is drawn on top
        amounts = [getattr(each, when) for each in channels]
        fills = [colours[each.channel] for each in channels]
        figure.add_bar(
            y=rows, x=amounts, orientation="h", name=when.capitalize(), showlegend=False,
            marker={"color": fills if when == "plan" else [translucent(each, 0.35) for each in fills]},
            text=[_beside(each, when) for each in channels],
            textposition="outside", cliponaxis=False, textfont={"color": tokens.ink},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )  # fmt: skip
    largest = max((max(each.today, each.plan) for each in channels), default=1.0)
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.08)
    figure.update_xaxes(title=f"{unit} over {plan.periods} {plan.grain.lower()}s", **amount_axis(np.array([largest])))
    figure.update_xaxes(range=[0, 1.35 * largest])
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"color": tokens.ink})
    return framed(
        figure,
        name="plan_money",
        title="Where does the money go?",
        how_to_read="Light: today. Full: the plan, which has the same money unless another budget is set.",
        alt="; ".join(
            f"{names[each.channel]} {short(each.today)} today, {short(each.plan)} planned" for each in channels
        )
        + ".",
        data=pd.DataFrame(
            {
                "channel": [each.channel for each in channels],
                "today": [each.today for each in channels],
                "plan": [each.plan for each in channels],
                "least": [each.low for each in channels],
                "most": [each.high for each in channels],
                "held_by": [HELD[each.held] for each in channels],
            }
        ),
        dark=dark,
        height=int(150 + ROW_HEIGHT * len(channels)),
    )


def _beside(each: PlannedChannel, when: str) -> str:
    amount = short(getattr(each, when))
    if when == "today":
        return f"today {amount}"
    held = HELD[each.held]
    return f"plan {amount}{f' · {held}' if held else ''}"


def response(
    curve: ResponseCurve,
    *,
    today: float,
    seen: float,
    sales: str,
    spend: str,
    period: str,
    interval_prob: float,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """What a channel brings per period at any spend; beyond what was seen the line is broken.

    Parameters
    ----------
    today, seen
        Its spend per period now, and the most it ever was.
    sales, spend, period
        Units of sales and spend, and what a period is called.
    """
    tokens, name = theme(dark=dark), display_name(curve.channel)
    colour = channel_colours([curve.channel], places, dark=dark)[curve.channel]
    middle = np.median(curve.steady, axis=1)
    low, high = hdi(curve.steady, interval_prob)
    figure = go.Figure()
    add_area(figure, curve.spend, low, high, colour=colour, opacity=0.2)
    inside = curve.spend <= seen
    figure.add_scatter(
        x=curve.spend[inside], y=middle[inside], mode="lines", line={"color": colour, "width": 2.5},
        name="Steady spend", hovertemplate=f"%{{x:,.0f}} {spend}: %{{y:,.0f}} {sales}<extra></extra>",
    )  # fmt: skip
    beyond = curve.spend >= curve.spend[inside][-1]
    figure.add_scatter(
        x=curve.spend[beyond], y=middle[beyond], mode="lines", line={"color": colour, "width": 2, "dash": "dot"},
        name="Beyond what was seen", hovertemplate=f"%{{x:,.0f}} {spend}: %{{y:,.0f}} {sales}<extra></extra>",
    )  # fmt: skip
    following = np.median(curve.following, axis=1)
    figure.add_scatter(
        x=curve.spend, y=following, mode="lines", line={"color": tokens.muted, "width": 1.5, "dash": "dash"},
        name=f"In the next {period} alone", hovertemplate=f"%{{x:,.0f}} {spend}: %{{y:,.0f}} {sales}<extra></extra>",
    )  # fmt: skip
    figure.add_vrect(x0=0, x1=seen, fillcolor=tokens.line, opacity=0.25, line_width=0, layer="below")
    figure.add_vline(x=today, line={"color": tokens.ink, "width": 1, "dash": "dot"}, annotation_text="today")
    figure.update_xaxes(title=f"Spend, {spend} a {period}", rangemode="tozero", **amount_axis(curve.spend))
    figure.update_yaxes(title=f"Brings, {sales} a {period}", rangemode="tozero", **amount_axis(high))
    at, margin = (float(np.median(draws)) for draws in curve.at(today))
    average = at / today if today > 0 else margin
    return framed(
        figure,
        name=f"response_{curve.channel}",
        title=f"What does {name} bring at any spend?",
        how_to_read=f"What would be missing without it in the coming {period}s, everything else as today; band: "
        f"{percent(interval_prob)} interval; shaded: what was seen. At today's spend it brings {ratio(average)} per "
        f"unit, and the next unit {ratio(margin)}.",
        alt=f"At today's {short(today)} {spend} a {period} {name} brings {short(at)} {sales}.",
        data=pd.DataFrame(
            {"spend": curve.spend, "median": middle, "low": low, "high": high, "next_period_alone": following}
        ),
        dark=dark,
    )


def frontier(plan: Plan, found: Frontier, *, spend: str, sales: str, dark: bool = False) -> go.Figure:
    """What every budget brings at its best, with today's split and the plan on it.

    Parameters
    ----------
    plan, found
        The plan, and the frontier around it.
    spend, sales
        Units of spend and sales.
    """
    tokens = theme(dark=dark)
    budgets = [point.budget for point in found.points]
    middle = [point.sales.shown for point in found.points]
    low, high = ([getattr(point.sales, side) for point in found.points] for side in ("low", "high"))
    figure = go.Figure()
    add_area(figure, np.array(budgets), np.array(low), np.array(high), colour=tokens.accent, opacity=0.15)
    figure.add_scatter(
        x=budgets, y=middle, mode="lines", line={"color": tokens.accent, "width": 2.5}, name="Best split",
        hovertemplate=f"%{{x:,.0f}} {spend}: %{{y:,.0f}} {sales}<extra></extra>",
    )  # fmt: skip
    today = next(split for split in plan.splits if split.name == "today")
    for name, at, value, symbol, place in (
        ("Today", today.spend, plan.sales_today.shown, "circle-open", "bottom right"),
        ("Plan", plan.budget, plan.sales.shown, "circle", "top left"),
    ):
        figure.add_scatter(
            x=[at], y=[value], mode="markers+text", text=[name], textposition=place, name=name, showlegend=False,
            marker={"color": tokens.ink, "size": 10, "symbol": symbol, "line": {"width": 2}},
            textfont={"color": tokens.ink},
            hovertemplate=f"{name}: %{{x:,.0f}} {spend}, %{{y:,.0f}} {sales}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=f"Budget, {spend}", **amount_axis(np.array(budgets)))
    figure.update_yaxes(title=f"Sales, {sales}", **amount_axis(np.array(high)))
    left = plan.sales.shown - plan.sales_today.shown
    last = ""
    if found.last is not None:
        last = f" The last {percent(found.last_part)} of the budget bring {short(found.last.shown)} {sales}."
    return framed(
        figure,
        name="frontier",
        title="What would another budget bring?",
        how_to_read=f"Each budget at its best split, within the limits; band: {percent(plan.interval_prob)} interval."
        + (f" Today's split leaves {short(left)} {sales} on the table." if left > 0 and plan.differs else "")
        + last,
        alt=f"From {short(budgets[0])} to {short(budgets[-1])} {spend} sales go from {short(middle[0])} to "
        f"{short(middle[-1])} {sales}.",
        data=pd.DataFrame({"budget": budgets, "sales_median": middle, "sales_low": low, "sales_high": high}),
        dark=dark,
    )
