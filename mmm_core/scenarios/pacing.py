"""How a plan that is carried out goes: what was spent and brought in the periods that came since, beside the plan.

A newer finished run of the same table, with more periods in it, says what they brought; the run of the plan said before
what they would bring. They are two fits, so that two intervals are shown, and none of their difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import MMMError
from mmm_core.planning.request import asked
from mmm_core.proof.subject import Subject, read_subject
from mmm_core.results.contributions import additive_of
from mmm_core.results.intervals import Estimate, estimate
from mmm_core.runs import runs
from mmm_core.runs.folder import CANONICAL, whole
from mmm_core.runs.runs import RunEntry
from mmm_core.scenarios.kept import Scenario
from mmm_core.scenarios.made import cannot_be_told, response_for, run_of
from mmm_core.schema import Strict
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk

MOST_LOOKED_AT = 20
"""Newer runs that are looked at, the newest first."""
SAME_SALES = 0.05
"""Part by which sales of a period may have been corrected, in the middle, for the table to be the same."""
FEWEST_COMMON = 4
"""Periods that both tables must have."""


class PacedChannel(Strict):
    """A channel in the periods that came. Money and sales are of all of them together."""

    channel: str
    planned: float = Field(description="Money that the plan had for them.")
    spent: float = Field(description="Money that was spent.")
    expected: Estimate | None = Field(
        description="What the plan's run said they would bring, in the target's unit; null: that run is gone."
    )
    brought: Estimate = Field(description="What the newer run says they brought, in the target's unit.")


class Pacing(Strict):
    """A plan beside what came of it."""

    run_id: str = Field(description="The newer run.")
    periods: int = Field(description="Periods of the plan that came.")
    of_periods: int = Field(description="Periods of the plan.")
    first: str
    last: str = Field(description="First day of the last of them that came (ISO).")
    channels: tuple[PacedChannel, ...]
    planned: float
    spent: float
    expected: Estimate | None
    brought: Estimate


def pacing(desk: Desk, scenario: Scenario) -> Pacing | None:
    """What came of a plan so far; None: no newer run has a period of it.

    Raises
    ------
    StorageError
        A file of the newer run is damaged.
    """
    before = _run_of_plan(desk, scenario)
    for entry in _newer(desk, scenario):
        folder = desk.run_dir(entry.state.run_id)
        with suppress(MMMError):  # one that is damaged says so where it is opened
            grain = entry.manifest.grain
            if grain != scenario.plan.grain:
                continue
            table = CanonicalData(storage.read_parquet(whole(folder, CANONICAL)), grain)
            if _follows(table, before, scenario):
                return _compared(read_subject(folder), before, scenario, entry.state.run_id)
    return None


def _run_of_plan(desk: Desk, scenario: Scenario) -> Subject | None:
    with suppress(MMMError):
        return run_of(desk, scenario.run_id)
    return None


def _newer(desk: Desk, scenario: Scenario) -> Sequence[RunEntry]:
    found = [
        entry
        for entry in runs.list_runs(desk)
        if entry.state.phase == "finished" and entry.state.run_id != scenario.run_id
    ]
    return found[:MOST_LOOKED_AT]


def _brand(table: CanonicalData) -> pd.DataFrame:
    return aggregate_brand(table).frame.sort_values("period_start").set_index("period_start")


def _follows(table: CanonicalData, before: Subject | None, scenario: Scenario) -> bool:
    """Whether a table has periods of the plan and its channels, and is otherwise the table of the plan's run."""
    frame = _brand(table)
    channels = [each.channel for each in scenario.plan.splits[0].channels]
    if any(f"spend_{channel}" not in frame for channel in channels) or not _came(frame, scenario):
        return False
    if before is None:
        return True
    target = before.spec.target_col
    old = _brand(before.table)[target]
    if target not in frame:
        return False
    common = frame.index.intersection(old.index)
    if len(common) < FEWEST_COMMON:
        return False
    off = np.abs(frame.loc[common, target] / old[common].where(old[common] != 0) - 1)
    return bool(off.median() <= SAME_SALES)


def _came(frame: pd.DataFrame, scenario: Scenario) -> list[int]:
    """Places of the plan's periods that a table has, as far as they follow one another from the first."""
    there = set(pd.DatetimeIndex(frame.index))
    found: list[int] = []
    for place, date in enumerate(scenario.plan.dates):
        if pd.Timestamp(date) not in there:
            break
        found.append(place)
    return found


def _compared(now: Subject, before: Subject | None, scenario: Scenario, run_id: str) -> Pacing | None:
    frame, plan, prob = _brand(now.table), scenario.plan, now.summary.interval_prob
    places = _came(frame, scenario)
    dates = pd.DatetimeIndex([plan.dates[place] for place in places])
    rows = np.flatnonzero(pd.DatetimeIndex(now.features.dates).isin(dates))
    if not len(rows):
        return None
    brought, _ = additive_of(now.features, now.values, slice(int(rows[0]), int(rows[-1]) + 1))
    own = {channel: brought[place] for place, channel in enumerate(now.channels)}
    split = next(each for each in plan.splits if each.name == "plan")
    there = [each for each in split.channels if each.channel in own]
    said = _expected(before, scenario, len(places))
    paced = tuple(
        PacedChannel(
            channel=each.channel,
            planned=round(sum(each.weeks[place] for place in places), 2),
            spent=round(float(frame.loc[dates, f"spend_{each.channel}"].sum()), 2),
            expected=estimate(said[each.channel], prob) if said is not None else None,
            brought=estimate(own[each.channel], prob),
        )
        for each in there
    )
    names = [each.channel for each in there]
    return Pacing(
        run_id=run_id,
        periods=len(places),
        of_periods=plan.periods,
        first=plan.dates[places[0]],
        last=plan.dates[places[-1]],
        channels=paced,
        planned=round(sum(each.planned for each in paced), 2),
        spent=round(sum(each.spent for each in paced), 2),
        expected=None if said is None else estimate(sum((said[name] for name in names), np.zeros(1)), prob),
        brought=estimate(sum((own[name] for name in names), np.zeros(1)), prob),
    )


def _expected(before: Subject | None, scenario: Scenario, periods: int) -> dict[str, NDArray[np.float64]] | None:
    """What the plan's run said that its first periods would bring ``(sample)``, by channel, in the target's unit."""
    if before is None:
        return None
    request, split = scenario.request, next(each for each in scenario.plan.splits if each.name == "plan")
    response = response_for(before, request.horizon, request.controls)
    task = asked(response, before.table, request, cannot_be_told=cannot_be_told(before)).task
    spend = task.today.copy()
    for each in split.channels:
        spend[response.channels.index(each.channel)] = each.spend
    brought = task.felt(spend).brought()[:, :periods].sum(axis=1)
    return {channel: brought[place] for place, channel in enumerate(response.channels)}
