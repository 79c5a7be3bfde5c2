"""Which model is fitted: the one of fixed settings, or the recommended one that lets the data speak.

*Fixed*: carry-over and saturation are what the settings say, noise is independent, effects multiply. Its intervals
hold *given these settings*. *Recommended*: settings are the centres of priors; decay, delay, half-saturation, slope,
the link and the noise's memory are estimated, and intervals hold what is not known of them.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mmm_core.schema import Real, Strict

Freedom = Literal["free", "near", "fixed"]
LinkName = Literal["estimated", "log", "identity"]
NoiseName = Literal["arma", "ar1", "independent"]
TailsName = Literal["student_t", "normal"]


class FixedModel(Strict):
    """Carry-over and saturation as the settings say; effects multiply, noise is independent."""

    kind: Literal["fixed"] = "fixed"


class MediaPrior(Strict):
    """What is believed of media before the table is seen."""

    share: Real = Field(0.15, gt=0, lt=1, description="Median of the share of sales due to media (fraction).")
    share_width: Real = Field(
        1.1, gt=0, le=3, description="Standard deviation of that share's logit; 1.1: 90 % between 3 and 52 % of sales."
    )
    spread: Real = Field(
        1.0, gt=0, le=4, description="Median of the spread of returns: standard deviation of log returns."
    )
    spread_width: Real = Field(0.5, gt=0, le=2, description="Standard deviation of the logarithm of that spread.")


class BaselinePrior(Strict):
    """What is believed of sales without media, in shares of mean sales."""

    level: Real = Field(0.15, gt=0, le=2, description="Standard deviation of the level around mean sales.")
    trend: Real = Field(0.1, gt=0, le=2, description="Standard deviation of the trend's effect.")
    season: Real = Field(0.1, gt=0, le=2, description="Standard deviation of each Fourier term's effect.")
    controls: Real = Field(0.1, gt=0, le=2, description="Standard deviation of each control's effect.")
    events: Real = Field(0.2, gt=0, le=2, description="Standard deviation of the effect of one whole event.")
    noise: Real = Field(0.3, gt=0, le=2, description="Scale of the half-normal prior of single periods' noise.")


class ChannelFreedom(Strict):
    """How far the data may move one channel from its settings."""

    freedom: Freedom = Field(description="free: the data speak; near: close to the setting; fixed: as set.")


def _freedom_or_settings(value: Any) -> Any:
    return {"freedom": value} if isinstance(value, str) else value


FreedomOrSettings = Annotated[
    ChannelFreedom, BeforeValidator(_freedom_or_settings, json_schema_input_type=ChannelFreedom | Freedom)
]


class RecommendedModel(Strict):
    """Media's share of sales and its split, carry-over, saturation, link and noise are estimated together."""

    kind: Literal["recommended"] = "recommended"
    freedom: Freedom = Field(
        "free",
        description="How far the data may move carry-over and saturation from the settings: free, near or fixed.",
    )
    per_channel: dict[str, FreedomOrSettings] = Field(
        default_factory=dict, description='Freedom per driver, by column or channel name: {"act_tv": "near"}.'
    )
    link: LinkName = Field(
        "estimated", description="How parts combine: added up (identity), multiplied (log), or in between as estimated."
    )
    noise: NoiseName = Field(
        "arma",
        description="Memory of the noise: arma (a random part that lasts, and one that does not), ar1, or independent.",
    )
    tails: TailsName = Field("student_t", description="Tails of the noise: student_t forgives a wild period.")
    media: MediaPrior = Field(MediaPrior(), description="Prior of media's share of sales and of its split.")
    baseline: BaselinePrior = Field(BaselinePrior(), description="Priors of sales without media.")


Model = Annotated[FixedModel | RecommendedModel, Field(discriminator="kind")]

RECOMMENDED_DEFAULTS: dict[str, dict[str, Any]] = {
    "seasonality": {"K": 4},
    "saturation": {"enabled": True, "half_saturation": math.exp(0.3), "slope": math.exp(0.3)},
}
"""Settings of ``feature_config`` that the recommended model sets where a specification is silent.

Its priors are centred on a half-saturation and a slope of 1.35, and on a decay of one half, as anywhere.
"""
RECOMMENDED_TARGET_ACCEPT = 0.95
"""Target acceptance of the sampler where a specification of the recommended model is silent: with 0.9 one table in
three has divergences, and totals that chains agree on are a sixth rarer."""


def with_recommended_defaults(data: Any) -> Any:
    """A specification's data, with what the recommended model sets filled in where it is asked for."""
    if not isinstance(data, dict) or not _is_recommended(data.get("model")):
        return data
    config = data.get("feature_config", {})
    if not isinstance(config, dict):
        return data
    filled = dict(config)
    for part, defaults in RECOMMENDED_DEFAULTS.items():
        given = config.get(part, {})
        if isinstance(given, dict):
            filled[part] = defaults | given
    sampler = data.get("sampler", {})
    if isinstance(sampler, dict):
        sampler = {"target_accept": RECOMMENDED_TARGET_ACCEPT} | sampler
    return data | {"feature_config": filled, "sampler": sampler}


def _is_recommended(model: Any) -> bool:
    return isinstance(model, RecommendedModel) or (isinstance(model, dict) and model.get("kind") == "recommended")
