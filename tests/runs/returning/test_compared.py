"""Two results on one table are set side by side where they mean the same, and else it is said why not."""

import pytest

from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.folder import CHANNELS, CHECKS, FITTED, SPEC, change_manifest, read_spec
from mmm_core.runs.returning.compared import newest_result, since_the_one_before
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk
from tests.engines import desk
from tests.runs.returning.results import made, put_back


@pytest.fixture
def workspace(without_worker):
    return without_worker


def test_the_newest_result_is_the_owner_s_own_finished_and_readable(workspace):
    assert newest_result(desk(workspace)) is None
    made(workspace, "run-a", 2020)
    damaged = made(workspace, "run-b", 2021)
    (damaged / CHECKS).write_text("{}")
    made(workspace, "run-c", 2022, owner="ann")
    waits = made(workspace, "run-d", 2023)
    put_back(waits, "FEATURES_BUILT")
    assert newest_result(desk(workspace)).state.run_id == "run-a"
    assert newest_result(Desk(workspace, "ann")).state.run_id == "run-c"
    assert newest_result(Desk(workspace, "bob")) is None


def test_the_one_before_is_on_the_same_table_and_of_the_same_owner(workspace):
    made(workspace, "run-a", 2020)
    made(workspace, "run-b", 2021, dataset_hash="sha256:other")
    made(workspace, "run-c", 2022, owner="ann")
    made(workspace, "run-d", 2023)
    found = since_the_one_before(desk(workspace), newest_result(desk(workspace)))
    assert found.before.state.run_id == "run-a"
    assert found.settings == []
    assert found.why_not == ""
    assert since_the_one_before(Desk(workspace, "ann"), newest_result(Desk(workspace, "ann"))) is None


def test_shares_stand_beside_each_other_with_those_that_came_and_went(workspace):
    before, now = made(workspace, "run-a", 2020), made(workspace, "run-b", 2021)
    summary = storage.read_json(now / CHANNELS, ContributionSummary)
    first, second, *rest = summary.channels
    moved = first.share.model_copy(update={"mean": 0.9, "median": 0.9, "low": 0.8, "high": 0.95})
    storage.write_json(
        now / CHANNELS,
        summary.model_copy(update={"channels": (first.model_copy(update={"share": moved}), *rest)}),
    )
    change_manifest(now, outputs={})
    spec = read_spec(before)
    storage.write_json(now / SPEC, spec.model_copy(update={"random_seed": spec.random_seed + 1}))
    found = since_the_one_before(desk(workspace), newest_result(desk(workspace)))
    assert [each.split(":")[0] for each in found.settings] == ["random seed"]
    shares = {each.channel: each for each in found.shares}
    assert found.shares[0].channel == first.channel
    assert shares[first.channel].left_its_interval
    assert shares[second.channel].now is None
    assert not any(shares[each.channel].left_its_interval for each in rest)


@pytest.mark.parametrize(("column", "said"), [("y", "sales were read otherwise"), ("period_start", "other periods")])
def test_results_of_other_sales_or_periods_are_not_compared(workspace, column, said):
    made(workspace, "run-a", 2020)
    now = made(workspace, "run-b", 2021)
    frame = storage.read_parquet(now / FITTED)
    frame[column] = frame[column].shift(-1).ffill()
    storage.write_parquet(now / FITTED, frame)
    change_manifest(now, outputs={})
    found = since_the_one_before(desk(workspace), newest_result(desk(workspace)))
    assert said in found.why_not
    assert found.shares == []


def test_results_that_explain_something_else_or_count_otherwise_are_not_compared(workspace):
    made(workspace, "run-a", 2020)
    now = made(workspace, "run-b", 2021, grain="MONTH")
    entry = newest_result(desk(workspace))
    assert "counts in months" in since_the_one_before(desk(workspace), entry).why_not
    storage.write_json(now / SPEC, read_spec(now).model_copy(update={"target_col": "orders"}))
    assert "explains orders" in since_the_one_before(desk(workspace), entry).why_not
