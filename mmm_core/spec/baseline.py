"""What sales would do without advertising, and on which rows: season, trend, windows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool

from mmm_core.schema import Strict, Whole

MAX_FOURIER_PAIRS = {"WEEK": 26, "MONTH": 6}
"""Most Fourier pairs that a year sampled at each grain can tell apart."""
Grain = Literal["WEEK", "MONTH"]


class Seasonality(Strict):
    """Yearly season as Fourier pairs of the calendar date."""

    enabled: StrictBool = Field(True, description="Whether a yearly season is in the model.")
    K: Whole = Field(2, ge=1, le=26, description="Fourier pairs (at most 26 for weeks, 6 for months).")


class Trend(Strict):
    """Linear trend over the estimation rows."""

    enabled: StrictBool = Field(True, description="Whether a linear trend is in the model.")


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
