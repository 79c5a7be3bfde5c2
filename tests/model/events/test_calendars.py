"""When events fall: the days of calendars that everybody can look up."""

from datetime import date

import pytest

from mmm_core.errors import SpecError
from mmm_core.model.events.calendars import countries, country_name, occasions, public_holidays, shopping_days
from mmm_core.spec import Events, Holidays

FIRST, LAST = date(2023, 1, 2), date(2024, 12, 29)


def days_of(name: str, **asked: object) -> list[date]:
    (found,) = [each for each in occasions(Events(**asked), FIRST, LAST) if each.name == name]
    return [day for day in found.dates if FIRST <= day <= LAST]


def test_holidays_of_a_country_by_their_english_names():
    germany = {"holidays": Holidays(country="DE")}
    assert days_of("Easter Monday", **germany) == [date(2023, 4, 10), date(2024, 4, 1)]
    names = [each.name for each in occasions(Events(**germany), FIRST, LAST)]
    assert names[0] == "New Year's Day"
    assert names.index("Good Friday") < names.index("German Unity Day") < names.index("Christmas Day")
    assert "Epiphany" not in names
    assert days_of("Epiphany", holidays=Holidays(country="DE", subdivision="BY"))[1] == date(2024, 1, 6)


def test_days_that_one_year_s_calendar_moves_are_no_holidays_of_their_own():
    names = [each.name for each in public_holidays(Holidays(country="CN"), range(2018, 2025))]
    assert not [name for name in names if "substituted" in name or "estimated" in name]
    feast = next(each for each in public_holidays(Holidays(country="BD"), range(2020, 2026)) if "Fitr" in each.name)
    assert {day.year for day in feast.dates} == set(range(2020, 2026))


def test_two_holidays_on_one_day_are_two():
    names = {each.name: each.dates for each in public_holidays(Holidays(country="DE"), [2008])}
    assert names["Ascension Day"] == names["Labor Day"] == (date(2008, 5, 1),)


def test_shopping_days_follow_their_rules():
    found = {each.name: each.dates for each in shopping_days([2018, 2023, 2024])}
    assert found["Black Friday"] == (date(2018, 11, 23), date(2023, 11, 24), date(2024, 11, 29))
    assert found["Cyber Monday"][1:] == (date(2023, 11, 27), date(2024, 12, 2))


def test_an_event_of_every_year_comes_back_and_leap_days_move():
    sale = {"name": "Sale", "dates": ["2024-02-29"], "yearly": True}
    assert days_of("Sale", own=[sale]) == [date(2023, 2, 28), date(2024, 2, 29)]
    once = {"name": "Sale", "dates": ["2024-02-29"]}
    assert days_of("Sale", own=[once]) == [date(2024, 2, 29)]


def test_what_does_not_reach_into_the_table_is_left_out():
    before, after = {"name": "Before", "dates": ["2022-12-30"]}, {"name": "After", "dates": ["2024-12-31"]}
    assert occasions(Events(own=[before, after]), FIRST, LAST) == []
    reaching = [before | {"after": 3}, after | {"before": 2}]
    assert [each.name for each in occasions(Events(own=reaching), FIRST, LAST)] == ["Before", "After"]


def test_every_country_has_a_name_and_days():
    assert len(countries()) > 200
    assert country_name("GB") == "United Kingdom"
    assert country_name("??") == "??"
    for code in ("DE", "US", "GB", "FR", "ES", "IT", "PT", "NL", "JP", "IN", "BR"):
        assert len(public_holidays(Holidays(country=code), [2024])) >= 5, code


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"holidays": Holidays(country="ZZ")}, "no calendar for 'ZZ'"),
        ({"holidays": Holidays(country="DE", subdivision="TX")}, "Germany has no 'TX'; it has BB"),
        ({"holidays": Holidays(country="DE", names=("Thanksgiving",))}, "Germany has no Thanksgiving; it has New Year"),
        (
            {"shopping_days": True, "own": [{"name": "Black Friday", "dates": ["2024-11-29"]}]},
            "Black Friday is there tw",
        ),
    ],
)
def test_what_no_calendar_has_is_said_by_place(asked, words):
    with pytest.raises(SpecError, match=words):
        occasions(Events(**asked), FIRST, LAST)
