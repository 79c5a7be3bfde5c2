import math

from hypothesis import given
from hypothesis import strategies as some

from mmm_core.lineup import COLOURS, colour_places, largest_first

SIZES = some.dictionaries(some.text(min_size=1), some.none() | some.floats(allow_infinity=False))
NAMES = some.lists(some.sampled_from("abcdefghijklmnopqrst"), unique=True)


def places(names, kept=None):
    return colour_places({name: [name] for name in names}, kept or {})


@given(SIZES)
def test_the_largest_comes_first_and_who_has_no_size_last(sizes):
    ordered = largest_first(sizes)
    assert sorted(ordered) == sorted(sizes)
    known = [sizes[name] for name in ordered if sizes[name] is not None and not math.isnan(sizes[name])]
    assert known == sorted(known, reverse=True)
    assert all(sizes[name] is None or math.isnan(sizes[name]) for name in ordered[len(known) :])


def test_equals_stay_as_they_come():
    assert largest_first({"b": 1.0, "x": None, "a": 1.0, "c": 2.0}) == ["c", "b", "a", "x"]


@given(NAMES)
def test_a_table_that_nobody_changed_has_its_colours_in_its_own_order(names):
    assert list(places(names).values()) == list(range(len(names)))


@given(NAMES, NAMES)
def test_whoever_stays_keeps_the_colour_whoever_comes_or_goes(before, after):
    kept = places(before)
    now = places(after, kept)
    assert list(now) == after
    assert {name: now[name] for name in after if name in kept} == {name: kept[name] for name in after if name in kept}
    assert len(set(now.values())) == len(now)


@given(NAMES.filter(lambda names: len(names) <= COLOURS), NAMES.filter(lambda names: len(names) <= COLOURS))
def test_a_palette_that_is_large_enough_gives_no_colour_twice(before, after):
    now = places(after, {name: place % COLOURS for name, place in places(before).items()})
    assert len({place % COLOURS for place in now.values()}) == len(after)


def test_a_renamed_channel_is_known_by_its_columns():
    before = colour_places({"tv": ["tv_I", "tv_S"], "radio": ["radio_S"]}, {})
    kept = {"tv_I": before["tv"], "tv_S": before["tv"], "radio_S": before["radio"]}
    assert colour_places({"radio": ["radio_S"], "television": ["tv_S"]}, kept) == {"radio": 1, "television": 0}


def test_who_goes_by_the_column_of_another_takes_a_colour_of_its_own():
    kept = {"ads_I": 0, "ads_S": 0}
    assert colour_places({"shown": ["ads_I"], "paid": ["ads_S"]}, kept) == {"shown": 0, "paid": 1}


def test_a_newcomer_takes_no_colour_that_may_come_back_while_there_are_others():
    assert places(["a", "d"], places(["a", "b", "c"])) == {"a": 0, "d": 3}
