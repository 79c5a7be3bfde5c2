import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.model.usual import FEWEST_ROWS, usual_spec, why_fixed
from mmm_core.runs import tables
from mmm_core.spec import parse_spec
from mmm_core.table.typed import CanonicalData
from tests.worlds import simulate


@pytest.fixture(scope="module")
def table():
    return CanonicalData(simulate(3, weeks=104, channels=2).frame, "WEEK")


def usual(data):
    return usual_spec("any", data, channels=["c1", "c2"], controls=[])


def test_a_usual_table_begins_with_letting_the_data_speak(table):
    spec = usual(table)
    assert spec.model.kind == "recommended"
    assert spec.feature_config.seasonality.K == 4
    assert spec.feature_config.saturation.enabled
    assert why_fixed(table, channels=2) is None


def test_it_is_what_the_shipped_demo_asks_for():
    shipped_spec = parse_spec(shipped.DEMO_SPEC.read_bytes())
    prepared = tables.read_file(shipped.TABLES["demo"], spec=shipped_spec)
    report = prepared.report
    assert usual_spec("demo", prepared.canonical(), channels=report.channels, controls=report.controls) == shipped_spec


def test_few_rows_many_channels_and_sales_of_zero_begin_with_fixed_settings(table):
    short = CanonicalData(table.frame.tail(FEWEST_ROWS - 1).reset_index(drop=True), table.grain)
    zero = CanonicalData(table.frame.assign(sales=table.frame["sales"].where(table.frame.index != 5, 0.0)), table.grain)
    assert [usual(each).model.kind for each in (short, zero)] == ["fixed", "fixed"]
    assert "51 periods" in str(why_fixed(short, channels=2))
    assert "1 period." in str(why_fixed(zero, channels=2))
    assert "31 channels" in str(why_fixed(table, channels=31))


def test_only_the_sum_of_markets_must_be_above_zero_and_blank_sales_do_not_count(table):
    small = table.frame.assign(entity_id="small", sales=0.0)
    assert why_fixed(CanonicalData(pd.concat([table.frame, small], ignore_index=True), table.grain), channels=2) is None
    blank = table.frame.assign(sales=table.frame["sales"].where(table.frame.index != 5))
    assert why_fixed(CanonicalData(blank, table.grain), channels=2) is None
