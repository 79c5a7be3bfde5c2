import pytest

from mmm_core.labels import display_name, display_names


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


def test_names_that_would_look_alike_stay_apart():
    assert display_names(["tv", "TV", "radio"]) == {"tv": "tv", "TV": "TV", "radio": "Radio"}
