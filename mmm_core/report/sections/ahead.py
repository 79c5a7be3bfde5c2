"""What to do next: what more or less money would bring, and a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import plotly.graph_objects as go

from mmm_core.charts import plan as charts
from mmm_core.charts.style import Places
from mmm_core.labels import counted, days, display_names, listed, percent, ratio, ratio_span, short, signed, span
from mmm_core.planning.answer import HELD, Plan, PlannedChannel
from mmm_core.planning.curves import ResponseCurve
from mmm_core.report import plains, rules, texts
from mmm_core.report.basis import Basis
from mmm_core.report.content import Drawn, Grid, Section
from mmm_core.report.rules import OnCurve
from mmm_core.results.intervals import Estimate, estimate
from mmm_core.runs.datasets import Units

USUAL_LINES, LINE_HEIGHT = 2, 22
"""Lines of a channel's name that its row has room for, and what each more takes (px)."""
ROOM_FOR_WORDS = 2.1
"""Length of the axis of money, in times of the longest bar."""
MOST_CURVES = 6
"""So many channels, those with the most money, have their curve drawn; the table has all."""


def curves(basis: Basis) -> Section:
    """A curve for each of the channels with the most money, and for all what today's and the next unit bring."""
    title = texts.TITLES["curves"]
    if basis.curves is None:
        return Section("curves", title, (basis.no_curves,))
    today = dict(zip(basis.channels_of_curves, basis.curves.spending.today, strict=True))
    ordered = sorted(basis.curves.curves, key=lambda curve: -today[curve.channel])
    names = display_names([curve.channel for curve in ordered])
    prob = basis.run.outputs.summary.interval_prob
    at = [
        (curve, rules.on_curve(curve, float(today[curve.channel]), partial(estimate, prob=prob))) for curve in ordered
    ]
    told = [(names[curve.channel], found) for curve, found in at if not _untold(basis, curve.channel)]
    untold = [names[curve.channel] for curve in ordered if _untold(basis, curve.channel)]
    said = [sentence for sentence in (rules.slack_in_words(told, others=bool(untold)),) if sentence]
    if untold:
        said.append(
            f"{listed(untold)} cannot be told from no effect: "
            f"{'its curve is' if len(untold) == 1 else 'their curves are'} no reason to move money."
        )
    said += [texts.OF_TWO_TIMES.format(period=basis.run.outputs.scaler.grain.lower()), texts.BEYOND]
    if len(ordered) > MOST_CURVES:
        said.append(f"The {MOST_CURVES} channels with the most money are drawn; the table has all {len(ordered)}.")
    rows = tuple(_row(names[curve.channel], float(today[curve.channel]), found) for curve, found in at)
    period, spend = basis.run.outputs.scaler.grain.lower(), basis.run.units.spend
    head = texts.AT_TODAY.format(period=period) + (f", {spend}" if spend else "")
    grid = Grid("At today's spend", (texts.CHANNEL, head, texts.AVERAGE, texts.NEXT_UNIT), rows)
    drawn = tuple(_drawn(basis, curve, float(today[curve.channel])) for curve in ordered[:MOST_CURVES])
    return Section("curves", title, tuple(said), drawn, (grid,), ("response", "interval"))


def _untold(basis: Basis, channel: str) -> bool:
    return any(each.cannot_be_told for each in basis.run.outputs.summary.channels if each.channel == channel)


def _row(name: str, today: float, found: OnCurve) -> tuple[str, ...]:
    return (name, short(today), _figure(found.average), _figure(found.following))


def _figure(value: Estimate | None) -> str:
    return texts.NOTHING if value is None else f"{ratio(value.shown)} ({ratio_span(value)})"


def _drawn(basis: Basis, curve: ResponseCurve, today: float) -> Drawn:
    assert basis.curves is not None  # noqa: S101 - who draws has looked
    run, place = basis.run, basis.channels_of_curves.index(curve.channel)
    period = run.outputs.scaler.grain.lower()
    draw = partial(
        charts.response, curve, today=today, seen=float(basis.curves.spending.most[place]), sales=run.units.target,
        spend=run.units.spend or "money", period=period, interval_prob=run.outputs.summary.interval_prob,
        places=run.colours,
    )  # fmt: skip
    axis, across = f"{run.sales} a {period}", f"{run.units.spend or 'money'} a {period}"
    says = texts.SAYS_RESPONSE.format(
        held=percent(run.outputs.summary.interval_prob), period=period,
        most=f"{short(float(basis.curves.spending.most[place]))} {run.units.spend}".strip(),
    )  # fmt: skip
    plain = plains.response(run, curve, axis=axis, across=across)
    return Drawn(f"response_{curve.channel}", draw, plain, says)


def plan(basis: Basis) -> Section:
    """The plan that is carried out, or else the usual one: what it moves, what that brings, and what holds it."""
    title = texts.TITLES["plan"]
    if basis.planned is None:
        return Section("plan", title, (basis.no_plan,))
    planned, run = basis.planned, basis.run
    found, unit = planned.plan, planned.spend

    def money(amount: float) -> str:
        return f"{short(amount)} {unit}".strip()

    notes = found.notes(money) if planned.is_kept or found.differs else []  # of moves that nobody is told to make
    said = [
        planned.says,
        found.headline(money),
        *notes,
        f"{_of_when(found)} {texts.NOT_MONEY}",
    ]
    if planned.is_kept or found.differs:
        said.append(_gain(basis, found, money))
    if over := rules.over_in_words(found, basis.made_at):
        said.append(over)
    channels = sorted((each for each in found.channels if each.held != "no_spend"), key=lambda each: -each.today)
    names = display_names([each.channel for each in channels])
    rows = tuple(_planned(names[each.channel], each) for each in channels)
    of_money = f", {unit}" if unit else ""
    heads = (
        texts.CHANNEL,
        f"{texts.TODAY}{of_money}",
        f"{texts.PLAN}{of_money}",
        texts.CHANGE,
        texts.BRINGS,
        texts.HELD,
    )
    marks = ("gain", "interval")
    if not (planned.is_kept or _is_advised(found)):  # a table of moves would say what the sentence does not
        return Section("plan", title, tuple(said), marks=marks)
    draw = partial(_money, found, unit or "money", places=run.colours)
    return Section(
        "plan", title, tuple(said), (Drawn("plan_money", draw, plains.money(found, unit), texts.SAYS_MONEY),),
        (Grid("Money by channel", heads, rows, words=(0, 5)),), marks,
    )  # fmt: skip


def _gain(basis: Basis, found: Plan, money: Callable[[float], str]) -> str:
    """What it brings in the target's unit, of how much, and for how much money."""
    unit = basis.run.units.target if basis.run.units.target != Units().target else "sales"
    return texts.GAIN.format(
        gain=f"{short(abs(found.gain.shown))} {unit}", than="less" if found.gain.shown < 0 else "more",
        interval=span(found.gain), sales=f"{short(found.sales.shown)} {unit}", budget=money(found.budget),
    )  # fmt: skip


def _of_when(found: Plan) -> str:
    periods = counted(found.periods, found.grain.lower())
    return f"It is of the {periods} after the table's last: {days(found.first, found.last)}."


def _is_advised(found: Plan) -> bool:
    """Whether it brings more than today within what is known, or moves nothing."""
    moves = any(abs(each.plan - each.today) >= rules.LEAST_MOVE for each in found.channels)
    return found.differs or not moves


def _money(found: Plan, unit: str, *, places: Places, dark: bool = False) -> go.Figure:
    """The chart of the page with room for what holds a channel, on a narrow sheet too."""
    figure = charts.money_by_channel(found, unit, places=places, dark=dark)
    lines = max((str(label).count("<br>") + 1 for trace in figure.data for label in trace.y), default=1)
    if lines > USUAL_LINES:
        figure.layout.height += LINE_HEIGHT * (lines - USUAL_LINES) * len(found.channels)
    if any(HELD[each.held] for each in found.channels if each.held != "no_spend"):
        largest = max(max(each.today, each.plan) for each in found.channels)
        figure.update_xaxes(range=[0, ROOM_FOR_WORDS * (largest or 1.0)])
    return figure


def _planned(name: str, each: PlannedChannel) -> tuple[str, ...]:
    moved = each.plan - each.today
    change = texts.NOTHING if abs(moved) < rules.LEAST_MOVE else signed(moved)
    brings = f"{short(each.brings.shown)} ({span(each.brings)})"
    return (name, short(each.today), short(each.plan), change, brings, HELD[each.held] or texts.NOTHING)
