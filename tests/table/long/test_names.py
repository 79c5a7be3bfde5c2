"""Columns and channels are known by many names."""

import pytest

from mmm_core.table.long.names import (
    CHANNEL_COLUMNS,
    ENTITY_COLUMNS,
    MEASURE_COLUMNS,
    USUAL_NAMES,
    VALUE_COLUMNS,
    names_channel,
    plain_name,
    squeezed,
)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Campaign name", CHANNEL_COLUMNS[2]),
        ("KANAL", CHANNEL_COLUMNS[0]),
        ("Ad Set", CHANNEL_COLUMNS[2]),
        ("Fuente", CHANNEL_COLUMNS[1]),
        ("Région", ENTITY_COLUMNS),
        ("Measure Names", MEASURE_COLUMNS),
        ("metric_value", VALUE_COLUMNS),
    ],
)
def test_headers_are_known_in_any_case_and_with_any_mark(header, names):
    assert squeezed(header) in names


def test_no_name_is_of_two_kinds():
    kinds = [*CHANNEL_COLUMNS, ENTITY_COLUMNS, MEASURE_COLUMNS, VALUE_COLUMNS]
    assert sum(map(len, kinds)) == len(frozenset.union(*kinds))
    assert not USUAL_NAMES["period_start"] & frozenset.union(*kinds)


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [("Google – Brand", True), ("meta_retargeting", True), ("TV", True), ("North", False), ("metadata", False)],
)
def test_a_channel_is_told_by_a_whole_word(cell, is_one):
    assert names_channel(cell) is is_one


@pytest.mark.parametrize(
    ("written_as", "name"),
    [
        ("Google Ads – Brand (DE)", "google_ads_brand_de"),
        ("  Süd  Radio ", "sud_radio"),
        ("TV+", "tv"),
        ("グーグル", "グーグル"),
        ("***", ""),
    ],
)
def test_names_become_clean_columns(written_as, name):
    assert plain_name(written_as) == name
