"""A small sample of what `python -m benchmarks.verify tables` tries with many more seeds."""

import pandas as pd
import pytest

from tests.table.properties import laws
from tests.table.properties.damaged import damaged_table


@pytest.mark.parametrize("law", laws.LAWS.values(), ids=laws.LAWS)
def test_no_table_breaks_a_law(law):
    broken = {seed: found for seed in range(laws.SAMPLE) if (found := law(seed))}
    assert broken == {}


FOUND = {
    "holes that two spellings leave": ("fixes", 228),
    "entities with the same sales whose rows are in parts": ("fixes", 1226),
    "a whole week of days is missing": ("fixes", 159),
    "rows without a date that common dates swept away": ("fixes", 2084),
    "a total of entities one of which has a copy": ("fixes", 2126),
    "sales blank inside and at the end, spend multiplied by its unit": ("fixes", 2187),
    "sales that a campaign leaves blank": ("fixes", 3120),
    "controls blank on a day": ("fixes", 3147),
    "a copy that begins late": ("fixes", 5283),
}
"""Tables that once broke a law."""


@pytest.mark.parametrize(("law", "seed"), FOUND.values(), ids=FOUND)
def test_what_broke_a_law_once_does_so_no_more(law, seed):
    assert laws.LAWS[law](seed) == []


def test_a_seed_tells_all_of_its_table():
    one, other = damaged_table(11), damaged_table(11)
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert one.damages == other.damages
