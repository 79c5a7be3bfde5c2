"""Months and weekdays are known in the languages that tables come in, and only where a name can mean no other."""

import pytest

from mmm_core.table.calendar.month_names import is_weekday, month_of


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("January Jan Januar janvier janv. enero ene gennaio gen", 1),
        ("Februar févr. FEB febbraio", 2),
        ("März Mär mars marzo Mrz", 3),
        ("avril Abr apr.", 4),
        ("Mai mayo maggio May mag", 5),
        ("juin giugno Juni jun", 6),
        ("juillet juil. luglio lug jul", 7),
        ("août ago agosto Aug", 8),
        ("Sept sep settembre set", 9),
        ("Okt Oct ottobre", 10),
        ("Dez déc. diciembre dicembre December", 12),
    ],
)
def test_names_of_months_are_known_in_full_and_shortened(names, month):
    assert {month_of(name) for name in names.split()} == {month}


@pytest.mark.parametrize("name", ["jui", "ja", "", "Smarch", "total", "may be"])
def test_what_may_be_two_months_or_none_is_none(name):
    assert month_of(name) is None


def test_weekdays_are_told_from_other_words():
    assert all(is_weekday(word) for word in ["Mon,", "Monday", "Mo", "Di.", "(Sun)", "lundi", "sábado"])
    assert not any(is_weekday(word) for word in ["Jan", "week", "x", "12", "total"])
