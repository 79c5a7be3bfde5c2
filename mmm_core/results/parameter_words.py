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
from mmm_core.model.parameters import PARAMETERS, Parameter
from mmm_core.results.intervals import HDI_PROB

if TYPE_CHECKING:
    from mmm_core.results.diagnostics import ParameterSummary

type Kind = Literal["channel", "control", "season", "trend", "own"]
"""``own``: the model needs it, and no column of the table has it."""

INDEXED = re.compile(r"^(beta|gamma)\[(.*)\]$", re.DOTALL)
FOURIER = re.compile(r"^fourier_(sin|cos)_(\d+)$")
OWN = {parameter.name: parameter for parameter in PARAMETERS if parameter.dim is None}
MEANINGS: dict[Kind, str] = {
    "channel": "channel, per standard deviation of felt activity",
    "control": "control, per standard deviation",
    "season": "season, height of this wave of the year",
    "trend": "trend, per standard deviation of time",
}


@dataclass(frozen=True, slots=True)
class ParameterName:
    """A parameter as people read it; ``subject`` is the bare name of its channel, None for what is no channel's."""

    label: str
    kind: Kind
    meaning: str
    subject: str | None = None


def parameter_names(parameters: Sequence[ParameterSummary]) -> list[ParameterName]:
    """What each parameter is called and is; those that would be called alike are told apart."""
    found = [_named(row.name) for row in parameters]
    labels = [name.label for name in found]
    # A channel and a control of one name are told apart by what they are, two of a kind by the model's own names.
    for attempt in ([f"{name.label} ({name.kind})" for name in found], [row.name for row in parameters]):
        times = Counter(labels)
        labels = [label if times[label] == 1 else other for label, other in zip(labels, attempt, strict=True)]
    return [replace(name, label=label) for name, label in zip(found, labels, strict=True)]


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


def _named(name: str) -> ParameterName:
    indexed = INDEXED.match(name)
    if indexed is None:
        own = OWN.get(name, Parameter(name, label=name))
        return ParameterName(own.label, "own", own.meaning)
    family, subject = indexed.groups()
    if family == "beta":
        return ParameterName(display_name(subject), "channel", MEANINGS["channel"], subject)
    wave = FOURIER.match(subject)
    if wave is not None:
        return ParameterName(f"Season, {wave[1]} {wave[2]}", "season", MEANINGS["season"])
    if subject == TREND_NAME:
        return ParameterName("Trend", "trend", MEANINGS["trend"])
    return ParameterName(display_name(subject), "control", MEANINGS["control"])


def _digits(value: float) -> str:
    """Three decimals for effects, one for what is larger: −0.012, 15.7."""
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1
    return f"{value:,.{digits}f}".replace("-", "−")
