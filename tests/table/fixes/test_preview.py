"""What a repair would change is told row by row, and is what pressing it then does."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.spec import FIX_NAMES, DatasetSettings, FixName
from mmm_core.table.fixes.preview import MOST_COLUMNS, MOST_ROWS, Preview, preview
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import type_file
from tests.malformed import good_rows, table
from tests.table.cases.written import HEADER, UNBALANCED, text, weeks

DAYS = [f"n,{day.date()},{10 + number},1,2,3" for number, day in enumerate(pd.date_range("2022-01-03", periods=28))]


def seen(content: bytes, fix: FixName, *before: FixName, columns: dict[str, str] | None = None) -> Preview:
    without = DatasetSettings(columns=columns or {}, fixes=before)
    wanted = without.model_copy(update={"fixes": (*before, fix)})
    raw = read_table(content, "t.csv")
    return preview(fix, type_file(raw, without), type_file(raw, wanted), raw)


def counts(found: Preview) -> tuple[int, int, int, int]:
    return found.n_changed, found.n_added, found.n_dropped, found.n_left_out


def test_changed_cells_stand_beside_what_they_were_and_nothing_else_is_shown():
    found = seen(text(HEADER, *UNBALANCED), "blank_activity_is_zero")
    assert found.columns == ("entity_id", "period_start", "act_tv")
    assert [(row.row, row.change, row.before, row.after) for row in found.rows] == [
        (6, "changed", ("south", "2022-01-10", None), ("south", "2022-01-10", 0.0))
    ]
    assert counts(found) == (1, 0, 0, 0)
    assert found.sentence


def test_a_cell_that_could_not_be_read_is_shown_as_it_was_written():
    rows = [f"{day},100,1,{word}" for day, word in zip(weeks(8), ["Yes", "no"] * 4, strict=True)]
    found = seen(text("period_start,sales,act_tv,ctrl_promo", *rows), "words_are_zero_and_one")
    assert found.columns == ("period_start", "ctrl_promo")
    assert [(row.before[1], row.after[1]) for row in found.rows[:2]] == [("Yes", 1.0), ("no", 0.0)]


def test_rows_that_go_are_shown_whole():
    rows = [f"n,{day},{number},1,2,3" for number, day in enumerate(weeks(4))]
    found = seen(text(HEADER, *rows, rows[2]), "drop_exact_duplicates")
    assert [(row.row, row.change, row.after) for row in found.rows] == [(6, "dropped", None)]
    assert dict(zip(found.columns, found.rows[0].before, strict=True)) == {
        "period_start": "2022-01-17", "sales": 2.0, "act_tv": 1.0, "spend_tv": 2.0, "ctrl_price": 3.0,
    }  # fmt: skip


def test_a_day_that_is_added_stands_after_the_one_before_it():
    found = seen(text(HEADER, *DAYS[:9], *DAYS[10:]), "missing_days_sold_nothing")
    assert counts(found) == (0, 1, 0, 0)
    (row,) = found.rows
    assert (row.row, row.before, row.after[:2]) == (10, None, ("2022-01-12", 0.0))


def test_days_that_are_summed_change_one_row_and_leave_out_six():
    found = seen(text(HEADER, *DAYS), "sum_days_to_weeks")
    assert counts(found) == (4, 0, 24, 0)
    assert [row.change for row in found.rows] == ["changed", *["dropped"] * 6, "changed"]
    sales = found.columns.index("sales")
    assert (found.rows[0].before[sales], found.rows[0].after[sales]) == (10.0, float(sum(range(10, 17))))
    assert "ctrl_price" not in found.columns  # its average is what it was


def test_periods_that_feed_carry_over_only_stay_and_are_marked():
    rows = [f"n,{day},{'' if number == 2 else 9},1,2,3" for number, day in enumerate(weeks(6))]
    found = seen(text(HEADER, *rows), "blank_sales_outside_likelihood")
    assert counts(found) == (0, 0, 0, 1)
    assert (found.rows[0].row, found.rows[0].change) == (4, "left_out")
    assert found.rows[0].before == found.rows[0].after


def test_dates_that_are_read_another_way_are_shown_both_ways():
    rows = [f"{day},100,1" for day in weeks(30, "2022-01-09")]
    found = seen(
        text("week_ending,sales,act_tv", *rows), "dates_are_period_ends", columns={"period_start": "week_ending"}
    )
    assert found.columns == ("week_ending",)
    assert (found.rows[0].before, found.rows[0].after) == (("2022-01-09",), ("2022-01-03",))


def test_a_column_of_last_days_that_is_no_period_yet_is_shown_as_it_stands():
    rows = [f"{day},100,1" for day in weeks(30, "2022-01-09")]
    content = text("week_ending,sales,act_tv", *rows)
    found = seen(content, "dates_are_period_ends")
    assert (found.n_changed, found.rows[0].before, found.rows[0].after) == (30, ("2022-01-09",), ("2022-01-03",))
    assert seen(content, "dates_are_period_starts").n_rows == 0


def test_where_no_period_was_known_its_dates_are_what_is_new():
    rows = [f"2022,{week},100,1" for week in range(1, 31)]
    found = seen(text("year,week,sales,act_tv", *rows), "join_year_and_week")
    assert counts(found) == (30, 0, 0, 0)
    assert (found.rows[0].before, found.rows[0].after) == (("1",), ("2022-01-03",))


def test_only_the_first_rows_and_columns_are_shown_and_the_others_counted():
    header = ",".join(["period_start", "sales", *(f"act_c{number}" for number in range(9))])
    rows = [",".join([day, "9", *["" if number % 2 else "1"] * 9]) for number, day in enumerate(weeks(40))]
    found = seen(text(header, *rows), "blank_activity_is_zero")
    assert (len(found.rows), found.n_rows) == (MOST_ROWS, 20)
    assert (len(found.columns), found.more_columns) == (1 + MOST_COLUMNS, 9 - MOST_COLUMNS)
    assert [row.row for row in found.rows] == list(range(3, 18, 2))


def test_spend_that_stands_for_activity_is_one_column():
    rows = [f"{day},9,{'' if number == 3 else 1}" for number, day in enumerate(weeks(10))]
    found = seen(text("period_start,sales,spend_tv", *rows), "blank_activity_is_zero")
    assert found.columns == ("period_start", "spend_tv")


def test_a_repair_that_does_nothing_says_why():
    found = seen(text(HEADER, *DAYS[:9], *DAYS[10:]), "sum_days_to_weeks")
    assert (found.n_rows, found.rows) == (0, ())
    assert "1 day missing" in found.sentence
    assert seen(text("a,b,c", "1,2,3"), "sum_days_to_weeks").n_rows == 0


@pytest.mark.parametrize("fix", FIX_NAMES)
def test_every_repair_can_be_looked_at(fix):
    for content in (text(HEADER, *UNBALANCED), table(good_rows(20)), text("year,week,sales", "2022,1,5")):
        found = seen(content, fix)
        assert found.fix == fix
        assert len(found.rows) == min(found.n_rows, MOST_ROWS)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.sampled_from([*UNBALANCED, *DAYS[:6]]), min_size=2, max_size=14), fix=st.sampled_from(FIX_NAMES)
)
def test_rows_after_are_rows_before_without_those_that_go_and_with_those_that_come(rows, fix):
    content = text(HEADER, *rows)
    found = seen(content, fix)
    before = type_file(read_table(content, "t.csv"), DatasetSettings())
    after = type_file(read_table(content, "t.csv"), DatasetSettings(fixes=(fix,)))
    assert len(after.table.frame) == len(before.table.frame) + found.n_added - found.n_dropped
    if not found.n_rows:
        pd.testing.assert_frame_equal(after.table.frame, before.table.frame)
