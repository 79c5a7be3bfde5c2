"""Which columns name events, and which hold something else."""

from __future__ import annotations

import pytest

from mmm_core.spec import DatasetSettings
from mmm_core.table.events.named import event_columns
from mmm_core.table.reading.reading import read_table
from mmm_core.table.roles import resolve_roles
from tests.malformed import with_column

EASTER = {5: "Easter", 20: "Black Friday", 57: "Easter"}


def control(values: dict[int, str], usual: str = "") -> bytes:
    """A table whose control has some cells, and the usual one in all other rows."""
    return with_column("ctrl_price", [values.get(row, usual) for row in range(80)])


def found(content: bytes) -> list[tuple[str | None, tuple[str, ...]]]:
    raw = read_table(content, "t.csv")
    roles = resolve_roles(list(raw.cells.columns), DatasetSettings())
    return [(each.control, each.names) for each in event_columns(raw, roles)]


@pytest.mark.parametrize("usual", ["", "none", "normal", "0", "keine Aktion", "everyday price"])
def test_a_control_of_names_is_found_whatever_stands_elsewhere(usual):
    assert found(control(EASTER, usual)) == [("price", ("Easter", "Black Friday"))]


def test_names_may_stand_in_most_rows_of_a_control():
    most = {row: ("2 for 1" if row % 2 else "coupon") for row in range(70)}
    assert found(control(most)) == [("price", ("2 for 1", "coupon"))]


def test_spellings_of_one_event_are_one():
    assert found(control(EASTER | {30: " easter", 31: "Black  friday", 32: "Black Friday"})) == [
        ("price", ("Black Friday", "Easter"))
    ]


@pytest.mark.parametrize(
    "content",
    [
        control({}, "5"),
        control({5: "x"}, "5"),
        control(dict.fromkeys(range(9), "yes"), "no"),
        control({5: "2023-04-09"}),
        control({row: f"note {row}" for row in range(79)}),
        control({5: "Jane looked at this week again and found nothing odd in it"}),
        with_column("act_tv", ["Easter", *[""] * 79]),
    ],
    ids=["numbers", "a word among numbers", "yes and no", "a date", "notes", "a sentence", "a channel"],
)
def test_other_columns_name_no_events(content):
    assert found(content) == []
