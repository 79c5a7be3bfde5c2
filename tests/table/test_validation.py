import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, spec_from
from tests.conftest import PROJECT
from tests.malformed import HEADER, good_rows, table

SPEC = spec_from({"dataset_id": "x", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]})
UPLOADS = [
    "meridian_geo_media", "meridian_national_all_channels", "meridian_national_media", "mmmmachine_104w",
    "pymc_mmm_example", "redam94_national", "robyn_dt_simulated_weekly", "sibylhe_mmm_stan",
]  # fmt: skip


def codes(content: bytes, severity: str | None = None, **settings: object) -> list[str]:
    report = tables.prepare(content, "t.csv", DatasetSettings(**settings), SPEC).report
    return [issue.code for issue in report.issues if severity in (None, issue.severity)]


def column_of(name: str) -> int:
    return HEADER.split(",").index(name)


def test_a_good_table_has_no_errors_and_no_false_alarms():
    report = tables.prepare(table(good_rows(110)), "t.csv", spec=SPEC).report
    assert report.ok
    assert report.issues == ()
    assert (report.grain, report.week_start, report.n_periods) == ("WEEK", "MON", 110)
    assert report.missingness["sales"] == 0


def test_all_issues_come_at_once():
    rows = good_rows()
    rows[3][column_of("act_tv")] = "x"
    rows[5][column_of("spend_tv")] = "-1"
    rows[7][column_of("sales")] = "0"
    rows[9][column_of("ctrl_price")] = ""
    assert set(codes(table(rows), "error")) == {"not_a_number", "negative_value", "nonpositive_sales", "blank_ctrl"}


def test_a_control_that_media_may_move_is_asked_about():
    content = table(good_rows(), HEADER.replace("ctrl_price", "ctrl_site_visits"))
    report = tables.prepare(content, "t.csv").report
    issue = next(issue for issue in report.issues if issue.code == "control_caused_by_media")
    assert "could media change this?" in issue.message


def test_the_error_raised_names_place_remedy_fix_and_how_many_more():
    rows = good_rows()
    rows[5][column_of("act_tv")] = ""
    rows[7][column_of("spend_tv")] = ""
    with pytest.raises(DataError, match=r"'act_tv': 1 blank cell \(first in row 7, 2022-02-07\)") as caught:
        tables.prepare(table(rows), "t.csv", spec=SPEC).canonical()
    assert (caught.value.column, caught.value.row) == ("act_tv", 7)
    assert "blank_activity_is_zero" in caught.value.remedy
    assert "1 more error" in caught.value.remedy


@pytest.mark.parametrize("name", UPLOADS)
def test_public_tables_are_ready(shared_data, name):
    report = tables.read_file(shared_data / f"{name}.csv").report
    assert [issue.message for issue in report.issues if issue.severity == "error"] == []
    assert report.grain == "WEEK"


def test_other_peoples_names_are_mapped(shared_data):
    columns = {
        "period_start": "DATE",
        "sales": "revenue",
        "act_tv": "tv_S",
        "spend_tv": "tv_S",
        "act_search": "search_clicks_P",
    }
    prepared = tables.read_file(shared_data / "raw_robyn_dt_simulated_weekly.csv", DatasetSettings(columns=columns))
    frame = prepared.canonical().frame
    assert list(frame.columns) == ["entity_id", "period_start", "sales", "act_tv", "act_search", "spend_tv"]
    assert len(frame) == 208
    columns = {"period_start": "date_week", "sales": "y", "act_x1": "x1", "act_x2": "x2", "ctrl_event": "event_1"}
    prepared = tables.read_file(shared_data / "raw_pymc_mmm_example.csv", DatasetSettings(columns=columns))
    assert prepared.report.detected.date_order == "MDY"
    assert prepared.canonical().frame["period_start"].iloc[0] == pd.Timestamp("2018-04-02")


def test_ugly_tables_get_a_useful_answer(shared_data):
    long = tables.read_file(shared_data / "ugly_long_format.csv").report
    assert long.issues[0].code == "long_layout"
    assert "Pivot" in long.issues[0].remedy
    excel = tables.read_file(shared_data / "ugly_meridian_national_media.xlsx")
    assert excel.report.detected.index_column
    assert "period_start" in excel.report.issues[0].message
    assert "It may be 'time'." in excel.report.issues[0].remedy
    assert "It may be 'conversions'." in excel.report.issues[1].remedy
    columns = {
        "period_start": "time",
        "sales": "conversions",
        "act_c0": "Channel0_impression",
        "spend_c0": "Channel0_spend",
    }
    mapped = tables.read_file(shared_data / "ugly_meridian_national_media.xlsx", DatasetSettings(columns=columns))
    assert len(mapped.canonical().frame) == 156


def test_the_shipped_tables_are_ready():
    for name in ("mmm_sample.csv", "mmm_demo.csv"):
        assert tables.read_file(PROJECT / "sample_data" / name).report.ok
