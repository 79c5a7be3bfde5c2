"""What did somebody set otherwise? Two specifications compared, in words.

What makes no difference to a model is left out: a setting that is not looked at, as the curve where saturation is off
and freedom in the fixed model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mmm_core.labels import day, display_name, listed
from mmm_core.spec.events import Events, OwnEvent
from mmm_core.spec.model import RecommendedModel
from mmm_core.spec.run_spec import RunSpec, channel_name, control_name

NAMES = {
    "target_col": "what is explained",
    "windows.carryover_months": "months that only feed carry-over",
    "windows.estimation_months": "months estimated",
    "windows.pre_history": "activity before the first row",
    "feature_config.adstock.kind": "shape of carry-over",
    "feature_config.adstock.max_lag": "longest carry-over (periods)",
    "feature_config.saturation.kind": "shape of diminishing returns",
    "feature_config.saturation.enabled": "diminishing returns",
    "feature_config.seasonality.enabled": "season",
    "feature_config.seasonality.K": "waves of the season",
    "feature_config.trend.enabled": "trend",
    "feature_config.events.shopping_days": "shopping days",
    "model.kind": "model",
    "model.link": "how parts combine",
    "model.noise": "memory of the noise",
    "model.tails": "tails of the noise",
    "model.media.share": "expected share of media",
    "model.media.share_width": "width of what is expected of media",
    "model.media.spread": "expected spread of returns",
    "model.media.spread_width": "width of that spread",
    "model.baseline.level": "room of the level",
    "model.baseline.trend": "room of the trend",
    "model.baseline.season": "room of the season",
    "model.baseline.controls": "room of the controls",
    "model.baseline.events": "room of the events",
    "model.baseline.noise": "room of the noise",
    "random_seed": "random seed",
    "sampler.draws": "draws a chain",
    "sampler.tune": "tuning steps a chain",
    "sampler.chains": "chains",
    "sampler.target_accept": "target acceptance",
    "interval_prob": "probability of intervals",
    "target_offset": "added to sales before the logarithm",
}
"""A setting by its place in the specification, as a person calls it; in the order in which they are told."""
VALUES = {
    True: "on", False: "off", None: "all", "log": "multiplied", "identity": "added up",
    "student_t": "Student's t", "arma": "lasting and passing",
    "ar1": "lasting", "weibull_cdf": "Weibull (cumulative)", "weibull_pdf": "Weibull (density)",
    "michaelis_menten": "Michaelis-Menten", "log1p": "logarithm", "mean": "as usual", "zero": "none",
}  # fmt: skip
OF_CHANNELS: dict[str, tuple[str, Callable[[RunSpec, str], Any]]] = {
    "decay": ("decay", lambda spec, channel: spec.adstock(channel).decay),
    "delay": ("delay", lambda spec, channel: spec.adstock(channel).delay),
    "shape": ("shape of carry-over", lambda spec, channel: spec.adstock(channel).shape),
    "half_saturation": ("half-saturation", lambda spec, channel: spec.saturation(channel).half_saturation),
    "slope": ("slope", lambda spec, channel: spec.saturation(channel).slope),
    "freedom": ("freedom of the settings", lambda spec, channel: spec.freedom(channel)),
}
"""What is set for each channel: its name, and where it is found."""
KINDS_WITH = {"delay": ("delayed",), "shape": ("weibull_cdf", "weibull_pdf")}
"""Kinds of carry-over that have a setting."""


def differences(before: RunSpec, now: RunSpec) -> list[str]:
    """Each setting in which ``now`` differs from ``before``, as "decay of TV: 0.7 instead of 0.5"; empty: none."""
    both = (before, now)
    return [
        *_came_and_went("channel", *([display_name(channel_name(name)) for name in spec.drivers] for spec in both)),
        *_came_and_went("control", *([display_name(control_name(name)) for name in spec.controls] for spec in both)),
        *_singles(before, now),
        *_of_channels(before, now),
        *_events(before.feature_config.events, now.feature_config.events),
        *([] if before.dataset == now.dataset else ["how the file is read"]),
    ]


def _came_and_went(noun: str, before: Iterable[str], now: Iterable[str]) -> list[str]:
    earlier, later = list(before), list(now)
    added, gone = ([name for name in one if name not in other] for one, other in ((later, earlier), (earlier, later)))
    return [f"{noun} {listed(names)} {word}" for names, word in ((added, "added"), (gone, "left out")) if names]


def _singles(before: RunSpec, now: RunSpec) -> list[str]:
    earlier, later = _leaves(before), _leaves(now)
    # A model without a setting (the fixed one has no noise of its own kind) is told by its kind.
    both = [place for place in (*NAMES, *sorted(set(later) - set(NAMES))) if place in earlier and place in later]
    return [_said(_name(place), earlier[place], later[place]) for place in both if earlier[place] != later[place]]


def _leaves(spec: RunSpec) -> dict[str, Any]:
    """Every setting that stands alone and is looked at, by its place."""
    data = spec.model_dump()
    for place in ("dataset_id", "grain", "drivers", "controls", "dataset"):
        del data[place]
    config = data["feature_config"]
    for place in ("decay_default", "per_channel"):
        del config["adstock"][place]
    for place in ("half_saturation", "slope", "per_channel"):
        del config["saturation"][place]
    for place in ("holidays", "own", "columns"):
        del config["events"][place]
    for part in ("saturation", "seasonality", "trend"):
        if not config[part]["enabled"]:
            config[part] = {"enabled": False}
    data["model"] = {place: value for place, value in data["model"].items() if place not in ("freedom", "per_channel")}
    return _flat(data)


def _flat(data: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in data.items():
        found |= _flat(value, f"{place}{name}.") if isinstance(value, Mapping) else {f"{place}{name}": value}
    return found


def _of_channels(before: RunSpec, now: RunSpec) -> list[str]:
    earlier = {channel_name(driver) for driver in before.drivers}
    both = [channel for channel in map(channel_name, now.drivers) if channel in earlier]
    told = []
    for setting, (name, value_of) in OF_CHANNELS.items():
        if not (_is_looked_at(setting, before) and _is_looked_at(setting, now)):
            continue
        moved: dict[tuple[Any, Any], list[str]] = {}
        for channel in both:
            pair = value_of(before, channel), value_of(now, channel)
            if pair[0] != pair[1]:
                moved.setdefault(pair, []).append(channel)
        for (was, is_now), channels in moved.items():
            whose = "every channel" if len(channels) == len(both) > 1 else listed([*map(display_name, channels)])
            told.append(_said(f"{name} of {whose}", was, is_now))
    return told


def _is_looked_at(setting: str, spec: RunSpec) -> bool:
    config = spec.feature_config
    if setting in ("half_saturation", "slope"):
        return config.saturation.enabled and (setting != "slope" or config.saturation.kind == "hill")
    if setting == "freedom":
        return isinstance(spec.model, RecommendedModel)
    return setting not in KINDS_WITH or config.adstock.kind in KINDS_WITH[setting]


def _events(before: Events, now: Events) -> list[str]:
    told = []
    if before.holidays != now.holidays:
        if before.holidays is None or now.holidays is None:
            told.append(f"public holidays {'left out' if now.holidays is None else 'added'}")
        else:
            told.append("other public holidays")
    earlier, later = ({event.name: event for event in events.own} for events in (before, now))
    changed = [name for name in later if name in earlier and _days(later[name]) != _days(earlier[name])]
    told += _came_and_went("event", earlier, later)
    were, are = ([display_name(control_name(name)) for name in events.columns] for events in (before, now))
    told += [f"{name} counted as an event" for name in are if name not in were]
    told += [f"{name} no longer counted as an event" for name in were if name not in are]
    return [*told, *([f"days of {listed(changed)}"] if changed else [])]


def _days(event: OwnEvent) -> tuple[object, ...]:
    return sorted(map(day, event.dates)), event.yearly, event.before, event.after


def _name(place: str) -> str:
    return NAMES.get(place) or place.rpartition(".")[2].replace("_", " ")


def _said(name: str, before: Any, now: Any) -> str:
    return f"{name}: {_shown(now)} instead of {_shown(before)}"


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, bool | str) or value is None:
        return VALUES.get(value, str(value).replace("_", " "))
    return f"{value:,}" if isinstance(value, int) else str(value)
