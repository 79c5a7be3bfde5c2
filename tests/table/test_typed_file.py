"""What is taken of a typed file is what reading the file for that specification would give."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import SpecError
from mmm_core.spec import DatasetSettings, spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.reading.reading import read_table
from mmm_core.table.typed_file import TypedFile, narrowed
from mmm_core.table.validation import type_file
from tests.table.cases.written import UNBALANCED, text, written

MAPPING = {
    "entity_id": "shop", "period_start": "week", "sales": "revenue", "act_tv": "tv grp", "spend_tv": "tv cost",
    "spend_ooh": "ooh cost", "ctrl_price": "price", "ctrl_rain": "rain",
}  # fmt: skip
FILE = written(
    "n,2022-01-03,100,1,x,3,4,5,a", "n,2022-01-10,,2,3,-4,5,6,b", "n,2022-01-10,,2,3,-4,5,6,b",
    "s,soon,300,3,4,5,,7,", "s,2022-01-10,9,€ 4,5,6,many,8,d",
    header="shop,week,revenue,tv grp,tv cost,ooh cost,price,rain,note",
)  # fmt: skip
SETTINGS = DatasetSettings(columns=MAPPING)
DRIVERS = ("act_tv", "tv", "spend_tv", "tv grp", "tv cost", "ooh", "spend_ooh", "act_ooh", "ctrl_rain")
CONTROLS = ("ctrl_price", "price", "ctrl_rain", "rain", "act_tv", "spend_ooh")
TARGETS = ("sales", "revenue", "ctrl_price", "act_tv")


def asked(drivers, controls=(), target="sales") -> Asked:
    return Asked.of(
        spec_from({"dataset_id": "t", "drivers": drivers, "controls": list(controls), "target_col": target})
    )


def same(one: TypedFile, other: TypedFile) -> None:
    """Whether two typed files say the same of everything that a check or a model looks at."""
    assert one.roles == other.roles
    assert one.table is not None
    assert other.table is not None
    pd.testing.assert_frame_equal(one.table.frame, other.table.frame)
    assert one.table.sources == other.table.sources
    assert one.table.row_numbers.tolist() == other.table.row_numbers.tolist()
    assert one.table.exact_duplicate.tolist() == other.table.exact_duplicate.tolist()
    assert set(one.table.bad) == set(other.table.bad)
    for column, cells in one.table.bad.items():
        np.testing.assert_array_equal(cells, other.table.bad[column], err_msg=column)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(DRIVERS), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(CONTROLS), max_size=3, unique=True),
    st.sampled_from(TARGETS),
)
def test_columns_by_any_of_their_names_are_taken_as_the_file_would_give_them(drivers, controls, target):
    try:
        question = asked(drivers, controls, target)
    except SpecError:
        return  # a column twice: no specification
    kept = narrowed(type_file(FILE, SETTINGS), question)
    assert kept is not None
    same(kept, type_file(FILE, SETTINGS, question))


@pytest.mark.parametrize(
    "fixes", [(), ("blank_activity_is_zero",), ("drop_rows_without_date", "drop_exact_duplicates")]
)
def test_fixes_that_were_made_stay_made(fixes):
    chosen = DatasetSettings(columns=MAPPING, fixes=fixes)
    question = asked(["tv"], ["rain"])
    kept = narrowed(type_file(FILE, chosen), question)
    assert kept is not None
    same(kept, type_file(FILE, chosen, question))
    assert [record.fix for record in kept.applied_fixes] == list(fixes)


def test_a_column_that_would_be_averaged_and_not_summed_is_left_to_the_file():
    """Days of a control were averaged: as activity they must be summed, and the sum is not in what was kept."""
    fixed = type_file(FILE, DatasetSettings(columns=MAPPING, fixes=("drop_exact_duplicates",)))
    assert narrowed(fixed, asked(["ctrl_rain"])) is None
    assert narrowed(fixed, asked(["tv"], ["spend_ooh"])) is None
    assert narrowed(fixed, asked(["tv", "spend_ooh"], ["rain"])) is not None


@pytest.mark.parametrize("question", [asked(["note"]), asked(["tv"], ["note"]), asked(["tv"], target="note")])
def test_a_column_without_a_role_is_left_to_the_file(question):
    assert narrowed(type_file(FILE, SETTINGS), question) is None


@pytest.mark.parametrize(
    "question",
    [asked(["week"]), asked(["tv"], ["shop"]), asked(["tv"], ["entity_id"]), asked(["tv"], target="period_start")],
)
def test_a_key_that_is_asked_for_as_numbers_is_left_to_the_file(question):
    assert narrowed(type_file(FILE, SETTINGS), question) is None


def test_spend_that_stands_for_activity_is_no_column_of_activity():
    """Only a driver may call it so: the file has no such column, and says so."""
    question = asked(["tv"], ["act_ooh"])
    assert narrowed(type_file(FILE, SETTINGS), question) is None
    with pytest.raises(SpecError, match="controls: the table has no column 'act_ooh'"):
        type_file(FILE, SETTINGS, question)


def test_a_file_without_a_table_has_nothing_to_take_from():
    file = type_file(read_table(text("a,b,c", "x,1,2"), "t.csv"), DatasetSettings())
    assert file.table is None
    assert narrowed(file, asked(["b"])) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (asked(["act_tw"]), r"drivers: the table has no column 'act_tw'\. Did you mean 'act_tv'"),
        (asked(["tv"], ["prise"]), r"controls: the table has no column 'prise'\. Did you mean 'price'"),
        (asked(["tv"], target="revenu"), r"target_col: the table has no column 'revenu'\. Did you mean 'revenue'\?"),
    ],
)
def test_a_column_that_is_not_in_the_file_is_named(question, words):
    with pytest.raises(SpecError, match=words):
        narrowed(type_file(FILE, SETTINGS), question)


def test_what_was_read_is_not_changed_by_what_is_taken():
    file = type_file(written(*UNBALANCED), DatasetSettings())
    assert file.table is not None
    before = file.table.frame.copy()
    taken = narrowed(file, asked(["tv"], target="ctrl_price"))
    assert taken is not None
    assert taken.table is not None
    pd.testing.assert_frame_equal(file.table.frame, before)
    assert list(file.table.frame.columns) != list(taken.table.frame.columns)
