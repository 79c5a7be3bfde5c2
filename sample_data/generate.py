"""Make the sample tables, whose truth is known because this file made it.

Run ``python sample_data/generate.py``: it writes the tables, their specifications and ``true_parameters.json`` beside
itself, the same bytes every time. The sample's world is the fixed model's own formula; the demo's has carry-over that
builds up, saturation, effects that are between adding up and multiplying, and noise with a memory. Adstock is written
as a plain loop on purpose: it shares no code with the package, so that agreement means something.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

type Array = NDArray[np.float64]

HERE = Path(__file__).resolve().parent
MAX_LAG = 13
SEED_SPEC = """{
  "dataset_id": "sample_001",
  "grain": "WEEK",
  "target_col": "sales",
  "drivers": ["act_tv", "act_digital", "act_social"],
  "controls": ["ctrl_price", "ctrl_promo"],
  "feature_config": {
    "adstock": {
      "decay_default": 0.5,
      "per_channel": {},
      "max_lag": 13
    },
    "saturation": {
      "enabled": false
    },
    "seasonality": {
      "enabled": true,
      "K": 2
    },
    "trend": {
      "enabled": true
    }
  },
  "windows": {
    "carryover_months": 12,
    "estimation_months": 12
  },
  "random_seed": 42
}
"""


@dataclass(frozen=True)
class Channel:
    """One channel of a world.

    ``share`` is the share of sales that it brings alone in a week of mean response; ``on_air`` the share of weeks with
    activity, in flights of about ``flight`` weeks; ``price`` is money per unit of activity. ``delay`` 0 is geometric
    carry-over, towards 1 its peak comes later. ``half_saturation`` is in units of mean activity; None: a straight line.
    """

    name: str
    level: float
    price: float
    decay: float
    share: float
    on_air: float = 1.0
    flight: int = 1
    delay: float = 0.0
    half_saturation: float | None = None
    slope: float = 1.0


@dataclass(frozen=True)
class Control:
    """One control: its column, and its effect in log units per unit of the column."""

    name: str
    values: Array
    effect: float


@dataclass(frozen=True)
class World:
    """Everything that makes a table, but the random numbers."""

    name: str
    seed: int
    start: str
    weeks: int
    level: float
    channels: tuple[Channel, ...]
    sigma: float
    nu: float
    trend_per_year: float
    season: tuple[float, float, float, float]
    """Effects of sin 1, cos 1, sin 2, cos 2 on the scale of the link (log units where effects multiply)."""
    link: float = 0.0
    """0: effects multiply, 1: they add up."""
    memory: float = 0.0
    """Share of the lasting part of the noise that is left after a week."""
    lasting: float = 0.0
    """Standard deviation of what is new in the lasting part each week."""


SAMPLE = World(
    name="mmm_sample",
    seed=20230101,
    start="2023-01-01",
    weeks=52,
    level=103_000,
    channels=(
        Channel("tv", 850, 59.0, 0.6, 0.08),
        Channel("digital", 1200, 12.5, 0.3, 0.06),
        Channel("social", 300, 10.0, 0.4, 0.02),
    ),
    sigma=0.03,
    nu=8.0,
    trend_per_year=0.05,
    season=(-0.03, 0.04, 0.01, -0.01),
)
DEMO = World(
    name="mmm_demo",
    seed=1,
    start="2023-01-02",
    weeks=156,
    level=74_000,
    channels=(
        Channel("tv", 220, 26.0, 0.6, 0.115, on_air=0.55, flight=5, delay=0.5, half_saturation=1.6, slope=1.6),
        Channel("search", 14_000, 0.28, 0.1, 0.075, half_saturation=1.2, slope=1.2),
        Channel("social", 900_000, 0.0032, 0.3, 0.045, on_air=0.8, flight=4, half_saturation=1.5, slope=1.2),
        Channel("video", 400_000, 0.0048, 0.45, 0.035, on_air=0.5, flight=4, delay=0.2, half_saturation=1.8, slope=1.4),
        Channel("radio", 120, 12.0, 0.5, 0.025, on_air=0.45, flight=3, half_saturation=1.5, slope=1.2),
        Channel("print", 60_000, 0.012, 0.4, 0.004, on_air=0.35, flight=2, half_saturation=2.0, slope=1.0),
    ),
    sigma=0.02,
    nu=8.0,
    trend_per_year=0.03,
    season=(-0.03, 0.04, 0.015, 0.01),
    link=0.4,
    memory=0.8,
    lasting=0.01,
)


def main() -> None:
    """Write every file."""
    truth = {}
    for world in (SAMPLE, DEMO):
        frame, facts, weekly = build(world)
        if world is DEMO:
            text = weekly.to_csv(index=False, lineterminator="\n", float_format="%.4f")
            (HERE / f"{world.name}_truth.csv").write_text(text, encoding="utf-8")
        (HERE / f"{world.name}.csv").write_text(frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
        truth[world.name] = facts
    (HERE / "run_spec.json").write_text(SEED_SPEC, encoding="utf-8")
    (HERE / "mmm_demo_spec.json").write_text(_as_json(demo_spec()), encoding="utf-8")
    (HERE / "true_parameters.json").write_text(_as_json(truth), encoding="utf-8")


def build(world: World) -> tuple[pd.DataFrame, dict[str, Any], pd.DataFrame]:
    """The table of a world, what is true of it, and what each part of it brought week by week."""
    rng = np.random.default_rng(world.seed)
    dates = pd.date_range(world.start, periods=world.weeks, freq="7D")
    # What is written to the file is the world: everything below uses the rounded activity.
    activity = {channel.name: _activity(rng, channel, world.weeks).round() for channel in world.channels}
    controls = _controls(rng, world, dates)
    felt = np.stack([adstock(activity[each.name], each.decay, each.delay) for each in world.channels])
    response = np.stack([_saturated(felt[i], activity[each.name], each) for i, each in enumerate(world.channels)])
    alone = np.array([_unlinked(1 / (1 - channel.share), world.link) for channel in world.channels])
    coefficients = alone / response.mean(axis=1)
    u = response * coefficients[:, None]
    season = np.array(world.season) @ _fourier(dates)
    trend = world.trend_per_year * np.arange(world.weeks) / 52
    signed = sum((control.effect * (control.values - control.values.mean()) for control in controls), season + trend)
    base = np.asarray(signed, dtype=float)
    noise = world.sigma * rng.standard_t(world.nu, world.weeks) + _lasting(rng, world)
    sales = (world.level * _linked(base + u.sum(axis=0) + noise, world.link)).round()
    frame = pd.DataFrame({"entity_id": "brand_total", "period_start": dates.strftime("%Y-%m-%d"), "sales": sales})
    frame["sales"] = frame["sales"].astype(int)
    for name, values in activity.items():
        frame[f"act_{name}"] = values.astype(int)
    for control in controls:
        whole = bool((control.values == control.values.round()).all())
        frame[f"ctrl_{control.name}"] = control.values.astype(int) if whole else control.values
    spends = {c.name: (activity[c.name] * _price(rng, c, world.weeks)).round(2) for c in world.channels}
    for name, values in spends.items():
        frame[f"spend_{name}"] = values
    parts = _parts(world, base, u)
    weekly = pd.DataFrame({"period_start": frame["period_start"], "median_sales": parts.fitted})
    weekly["baseline"] = parts.fitted - parts.additive.sum(axis=0)
    for channel, values in zip(world.channels, parts.additive, strict=True):
        weekly[channel.name] = values
    return frame, _facts(world, controls, coefficients, felt, parts, spends), weekly


def adstock(activity: Array, decay: float, delay: float = 0.0) -> Array:
    """Truncated adstock; weeks before the first had the mean activity. A lag's weight: decay^l · (1 + v + … + v^l)."""
    before = activity.mean()
    felt = np.zeros(len(activity))
    for week in range(len(activity)):
        for lag in range(MAX_LAG + 1):
            weight = decay**lag * sum(delay**step for step in range(lag + 1))
            felt[week] += weight * (activity[week - lag] if week >= lag else before)
    return felt


def _saturated(felt: Array, activity: Array, channel: Channel) -> Array:
    """Hill's curve of felt activity in units of the mean activity, carried over or not; a straight line without one."""
    if channel.half_saturation is None:
        return felt
    weights = adstock(np.ones(MAX_LAG + 2), channel.decay, channel.delay)[-1]
    usual = felt / weights / activity.mean()
    raised = usual**channel.slope
    return np.asarray(raised / (raised + channel.half_saturation**channel.slope))


def _linked(eta: Array, link: float) -> Array:
    """Sales in units of the level from the sum of effects: Box and Cox's transform, undone."""
    return np.asarray(np.exp(eta) if link == 0 else np.maximum(1 + link * eta, 1e-9) ** (1 / link))


def _unlinked(ratio: float, link: float) -> float:
    return float(np.log(ratio) if link == 0 else (ratio**link - 1) / link)


def _lasting(rng: np.random.Generator, world: World) -> Array:
    """The part of the noise that lasts, from its stationary distribution on; a world without it draws nothing."""
    noise = np.zeros(world.weeks)
    if world.lasting:
        noise[0] = rng.normal() * world.lasting / np.sqrt(1 - world.memory**2)
        for week in range(1, world.weeks):
            noise[week] = world.memory * noise[week - 1] + world.lasting * rng.normal()
    return noise


def demo_spec() -> dict[str, Any]:
    """The specification of the demo: the recommended model with every default, as the app begins with."""
    return {
        "dataset_id": "demo",
        "grain": "WEEK",
        "target_col": "sales",
        "drivers": [f"act_{channel.name}" for channel in DEMO.channels],
        "controls": ["ctrl_price", "ctrl_promo", "ctrl_holiday", "ctrl_competitor"],
        "model": {"kind": "recommended"},
        "windows": None,
        "random_seed": 42,
    }


def _activity(rng: np.random.Generator, channel: Channel, weeks: int) -> Array:
    """Weekly activity: flights of on and off weeks, uneven within a flight."""
    on = np.ones(weeks)
    if channel.on_air < 1:
        week = int(rng.integers(0, channel.flight))
        on[:week] = 0
        while week < weeks:
            length = 1 + int(rng.poisson(channel.flight - 1))
            pause = 1 + int(rng.poisson(channel.flight * (1 - channel.on_air) / channel.on_air))
            on[week + length : week + length + pause] = 0
            week += length + pause
    # Buying varies, and no week is bought twice as much on average by accident of the gamma's tail.
    return np.asarray(on * channel.level / channel.on_air * rng.gamma(9.0, 1 / 9.0, weeks))


def _price(rng: np.random.Generator, channel: Channel, weeks: int) -> Array:
    return np.asarray(channel.price * (1 + 0.06 * rng.uniform(-1, 1, weeks)))


def _controls(rng: np.random.Generator, world: World, dates: pd.DatetimeIndex) -> tuple[Control, ...]:
    weeks = world.weeks
    price = np.full(weeks, 9.99)
    for start in range(0, weeks, 13):
        price[start : start + 13] += 0.1 * rng.integers(-3, 4)
    promo = np.zeros(weeks)
    promo[rng.choice(weeks, weeks // 9, replace=False)] = 1
    if world.weeks < 104:
        return Control("price", price.round(2), -0.06), Control("promo", promo, 0.07)
    holiday = np.array([1.0 if date.month == 12 and 1 <= date.day <= 24 else 0.0 for date in dates])
    competitor = 100 + 10 * np.convolve(rng.normal(size=weeks + 7), np.ones(8) / np.sqrt(8), mode="valid")
    return (
        Control("price", price.round(2), -0.05),
        Control("promo", promo, 0.08),
        Control("holiday", holiday, 0.15),
        Control("competitor", competitor.round(1), -0.002),
    )


def _fourier(dates: pd.DatetimeIndex) -> Array:
    angle = 2 * np.pi * (dates - pd.Timestamp("1970-01-01")).days.to_numpy(dtype=float) / 365.25
    return np.stack([np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)])


class Parts(NamedTuple):
    """What each part brought: conditional medians, shape (week,), and contributions, shape (channel, week)."""

    fitted: Array
    additive: Array
    removal: Array


def _parts(world: World, base: Array, u: Array) -> Parts:
    """Additive: the joint lift, split by effects on the scale of the link; removal: what one channel alone loses."""
    joint = u.sum(axis=0)
    fitted = world.level * _linked(base + joint, world.link)
    lift = fitted - world.level * _linked(base, world.link)
    additive = u * np.divide(lift, joint, out=fitted.copy(), where=joint > 0)
    removal = fitted - world.level * _linked(base + joint - u, world.link)
    return Parts(fitted, additive, removal)


def _facts(
    world: World,
    controls: tuple[Control, ...],
    coefficients: Array,
    felt: Array,
    parts: Parts,
    spends: dict[str, Array],
) -> dict[str, Any]:
    """True parameters and totals; totals are of conditional medians over all rows."""
    fitted, additive, removal = float(parts.fitted.sum()), parts.additive.sum(axis=1), parts.removal.sum(axis=1)
    return {
        "seed": world.seed,
        "max_lag": MAX_LAG,
        "sigma": world.sigma,
        "nu": world.nu,
        "link": world.link,
        "noise_memory": world.memory,
        "noise_lasting": world.lasting,
        "log_level": float(np.log(world.level)),
        "trend_per_year": world.trend_per_year,
        "season": list(world.season),
        "controls": {control.name: control.effect for control in controls},
        "median_sales": fitted,
        "baseline": fitted - float(additive.sum()),
        "media_share": float(additive.sum()) / fitted,
        "channels": {
            channel.name: _channel_facts(channel, coefficients[i], felt[i])
            | {
                "additive": float(additive[i]),
                "removal": float(removal[i]),
                "share": float(additive[i]) / fitted,
                "spend": float(spends[channel.name].sum()),
                "roi": float(additive[i] / spends[channel.name].sum()),
            }
            for i, channel in enumerate(world.channels)
        },
    }


def _channel_facts(channel: Channel, coefficient: float, felt: Array) -> dict[str, float]:
    """True settings of a channel; without saturation its effect also as a coefficient and as the fixed model's beta."""
    if channel.half_saturation is not None:
        shape = {"half_saturation": channel.half_saturation, "slope": channel.slope}
        return {"decay": channel.decay, "delay": channel.delay} | shape
    return {
        "decay": channel.decay,
        "effect_per_unit": float(coefficient),
        "beta": float(coefficient * felt.std()),
    }


def _as_json(value: object) -> str:
    return json.dumps(_rounded(value), indent=1) + "\n"


def _rounded(value: Any) -> Any:
    """Numbers to 12 digits: the last ones depend on the order in which a processor adds."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
