"""When events fall: public holidays of countries, shopping days, and days that a person named.

Dates of holidays are those of the library `holidays`, which is loaded when somebody asks for one: most processes and
tables never do. A run keeps the dates that it was fitted with.
"""

from __future__ import annotations

from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from mmm_core.errors import SpecError
from mmm_core.labels import listed
from mmm_core.spec import Events, Holidays, OwnEvent

ENGLISH = "en_US"
ESTIMATED = " (estimated)"
"""What the library adds to a name in years whose moon nobody has seen yet."""
SUBSTITUTE = "Day off (substituted"
"""How days begin that a year's calendar moves: each has a name of its own, and comes once."""
THURSDAY = 3
FEBRUARY, LEAP_DAY = 2, 29


class Occasion(NamedTuple):
    """An event, the days it falls on, and how many days around each belong to it."""

    name: str
    dates: tuple[date, ...]
    before: int = 0
    after: int = 0

    def reaches(self, first: date, last: date) -> bool:
        """Whether a day of it lies between two days."""
        around = ((day - timedelta(self.before), day + timedelta(self.after)) for day in self.dates)
        return any(begin <= last and end >= first for begin, end in around)


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Countries with a calendar by their two letters, and the codes of their states or regions."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(parts) for code, parts in sorted(known.items()) if len(code) == 2}


def country_name(code: str) -> str:
    """English name of a country by its two letters; the letters, where the calendars have none."""
    return _names_of_countries().get(code, code)


@cache
def _names_of_countries() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    return {letters: module.replace("_", " ").title() for module, (_, letters, *_) in COUNTRIES.items()}


def occasions(events: Events, first: date, last: date) -> list[Occasion]:
    """Every event that reaches into the days from ``first`` to ``last``, in the order of the specification.

    Raises
    ------
    SpecError
        No calendar for the country or its part, a holiday that it does not have, or two events of one name.
    """
    years = range(first.year - 1, last.year + 2)
    found = [
        *(public_holidays(events.holidays, years) if events.holidays else []),
        *(shopping_days(years) if events.shopping_days else []),
        *(_own(event, years) for event in events.own),
    ]
    names = [occasion.name for occasion in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SpecError(
            f"feature_config.events: {listed(repeated)} {'is' if len(repeated) == 1 else 'are'} there twice, among "
            "holidays, shopping days and events of your own.",
            code="event_twice",
            remedy="Give your own event another name, or leave the other one out.",
        )
    return [occasion for occasion in found if occasion.reaches(first, last)]


def public_holidays(asked: Holidays, years: Iterable[int]) -> list[Occasion]:
    """Holidays of a country in some years, each with all its days, by when they fall in a year.

    Raises
    ------
    SpecError
        No calendar for the country or its part, or a name that it does not have.
    """
    dates = _dates_by_name(asked.country, asked.subdivision, tuple(years))
    unknown = [name for name in asked.names or () if name not in dates]
    if unknown:
        raise SpecError(
            f"feature_config.events.holidays.names: {country_name(asked.country)} has no {listed(unknown)}; it has "
            f"{listed(list(dates))}.",
            code="unknown_holiday",
            remedy="Correct the names, or leave them out for every holiday.",
        )
    chosen = dates if asked.names is None else {name: dates[name] for name in dates if name in asked.names}
    return [Occasion(name, days, asked.before, asked.after) for name, days in chosen.items()]


@lru_cache(maxsize=256)
def _dates_by_name(country: str, subdivision: str | None, years: tuple[int, ...]) -> dict[str, tuple[date, ...]]:
    known = countries()
    if country not in known:
        raise SpecError(
            f"feature_config.events.holidays.country: there is no calendar for '{country}'.",
            code="unknown_country",
            remedy="Use the two letters of a country (DE, US, GB), or enter its holidays as events of your own.",
        )
    if subdivision is not None and subdivision not in known[country]:
        parts = f"; it has {listed(list(known[country]))}" if known[country] else ""
        raise SpecError(
            f"feature_config.events.holidays.subdivision: {country_name(country)} has no '{subdivision}'{parts}.",
            code="unknown_subdivision",
            remedy="Use one of these codes, or leave it out.",
        )
    import holidays

    days = holidays.country_holidays(country, subdiv=subdivision, years=years, language=ENGLISH, observed=False)
    found: dict[str, list[date]] = defaultdict(list)
    for day in sorted(days):
        for name in days.get_list(day):
            if not name.startswith(SUBSTITUTE):
                found[name.removesuffix(ESTIMATED)].append(day)
    in_a_year = sorted(found, key=lambda name: (found[name][0].timetuple().tm_yday, name))
    return {name: tuple(found[name]) for name in in_a_year}


def shopping_days(years: Iterable[int]) -> list[Occasion]:
    """Days on which shops make a year's largest sales: rules that hold in every country."""
    each = list(years)
    black = [_black_friday(year) for year in each]
    return [
        Occasion("Valentine's Day", tuple(date(year, 2, 14) for year in each)),
        Occasion("Singles' Day", tuple(date(year, 11, 11) for year in each)),
        Occasion("Black Friday", tuple(black)),
        Occasion("Cyber Monday", tuple(day + timedelta(3) for day in black)),
    ]


def _black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta((THURSDAY - first.weekday()) % 7 + 3 * 7 + 1)


def _own(event: OwnEvent, years: Iterable[int]) -> Occasion:
    days = set(event.dates)
    if event.yearly:
        days |= {_in_year(day, year) for day in event.dates for year in years}
    return Occasion(event.name, tuple(sorted(days)), event.before, event.after)


def _in_year(day: date, year: int) -> date:
    is_leap_day = (day.month, day.day) == (FEBRUARY, LEAP_DAY)
    return date(year, 2, 28) if is_leap_day and not isleap(year) else day.replace(year=year)
