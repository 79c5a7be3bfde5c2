"""The one configuration of a run: a form, a JSON file, an API body and a result's provenance are all it.

:class:`RunSpec` accepts the JSON of the project's first plan word for word. Every field added since
is optional, and its default gives the default model. Unknown keys and values out of bounds are
refused with a message that names the field.

:class:`DatasetSettings` says how a file becomes a table (format, column roles, fixes). In a workspace
it belongs to the dataset; on the command line it may stand in the specification, under ``dataset``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from mmm_core.errors import SpecError

MAX_FOURIER_PAIRS = {"WEEK": 26, "MONTH": 6}
"""Most Fourier pairs that a year sampled at each grain can tell apart."""

FixName = Literal[
    "blank_activity_is_zero",
    "blank_spend_is_zero",
    "carry_controls_forward",
    "interpolate_controls",
    "drop_trailing_blank_sales",
    "blank_sales_outside_likelihood",
    "sum_days_to_weeks",
    "use_common_dates",
    "drop_exact_duplicates",
    "drop_rows_without_date",
    "drop_nonpositive_sales_rows",
]
FIX_NAMES: tuple[FixName, ...] = get_args(FixName)
"""Repairs that a person may ask for, in the order of application; docs/data-format.md says what each does."""

Grain = Literal["WEEK", "MONTH"]
Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


class Strict(BaseModel):
    """Frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _number(value: Any) -> Any:
    """Refuse what could only be guessed to be a number: a word, or true and false."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("number_type", "Input should be a number")
    return value


Real = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]


class ReadingOptions(Strict):
    """What the reader may be told instead of finding out; ``None`` means: detect it."""

    encoding: str | None = Field(None, description="Text encoding, for example utf-8 or latin-1.")
    separator: Literal[",", ";", "\t", "|"] | None = Field(None, description="Field separator of a text file.")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal mark of numbers written as text.")
    date_order: Literal["YMD", "DMY", "MDY"] | None = Field(
        None, description="Order of year, month and day in dates written with digits only."
    )
    sheet: str | None = Field(None, description="Sheet of an Excel file.")


class DatasetSettings(Strict):
    """How a file becomes a table of known columns."""

    reading: ReadingOptions = Field(ReadingOptions(), description="Overrides of the detected format.")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Column roles for tables whose columns are named otherwise: role name to column of the file, "
            'for example {"period_start": "DATE", "sales": "revenue", "act_tv": "tv_S", "spend_tv": "tv_S"}. '
            "Empty: roles by name and prefix. One column of the file may play two roles."
        ),
    )
    left_out: tuple[str, ...] = Field(
        (), description="Columns of the file that play no role, whatever their names say; `columns` goes before it."
    )
    fixes: tuple[FixName, ...] = Field((), description="Repairs to apply, in their canonical order.")
    week_start: Weekday | None = Field(
        None, description="First day of the week when days are summed to weeks; null: that of the first row."
    )


class ChannelAdstock(Strict):
    """Adstock of one channel."""

    decay: Real = Field(ge=0, lt=1, description="Share of the effect carried into the next period (0 to < 1).")


def _decay_or_settings(value: Any) -> Any:
    return {"decay": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


DecayOrSettings = Annotated[
    ChannelAdstock, BeforeValidator(_decay_or_settings, json_schema_input_type=ChannelAdstock | float)
]


class Adstock(Strict):
    """Geometric carry-over: y[t] = x[t] + decay * y[t-1], truncated after ``max_lag`` periods."""

    decay_default: Real = Field(0.5, ge=0, lt=1, description="Decay of channels not named in per_channel (0 to < 1).")
    per_channel: dict[str, DecayOrSettings] = Field(
        default_factory=dict,
        description='Decay per driver, by column or channel name: {"act_tv": 0.7} or {"act_tv": {"decay": 0.7}}.',
    )
    max_lag: Whole = Field(13, ge=0, le=104, description="Periods after which carry-over is cut off (periods).")


class ChannelSaturation(Strict):
    """Hill saturation of one channel."""

    half_saturation: Real = Field(
        1.0, gt=0, le=100, description="Half-saturation, as a multiple of the channel's mean normalised adstock."
    )
    slope: Real = Field(1.0, gt=0, le=10, description="Slope of the Hill curve (no unit).")


class Saturation(Strict):
    """Hill saturation with fixed parameters, the same for every channel unless named in ``per_channel``."""

    enabled: StrictBool = Field(False, description="Whether activity has diminishing returns.")
    half_saturation: Real = Field(
        1.0, gt=0, le=100, description="Half-saturation, as a multiple of the channel's mean normalised adstock."
    )
    slope: Real = Field(1.0, gt=0, le=10, description="Slope of the Hill curve (no unit).")
    per_channel: dict[str, ChannelSaturation] = Field(
        default_factory=dict, description="Settings per driver, by column or channel name."
    )


class Seasonality(Strict):
    """Yearly season as Fourier pairs of the calendar date."""

    enabled: StrictBool = Field(True, description="Whether a yearly season is in the model.")
    K: Whole = Field(2, ge=1, le=26, description="Fourier pairs (at most 26 for weeks, 6 for months).")


class Trend(Strict):
    """Linear trend over the estimation rows."""

    enabled: StrictBool = Field(True, description="Whether a linear trend is in the model.")


class FeatureConfig(Strict):
    """How activity, season and trend become model columns."""

    adstock: Adstock = Field(Adstock(), description="Carry-over of advertising.")
    saturation: Saturation = Field(Saturation(), description="Diminishing returns of advertising.")
    seasonality: Seasonality = Field(Seasonality(), description="Yearly season.")
    trend: Trend = Field(Trend(), description="Linear trend.")


class Windows(Strict):
    """Which rows are estimated and which only feed carry-over."""

    carryover_months: Whole | None = Field(
        None, ge=0, le=120, description="Months before the estimation window that only feed adstock (calendar months)."
    )
    estimation_months: Whole | None = Field(
        None, ge=1, le=240, description="Last calendar months that are estimated; null: every row (calendar months)."
    )
    pre_history: Literal["mean", "zero"] = Field(
        "mean", description="Activity assumed before the first row: the channel's mean over the estimation rows, or 0."
    )


def _windows_or_none(value: Any) -> Any:
    return Windows() if value is None else value


MaybeWindows = Annotated[Windows, BeforeValidator(_windows_or_none, json_schema_input_type=Windows | None)]


FEWEST_DRAWS_KEPT = 100
"""Draws a chain must have after tuning for a stopped run to be worth keeping."""


class SamplerSettings(Strict):
    """Settings of the NUTS sampler."""

    draws: Whole = Field(1000, ge=100, le=20_000, description="Posterior draws kept per chain.")
    tune: Whole = Field(1000, ge=100, le=20_000, description="Tuning steps per chain, discarded.")
    chains: Whole = Field(2, ge=1, le=8, description="Independent chains.")
    target_accept: Real = Field(0.9, gt=0.5, lt=1, description="Target acceptance probability (0.5 to 1).")


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
    random_seed: Whole = Field(42, ge=0, le=2**32 - 1, description="Seed of every random number in the run.")
    sampler: SamplerSettings = Field(SamplerSettings(), description="Sampler settings.")
    interval_prob: Real = Field(
        0.94, ge=0.5, le=0.99, description="Probability of the intervals shown; files with fixed names stay at 0.94."
    )
    target_offset: Real = Field(
        0.0, ge=0, description="eps in log(sales + eps), in the unit of sales; 0 needs positive sales."
    )
    dataset: DatasetSettings | None = Field(None, description="How the file becomes a table; null: the dataset's own.")

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
        season = self.feature_config.seasonality
        if self.grain and season.enabled and MAX_FOURIER_PAIRS[self.grain] < season.K:
            limit = MAX_FOURIER_PAIRS[self.grain]
            raise ValueError(f"feature_config.seasonality.K: {season.K} is above {limit}, the most for {self.grain}")
        return self

    def decay(self, channel: str) -> float:
        """Adstock decay of a channel (by its bare name)."""
        adstock = self.feature_config.adstock
        own = _by_channel(adstock.per_channel).get(channel)
        return own.decay if own else adstock.decay_default

    def saturation(self, channel: str) -> ChannelSaturation:
        """Saturation settings of a channel (by its bare name), whether or not saturation is on."""
        saturation = self.feature_config.saturation
        shared = ChannelSaturation(half_saturation=saturation.half_saturation, slope=saturation.slope)
        return _by_channel(saturation.per_channel).get(channel, shared)


def default_spec(dataset_id: str, *, channels: Sequence[str], controls: Sequence[str], grain: Grain | None) -> RunSpec:
    """The default model on every channel and control of a table, on all its rows."""
    return RunSpec(
        dataset_id=dataset_id,
        grain=grain,
        drivers=tuple(f"act_{name}" for name in channels),
        controls=tuple(f"ctrl_{name}" for name in controls),
    )


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


def describe_problems(error: ValidationError) -> str:
    """The problems of a validation error in one line: field, what is wrong, what was found."""
    return describe_found(error.errors(include_url=False))


def describe_found(problems: Sequence[Any]) -> str:
    """The same for problems as pydantic lists them."""
    return "; ".join(_describe(problem) for problem in problems)


def _describe(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"]) or "specification"
    if problem["type"] == "extra_forbidden":
        return f"{place}: unknown field"
    if problem["type"] == "missing":
        return f"{place}: missing"
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}, found {str(problem['input'])[:80]!r}"


def _by_channel[T](settings: dict[str, T]) -> dict[str, T]:
    return {channel_name(key): value for key, value in settings.items()}
