"""The first rows are those of the file, as they were read: numbers, days, blanks, and what could not be read."""

import pytest

from mmm_core.spec import DatasetSettings
from mmm_core.table.glance.first_rows import LONGEST_CELL, MOST_COLUMNS, FirstRows, first_rows
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import type_file
from tests.malformed import good_rows, table
from tests.table.cases.written import text, weeks


def shown(*lines: str, **settings) -> FirstRows:
    return type_file(read_table(text(*lines), "t.csv"), DatasetSettings.model_validate(settings)).first_rows


HEADER = "period_start,sales,spend_tv,note"


def test_cells_are_told_as_they_were_read_and_numbered_as_in_the_file():
    rows = shown("Report", HEADER, *(f'0{day}.01.2023,"1.234,5",-,x' for day in (2, 9)), '16.01.2023,"7,25",3,')
    assert rows.columns == ("period_start", "sales", "spend_tv", "note")
    assert rows.rows == (3, 4, 5)
    assert rows.cells[0] == ("2023-01-02", 1234.5, None, "x")
    assert rows.cells[2] == ("2023-01-16", 7.25, 3.0, None)
    assert rows.unread == ()


def test_what_could_not_be_read_stands_as_it_was_written_and_is_marked():
    rows = shown(HEADER, *(f"{week},1,2,x" for week in weeks(3)), "soon,many,4,x")
    assert rows.cells[3] == ("soon", "many", 4.0, "x")
    assert rows.unread == ((3, 0), (3, 1))


def test_columns_without_a_role_stand_as_they_were_written():
    rows = shown("Week,Umsatz,TV", *(f"{week},€ 5,1.234" for week in weeks(3)))
    assert rows.cells[0] == (weeks(1)[0], "€ 5", "1.234")
    assert shown(
        "Week,Umsatz,TV",
        *(f"{week},€ 5,1234" for week in weeks(3)),
        columns={"sales": "Umsatz"},
    ).cells[0] == (weeks(1)[0], 5.0, "1234")


def test_the_first_rows_are_those_before_repairs():
    days = [f"2023-01-{day:02d}" for day in range(2, 30)]
    before = shown("period_start,sales,spend_tv", *(f"{day},1,2" for day in days))
    after = shown("period_start,sales,spend_tv", *(f"{day},1,2" for day in days), fixes=("sum_days_to_weeks",))
    assert before == after
    assert before.cells[1] == ("2023-01-03", 1.0, 2.0)


def test_a_wide_table_says_how_many_columns_are_not_shown_and_long_cells_are_cut():
    names = [f"ctrl_{n}" for n in range(MOST_COLUMNS + 3)]
    rows = shown(
        ",".join(["period_start", "sales", "spend_tv", *names]),
        *(f"{week},{'x' * 500},2,{','.join('1' for _ in names)}" for week in weeks(3)),
    )
    assert (len(rows.columns), rows.more_columns) == (MOST_COLUMNS, 6)
    assert len(rows.cells[0]) == MOST_COLUMNS
    assert len(str(rows.cells[0][1])) == LONGEST_CELL


@pytest.mark.parametrize("settings", [{}, {"columns": {"act_radio": "act_tv"}}])
def test_they_survive_being_kept(settings):
    raw = read_table(table(good_rows(20)), "t.csv")
    rows = type_file(raw, DatasetSettings.model_validate(settings)).first_rows
    assert FirstRows.model_validate_json(rows.model_dump_json()) == rows
    assert first_rows(raw, None).cells[0][1] == "2022-01-03"
