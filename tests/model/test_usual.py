import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.model.usual import DECAY_OF_MONTHS, FEWEST_PERIODS, usual_spec, why_fixed, why_season
from mmm_core.runs import tables
from mmm_core.spec import parse_spec
from mmm_core.spec.differences import differences
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


@pytest.mark.parametrize("rows", [104, 20])
def test_columns_that_tell_of_events_begin_as_events(table, rows):
    frame = table.frame.assign(ctrl_easter=(table.frame.index % 9 == 0).astype(float)).tail(rows)
    data = CanonicalData(frame.reset_index(drop=True), table.grain)
    found = usual_spec("any", data, channels=["c1", "c2"], controls=["easter"], events=["easter"])
    assert found.controls == found.feature_config.events.columns == ("ctrl_easter",)
    without = usual_spec("any", data, channels=["c1", "c2"], controls=["easter"])
    assert differences(without, found) == ["Easter counted as an event"]


def test_it_is_what_the_shipped_demo_asks_for():
    shipped_spec = parse_spec(shipped.DEMO_SPEC.read_bytes())
    prepared = tables.read_file(shipped.TABLES["demo"], spec=shipped_spec)
    report = prepared.report
    assert usual_spec("demo", prepared.canonical(), channels=report.channels, controls=report.controls) == shipped_spec


def shortened(table: CanonicalData, rows: int) -> CanonicalData:
    return CanonicalData(table.frame.tail(rows).reset_index(drop=True), table.grain)


def monthly(table: CanonicalData, rows: int) -> CanonicalData:
    starts = pd.date_range("2020-01-01", periods=rows, freq="MS").astype("datetime64[us]")
    return CanonicalData(shortened(table, rows).frame.assign(period_start=starts), "MONTH")


def test_less_than_a_year_begins_without_a_season(table):
    half, year = shortened(table, FEWEST_PERIODS["WEEK"]), shortened(table, 52)
    for data, has_season in ((half, False), (shortened(table, 51), False), (year, True), (monthly(table, 11), False)):
        assert usual(data).feature_config.seasonality.enabled is has_season
        assert (why_season(data) is None) is has_season
    assert usual(half).model.kind == "recommended"
    assert "without a season: 26 weeks with sales are less than a year" in str(why_season(half))
    assert usual(year) == usual(table), "a year and more have the defaults of the model"


def test_months_carry_less_over_and_begin_with_two_waves(table):
    by_month = usual(monthly(table, FEWEST_PERIODS["MONTH"]))
    assert by_month.model.kind == "recommended"
    assert by_month.feature_config.seasonality.K == 2
    assert by_month.decay("c1") == DECAY_OF_MONTHS < usual(table).decay("c1")
    assert by_month.feature_config.saturation == usual(table).feature_config.saturation
    assert "begins with a decay of 0.25 and K = 2" in str(why_season(monthly(table, FEWEST_PERIODS["MONTH"])))
    fewer = monthly(table, FEWEST_PERIODS["MONTH"] - 1)
    assert usual(fewer).model.kind == "fixed"
    assert why_fixed(fewer, channels=2) == (
        "There are 23 months with sales; letting the data speak was tried from 24 on."
    )


def test_few_rows_many_channels_and_sales_of_zero_begin_with_fixed_settings(table):
    short = shortened(table, FEWEST_PERIODS["WEEK"] - 1)
    zero = CanonicalData(table.frame.assign(sales=table.frame["sales"].where(table.frame.index != 5, 0.0)), table.grain)
    assert [usual(each).model.kind for each in (short, zero)] == ["fixed", "fixed"]
    assert "25 weeks" in str(why_fixed(short, channels=2))
    assert "1 period." in str(why_fixed(zero, channels=2))
    assert "31 channels" in str(why_fixed(table, channels=31))


def test_only_the_sum_of_markets_must_be_above_zero_and_blank_sales_do_not_count(table):
    small = table.frame.assign(entity_id="small", sales=0.0)
    assert why_fixed(CanonicalData(pd.concat([table.frame, small], ignore_index=True), table.grain), channels=2) is None
    blank = table.frame.assign(sales=table.frame["sales"].where(table.frame.index != 5))
    assert why_fixed(CanonicalData(blank, table.grain), channels=2) is None
