"""The one configuration of a run: a form, a JSON file, an API body and a result's provenance are all it.

:class:`RunSpec` accepts the JSON of the project's first plan word for word. Every field added since
is optional, and its default gives the default model. Unknown keys and values out of bounds are
refused with a message that names the field.

:class:`~mmm_core.spec.dataset.DatasetSettings` says how a file becomes a table (format, column roles, fixes). In a
workspace it belongs to the dataset; on the command line it may stand in the specification, under ``dataset``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from mmm_core.errors import SpecError
from mmm_core.schema import Real, Strict, Whole, describe_problems
from mmm_core.spec.baseline import MAX_FOURIER_PAIRS, Grain, MaybeWindows, Seasonality, Trend, Windows
from mmm_core.spec.dataset import DatasetSettings
from mmm_core.spec.events import Events, OwnEvent
from mmm_core.spec.media import Adstock, ChannelAdstock, ChannelSaturation, Saturation
from mmm_core.spec.model import FixedModel, Freedom, Model, RecommendedModel, with_recommended_defaults
from mmm_core.spec.sampler import SamplerSettings

ESTIMABLE_ADSTOCKS = ("geometric", "delayed")
"""Kinds of carry-over that the recommended model estimates."""


class FeatureConfig(Strict):
    """How activity, season, trend and events become model columns."""

    adstock: Adstock = Field(Adstock(), description="Carry-over of advertising.")
    saturation: Saturation = Field(Saturation(), description="Diminishing returns of advertising.")
    seasonality: Seasonality = Field(Seasonality(), description="Yearly season.")
    trend: Trend = Field(Trend(), description="Linear trend.")
    events: Events = Field(Events(), description="Holidays and other events, each with an effect of its own.")


class RunSpec(Strict):
    """One run: which columns, which transforms, which rows, which sampler, which seed."""

    dataset_id: str = Field(
        min_length=1, max_length=200, description="Dataset of the workspace, or a label for a file."
    )
    grain: Grain | None = Field(None, description="WEEK or MONTH; null: as detected.")
    target_col: str = Field("sales", min_length=1, description="Column that is explained, in its own unit.")
    drivers: tuple[str, ...] = Field(
        min_length=1, max_length=200, description="Activity columns, one per channel (act_tv or tv)."
    )
    controls: tuple[str, ...] = Field((), max_length=250, description="Control columns (ctrl_price or price).")
    feature_config: FeatureConfig = Field(FeatureConfig(), description="Transforms.")
    windows: MaybeWindows = Field(
        Windows(), description="Estimation and carry-over rows; null: every row is estimated."
    )
    model: Model = Field(
        FixedModel(),
        description="Which model: fixed (carry-over and saturation as set) or recommended (estimated from the table).",
    )
    random_seed: Whole = Field(42, ge=0, le=2**32 - 1, description="Seed of every random number in the run.")
    sampler: SamplerSettings = Field(SamplerSettings(), description="Sampler settings.")
    interval_prob: Real = Field(
        0.94, ge=0.5, le=0.99, description="Probability of the intervals shown; files with fixed names stay at 0.94."
    )
    target_offset: Real = Field(
        0.0, ge=0, description="eps in log(sales + eps), in the unit of sales; 0 needs positive sales."
    )
    dataset: DatasetSettings | None = Field(None, description="How the file becomes a table; null: the dataset's own.")

    @model_validator(mode="before")
    @classmethod
    def _fill_defaults_of_the_model(cls, data: Any) -> Any:
        return with_recommended_defaults(data)

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        for field in ("drivers", "controls"):
            names = getattr(self, field)
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"{field}: named more than once: {', '.join(repeated)}")
        both = sorted(set(self.drivers) & set(self.controls))
        if both:
            raise ValueError(f"a column cannot be a driver and a control: {', '.join(both)}")
        if self.target_col in self.drivers or self.target_col in self.controls:
            raise ValueError(f"target_col '{self.target_col}' is also a driver or a control")
        channels = {channel_name(driver) for driver in self.drivers}
        if len(channels) < len(self.drivers):
            raise ValueError("drivers: two columns name the same channel, keep one of them")
        for part in ("adstock", "saturation"):
            unknown = sorted(
                key for key in getattr(self.feature_config, part).per_channel if channel_name(key) not in channels
            )
            if unknown:
                raise ValueError(f"feature_config.{part}.per_channel: not a driver: {', '.join(unknown)}")
        events = [control_name(column) for column in self.feature_config.events.columns]
        unknown = sorted(set(events) - {control_name(control) for control in self.controls})
        if unknown:
            raise ValueError(f"feature_config.events.columns: not a control: {', '.join(unknown)}")
        repeated = sorted({name for name in events if events.count(name) > 1})
        if repeated:
            raise ValueError(f"feature_config.events.columns: named more than once: {', '.join(repeated)}")
        if isinstance(self.model, RecommendedModel):
            unknown = sorted(key for key in self.model.per_channel if channel_name(key) not in channels)
            if unknown:
                raise ValueError(f"model.per_channel: not a driver: {', '.join(unknown)}")
            _require_estimable(self.feature_config)
            if self.target_offset > 0:
                raise ValueError("target_offset: the recommended model needs sales above zero and adds nothing to them")
        season = self.feature_config.seasonality
        if self.grain and season.enabled and MAX_FOURIER_PAIRS[self.grain] < season.K:
            limit = MAX_FOURIER_PAIRS[self.grain]
            raise ValueError(f"feature_config.seasonality.K: {season.K} is above {limit}, the most for {self.grain}")
        return self

    def decay(self, channel: str) -> float:
        """Adstock decay of a channel (by its bare name)."""
        return self.adstock(channel).decay

    def adstock(self, channel: str) -> ChannelAdstock:
        """Adstock settings of a channel (by its bare name)."""
        adstock = self.feature_config.adstock
        shared = ChannelAdstock(decay=adstock.decay_default)
        return _by_channel(adstock.per_channel).get(channel, shared)

    def saturation(self, channel: str) -> ChannelSaturation:
        """Saturation settings of a channel (by its bare name), whether or not saturation is on."""
        saturation = self.feature_config.saturation
        shared = ChannelSaturation(half_saturation=saturation.half_saturation, slope=saturation.slope)
        return _by_channel(saturation.per_channel).get(channel, shared)

    def freedom(self, channel: str) -> Freedom:
        """How far the data may move a channel (by its bare name) from its settings; the fixed model leaves none."""
        if not isinstance(self.model, RecommendedModel):
            return "fixed"
        own = _by_channel(self.model.per_channel).get(channel)
        return own.freedom if own else self.model.freedom


def _require_estimable(config: FeatureConfig) -> None:
    """Refuse shapes that the recommended model's density does not have."""
    if config.adstock.kind not in ESTIMABLE_ADSTOCKS:
        raise ValueError(
            f"feature_config.adstock.kind: the recommended model estimates geometric and delayed carry-over, not "
            f"'{config.adstock.kind}'; choose one of them, or the fixed model"
        )
    if config.saturation.enabled and config.saturation.kind != "hill":
        raise ValueError(
            f"feature_config.saturation.kind: the recommended model estimates Hill's curve, not "
            f"'{config.saturation.kind}'; choose hill, or the fixed model"
        )


def default_spec(
    dataset_id: str,
    *,
    channels: Sequence[str],
    controls: Sequence[str],
    grain: Grain | None,
    events: Sequence[str] = (),
) -> RunSpec:
    """The default model on every channel and control of a table, on all its rows; ``events`` are among the controls."""
    return RunSpec(
        dataset_id=dataset_id,
        grain=grain,
        drivers=tuple(f"act_{name}" for name in channels),
        controls=tuple(f"ctrl_{name}" for name in controls),
        feature_config=FeatureConfig(events=Events(columns=tuple(f"ctrl_{name}" for name in events))),
    )


def with_event(spec: RunSpec, name: str, days: Sequence[str]) -> RunSpec:
    """The same specification with one event more, on days written as YYYY-MM-DD."""
    config = spec.feature_config
    own = (*config.events.own, OwnEvent.model_validate({"name": name, "dates": days}))
    events = config.events.model_copy(update={"own": own})
    return spec.model_copy(update={"feature_config": config.model_copy(update={"events": events})})


def channel_name(column: str) -> str:
    """Bare channel name of an activity or spend column: ``act_tv`` and ``spend_tv`` give ``tv``."""
    for prefix in ("act_", "spend_"):
        if column.startswith(prefix) and len(column) > len(prefix):
            return column.removeprefix(prefix)
    return column


def control_name(column: str) -> str:
    """Bare name of a control column: ``ctrl_price`` gives ``price``."""
    return column.removeprefix("ctrl_") if len(column) > len("ctrl_") else column


def parse_spec(text: str | bytes) -> RunSpec:
    """Read a specification from JSON.

    Raises
    ------
    SpecError
        The text is not JSON, or a field is unknown, missing or out of bounds; the message names each.
    """
    try:
        data = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SpecError(
            f"The specification is not valid JSON: {error}.",
            code="spec_not_json",
            remedy="Correct the file at that place; sample_data/run_spec.json is a working example.",
        ) from error
    return spec_from(data)


def spec_from(data: Any) -> RunSpec:
    """Check a specification given as Python data; see :func:`parse_spec`."""
    try:
        return RunSpec.model_validate(data)
    except ValidationError as error:
        raise SpecError(
            f"The specification has {error.error_count()} problem(s): {describe_problems(error)}.",
            code="spec_invalid",
            remedy="Correct the fields named; docs/contract/run_spec.json lists every field with its bounds.",
        ) from error


def _by_channel[T](settings: dict[str, T]) -> dict[str, T]:
    return {channel_name(key): value for key, value in settings.items()}
