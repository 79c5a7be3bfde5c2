"""The model's parameters in an analyst's words: names, what each is, and a table with sensible digits.

Files keep the model's own names (``beta[tv]``, ``gamma[fourier_sin_1]``) and all digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from mmm_core.labels import display_name, percent
from mmm_core.model.columns import TREND_NAME
from mmm_core.model.events.columns import EVENT_PREFIX
from mmm_core.model.family import declared_parameters
from mmm_core.results.intervals import HDI_PROB

if TYPE_CHECKING:
    from mmm_core.results.posterior_summary import ParameterSummary

type Kind = Literal["channel", "shape", "control", "season", "trend", "event", "own"]
"""``shape``: how a channel works, on a scale of its own; ``own``: the model needs it, and no column has it."""

INDEXED = re.compile(r"^([a-z_]+)\[(.*)\]$", re.DOTALL)
FOURIER = re.compile(r"^fourier_(sin|cos)_(\d+)$")
OWN = declared_parameters()
"""Parameters of either model that no column has."""
MEANINGS: dict[Kind, str] = {
    "channel": "channel, per standard deviation of felt activity",
    "control": "control, per standard deviation",
    "season": "season, height of this wave of the year",
    "trend": "trend, per standard deviation of time",
    "event": "event, each time",
    "shape": "",
    "own": "",
}
SHAPES = {
    "effect": ("return beside the others", "channel, above 0: sells more for its spend than the average"),
    "decay": ("decay", "channel, share of the effect carried into the next period"),
    "delay": ("delay", "channel, 0: works at once; near 1: builds up over some periods"),
    "half_saturation": ("half-saturation", "channel, activity at half the most it can do, in units of its mean"),
    "slope": ("slope of the curve", "channel, 1: every unit brings less than the last; above 1: slow at first"),
    "beta": ("height of the curve", "channel, most that it can bring, in shares of mean sales"),
}
"""Parameters of a channel's shape: what is added to its name, and what they are."""


@dataclass(frozen=True, slots=True)
class ParameterName:
    """A parameter as people read it; ``subject`` is the bare name of its channel, None for what is no channel's."""

    label: str
    kind: Kind
    meaning: str
    subject: str | None = None


def parameter_names(parameters: Sequence[ParameterSummary]) -> list[ParameterName]:
    """What each parameter is called and is; those that would be called alike are told apart."""
    names = {row.name for row in parameters}
    found = [_named(row.name, is_estimated="media_share" in names) for row in parameters]
    labels = [name.label for name in found]
    # A channel and a control of one name are told apart by what they are, two of a kind by the model's own names.
    for attempt in ([f"{name.label} ({name.kind})" for name in found], [row.name for row in parameters]):
        times = Counter(labels)
        labels = [label if times[label] == 1 else other for label, other in zip(labels, attempt, strict=True)]
    return [replace(name, label=label) for name, label in zip(found, labels, strict=True)]


def in_order(parameters: Sequence[ParameterSummary], channels: Sequence[str]) -> list[ParameterSummary]:
    """The same, with the channels of each family (``decay[tv]``, ``decay[radio]``) as ``channels`` stand."""
    subjects = [name.subject for name in parameter_names(parameters)]
    families = [row.name.partition("[")[0] for row in parameters]
    ranks = {channel: rank for rank, channel in enumerate(channels)}

    def place(number: int) -> tuple[int, int]:
        subject = subjects[number]
        return (number, 0) if subject is None else (families.index(families[number]), ranks.get(subject, len(ranks)))

    return [parameters[number] for number in sorted(range(len(parameters)), key=place)]


def parameters_in_words(parameters: Sequence[ParameterSummary]) -> pd.DataFrame:
    """Each parameter with its name, what it is, mean, interval, R-hat and independent draws, as text."""
    return pd.DataFrame(
        [
            {
                "Parameter": name.label,
                "What it is": name.meaning,
                "Mean": _digits(row.mean),
                f"{percent(HDI_PROB)} interval": f"{_digits(row.hdi_3)}\u00a0to\u00a0{_digits(row.hdi_97)}",
                "R-hat": "–" if row.r_hat is None else f"{row.r_hat:.3f}",
                "Independent draws": "–" if row.ess_bulk is None else f"{row.ess_bulk:,.0f}",
            }
            for row, name in zip(parameters, parameter_names(parameters), strict=True)
        ]
    )


def _named(name: str, *, is_estimated: bool) -> ParameterName:
    indexed = INDEXED.match(name)
    if indexed is None:
        own = OWN.get(name)
        return ParameterName(own.label, "own", own.meaning) if own else ParameterName(name, "own", "")
    family, subject = indexed.groups()
    if family == "share":
        return ParameterName(display_name(subject), "channel", "channel, share of sales at mean effect", subject)
    if family in SHAPES and (is_estimated or family != "beta"):
        words, meaning = SHAPES[family]
        return ParameterName(f"{display_name(subject)}, {words}", "shape", meaning, subject)
    if family == "beta":
        return ParameterName(display_name(subject), "channel", MEANINGS["channel"], subject)
    wave = FOURIER.match(subject)
    if wave is not None:
        return ParameterName(f"Season, {wave[1]} {wave[2]}", "season", MEANINGS["season"])
    if subject.startswith(EVENT_PREFIX):
        return ParameterName(subject.removeprefix(EVENT_PREFIX), "event", MEANINGS["event"])
    if subject == TREND_NAME:
        return ParameterName("Trend", "trend", MEANINGS["trend"])
    return ParameterName(display_name(subject), "control", MEANINGS["control"])


def _digits(value: float) -> str:
    """Three decimals for effects, one for what is larger: −0.012, 15.7."""
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1
    return f"{value:,.{digits}f}".replace("-", "−")
