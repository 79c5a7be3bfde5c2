"""How a file becomes a table: what may be asked for, and that nothing is done unasked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import SpecError
from mmm_core.spec import FIX_NAMES, DatasetSettings, ReadingOptions, RunSpec, spec_from
from mmm_core.table.fixes.applied import apply_fixes
from mmm_core.table.reading.reading import read_table
from mmm_core.table.roles import resolve_roles
from mmm_core.table.typed import type_columns
from tests.conftest import PROJECT

BASE: dict[str, object] = {"dataset_id": "x", "drivers": ["act_tv"]}
FILE = b"""period_start;sales;act_tv;ctrl_price
2024-01-01;100;5;1.5
2024-01-08;0;;1.5
2024-01-08;0;;1.5
2024-01-15;120;7;
;110;6;1.4
"""


def with_dataset(**dataset: object) -> RunSpec:
    return spec_from(BASE | {"dataset": dataset})


def test_by_default_everything_is_detected_and_nothing_repaired():
    settings = DatasetSettings()
    assert set(settings.reading.model_dump().values()) == {None}
    assert (settings.columns, settings.left_out, settings.fixes, settings.week_start) == ({}, (), (), None)
    assert spec_from(BASE).dataset is None


def test_every_repair_is_explained_in_the_data_format_s_table():
    """In the same order: that of application."""
    text = (PROJECT / "docs" / "data-format.md").read_text()
    explained = re.findall(r"^\| `(\w+)` \| ", text.split("| fix |")[1].split("\n\n")[0], flags=re.M)
    assert explained == list(FIX_NAMES)


@given(st.permutations(["blank_activity_is_zero", "drop_exact_duplicates", "carry_controls_forward"]))
def test_repairs_do_not_hang_on_the_order_in_which_they_are_asked_for(asked):
    fixes = with_dataset(fixes=asked).dataset.fixes
    raw = read_table(FILE, "table.csv", ReadingOptions())
    table = type_columns(raw, resolve_roles(list(raw.cells.columns), DatasetSettings()), DatasetSettings())
    found, records = apply_fixes(table, fixes)
    assert [record.fix for record in records] == [fix for fix in FIX_NAMES if fix in asked]
    assert found.frame["act_tv"].to_list() == [5, 0, 7, 6]


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        ({"fixes": ["invent_data"]}, r"dataset\.fixes\.0"),
        ({"week_start": "Monday"}, r"dataset\.week_start: input should be 'MON', 'TUE'"),
        ({"reading": {"separator": "::"}}, r"dataset\.reading\.separator: input should be ',', ';'"),
        ({"reading": {"decimal": "'"}}, r"dataset\.reading\.decimal: input should be '\.' or ','"),
        ({"reading": {"date_order": "YDM"}}, r"dataset\.reading\.date_order: input should be 'YMD', 'DMY' or 'MDY'"),
        ({"reading": {"skip_rows": 3}}, r"dataset\.reading\.skip_rows: unknown field"),
        ({"columns": {"sales": 3}}, r"dataset\.columns\.sales: input should be a valid string"),
    ],
)
def test_what_no_reader_knows_is_refused_by_field(dataset, message):
    with pytest.raises(SpecError, match=message):
        with_dataset(**dataset)


def test_one_column_of_the_file_may_play_two_roles():
    columns = {"act_tv": "tv_S", "spend_tv": "tv_S", "sales": "revenue", "period_start": "DATE"}
    settings = with_dataset(columns=columns).dataset
    assert settings.columns == columns
    assert DatasetSettings.model_validate_json(settings.model_dump_json()) == settings
