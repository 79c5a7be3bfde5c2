"""Names of events become controls of 0 and 1 when a person asks for it."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.spec import FIX_NAMES
from tests.malformed import HEADER, good_rows, table, with_column
from tests.table.events.test_named import EASTER, control
from tests.table.long.tables import amounts, errors, prepared, written

ONE, EACH = "named_events_are_one", "one_control_for_each_event"


def frame_of(content: bytes, *fixes: str) -> pd.DataFrame:
    return prepared(content, *fixes).canonical().frame


def unused(values: dict[int, str]) -> bytes:
    """A table with a column of words that plays no role."""
    rows = [[*row, values.get(number, "")] for number, row in enumerate(good_rows())]
    return table(rows, f"{HEADER},Promo name")


def test_one_control_is_one_where_something_stands():
    frame = frame_of(control(EASTER), ONE)
    assert frame.index[frame["ctrl_price"] == 1].tolist() == sorted(EASTER)
    assert set(frame["ctrl_price"]) == {0.0, 1.0}


def test_each_name_gets_a_control_of_its_own():
    frame = frame_of(control(EASTER, "normal"), EACH)
    assert frame.index[frame["ctrl_price_easter"] == 1].tolist() == [5, 57]
    assert frame.index[frame["ctrl_price_black_friday"] == 1].tolist() == [20]
    assert "ctrl_price" not in frame


@pytest.mark.parametrize(("fix", "names"), [(ONE, {"Promo_name"}), (EACH, {"Promo_name_easter", "Promo_name_sale"})])
def test_a_column_without_a_role_becomes_a_control(fix, names):
    content = unused({5: "Easter", 20: "Sale", 40: "Sale"})
    assert names <= set(prepared(content, fix).report.controls)
    assert prepared(content, fix).report.ok
    assert not names & set(prepared(content).report.controls)


@pytest.mark.parametrize("fix", [ONE, EACH])
def test_what_was_made_of_names_is_known_as_events(fix):
    content = unused({5: "Easter", 20: "Sale", 40: "Sale"})
    report = prepared(content, fix).report
    assert report.events == tuple(name for name in report.controls if name.startswith("Promo_name"))
    assert report.events
    assert prepared(content).report.events == ()
    assert set(prepared(control(EASTER), fix).report.events) == set(prepared(control(EASTER), fix).report.controls)


def test_of_many_names_there_is_one_control():
    many = control({row: f"event {row}" for row in range(0, 70, 10)})
    assert errors(many) == [("words_for_events", (ONE,))]
    assert set(frame_of(many, ONE)["ctrl_price"]) == {0.0, 1.0}
    refused = prepared(many, EACH).report.applied_fixes[0]
    assert (refused.rows, refused.sentence) == (0, "No column names 6 events or fewer: nothing was changed.")


def test_with_both_answers_few_names_are_split_and_many_are_not():
    rows = [
        [*row[:5], f"e{number}" if number % 9 == 0 else "", *row[6:], EASTER.get(number, "")]
        for number, row in enumerate(good_rows())
    ]
    content = table(rows, f"{HEADER},ctrl_event")
    controls = prepared(content, ONE, EACH).report.controls
    assert set(controls) == {"price", "event_easter", "event_black_friday"}


def test_a_table_without_events_says_so():
    for fix in (ONE, EACH):
        (record,) = prepared(table(good_rows()), fix).report.applied_fixes
        assert (record.rows, record.sentence) == (0, "No column names events: nothing was changed.")


def test_names_of_channels_are_no_events():
    rows = amounts("tv", "search")
    rows = rows[(rows["channel"] == "search") | (rows.index % 8 == 1)]
    found = prepared(written(rows), ONE, "pivot_long_table")
    assert found.report.channels == ("search", "tv")
    assert found.report.controls == ()


def test_what_words_are_comes_before_what_they_count_for():
    assert FIX_NAMES.index("words_are_zero_and_one") < FIX_NAMES.index(ONE) < FIX_NAMES.index(EACH)
    assert errors(with_column("ctrl_price", ["yes", "no"] * 40))[0][0] == "words_for_numbers"
