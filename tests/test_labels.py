import pytest

from mmm_core.intervals import Estimate
from mmm_core.labels import display_name, display_names, span


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tv", "TV"),
        ("paid_search", "Paid search"),
        ("linear_tv", "Linear TV"),
        ("YouTube_vod", "YouTube VOD"),
        ("x1", "X1"),
        ("Crème brûlée", "Crème brûlée"),
        ("_", "_"),
    ],
)
def test_names_are_shown_as_people_write_them(name, shown):
    assert display_name(name) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (35, 16_000, "0.035−16\u00a0k"),
        (0.01, 2.88e6, "0−2.88\u00a0M"),
        (350, 16_000, "0.35−16\u00a0k"),
        (-2e6, 3e6, "−2−3\u00a0M"),
        (0.2, 0.5, "0.2−0.5"),
    ],
)
def test_both_ends_of_an_interval_are_in_one_unit(low, high, shown):
    assert span(Estimate(mean=high, low=low, high=high)).replace("–", "−") == shown


def test_names_that_would_look_alike_stay_apart():
    assert display_names(["tv", "TV", "radio"]) == {"tv": "tv", "TV": "TV", "radio": "Radio"}
