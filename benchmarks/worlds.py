"""Simulated marketing worlds with known channel totals, none of them any model's own.

``world(seed)`` is a table and its truth. Everything is drawn: 52–208 weeks, 2–10 channels, media 5–45 % of sales,
returns alike or very different, carry-over geometric, delayed or Weibull, saturation none, Hill, logistic, S-shaped or
a power, effects that add up, multiply or follow demand, spend that is always on, flighted, trending, seasonal or
pulsed, pairs that move together, a channel without effect, drift, holidays seen or unseen, controls that matter or not,
noise Normal, t or autoregressive, and sometimes spend that follows demand.

The truth of a channel is its Aumann–Shapley share of noise-free sales; in additive worlds that is its contribution.
26 weeks of earlier spend feed the carry-over and are not in the table. Nothing here is shared with the package.

:func:`last_weeks` and :func:`in_months` are the same worlds as shorter and coarser tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Random = np.random.Generator

BURN = 26
"""Weeks before the table."""
YEAR = 52.18
DAYS = 7
CURVES = ["none", "hill", "logistic", "s", "power"]
CURVE_CHANCES = [0.18, 0.36, 0.16, 0.2, 0.1]


FIRST_WORLD = 130
"""Worlds before this one were looked at when the model was chosen."""


@dataclass(frozen=True, slots=True)
class World:
    """A table as it is uploaded, and what is true of it.

    ``parts (row, channel)`` are what each channel brought, in the unit of sales; ``flags`` say what kind of world it
    is.
    """

    frame: pd.DataFrame
    parts: Array
    flags: dict[str, Any]
    grain: Literal["WEEK", "MONTH"] = "WEEK"

    @property
    def truth(self) -> Array:
        """Totals over all rows ``(channel)``, in the unit of sales."""
        return np.asarray(self.parts.sum(axis=0))

    @property
    def spec(self) -> dict[str, object]:
        """Columns of the specification; the model is whatever is asked of it."""
        columns = [str(column) for column in self.frame]
        return {
            "dataset_id": "world",
            "drivers": [column for column in columns if column.startswith("act_")],
            "controls": [column for column in columns if column.startswith("ctrl_")],
        }


@dataclass(frozen=True, slots=True)
class _Baseline:
    """Sales without media over all weeks, and what a planner could have seen of demand."""

    week: Array
    trend: Array
    season: Array
    drift: Array
    holiday: Array
    unseen: bool
    controls: list[Array]
    control_effect: Array
    kind: str


def world(seed: int, *, weeks: int | None = None) -> World:
    """The world of a seed: the same one every time. ``weeks`` are drawn unless they are given."""
    r = np.random.default_rng([20261127, seed])
    drawn = int(r.choice([52, 78, 104, 130, 156, 182, 208], p=[0.08, 0.08, 0.24, 0.14, 0.28, 0.08, 0.10]))
    weeks = weeks or drawn
    channels = int(r.choice(np.arange(2, 11), p=[0.1, 0.14, 0.16, 0.16, 0.14, 0.1, 0.1, 0.05, 0.05]))
    base = _baseline(r, weeks)
    shock = np.convolve(r.normal(0, 0.03, weeks + BURN), np.ones(4) / 2, "same")
    confounded = bool(r.random() < 0.18)
    demand = base.season + base.drift + base.holiday + (shock if confounded else 0)
    activity = _activity(r, channels, demand, follows=confounded)
    share = r.dirichlet(np.full(channels, 3.0))
    spend = activity * share * np.exp(r.normal(0, 2)) * 1000
    bought = spend.copy()
    if r.random() >= 0.6:
        prices = np.exp(r.normal(2, 1.5, channels))
        bought = spend * prices * np.exp(r.normal(0, r.uniform(0.03, 0.15), spend.shape))
    felt = _felt(r, bought)
    spread = float(r.choice([0.15, 0.4, 0.8, 1.2], p=[0.2, 0.35, 0.3, 0.15]))
    weight = share * np.exp(spread * r.normal(size=channels))
    zero = bool(channels >= 3 and r.random() < 0.15)
    if zero:
        weight[r.integers(channels)] = 0.0
    media = float(r.uniform(0.05, 0.45))
    link, median, parts = _combined(r, felt * media * weight / weight.sum(), base, media)
    sales, scale = _with_noise(r, median, link, shock if confounded else np.zeros(weeks + BURN))
    flags = {
        "link": link,
        "spread": spread,
        "zero": zero,
        "confounded": confounded,
        "drift": base.kind,
        "media": media,
        "unseen": base.unseen,
    }
    first = np.datetime64("2019-01-07") + np.timedelta64(7 * int(r.integers(0, 150)), "D")
    frame = _table(first, sales, bought, spend, base.controls)
    return World(frame, parts[BURN:] * scale, flags)


def last_weeks(whole: World, weeks: int) -> World:
    """The last weeks of a weekly world, as somebody has them who began to keep a table late.

    A channel that was not bought in them, and a control that does not vary, are not in the table.
    """
    return _with_what_varies(whole.frame.tail(weeks), whole.parts[-weeks:], whole)


def in_months(whole: World, months: int) -> World:
    """The last whole months of a weekly world: each week's amounts in equal parts on its days, controls on average.

    Raises
    ------
    ValueError
        The world has fewer whole months.
    """
    days = pd.DatetimeIndex(np.repeat(whole.frame["period_start"].to_numpy(), DAYS)) + pd.to_timedelta(
        np.tile(np.arange(DAYS), len(whole.frame)), "D"
    )
    month = days.to_period("M")
    numbers = whole.frame.drop(columns=["entity_id", "period_start"])
    daily = numbers.loc[numbers.index.repeat(DAYS)].set_axis(month)
    parts = pd.DataFrame(whole.parts).loc[numbers.index.repeat(DAYS)].set_axis(month) / DAYS
    complete = [each for each in month.unique() if (month == each).sum() == each.days_in_month]
    if len(complete) < months:
        raise ValueError(f"This world has {len(complete)} whole months, not {months}.")
    kept, controls = complete[-months:], [name for name in map(str, numbers) if name.startswith("ctrl_")]
    amounts = (daily.drop(columns=controls) / DAYS).groupby(level=0).sum().loc[kept]
    means = daily[controls].groupby(level=0).mean().loc[kept]
    frame = pd.concat([amounts, means], axis=1).reset_index(drop=True)
    frame.insert(0, "entity_id", pd.Series(["all"] * months, dtype="str"))
    frame.insert(1, "period_start", pd.DatetimeIndex([each.start_time for each in kept]))
    return replace(
        _with_what_varies(frame, parts.groupby(level=0).sum().loc[kept].to_numpy(), whole),
        grain="MONTH",
    )


def _with_what_varies(frame: pd.DataFrame, parts: Array, whole: World) -> World:
    moving = [name for name in map(str, frame) if name.startswith(("act_", "ctrl_"))]
    still = [name for name in moving if not frame[name].std() > 0]
    bought = [number for number in range(parts.shape[1]) if f"act_c{number}" not in still]
    still += [name.replace("act_", "spend_") for name in still if name.startswith("act_")]
    return replace(whole, frame=frame.drop(columns=still).reset_index(drop=True), parts=parts[:, bought])


def _baseline(r: Random, weeks: int) -> _Baseline:
    n = weeks + BURN
    t = np.arange(n)
    week: Array = ((t + r.integers(0, 52)) % YEAR).astype(float)
    trend = r.normal(0, 0.12) * (t - t.mean()) / n
    season = np.zeros(n)
    for k in range(1, int(r.integers(1, 5)) + 1):
        height = r.normal(0, r.uniform(0.02, 0.09) / k, 2)
        wave = 2 * np.pi * k * week / YEAR
        season += height[0] * np.sin(wave) + height[1] * np.cos(wave)
    kind, drift = _drift(r, weeks, t)
    holiday, has_holiday = np.zeros(n), r.random() < 0.4
    if has_holiday:
        for day in (47, 50, 51):
            holiday[np.floor(week) == day] = r.uniform(0.5, 1.2)
        holiday *= r.uniform(0.08, 0.3)
    unseen = bool(has_holiday and r.random() < 0.4)
    controls, effect = [], np.zeros(n)
    for _ in range(int(r.integers(0, 5))):
        values, strength = _control(r, week)
        controls.append(values)
        effect += strength * values
    if has_holiday and not unseen:
        controls.append((holiday > 0).astype(float) if r.random() < 0.5 else holiday)
    return _Baseline(week, trend, season, drift, holiday, unseen, controls, effect, kind)


def _drift(r: Random, weeks: int, t: NDArray[np.int_]) -> tuple[str, Array]:
    n, drift = len(t), np.zeros(len(t))
    kind = str(r.choice(["none", "walk", "shift", "smooth"], p=[0.5, 0.25, 0.15, 0.1]))
    if kind == "walk":
        drift = np.cumsum(r.normal(0, r.uniform(0.002, 0.01), n))
    elif kind == "shift":
        drift = r.choice([-1, 1]) * r.uniform(0.05, 0.15) * (t > BURN + r.uniform(0.2, 0.8) * weeks)
    elif kind == "smooth":
        drift = r.uniform(0.03, 0.1) * np.sin(2 * np.pi * t / n * r.uniform(0.5, 1.8) + r.uniform(0, 6))
    return kind, drift - drift.mean()


def _control(r: Random, week: Array) -> tuple[Array, float]:
    """A control over all weeks, and its effect on sales as a share of their level per unit."""
    n, kind = len(week), r.choice(["price", "promo", "weather", "noise"])
    if kind == "price":
        values = np.zeros(n)
        for i in range(1, n):
            values[i] = 0.9 * values[i - 1] + r.normal(0, 0.4)
        return values, -abs(r.normal(0, 0.03))
    if kind == "promo":
        return (r.random(n) < 0.12).astype(float), abs(r.normal(0, 0.08))
    if kind == "weather":
        return np.cos(2 * np.pi * (week - 28) / YEAR) + r.normal(0, 0.3, n), r.normal(0, 0.03)
    return r.normal(size=n), 0.0


def _activity(r: Random, channels: int, demand: Array, *, follows: bool) -> Array:
    """What was bought ``(week, channel)``, each with mean one in the table."""
    n = len(demand)
    kinds = r.choice(["always", "flight", "trend", "season", "pulse"], size=channels, p=[0.35, 0.3, 0.12, 0.13, 0.1])
    x = np.stack([_plan(r, n, kind) for kind in kinds], 1)
    if channels >= 3 and r.random() < 0.3:
        i, j = r.choice(channels, 2, replace=False)
        x[:, j] = x[:, i] / x[:, i].mean() * np.exp(r.normal(0, r.uniform(0.08, 0.25), n))
    for c in range(channels):
        while (x[BURN:, c] > 0).sum() < 6 or x[BURN:, c].std() == 0:
            x[:, c] = _plan(r, n, "flight")
    if follows:
        followers = r.random(channels) < 0.5
        followers[r.integers(channels)] = True
        x = x * np.where(followers, np.exp(r.uniform(1, 4) * demand)[:, None], 1.0)
    return np.asarray(x / x[BURN:].mean(axis=0))


def _plan(r: Random, n: int, kind: str) -> Array:
    """Spend of one channel over all weeks, in a unit of its own."""
    t = np.arange(n)
    noise = np.exp(r.normal(0, r.uniform(0.15, 0.45), n))
    if kind == "always":
        level = np.zeros(n)
        for i in range(1, n):
            level[i] = 0.8 * level[i - 1] + r.normal(0, 0.12)
        return np.asarray(noise * np.exp(level))
    if kind == "trend":
        return np.asarray(noise * np.exp(r.choice([-1, 1]) * r.uniform(0.7, 1.5) * t / n))
    if kind == "season":
        return np.asarray(noise * np.exp(r.uniform(0.3, 0.9) * np.cos(2 * np.pi * (t - r.uniform(0, 52)) / YEAR)))
    if kind == "pulse":
        return np.where(r.random(n) < r.uniform(0.15, 0.4), 1.0, 0.0) * r.gamma(3, 1, n)
    on, flights, i = False, np.zeros(n), 0
    while i < n:
        length = int(r.integers(2, 9)) if on else int(r.integers(2, 10))
        if on:
            flights[i : i + length] = r.gamma(4, 0.25)
        on, i = not on, i + length
    return flights * noise


def _felt(r: Random, bought: Array) -> Array:
    """What is felt of each channel ``(week, channel)``, with mean one in the table."""
    geometric = r.choice(["geometric", "mixed"], p=[0.55, 0.45]) == "geometric"
    same_curve = r.choice(["one", "mixed"], p=[0.6, 0.4]) == "one"
    one = r.choice(CURVES, p=CURVE_CHANCES)
    felt = np.zeros_like(bought)
    for c in range(bought.shape[1]):
        carry = "geometric" if geometric else str(r.choice(["geometric", "delayed", "weibull"]))
        decay = float(r.beta(1.8, 2.2) * 0.92)
        curve = one if same_curve else str(r.choice(CURVES, p=CURVE_CHANCES))
        felt[:, c] = _bend(r, _carry(r, bought[:, c] / bought[BURN:, c].mean(), carry, decay), str(curve))
    return np.asarray(felt / felt[BURN:].mean(axis=0))


def _carry(r: Random, x: Array, kind: str, decay: float) -> Array:
    lags = np.arange(BURN)
    if kind == "geometric":
        weights = decay**lags
    elif kind == "delayed":
        weights = decay ** np.abs(lags - r.uniform(0.7, 2.0)) if decay > 0 else (lags == 1).astype(float)
    else:
        shape, scale = r.uniform(1.2, 2.5), r.uniform(1.5, 5)
        late = (lags + 0.5) / scale
        weights = (shape / scale) * late ** (shape - 1) * np.exp(-(late**shape))
    return np.asarray(np.convolve(x, weights / weights.sum())[: len(x)])


def _bend(r: Random, carried: Array, kind: str) -> Array:
    a = carried / carried[BURN:].mean()
    k = np.exp(r.uniform(np.log(0.4), np.log(3)))
    if kind == "none":
        return np.asarray(a)
    if kind == "hill":
        return np.asarray(a / (a + k))
    if kind == "logistic":
        e = np.exp(-a * 1.1 / k)
        return np.asarray((1 - e) / (1 + e))
    if kind == "power":
        return np.asarray(a ** r.uniform(0.4, 0.8))
    s = r.uniform(1.5, 3.0)
    return np.asarray(a**s / (a**s + k**s))


def _combined(r: Random, effect: Array, base: _Baseline, media: float) -> tuple[str, Array, Array]:
    """How effects ``(week, channel)`` and baseline make sales: the link, noise-free sales, and each channel's part."""
    level = (1 - media) * (1 + base.trend + base.season + base.drift + base.holiday + base.control_effect)
    link = str(r.choice(["additive", "multiplicative", "demand"], p=[0.5, 0.35, 0.15]))
    if link == "additive":
        return link, level + effect.sum(axis=1), effect
    if link == "demand":
        parts = effect * (level / level[BURN:].mean())[:, None]
        return link, level + parts.sum(axis=1), parts
    logs = effect / (1 - media / 2)
    total = logs.sum(axis=1)
    lift = level * np.expm1(total)
    parts = logs * np.where(total > 0, lift / np.maximum(total, 1e-12), level)[:, None]
    return link, level + lift, parts


def _with_noise(r: Random, median: Array, link: str, shock: Array) -> tuple[Array, float]:
    """Sales of all weeks, and what one unit of the world is in theirs."""
    n, kind = len(median), str(r.choice(["normal", "t4", "ar"], p=[0.5, 0.25, 0.25]))
    sd = float(np.exp(r.uniform(np.log(0.015), np.log(0.08))))
    if kind == "normal":
        e = r.normal(0, 1, n)
    elif kind == "t4":
        e = r.standard_t(4, n) / np.sqrt(2)
    else:
        rho, e = r.uniform(0.3, 0.8), np.zeros(n)
        for i in range(1, n):
            e[i] = rho * e[i - 1] + np.sqrt(1 - rho**2) * r.normal()
    moved = sd * e + shock
    sales = median + median.mean() * moved if link == "additive" else median * np.exp(moved)
    scale = float(np.exp(r.uniform(np.log(1e2), np.log(1e7))))
    return np.maximum(sales, 0.02 * median) * scale, scale


def _table(first: np.datetime64, sales: Array, bought: Array, spend: Array, controls: list[Array]) -> pd.DataFrame:
    weeks = len(sales) - BURN
    dates = first + (7 * np.arange(weeks)).astype("timedelta64[D]")
    columns: dict[str, Any] = {"entity_id": np.full(weeks, "all"), "period_start": pd.to_datetime(dates)}
    columns["sales"] = sales[BURN:]
    columns |= {f"act_c{c}": bought[BURN:, c] for c in range(bought.shape[1])}
    columns |= {f"spend_c{c}": spend[BURN:, c] for c in range(spend.shape[1])}
    varying = [values[BURN:] for values in controls if values[BURN:].std() > 0]
    columns |= {f"ctrl_x{number}": values for number, values in enumerate(varying)}
    return pd.DataFrame(columns).astype({"entity_id": "str"})


def crps(draws: Array, value: float) -> float:
    """Continuous ranked probability score of draws of one number: their distance less half their own spread."""
    ordered, count = np.sort(draws), len(draws)
    spread = (ordered * (2 * np.arange(1, count + 1) - count - 1)).sum() / count**2
    return float(np.abs(ordered - value).mean() - spread)
