"""The levers of a plan: how long, how much, by what aim, and what each channel may have."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pandas as pd
import streamlit as st

from mmm_core.labels import display_name, display_names, listed
from mmm_core.planning.budget import Goal
from mmm_core.planning.request import LONGEST, SHORTEST, Bounds, PlanRequest
from mmm_core.planning.task import CENT, Aim, Task
from mmm_core.runs.datasets import Units
from mmm_core.scenarios import made
from ui.plan import basis, coming, together
from ui.shell.finished import Opened
from ui.shell.markdown import plain

type Found = Literal["budget", "sales", "return", "profit"]
AIMS: dict[Aim, str] = {
    "mean": "Most sales on average",
    "cautious": "The gain that 90 in 100 worlds reach",
    "chance": "The chance of reaching sales",
}
TIMINGS = {
    "even": "Evenly",
    "last_year": "As a year before",
    "bursts": "Two on, two off",
    "weekly": "As brings most",
}
FOUND_BY: dict[Found, str] = {
    "budget": "A budget",
    "sales": "Sales to reach",
    "return": "A return to keep",
    "profit": "Most profit",
}
"""What the money to spend is found by."""
KEPT = "plan_requests"
"""Key of the session: what was set on a run's page, by run."""
VERSION = "plan_version"
"""Key of the session: how often a run's levers were set from a saved plan, by run: their widgets begin anew."""


class Column(NamedTuple):
    """A column of the table that can be edited."""

    name: str
    says: str


LOW, HIGH = Column("At least", "Least money over the whole time."), Column("At most", "Most money over the whole time.")
LOCKED = Column("Locked", "It stays as today, to the cent.")
STEP = Column("In steps of", "It is bought in multiples of this; 0: any amount.")
PRICE = Column("Price ×", "The coming price in times of the last year's: 1.1 is a tenth more.")
MINE = Column("Mine", "A split of your own, held beside today and the plan. Empty: as today.")


def at_hand(run_id: str) -> PlanRequest:
    """What is set for a run."""
    kept: dict[str, PlanRequest] = st.session_state.setdefault(KEPT, {})
    return kept.get(run_id, PlanRequest())


def take(run_id: str, request: PlanRequest) -> None:
    """Set the levers of a run as a saved plan has them."""
    st.session_state.setdefault(KEPT, {})[run_id] = request
    versions = st.session_state.setdefault(VERSION, {})
    versions[run_id] = versions.get(run_id, 0) + 1


def show(run_id: str, opened: Opened, grain: str) -> PlanRequest:
    """The levers as they are set now; a change draws the answer anew."""
    set_, units = at_hand(run_id), opened.run.units
    key = f"{run_id}-{st.session_state.get(VERSION, {}).get(run_id, 0)}"
    with st.container(border=True, key="card-levers"):
        st.header("Levers", anchor=False)
        with st.grid(4, min_column_width=200):
            horizon = int(
                st.number_input(f"{grain.capitalize()}s to plan", SHORTEST, LONGEST, set_.horizon, key=f"horizon-{key}")
            )
            timing = _choice("Spent", TIMINGS, set_.timing, key=f"timing-{key}")
            aim = _choice("Aim", AIMS, set_.aim, key=f"aim-{key}")
            kept: Found = set_.goal.kind if set_.goal else "budget"
            found = _choice("Money from", FOUND_BY, kept, key=f"found-{key}")
        if horizon != set_.horizon:  # money over another time is another money
            set_ = set_.model_copy(update={"bounds": {}, "own": {}, "budget": None, "groups": {}, "controls": {}})
        move = _moves_untold(run_id, opened, set_, key=key)
        task = basis.usual(run_id, opened, horizon, move_untold=move)
        with st.grid(4, min_column_width=200):
            budget, goal = _money(set_, found, task, units, key=key)
            reach = _reach(set_, task, units, key=key) if aim == "chance" else None
        st.caption(f"What may a channel have over the {horizon} {grain}s? Cells can be pasted from Excel.")
        table = _table(set_, task, key=f"{key}-{horizon}-{move}")
        groups = together.show(set_, task, units, key=f"{key}-{horizon}")
        controls = coming.show(set_, basis.subject(run_id, opened), horizon, key=f"{key}-{horizon}")
    request = PlanRequest(
        horizon=horizon, budget=budget, goal=goal, aim=aim if reach or aim != "chance" else "mean", reach=reach,
        timing=timing, margin=units.margin, move_untold=move, groups=groups, controls=controls, **table,
    )  # fmt: skip
    st.session_state[KEPT][run_id] = request
    return request


def _moves_untold(run_id: str, opened: Opened, set_: PlanRequest, *, key: str) -> bool:
    """Whether what cannot be told may be moved; asked where there is such a channel."""
    names = [display_name(name) for name in made.cannot_be_told(basis.subject(run_id, opened))]
    if not names:
        return set_.move_untold
    return st.checkbox(
        plain(f"Move {listed(names)} too"), set_.move_untold, key=f"move-{key}",
        help="What cannot be told from no effect stays as today unless you say otherwise. On average over many tables "
        "moving it brings more; of this one channel it is a bet on what the model believes.",
    )  # fmt: skip


def _choice[Key: str](label: str, options: dict[Key, str], set_: Key, *, key: str) -> Key:
    chosen: Key = st.selectbox(
        label, list(options), list(options).index(set_), format_func=options.__getitem__, key=key
    )
    return chosen


def _money(set_: PlanRequest, found: Found, task: Task, units: Units, *, key: str) -> tuple[float | None, Goal | None]:
    """The budget, or the goal that finds it; neither: as in the last such periods."""
    if found == "budget":
        budget = st.number_input(
            f"Budget, {units.spend}", 0.0, None, set_.budget, step=None, placeholder=f"{task.total:,.2f}",
            help="Empty: as in the last such periods.", key=f"budget-{key}",
        )  # fmt: skip
        return budget, None
    labels = {
        "sales": f"Sales to reach, {units.target}",
        "return": f"{units.target} per {units.spend} to keep",
        "profit": "Margin on sales, %",
    }
    usual = {"sales": None, "return": 1.0, "profit": 100 * units.margin if units.margin else None}[found]
    kept = set_.goal.at * (100 if found == "profit" else 1) if set_.goal and set_.goal.kind == found else usual
    most = 100.0 if found == "profit" else None
    at = st.number_input(labels[found], 0.0, most, kept, step=None, placeholder="Give a number", key=f"{found}-{key}")
    if not at:
        return None, None
    return None, Goal(kind=found, at=at / 100 if found == "profit" else at)


def _reach(set_: PlanRequest, task: Task, units: Units, *, key: str) -> float | None:
    usual = float(f"{task.sales_today.mean():.3g}")
    return (
        st.number_input(
            f"Sales to reach, {units.target}", 0.0, None, set_.reach or usual, step=None, key=f"reach-{key}",
            help="Over the whole time and what comes back after it.",
        )
        or None
    )  # fmt: skip


def _table(set_: PlanRequest, task: Task, *, key: str) -> dict[str, object]:
    """Limits, locks, steps, prices and one's own split, where they differ from the usual ones."""
    places = [place for place, planned in enumerate(task.planned) if planned]
    channels = [task.response.channels[place] for place in places]
    names = display_names(channels)
    usual_low = {name: round(float(task.low[place]), 2) for name, place in zip(channels, places, strict=True)}
    usual_high = {name: round(float(task.high[place]), 2) for name, place in zip(channels, places, strict=True)}
    bounds = {name: set_.bounds.get(name, Bounds()) for name in channels}
    start = pd.DataFrame({
        "Channel": [names[name] for name in channels],
        "Today": [round(float(task.today[place]), 2) for place in places],
        MINE.name: [set_.own.get(name) for name in channels],
        LOW.name: [usual_low[name] if bounds[name].low is None else bounds[name].low for name in channels],
        HIGH.name: [usual_high[name] if bounds[name].high is None else bounds[name].high for name in channels],
        LOCKED.name: [name in set_.locked for name in channels],
        STEP.name: [set_.steps.get(name, 0.0) for name in channels],
        PRICE.name: [set_.prices.get(name, 1.0) for name in channels],
    }).astype({MINE.name: float})  # fmt: skip
    # Begun once: a table that changes under a person's hands would lose what she types.
    first: pd.DataFrame = st.session_state.setdefault(f"plan-start-{key}", start)
    edited = st.data_editor(
        first, hide_index=True, disabled=["Channel", "Today"], key=f"plan-table-{key}", placeholder="–",
        alt="What each channel may have",
        column_config={
            "Today": st.column_config.NumberColumn("Today", format="%.2f"),
            **{
                column.name: st.column_config.NumberColumn(column.name, min_value=0.0, format="%.2f", help=column.says)
                for column in (MINE, LOW, HIGH, STEP, PRICE)
            },
            LOCKED.name: st.column_config.CheckboxColumn(LOCKED.name, help=LOCKED.says),
        },
    )  # fmt: skip
    limits, own, steps, prices = {}, {}, {}, {}
    for row, name in enumerate(channels):
        low, high, step, price, mine = (edited[each.name][row] for each in (LOW, HIGH, STEP, PRICE, MINE))
        low, high = (usual if pd.isna(value) else float(value)
                     for value, usual in ((low, usual_low[name]), (high, usual_high[name])))  # fmt: skip
        changed_low, changed_high = abs(low - usual_low[name]) >= CENT, abs(high - usual_high[name]) >= CENT
        if changed_low or changed_high:
            limits[name] = Bounds(low=low if changed_low else None, high=high if changed_high else None)
        if not pd.isna(mine):
            own[name] = float(mine)
        if not pd.isna(step) and step > 0:
            steps[name] = float(step)
        if not pd.isna(price) and price > 0 and price != 1:
            prices[name] = float(price)
    locked = tuple(name for row, name in enumerate(channels) if bool(edited[LOCKED.name][row]))
    return {"bounds": limits, "own": own, "steps": steps, "prices": prices, "locked": locked}
