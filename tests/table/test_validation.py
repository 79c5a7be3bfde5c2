import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, spec_from
from mmm_core.table.canonicalize import aggregate_brand, to_canonical
from mmm_core.table.typed import CanonicalData
from tests.conftest import PROJECT
from tests.malformed import HEADER, good_rows, malformed_tables, table, with_cell
from tests.worlds import simulate

SPEC = spec_from({"dataset_id": "x", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]})
CASES = {case.name: case for case in malformed_tables()}
UPLOADS = [
    "meridian_geo_media", "meridian_national_all_channels", "meridian_national_media", "mmmmachine_104w",
    "pymc_mmm_example", "redam94_national", "robyn_dt_simulated_weekly", "sibylhe_mmm_stan",
]  # fmt: skip


def codes(content: bytes, severity: str | None = None, **settings: object) -> list[str]:
    report = tables.prepare(content, "t.csv", DatasetSettings(**settings), SPEC).report
    return [issue.code for issue in report.issues if severity in (None, issue.severity)]


def column_of(name: str) -> int:
    return HEADER.split(",").index(name)


def changed(column: str, change) -> bytes:
    rows = good_rows()
    for number, row in enumerate(rows):
        row[column_of(column)] = str(change(number, row))
    return table(rows)


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


def test_a_fix_that_would_do_nothing_is_not_offered():
    for row, offered in ((0, None), (5, "carry_controls_forward")):
        rows = good_rows()
        rows[row][column_of("ctrl_price")] = ""
        (issue,) = [i for i in tables.prepare(table(rows), "t.csv").report.issues if i.code == "blank_ctrl"]
        assert issue.fix == offered
        assert ("leave the column out" in issue.remedy) == (offered is None)


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("copy.csv", "drop_exact_duplicates"),
        ("daily.csv", "sum_days_to_weeks"),
        ("blank_sales.csv", "blank_sales_outside_likelihood"),
        ("blank_activity.csv", "blank_activity_is_zero"),
        ("blank_spend.csv", "blank_spend_is_zero"),
        ("blank_control.csv", "carry_controls_forward"),
        ("blank_control.csv", "interpolate_controls"),
        ("blank_end.csv", "drop_trailing_blank_sales"),
        ("unbalanced.csv", "use_common_dates"),
    ],
)
def test_each_fix_mends_its_error_and_leaves_a_record(name, fix):
    before = codes(CASES[name].content, "error")
    prepared = tables.prepare(CASES[name].content, "t.csv", DatasetSettings(fixes=(fix,)), SPEC)
    after = [issue.code for issue in prepared.report.issues if issue.severity == "error"]
    assert before
    assert set(after) < set(before) or after == ["too_few_rows"]
    assert prepared.report.applied_fixes[0].fix == fix
    assert prepared.report.applied_fixes[0].sentence


def test_rows_without_date_can_be_dropped():
    rows = [*good_rows(), ["brand", "", *["1"] * 6]]
    assert "blank_date" in codes(table(rows), "error")
    assert codes(table(rows), "error", fixes=("drop_rows_without_date",)) == []


def test_zero_sales_can_be_dropped_only_where_no_hole_is_left():
    at_the_end, inside = with_cell(81, "sales", "0"), with_cell(40, "sales", "0")
    fixes = [
        next(i.fix for i in tables.prepare(content, "t.csv", spec=SPEC).report.issues if i.code == "nonpositive_sales")
        for content in (at_the_end, inside)
    ]
    assert fixes == ["drop_nonpositive_sales_rows", None]
    assert codes(at_the_end, "error", fixes=("drop_nonpositive_sales_rows",)) == []


def test_days_become_weeks_with_sums_means_and_whole_weeks_only():
    days = pd.date_range("2022-01-05", periods=150)
    lines = [f"{day.date()},{100 + i},{i},{i % 7}" for i, day in enumerate(days)]
    content = ("period_start,sales,act_tv,ctrl_price\n" + "\n".join(lines)).encode()
    prepared = tables.prepare(content, "t.csv", DatasetSettings(fixes=("sum_days_to_weeks",), week_start="MON"))
    frame = prepared.canonical().frame
    assert frame["period_start"].iloc[0] == pd.Timestamp("2022-01-10")
    assert frame["act_tv"].iloc[0] == sum(range(5, 12))
    assert frame["ctrl_price"].iloc[0] == pytest.approx(np.mean([i % 7 for i in range(5, 12)]))
    assert "2022-01-03" in prepared.report.applied_fixes[0].sentence


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (changed("act_radio", lambda i, row: row[column_of("act_tv")]), "collinear_columns"),
        (
            changed("act_radio", lambda i, row: 3 * float(row[column_of("act_tv")]) + 0.1 * float(row[5])),
            "explained_by_others",
        ),
        (changed("act_tv", lambda i, row: 60 + 50 * np.sin(2 * np.pi * i / 52.18)), "mirrors_season"),
        (changed("ctrl_price", lambda i, row: 5 + i), "mirrors_trend"),
        (changed("sales", lambda i, row: 90_000 if i == 30 else row[2]), "sales_outlier"),
        (changed("act_tv", lambda i, row: 90_000 if i == 30 else row[3]), "activity_outlier"),
        (changed("act_tv", lambda i, row: 0 if i == 30 else row[3]), "spend_without_activity"),
        (changed("spend_tv", lambda i, row: 0 if i == 30 else row[6]), "activity_without_spend"),
        (table(good_rows(30)), "few_rows"),
        (table(good_rows(60)), "under_two_years"),
    ],
)
def test_what_makes_results_doubtful_is_a_warning(content, code):
    assert code in codes(content, "warning")
    assert codes(content, "error") == []


def test_a_control_that_media_may_move_is_asked_about():
    content = table(good_rows(), HEADER.replace("ctrl_price", "ctrl_site_visits"))
    report = tables.prepare(content, "t.csv").report
    issue = next(issue for issue in report.issues if issue.code == "control_caused_by_media")
    assert "could media change this?" in issue.message


def test_spend_stands_in_for_missing_activity():
    content = table([[*row[:4], *row[5:]] for row in good_rows()], HEADER.replace("act_radio,", ""))
    prepared = tables.prepare(content, "t.csv")
    assert prepared.report.channels == ("tv", "radio")
    assert "spend_as_activity" in [issue.code for issue in prepared.report.issues]
    frame = prepared.canonical().frame
    assert frame["act_radio"].equals(frame["spend_radio"].rename("act_radio"))


def test_future_rows_are_judged_by_the_day_of_the_check():
    content = CASES["future.csv"].content
    for today, code in ((dt.date(2026, 1, 1), "future_rows"), (dt.date(2050, 1, 1), "trailing_blank_sales")):
        report = tables.prepare(content, "t.csv", spec=SPEC, today=today).report
        assert code in [issue.code for issue in report.issues]


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


def canonical(seed: int) -> CanonicalData:
    world = simulate(seed, weeks=60, channels=3)
    return CanonicalData(world.frame, "WEEK")


@given(st.integers(0, 30))
def test_canonical_form_is_idempotent(seed):
    raw = canonical(seed).frame.sample(frac=1, random_state=seed)
    content = raw.to_csv(index=False).encode()
    once = tables.prepare(content, "t.csv").canonical()
    again = tables.prepare(once.frame.to_csv(index=False).encode(), "t.csv").canonical()
    pd.testing.assert_frame_equal(once.frame, again.frame)


def test_brand_level_sums_media_and_averages_controls():
    first, second = canonical(1).frame, canonical(1).frame.assign(entity_id="other", ctrl_0=3.0)
    both = CanonicalData(pd.concat([first, second], ignore_index=True), "WEEK")
    brand = aggregate_brand(both).frame
    np.testing.assert_allclose(brand["act_c0"], 2 * first["act_c0"])
    np.testing.assert_allclose(brand["sales"], 2 * first["sales"])
    np.testing.assert_allclose(brand["ctrl_0"], (first["ctrl_0"] + 3) / 2)
    assert set(brand["entity_id"]) == {"brand_total"}
    pd.testing.assert_frame_equal(aggregate_brand(CanonicalData(brand, "WEEK")).frame, brand)


def test_a_sum_with_a_blank_part_is_not_known():
    first, second = canonical(1).frame, canonical(1).frame.assign(entity_id="other")
    second.loc[3, "sales"] = np.nan
    brand = aggregate_brand(CanonicalData(pd.concat([first, second], ignore_index=True), "WEEK")).frame
    assert np.isnan(brand["sales"].iloc[3])


def test_the_shipped_tables_are_ready():
    for name in ("mmm_sample.csv", "mmm_demo.csv"):
        assert tables.read_file(PROJECT / "sample_data" / name).report.ok


def test_canonical_rows_are_sorted():
    prepared = tables.prepare(table(good_rows()[::-1]), "t.csv", spec=SPEC)
    table_ = prepared.validated.file.table
    assert table_ is not None
    assert to_canonical(table_, "WEEK").frame["period_start"].is_monotonic_increasing
