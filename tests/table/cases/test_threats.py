"""Files that were made to hurt are refused in words, in bounded memory, and cost no process but the reader's."""

import random

import pytest

from benchmarks import threats
from mmm_core.errors import DataError
from mmm_core.table.reading.reading import read_table


@pytest.mark.slow
@pytest.mark.parametrize("name", list(threats.THREATS))
def test_a_threat_is_refused_in_bounded_memory(name):
    found = threats.measured(name)
    assert found["passed"], found


def test_a_damaged_footer_is_refused_and_never_breaks_the_server():
    content = threats.parquet_repeated_text()
    generator = random.Random(5)  # noqa: S311 - places to damage, not secrets
    for _ in range(20):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[generator.randrange(len(content) - 400, len(content) - 8)] = generator.randrange(256)
        with pytest.raises(DataError, match=r"Parquet|rows|columns|text|cells|header"):
            read_table(bytes(damaged), "t.parquet")
