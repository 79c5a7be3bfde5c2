"""Days on which sales differ for a reason of their own: holidays of a country, shopping days, events of the house."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from mmm_core.schema import Strict, Whole

MOST_EVENTS, MOST_NAMES, MOST_COLUMNS = 60, 250, 250
MOST_DATES = 400
LONGEST_NAME = 80
LONGEST_WINDOW = 90
"""Days before or after an event up to which its window may reach."""


FIRST_YEAR, LAST_YEAR = 1900, 2200
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> Any:
    """A date as it stands in JSON; numbers, also as text, would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and WRITTEN.fullmatch(value)):
        return value
    raise PydanticCustomError("date_type", "Input should be a date (YYYY-MM-DD)")


def _near(value: date) -> date:
    if FIRST_YEAR <= value.year <= LAST_YEAR:
        return value
    raise PydanticCustomError("date_range", f"Input should be a date from {FIRST_YEAR} to {LAST_YEAR}")


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_near)]


class Holidays(Strict):
    """Public holidays of a country."""

    country: str = Field(pattern="^[A-Z]{2}$", description="Country by its two letters (ISO 3166-1): DE, US, GB.")
    subdivision: str | None = Field(
        None,
        min_length=1,
        max_length=40,
        description="State or region by its code, such as BY; null: the whole country's.",
    )
    names: tuple[str, ...] | None = Field(
        None,
        max_length=MOST_NAMES,
        description="Holidays that are in the model, by name; null: every one in the table.",
    )
    before: Whole = Field(0, ge=0, le=LONGEST_WINDOW, description="Days before each that belong to it (days).")
    after: Whole = Field(0, ge=0, le=LONGEST_WINDOW, description="Days after each that belong to it (days).")


class OwnEvent(Strict):
    """An event that a person names: a sale, a launch, a strike."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, description="What it is called.")
    dates: tuple[Day, ...] = Field(
        min_length=1, max_length=MOST_DATES, description="Each day it falls on (YYYY-MM-DD)."
    )
    yearly: StrictBool = Field(False, description="Whether these days come back each year.")
    before: Whole = Field(0, ge=0, le=LONGEST_WINDOW, description="Days before each that belong to it (days).")
    after: Whole = Field(0, ge=0, le=LONGEST_WINDOW, description="Days after each that belong to it (days).")


class Events(Strict):
    """Which events the model knows; each has an effect of its own, the same every time."""

    holidays: Holidays | None = Field(None, description="Public holidays; null: none.")
    shopping_days: StrictBool = Field(
        False, description="Whether Black Friday, Cyber Monday, Singles' Day and Valentine's Day are events."
    )
    own: tuple[OwnEvent, ...] = Field((), max_length=MOST_EVENTS, description="Events of your own.")
    columns: tuple[str, ...] = Field(
        (),
        max_length=MOST_COLUMNS,
        description="Controls that are events (ctrl_easter or easter): 0 where there is none, above 0 where there is "
        "one.",
    )

    @property
    def are_none(self) -> bool:
        """Whether nothing is asked for."""
        return self.holidays is None and not (self.shopping_days or self.own or self.columns)

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [event.name for event in self.own]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"own: named more than once: {', '.join(repeated)}")
        return self
