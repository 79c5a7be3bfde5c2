"""Could this table have told us? Worlds like it are made, in which the truth is known, and fitted as it was.

A *world* has the run's own media, controls, dates and rows; one draw of the posterior is its truth, and its sales are
simulated from that draw with its noise: tails and memory. If the intervals of the fits hold the truth as often as they
say, a table of this design can tell; how wide they are says how well.

Intervals of one world are not independent of each other: the Monte-Carlo error of their coverage is that of its mean
over worlds, and at least the binomial one.

Source: Talts, Betancourt, Simpson, Vehtari, Gelman (2018), *Validating Bayesian Inference Algorithms with
Simulation-Based Calibration*; Gelman et al. (2020), *Bayesian Workflow*, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.labels import counted, display_name, listed, listed_first, percent, ratio
from mmm_core.model.family import family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.terms import Values
from mmm_core.proof.part import Part, Told, judge, worst
from mmm_core.proof.subject import Refit, Refitter, Subject
from mmm_core.results.contributions import totals_of
from mmm_core.results.effects import effects
from mmm_core.schema import Strict
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]

WORLDS = 30
FEWEST_WORLDS = 10
"""Below that nothing is judged."""
LEAST_SALES = 0.02
"""Simulated sales are at least this part of their mean: heavy tails would now and then take all of them."""
ERRORS = 2.0
"""Coverage may lie so many Monte-Carlo errors below what is meant before it is looked at."""
STOP_BELOW = 0.1
"""How much further it lies below before it stops (fraction)."""
UNTOLD_LIMITS = (0.5, 0.9)
"""Part of media's sales whose channels are found no nearer than they are large: looked at, or stops."""
MOST_NAMED = 3


class Recovered(Strict):
    """A channel in one world: what it brought in truth, and what the fit says."""

    channel: str
    measure: Literal["return", "share"] = Field(description="share, of sales (fraction), without spend.")
    brought: float = Field(description="What it brought in truth, in the target's unit.")
    truth: float
    median: float
    low: float
    high: float

    @property
    def is_held(self) -> bool:
        """Whether the truth lies in the interval."""
        return self.low <= self.truth <= self.high


class RecoveredWorld(Strict):
    """One world, fitted."""

    channels: tuple[Recovered, ...]


@dataclass(frozen=True, slots=True)
class Precision:
    """How a channel is found over all worlds.

    Attributes
    ----------
    coverage
        Share of intervals that held the truth (fraction).
    bias
        Mean of median less truth, in the unit of the measure.
    reach, size
        Medians over worlds of the intervals' half-width, and of the truth, in the unit of the measure.
    brought
        Mean of what it brought, in the target's unit.
    """

    channel: str
    measure: Literal["return", "share"]
    coverage: float
    bias: float
    reach: float
    size: float
    brought: float

    @property
    def is_untold(self) -> bool:
        """Whether the interval reaches as far as what is to be found is large."""
        return self.reach >= self.size

    @property
    def in_words(self) -> str:
        """How near it is found."""
        reach = ratio(self.reach) if self.measure == "return" else percent(self.reach, 1)
        return f"{display_name(self.channel)} ±\u00a0{reach}"


def units(_: Subject) -> tuple[str, ...]:
    """Numbers of the worlds."""
    return tuple(str(number) for number in range(WORLDS))


def work(subject: Subject, key: str, refit: Refitter) -> RecoveredWorld:
    """Simulate one world and fit it."""
    rng = np.random.default_rng((subject.spec.random_seed, 5, int(key)))
    draw = int(rng.integers(len(subject.values["intercept"])))
    values = {name: value[..., draw : draw + 1] for name, value in subject.values.items()}
    found = refit(simulated(subject.table, subject.features, values, rng), subject.spec)
    return recovered(found, subject.totals.additive[:, draw], float(subject.totals.fitted[draw]))


def simulated(table: CanonicalData, features: FeatureMatrix, values: Values, rng: np.random.Generator) -> CanonicalData:
    """The table at brand level with sales that one draw makes on the estimated rows.

    Parameters
    ----------
    values
        One draw of every parameter, ``(1)`` or ``(member, 1)``, each in its own unit.
    """
    family = family_of(features)
    mu, link = effects(family, values).mu, family.link(values)
    new = family.noise.drawn(values, len(mu), rng)
    sales = link.to_sales(mu + family.noise.residuals(new, values))[:, 0]
    brand = aggregate_brand(table).frame.copy()
    dates = brand["period_start"].to_numpy()
    estimated = np.isin(dates, features.dates.astype(dates.dtype))
    brand.loc[estimated, "sales"] = np.maximum(sales, LEAST_SALES * family.level)
    return CanonicalData(brand, table.grain)


def recovered(found: Refit, truths: Array, fitted: float) -> RecoveredWorld:
    """What a fit says of each channel beside what it brought.

    Parameters
    ----------
    truths
        ``(channel)``: what each brought in truth, in the target's unit.
    fitted
        Sum of the true medians of sales, in the target's unit.
    """
    rows = []
    for told, truth in zip(found.summary.channels, truths, strict=True):
        estimate = told.roi or told.share
        per = told.spend if told.roi and told.spend else fitted
        rows.append(
            Recovered(
                channel=told.channel,
                measure="return" if told.roi else "share",
                brought=float(truth),
                truth=float(truth / per),
                median=estimate.shown,
                low=estimate.low,
                high=estimate.high,
            )
        )
    return RecoveredWorld(channels=tuple(rows))


def true_totals(features: FeatureMatrix, values: Values) -> tuple[Array, float]:
    """What channels bring ``(channel)`` and what is sold in all by one draw, in the target's unit."""
    totals = totals_of(features, values)
    return totals.additive[:, 0], float(totals.fitted[0])


def precision(worlds: Sequence[RecoveredWorld]) -> list[Precision]:
    """How each channel is found over some worlds of the same table."""
    return [
        Precision(
            channel=rows[0].channel,
            measure=rows[0].measure,
            coverage=float(np.mean([row.is_held for row in rows])),
            bias=float(np.mean([row.median - row.truth for row in rows])),
            reach=float(np.median([(row.high - row.low) / 2 for row in rows])),
            size=float(np.median([abs(row.truth) for row in rows])),
            brought=float(np.mean([row.brought for row in rows])),
        )
        for rows in zip(*(world.channels for world in worlds), strict=True)
    ]


def monte_carlo_error(held: Sequence[Sequence[bool]], meant: float) -> float:
    """Standard error of the share of intervals that held ``(world, channel)`` if it is the one meant; a fraction."""
    by_world = np.array([np.mean(row) for row in held])
    binomial = np.sqrt(meant * (1 - meant) / sum(len(row) for row in held))
    return float(max(binomial, by_world.std(ddof=1) / np.sqrt(len(by_world)) if len(by_world) > 1 else binomial))


def tell(subject: Subject, worlds: Mapping[str, RecoveredWorld]) -> Told:
    """How often intervals held the truth, and how wide they are."""
    found = precision(list(worlds.values()))
    held = [[row.is_held for row in world.channels] for world in worlds.values()]
    coverage, meant = float(np.mean(held)), subject.spec.interval_prob
    least = meant - ERRORS * monte_carlo_error(held, meant)
    untold = [each for each in found if each.is_untold]
    part = sum(each.brought for each in untold) / max(sum(each.brought for each in found), 1e-12)
    judged = [judge(coverage, (least, least - STOP_BELOW), small_is_good=False), judge(part, UNTOLD_LIMITS)]
    is_known = len(worlds) >= FEWEST_WORLDS
    by_width = judged[1] != "pass" and worst(judged) == judged[1] != judged[0]
    return Told(
        verdict=worst(judged) if is_known else None,
        sentence=(
            f"{'In' if is_known else 'So far, in'} {counted(len(worlds), 'world')} like this table "
            f"{percent(coverage)} of the intervals held the truth ({percent(meant)} are meant to, and no fewer than "
            f"{percent(least)}); {_reaches(found)}{_untold(untold, part)}."
        ),
        value=part if by_width else coverage,
        limit=UNTOLD_LIMITS[0] if by_width else least,
        remedy=_remedy(judged) if is_known else "",
        not_shown=tuple(each.channel for each in untold) if is_known else (),
        tables={
            "worlds": tuple(
                {"world": key, **row.model_dump(exclude={"brought"}), "inside": float(row.is_held)}
                for key, world in worlds.items()
                for row in world.channels
            ),
            "channels": tuple(
                {
                    "channel": each.channel,
                    "measure": each.measure,
                    "coverage": each.coverage,
                    "bias": each.bias,
                    "reach": each.reach,
                    "size": each.size,
                }
                for each in found
            ),
        },
    )


def _reaches(found: Sequence[Precision]) -> str:
    """How near the largest channels are found."""
    return "{} are found to {}".format(*largest_in_words(found))


def largest_in_words(found: Sequence[Precision]) -> tuple[str, str]:
    """What is found, and how near the largest of it is, for a sentence."""
    largest = sorted(found, key=lambda each: -each.brought)[:MOST_NAMED]
    what = "returns" if all(each.measure == "return" for each in found) else "shares of sales"
    if len({each.measure for each in found}) > 1:
        what = "channels"
    return what, listed([each.in_words for each in largest])


def _untold(untold: Sequence[Precision], part: float) -> str:
    if not untold:
        return ""
    names, themselves = listed_first([display_name(each.channel) for each in untold], MOST_NAMED), "they are"
    if len(untold) == 1:
        themselves = "it is"
    return f", and {names}, with {percent(part)} of what media bring, no nearer than {themselves} large"


def _remedy(judged: Sequence[str]) -> str:
    if judged[0] != "pass":
        return (
            "Do not read the intervals as they are: this design misleads the model. Compare the settings, and test the "
            "channels whose intervals missed most."
        )
    if judged[1] != "pass":
        return "A longer table, spend that goes up and down on purpose, or a test in some regions would tell more."
    return ""


RECOVERY = Part(
    name="recovery",
    question="Could this table have told us?",
    how_to_read="Each dot is a channel in a world like yours: across what it brought in truth, up what the fit says, "
    "with its interval. Intervals that cross the diagonal hold the truth.",
    result=RecoveredWorld,
    units=units,
    work=work,
    tell=tell,
    refits=WORLDS,
)
