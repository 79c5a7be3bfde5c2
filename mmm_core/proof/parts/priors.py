"""Data or prior? What was believed of media before the table was seen, beside what is believed after it.

Priors say something of shares at mean activity: of all media together, and of each channel in what all bring. The
*data's part* of a figure is ``1 − var(after) / var(before)`` of the logit of such a share, by the run's draws and by
those of the prior (of its logarithm, which is that of the return, where there is spend): 1 where nothing of the prior
is left, 0 where the table has taught nothing. What is shown as *after* is the run's own figure.

Then the prior's centre is doubled and halved: of media's share of sales in the recommended model, of the spread of
channels' effects with fixed settings. The run's draws are weighted by new prior over old prior; where these weights
cannot be trusted the table is fitted once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.labels import display_name, listed, listed_first, percent
from mmm_core.model.estimated import CLOSEST
from mmm_core.model.family import Family, family_of
from mmm_core.model.parameters import draw_prior
from mmm_core.model.priors import HalfNormal, log_density
from mmm_core.model.terms import EstimatedMedia, Values
from mmm_core.proof.measure import MeasureName, draws_of, measured, reach
from mmm_core.proof.part import Part, Told, Verdict, judge, worst
from mmm_core.proof.subject import Refitter, Subject
from mmm_core.results.effects import mean_activity_shares
from mmm_core.results.intervals import Estimate, estimate
from mmm_core.results.reweighting import LARGEST_K, prior_ratio, smoothed, weighted_median
from mmm_core.schema import Strict
from mmm_core.spec import RecommendedModel, RunSpec

type Array = NDArray[np.float64]

DRAWS = "draws"
"""Key of the unit that needs no refit."""
FACTORS = {"halved": 0.5, "doubled": 2.0}
PRIOR_DRAWS = 4000
LARGEST_SHARE = 0.9
"""A doubled share of sales stays below this."""
DATA_LIMITS = (0.5, 0.0)
"""Where the data decided less of media's share it is looked at."""
REACH_LIMITS = (1.0, float("inf"))
"""A figure that leaves its interval with another centre is looked at."""
MOST_NAMED = 3


class Believed(Strict):
    """One figure before and after the table was seen."""

    channel: str | None = Field(description="null: all media together.")
    measure: MeasureName
    before: Estimate
    after: Estimate
    by_data: float = Field(description="The data's part (fraction): 0 where the table has taught nothing.")


class Figure(Strict):
    """One figure under another prior."""

    channel: str | None = Field(description="null: all media together.")
    measure: MeasureName
    there: float


class Centre(Strict):
    """What the answer would be with the prior's centre moved."""

    name: Literal["halved", "doubled"]
    by: Literal["weights", "refit"]
    figures: tuple[Figure, ...]


class Priors(Strict):
    """What one unit of work finds; nothing is believed by a refit."""

    believed: tuple[Believed, ...] = ()
    centres: tuple[Centre, ...] = ()


def units(subject: Subject) -> tuple[str, ...]:
    """One that needs no refit, and one for each centre to which weights do not reach."""
    if not isinstance(subject.spec.model, RecommendedModel):
        return (DRAWS,)
    return (DRAWS, *(name for name in FACTORS if _weights(subject, name) is None))


def work(subject: Subject, key: str, refit: Refitter) -> Priors:
    """Prior beside posterior, with all that weights can tell; or the table under another centre."""
    if key != DRAWS:
        figures = measured(refit(subject.table, with_centre(subject.spec, FACTORS[key])).summary)
        moved = tuple(Figure(channel=c, measure=measure, there=its.shown) for c, measure, its in figures)
        return Priors(centres=(Centre(name=_centre_name(key), by="refit", figures=moved),))
    weighed = {name: _weights(subject, name) for name in FACTORS}
    return Priors(
        believed=tuple(_believed(subject)),
        centres=tuple(
            Centre(name=_centre_name(name), by="weights", figures=_weighed(subject, weights))
            for name, weights in weighed.items()
            if weights is not None
        ),
    )


def with_centre(spec: RunSpec, factor: float) -> RunSpec:
    """The specification whose prior of media's share of sales has its centre moved."""
    assert isinstance(spec.model, RecommendedModel)  # noqa: S101 - with fixed settings nobody asks for it
    share = min(spec.model.media.share * factor, max(LARGEST_SHARE, spec.model.media.share))
    media = spec.model.media.model_copy(update={"share": share})
    return spec.model_copy(update={"model": spec.model.model_copy(update={"media": media})})


def tell(subject: Subject, found: Mapping[str, Priors]) -> Told:
    """How much of media's share the data decided, whose figure is mostly prior, and what another centre does."""
    believed = [each for unit in found.values() for each in unit.believed]
    centres = [each for unit in found.values() for each in unit.centres]
    moves = [
        (reach(own, figure.there), centre.name, figure)
        for centre in centres
        for figure in centre.figures
        for own in [each.own for each in measured(subject.summary) if each.channel == figure.channel]
    ]
    farthest = max(moves, key=lambda move: abs(move[0]), default=None)
    weak = [each.channel for each in believed if each.channel and each.by_data < DATA_LIMITS[0]]
    total = next((each for each in believed if each.channel is None), None)
    judged: list[Verdict] = [
        *([judge(total.by_data, DATA_LIMITS, small_is_good=False)] if total else []),
        *([judge(abs(farthest[0]), REACH_LIMITS)] if farthest else []),
    ]
    if weak:
        judged.append("look")
    verdict = worst(judged) if judged else None
    return Told(
        verdict=verdict,
        sentence=". ".join(part for part in (_by_data(total, weak), _centres(subject, centres)) if part) + ".",
        value=total.by_data if total else None,
        limit=DATA_LIMITS[0],
        remedy=""
        if verdict == "pass"
        else "Say where the prior comes from when you report these figures, and test them: an experiment or more "
        "variation in spend tells what the table cannot.",
        not_shown=tuple(weak),
        tables={
            "believed": tuple(
                {
                    "channel": each.channel,
                    "measure": each.measure,
                    **{f"before_{end}": value for end, value in _ends(each.before).items()},
                    **{f"after_{end}": value for end, value in _ends(each.after).items()},
                    "by_data": each.by_data,
                }
                for each in believed
            ),
            "centres": tuple(
                {"centre": centre.name, "by": centre.by, **figure.model_dump()}
                for centre in centres
                for figure in centre.figures
            ),
        },
    )


def _by_data(total: Believed | None, weak: list[str]) -> str:
    if total is None:
        return ""
    mostly = f"; {listed_first([display_name(each) for each in weak], MOST_NAMED)} are mostly prior" if weak else ""
    mostly = mostly.replace(" are ", " is ") if len(weak) == 1 else mostly
    others = "" if weak else f", and at least {percent(DATA_LIMITS[0])} of each channel's figure"
    return f"The data decided {percent(total.by_data)} of what is said of media's share of sales{others}{mostly}"


def _centres(subject: Subject, centres: list[Centre]) -> str:
    whole = {centre.name: figure.there for centre in centres for figure in centre.figures if figure.channel is None}
    if not whole:
        return ""
    own = subject.summary.media_share.shown
    said = listed([f"{percent(there, 1)} with it {name}" for name, there in whole.items()])
    return f"Media's share is {percent(own, 1)} with the prior's centre as it is, {said}"


def _ends(its: Estimate) -> dict[str, float]:
    return {"median": its.shown, "low": its.low, "high": its.high}


def _centre_name(name: str) -> Literal["halved", "doubled"]:
    return "halved" if name == "halved" else "doubled"


def _believed(subject: Subject) -> list[Believed]:
    family, prob = family_of(subject.features), subject.spec.interval_prob
    sizes = {"channel": len(subject.channels), "control": len(family.columns.kinds)}
    before = draw_prior(family.media.parameters, sizes=sizes, draws=PRIOR_DRAWS, seed=subject.spec.random_seed)
    shares = [_shares(family, values) for values in (before, subject.values)]
    sales = float(subject.features.target.sum())
    spends = [None, *(each.spend for each in subject.summary.channels)]
    found = []
    for (channel, measure, own), spend, prior, posterior in zip(
        measured(subject.summary), spends, *shares, strict=True
    ):
        is_return = measure == "return" and spend is not None
        scale = sales / spend if is_return and spend else 1.0
        spread = [float(np.var(np.log(each) if is_return else _logits(each))) for each in (prior, posterior)]
        found.append(
            Believed(
                channel=channel,
                measure=measure,
                before=estimate(scale * prior, prob),
                after=own,
                by_data=max(0.0, 1 - spread[1] / spread[0]),
            )
        )
    return found


def _shares(family: Family, values: Values) -> Array:
    """Shares of sales of all media and of each channel in what all bring ``(1 + channel, sample)`` (fractions)."""
    found = mean_activity_shares(family, values)
    if family.is_estimated:
        return np.vstack([found.joint, found.per_channel])
    effects = -np.log1p(-found.per_channel)
    return np.vstack([found.joint, found.joint * effects / effects.sum(axis=0)])


def _logits(shares: Array) -> Array:
    kept = np.clip(shares, CLOSEST, 1 - CLOSEST)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def _weights(subject: Subject, name: str) -> Array | None:
    """Weights ``(sample)`` of the run's draws under another centre; None: they cannot be trusted."""
    ratio = _ratio(subject, FACTORS[name])
    if ratio is None:
        return None
    weights, k = smoothed(ratio)
    return weights if k < LARGEST_K else None


def _ratio(subject: Subject, factor: float) -> Array | None:
    family, features = family_of(subject.features), subject.features
    if isinstance(family.media, EstimatedMedia):
        scaler = features.scaler.estimated
        assert scaler is not None  # noqa: S101 - the recommended model has one
        moved = scaler.model_copy(update={"model": with_centre(subject.spec, factor).model})
        now = replace(features, scaler=features.scaler.model_copy(update={"estimated": moved}))
        return prior_ratio(family, family_of(now), subject.values)
    spread = next(each for each in family.media.parameters if each.name == "sigma_beta")
    assert isinstance(spread.prior, HalfNormal)  # noqa: S101 - as it is declared
    assert not isinstance(spread.prior.scale, str)  # noqa: S101
    value = subject.values["sigma_beta"]
    wider = HalfNormal(spread.prior.scale * factor)
    return log_density(wider, value, subject.values) - log_density(spread.prior, value, subject.values)


def _weighed(subject: Subject, weights: Array) -> tuple[Figure, ...]:
    draws = draws_of(subject.summary, subject.totals.additive, subject.totals.fitted)
    return tuple(
        Figure(
            channel=channel,
            measure=measure,
            # A return is what was brought over spend, which no prior moves.
            there=own.shown * float(weighted_median(each, weights)) / float(np.median(each)),
        )
        for (channel, measure, own), each in zip(measured(subject.summary), draws, strict=True)
    )


PRIORS = Part(
    name="priors",
    question="Data or prior?",
    how_to_read="Grey, dotted: what was believed of a figure before the table was seen; in colour: after it. The less "
    "the two look alike, the more of the answer the data decided.",
    result=Priors,
    units=units,
    work=work,
    tell=tell,
    refits=len(FACTORS),
)
