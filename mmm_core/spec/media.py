"""How advertising works: carry-over and diminishing returns, channel by channel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool

from mmm_core.schema import Real, Strict, Whole

AdstockName = Literal["geometric", "delayed", "weibull_cdf", "weibull_pdf"]
"""Kinds of adstock: the names in :data:`mmm_core.transforms.adstock.ADSTOCKS`."""


SaturationName = Literal["hill", "michaelis_menten", "logistic", "log1p"]
"""Kinds of saturation: the names in :data:`mmm_core.transforms.saturation.SATURATIONS`."""


class ChannelAdstock(Strict):
    """Adstock of one channel: a field for each setting that a kind of adstock has."""

    decay: Real = Field(ge=0, lt=1, description="Share of the effect carried into the next period (0 to < 1).")
    delay: Real = Field(0.2, ge=0, lt=1, description="Delayed carry-over: 0 is geometric, towards 1 it peaks later.")
    shape: Real = Field(1.5, gt=0, le=10, description="Weibull carry-over: 1 is geometric (no unit).")


def _decay_or_settings(value: Any) -> Any:
    return {"decay": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


DecayOrSettings = Annotated[
    ChannelAdstock, BeforeValidator(_decay_or_settings, json_schema_input_type=ChannelAdstock | float)
]


class Adstock(Strict):
    """Carry-over of advertising, cut off after ``max_lag`` periods; geometric: y[t] = x[t] + decay * y[t-1].

    Settings that a kind does not have are not looked at.
    """

    kind: AdstockName = Field("geometric", description="Shape of carry-over, the same for every channel.")

    decay_default: Real = Field(0.5, ge=0, lt=1, description="Decay of channels not named in per_channel (0 to < 1).")
    per_channel: dict[str, DecayOrSettings] = Field(
        default_factory=dict,
        description='Decay per driver, by column or channel name: {"act_tv": 0.7} or {"act_tv": {"decay": 0.7}}.',
    )
    max_lag: Whole = Field(13, ge=0, le=104, description="Periods after which carry-over is cut off (periods).")


class ChannelSaturation(Strict):
    """Saturation of one channel."""

    half_saturation: Real = Field(
        1.0, gt=0, le=100, description="Half-saturation, as a multiple of the channel's mean normalised adstock."
    )
    slope: Real = Field(1.0, gt=0, le=10, description="Slope of the Hill curve (no unit); other kinds have none.")


class Saturation(Strict):
    """Diminishing returns, with the same settings for every channel unless named in ``per_channel``."""

    kind: SaturationName = Field("hill", description="Shape of the curve, the same for every channel.")
    enabled: StrictBool = Field(False, description="Whether activity has diminishing returns.")
    half_saturation: Real = Field(
        1.0, gt=0, le=100, description="Half-saturation, as a multiple of the channel's mean normalised adstock."
    )
    slope: Real = Field(1.0, gt=0, le=10, description="Slope of the Hill curve (no unit); other kinds have none.")
    per_channel: dict[str, ChannelSaturation] = Field(
        default_factory=dict, description="Settings per driver, by column or channel name."
    )
