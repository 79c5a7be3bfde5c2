"""A plan of a finished run: what every door makes one of, in one place."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd
from pydantic import Field

from mmm_core.planning.answer import OUT_OF_REACH, Plan, described, if_moved
from mmm_core.planning.budget import Frontier, frontier
from mmm_core.planning.certificate import certify, uncertified
from mmm_core.planning.curves import ResponseCurve, Spending, response_curves
from mmm_core.planning.experiment import next_test, noise_of
from mmm_core.planning.optimise import Allocation, best
from mmm_core.planning.request import Asked, PlanRequest, asked
from mmm_core.planning.response import Response, response_of
from mmm_core.planning.task import Task
from mmm_core.planning.usual import spending_of
from mmm_core.proof.subject import Subject, read_subject
from mmm_core.results.future.coming import with_coming
from mmm_core.results.intervals import Estimate, estimate
from mmm_core.runs import runs
from mmm_core.schema import Strict
from mmm_core.spec import control_name
from mmm_core.workspace.desk import Desk

_TURN = threading.Lock()
"""Held while a plan is sought: of twenty people who ask at once each waits a second more, and no page stands still."""


def run_of(desk: Desk, run_id: str) -> Subject:
    """A finished run, to plan with.

    Raises
    ------
    RunError
        It is not finished.
    StorageError
        There is no such run of this owner.
    """
    return read_subject(runs.finished_folder(desk, run_id))


def response_for(run: Subject, horizon: int, controls: Mapping[str, Sequence[float]] | None = None) -> Response:
    """The model of a run on the periods that come; ``controls`` are those of a request.

    Raises
    ------
    DataError
        The table is not that of the fit.
    SpecError
        A control is unknown, or has another number of values.
    """
    return response_of(run.features, run.values, run.table, run.spec, horizon=horizon, controls=controls)


def coming_controls(run: Subject, horizon: int) -> pd.DataFrame:
    """Controls of the model in the periods that come, as a year before: a row a period, by bare names, in their units.

    The index has the first days of the periods (ISO).
    """
    coming = with_coming(run.table, horizon).frame.iloc[-horizon:]
    index = [str(pd.Timestamp(each).date()) for each in coming["period_start"]]
    names = [control_name(each) for each in run.spec.controls]
    return pd.DataFrame({name: coming[f"ctrl_{name}"].to_numpy(float) for name in names}, index=index)


def cannot_be_told(run: Subject) -> list[str]:
    """Channels whose effect cannot be told from none."""
    return [each.channel for each in run.summary.channels if each.cannot_be_told]


class Sought(NamedTuple):
    """A request on a run, and the split that was found for it.

    Attributes
    ----------
    run, request
        What was asked of what.
    asked
        The task that they make.
    found
        The best split of it.
    """

    run: Subject
    request: PlanRequest
    asked: Asked
    found: Allocation


def sought(run: Subject, response: Response, request: PlanRequest) -> Sought:
    """The best split for a request, on the model of its horizon; :func:`told` says what is known of it.

    Raises
    ------
    SpecError
        Two of its numbers contradict each other, or a channel is unknown; it names them.
    DataError
        No channel has spend.
    """
    with _TURN:
        task = asked(response, run.table, request, cannot_be_told=cannot_be_told(run))
        return Sought(run, request, task, _best(task.task))


def _best(task: Task) -> Allocation:
    """The best split of a task; where the chance that is aimed at says nothing, that of the most sales on average."""
    found = best(task)
    if task.reach is not None and _is_flat(task, found, task.reach):
        return best(replace(task, aim="mean", reach=None))
    return found


def _is_flat(task: Task, found: Allocation, reach: float) -> bool:
    """Whether sales are reached in no world, or in all: then a chance says nothing of where money should go."""
    chance = float((task.sales(found.spend) >= reach).mean())
    return chance < OUT_OF_REACH or chance > 1 - OUT_OF_REACH


def told(made: Sought, *, certified: bool = True) -> Plan:
    """What is known of a split; unless ``certified``, without what could be gained by whoever knew, at once."""
    task, spend = made.asked.task, made.found.spend
    with _TURN:
        known = certify(task, spend, free=made.asked.free) if certified else uncertified(task, spend)
        plan = described(
            task, made.found, known, untold=made.asked.untold, grain=made.run.table.grain,
            interval_prob=made.run.summary.interval_prob, own=made.asked.own, margin=made.request.told_margin,
            controls=tuple(made.request.controls),
        )  # fmt: skip
        test = next_test(
            task, known, noise_of(made.run.fitted), grain=made.run.table.grain,
            interval_prob=made.run.summary.interval_prob, sales=plan.sales.shown,
        )  # fmt: skip
        if certified and made.asked.untold:
            free = made.asked.free
            moved = if_moved(free, _best(free), made.run.summary.interval_prob)
            plan = plan.model_copy(update={"if_moved": moved})
    return plan.model_copy(update={"test": test})


def plan_for(run: Subject, response: Response, request: PlanRequest) -> Plan:
    """The best plan for a request, certified; see :func:`sought` for the errors."""
    return told(sought(run, response, request))


def frontier_of(made: Sought) -> Frontier:
    """What every budget within the limits of a request brings at its best, around the split that was found for it."""
    with _TURN:
        return frontier(made.asked.task, made.found.spend, interval_prob=made.run.summary.interval_prob)


class Curves(NamedTuple):
    """Response curves of the channels that have a price, and what was spent on all channels."""

    curves: list[ResponseCurve]
    spending: Spending


def curves_for(run: Subject, response: Response) -> Curves:
    """What each channel brings at any spend."""
    spending = spending_of(response, run.table)
    return Curves(response_curves(response, spending), spending)


class CurvePoint(Strict):
    """What a channel brings at one spend, in the target's unit per period."""

    spend: float = Field(description="Money per period.")
    steady: Estimate = Field(description="What it brings per period if that is spent in every period.")
    following: Estimate = Field(description="What it brings in the next period alone.")
    marginal: Estimate = Field(description="What the next unit of steady money brings, per unit of it.")


class ChannelCurve(Strict):
    """A channel's response curve, and where on it the channel is."""

    channel: str
    today: float = Field(description="Mean money per period of the last periods.")
    least: float = Field(description="Least money of a period that was fitted.")
    most: float = Field(description="Most money of a period that was fitted; beyond it the curve is an assumption.")
    points: tuple[CurvePoint, ...] = Field(description="By spend, the least first.")


def curves_described(run: Subject, response: Response) -> tuple[ChannelCurve, ...]:
    """Response curves with intervals of the run's probability."""
    curves, spending = curves_for(run, response)
    prob = run.summary.interval_prob
    places = {channel: place for place, channel in enumerate(response.channels)}
    return tuple(
        ChannelCurve(
            channel=curve.channel,
            today=float(spending.today[places[curve.channel]]),
            least=float(spending.least[places[curve.channel]]),
            most=float(spending.most[places[curve.channel]]),
            points=tuple(
                CurvePoint(
                    spend=float(spend), steady=estimate(steady, prob), following=estimate(following, prob),
                    marginal=estimate(marginal, prob),
                )
                for spend, steady, following, marginal in zip(
                    curve.spend, curve.steady, curve.following, curve.marginal, strict=True
                )
            ),
        )
        for curve in curves
    )  # fmt: skip
