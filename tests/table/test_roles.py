"""Which column plays which role: its name says so, a person says otherwise, a specification asks for some of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import SpecError
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.roles import near_matches, resolve_roles, rivals
from tests.malformed import HEADER, good_rows, table

COLUMNS = ["entity_id", "period_start", "sales", "act_tv", "act_radio", "spend_tv", "spend_ooh", "ctrl_price", "note"]


def roles(columns: list[str], *, asked: dict[str, object] | None = None, left_out=(), **mapping: str) -> dict[str, str]:
    question = Asked.of(spec_from({"dataset_id": "t"} | asked)) if asked else None
    return resolve_roles(columns, DatasetSettings(columns=mapping, left_out=left_out), question).sources


def test_names_say_what_columns_are_and_others_play_no_role():
    found = resolve_roles(COLUMNS, DatasetSettings())
    assert (found.entity, found.period, found.target) == ("entity_id", "period_start", "sales")
    assert found.activity == {"tv": "act_tv", "radio": "act_radio", "ooh": "spend_ooh"}
    assert found.spend == {"tv": "spend_tv", "ooh": "spend_ooh"}
    assert found.controls == {"price": "ctrl_price"}
    assert "note" not in found.sources.values()


@given(st.permutations(COLUMNS))
def test_roles_do_not_depend_on_where_a_column_stands(columns):
    assert roles(columns) == roles(COLUMNS)
    found = resolve_roles(columns, DatasetSettings())
    assert list(found.spend.values()) == [name for name in columns if name.startswith("spend_")]


def test_spend_stands_in_for_missing_activity():
    content = table([[*row[:4], *row[5:]] for row in good_rows()], HEADER.replace("act_radio,", ""))
    prepared = tables.prepare(content, "t.csv")
    assert prepared.report.channels == ("tv", "radio")
    assert "spend_as_activity" in [issue.code for issue in prepared.report.issues]
    frame = prepared.canonical().frame
    assert frame["act_radio"].equals(frame["spend_radio"].rename("act_radio"))


@pytest.mark.parametrize("name", ["Sales", " SALES ", "sales"])
def test_capitals_and_blanks_around_a_name_do_not_matter(name):
    assert roles(["Period_Start", name, "ACT_TV"]) == {
        "period_start": "Period_Start",
        "sales": name,
        "act_TV": "ACT_TV",
    }


@pytest.mark.parametrize("name", ["act_", "spend_", "ctrl_", "activity", "control_price", "total sales", "sales_2"])
def test_half_a_name_says_nothing(name):
    assert roles([name]) == {}


def test_what_a_person_maps_goes_before_what_names_say():
    found = roles([*COLUMNS, "revenue"], sales="revenue", ctrl_radio="act_radio")
    assert found["sales"] == "revenue"
    assert found["ctrl_radio"] == "act_radio"
    assert "act_radio" not in found


def test_one_column_may_be_activity_and_spend_of_its_channel():
    found = roles(["period_start", "sales", "spend_tv"], act_tv="spend_tv", spend_tv="spend_tv")
    assert (found["act_tv"], found["spend_tv"]) == ("spend_tv", "spend_tv")


def test_what_is_left_out_plays_no_role_unless_it_is_mapped():
    assert "act_radio" not in roles(COLUMNS, left_out=("act_radio", "ctrl_price"))
    assert roles(COLUMNS, left_out=("act_radio",), act_radio="act_radio")["act_radio"] == "act_radio"


@pytest.mark.parametrize(
    ("driver", "column"),
    [("act_tv", "act_tv"), ("tv", "act_tv"), ("spend_tv", "spend_tv"), ("ooh", "spend_ooh"), ("note", "note")],
)
def test_a_driver_may_be_called_by_its_column_or_its_channel(driver, column):
    found = roles(COLUMNS, asked={"drivers": [driver]})
    assert [source for role, source in found.items() if role.startswith("act_")] == [column]


def test_a_specification_has_its_own_columns_in_its_own_order_and_no_others():
    asked = {"drivers": ["radio", "act_tv"], "controls": ["note", "price"], "target_col": "spend_ooh"}
    found = roles(COLUMNS, asked=asked)
    assert list(found.items())[2:] == [
        ("sales", "spend_ooh"),
        ("act_radio", "act_radio"),
        ("act_tv", "act_tv"),
        ("spend_tv", "spend_tv"),
        ("ctrl_note", "note"),
        ("ctrl_price", "ctrl_price"),
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"drivers": ["act_tw"]}, r"drivers: the table has no column 'act_tw'\. Did you mean 'act_tv'"),
        ({"drivers": ["tv"], "controls": ["ctrl_prize"]}, r"controls: the table has no column 'ctrl_prize'"),
        ({"drivers": ["tv"], "target_col": "zzz"}, r"target_col: the table has no column 'zzz'\. Columns: entity_id,"),
    ],
)
def test_a_column_that_is_not_there_is_named_with_its_field_and_a_way_out(asked, words):
    with pytest.raises(SpecError, match=words):
        roles(COLUMNS, asked=asked)


def test_a_mapping_of_no_role_or_no_column_is_refused():
    with pytest.raises(SpecError, match=r"dataset\.columns: 'media_tv' is not a role\. Roles are entity_id"):
        roles(COLUMNS, media_tv="note")
    with pytest.raises(SpecError, match=r"no column 'Notes' \(wanted as ctrl_x\)\. Did you mean 'note'\?"):
        roles(COLUMNS, ctrl_x="Notes")


def test_a_long_list_of_columns_is_cut():
    assert near_matches("zzz", [f"c{number}" for number in range(41)]).endswith("c39, ….")
    assert near_matches("zzz", ["a", "b"]) == "Columns: a, b."


def test_the_name_itself_goes_before_another_case():
    for columns in (["Sales", "sales", "SALES"], ["sales", "Sales"]):
        assert resolve_roles(columns, DatasetSettings()).target == "sales"
    assert resolve_roles(["SALES", "Sales"], DatasetSettings()).target == "SALES"


def test_names_that_differ_in_case_are_rivals_until_somebody_chooses():
    columns = ["period_start", "Sales", "sales", "spend_TV", "Spend_tv", "act_tv"]
    assert rivals(columns, DatasetSettings()) == (("Sales", "sales"), ("spend_TV", "Spend_tv"))
    chosen = DatasetSettings(columns={"sales": "Sales"}, left_out=("spend_TV",))
    assert rivals(columns, chosen) == ()
