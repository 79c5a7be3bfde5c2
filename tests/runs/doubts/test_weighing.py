"""Every repair that a report offers, tried on the table it would be applied to."""

from functools import partial
from pathlib import Path

import pytest

from mmm_core.errors import DataError, RunCancelledError
from mmm_core.runs import tables
from mmm_core.runs.doubts import weighing
from mmm_core.runs.doubts.costs import Answer, Cost
from mmm_core.runs.doubts.estimates import quick_answer
from mmm_core.runs.doubts.weighing import Weighed, offers, weigh
from mmm_core.spec import DatasetSettings
from mmm_core.table.reading.reading import read_table
from tests.malformed import good_rows, table, with_cell
from tests.runs.doubts.tables import world_at_midnight, world_of_days, world_with_total

UNIT = {"spend_tv": "spend_tv ($000)", "spend_search": "spend_search ($000)"}


@pytest.fixture
def weighed(compiled):
    """All that is known in the end of a table's repairs, by name."""

    def look(content: bytes, name: str = "t.csv", **settings: object) -> dict[str, Cost]:
        asked = DatasetSettings.model_validate(settings)
        *_, last = weigh(read_table(content, name, asked.reading), asked, partial(quick_answer, compiled=compiled))
        assert last.left == ()
        return {cost.fix: cost for cost in last.costs}

    return look


def returns(cost: Cost) -> dict[str, float]:
    assert cost.answer_after is not None, cost.not_estimated
    return {each.channel: each.roi.mean for each in cost.answer_after.channels if each.roi}


def unasked(*_: object) -> Answer:
    raise AssertionError("nothing was to be estimated")


def progress(content: bytes, estimate=unasked, **settings: object) -> list[Weighed]:
    asked = DatasetSettings.model_validate(settings)
    return list(weigh(read_table(content, "t.csv", asked.reading), asked, estimate))


def refused(*_: object) -> Answer:
    raise DataError("Sales are too few.", code="few", remedy="Add some.")


def test_each_repair_is_offered_once_with_the_other_answers():
    first, second, third = offers(tables.prepare(world_of_days(), "t.csv").report)
    assert (first.fix, first.severity, first.codes) == ("leave_out_incomplete_weeks", "error", ("missing_days",))
    assert first.alternatives == second.alternatives == {first.fix, second.fix}
    assert (third.fix, third.alternatives) == ("sum_days_to_weeks", {"sum_days_to_weeks"})


def test_a_table_without_a_doubt_is_not_estimated():
    assert progress(table(good_rows())) == [Weighed((), (), ())]


def test_numbers_are_those_of_the_table_as_it_would_be_revised(weighed):
    content = world_with_total()
    cost = weighed(content)["leave_out_total_entities"]
    revised = tables.prepare(content, "t.csv", DatasetSettings(fixes=("leave_out_total_entities",)))
    frame = revised.canonical().frame
    assert (cost.before.rows, cost.after.rows) == (312, 208) == (312, len(frame))
    assert cost.after.sales == pytest.approx(frame["sales"].sum())
    assert cost.after.spend["c0"] == pytest.approx(frame["spend_c0"].sum())
    assert cost.effect == pytest.approx(0.5, abs=0.01)


def test_where_another_question_is_open_its_likeliest_answer_is_assumed_and_named(weighed):
    costs = weighed(world_of_days())
    for fix in ("leave_out_incomplete_weeks", "missing_days_sold_nothing"):
        assert costs[fix].together_with == ("sum_days_to_weeks",)
        assert costs[fix].answer_after is not None
        assert costs[fix].answer_before is None
    assert costs["sum_days_to_weeks"].together_with == ("leave_out_incomplete_weeks",)


def test_the_other_answer_to_the_same_question_is_never_assumed():
    content = world_with_total()
    last = progress(content, refused)[-1]
    assert {cost.together_with for cost in last.costs} == {()}


def test_a_warning_s_repair_is_compared_with_the_table_as_it_is(weighed):
    (cost,) = weighed(world_at_midnight()).values()
    assert (cost.fix, cost.severity) == ("dates_are_local_midnights", "warning")
    assert cost.answer_before is not None
    assert cost.answer_after is not None
    assert "share of sales" in cost.says or "shares of sales" in cost.says


def test_what_cannot_be_estimated_says_why_and_what_the_table_has():
    costs = progress(world_with_total(), refused)[-1].costs
    assert {cost.not_estimated for cost in costs} == {"Sales are too few."}
    assert all(cost.answer_after is None for cost in costs)
    assert "It cannot be estimated yet: Sales are too few." in costs[0].says
    rows = good_rows()
    rows[3][3] = "x"
    rows[10][1] = ""
    (cost,) = progress(table(rows))[-1].costs
    assert (cost.fix, cost.before.rows - cost.after.rows) == ("drop_rows_without_date", 1)
    assert cost.not_estimated is not None
    assert "act_tv" in cost.not_estimated


def test_a_repair_that_was_made_already_is_kept_and_the_rest_is_tried(weighed):
    costs = weighed(world_of_days(), fixes=("missing_days_sold_nothing",))
    assert list(costs) == ["sum_days_to_weeks"]
    assert costs["sum_days_to_weeks"].together_with == ()
    assert costs["sum_days_to_weeks"].after.rows == 104


def test_what_is_known_arrives_one_by_one_and_what_is_left_is_named():
    seen = progress(world_of_days(), refused)
    assert [len(each.costs) for each in seen] == [0, 1, 2, 3]
    assert [len(each.left) for each in seen] == [3, 2, 1, 0]


def test_a_large_table_is_not_tried_for_ever(monkeypatch):
    monkeypatch.setattr(weighing, "MOST_ROWS", 2500)
    last = progress(world_of_days(), refused)[-1]
    assert last.left == ()
    assert last.not_tried
    assert {*(cost.fix for cost in last.costs), *last.not_tried} == {
        "leave_out_incomplete_weeks", "missing_days_sold_nothing", "sum_days_to_weeks",
    }  # fmt: skip


def test_so_many_tables_are_estimated_and_the_others_say_so(monkeypatch, compiled):
    monkeypatch.setattr(weighing, "MOST_ESTIMATES", 1)
    costs = progress(world_with_total(), partial(quick_answer, compiled=compiled))[-1].costs
    assert sorted(cost.not_estimated or "" for cost in costs) == [
        "",
        "1 table before it were estimated, and no more are.",
    ]


def test_a_request_to_end_ends_it():
    def cancelled(*_: object) -> Answer:
        raise RunCancelledError("Enough.", remedy="")

    with pytest.raises(RunCancelledError, match="Enough"):
        progress(world_with_total(), cancelled)


def test_a_cell_that_only_a_person_can_mend_offers_nothing():
    assert progress(with_cell(5, "act_tv", "x")) == [Weighed((), (), ())]


class TestTruth:
    """Tables whose true returns are known: 1.55 for TV and 4.8 for search."""

    @pytest.fixture
    def cases(self, shared_data: Path) -> Path:
        folder = shared_data / "cases"
        if not folder.is_dir():
            pytest.skip("the cases are not beside the project (../shared/data/cases)")
        return folder

    def test_a_unit_in_the_header(self, cases, weighed):
        costs = weighed((cases / "24-spend-in-thousands.csv").read_bytes(), columns=UNIT)
        right, wrong = returns(costs["headers_say_thousands"]), returns(costs["numbers_are_in_full"])
        assert right == pytest.approx({"tv": 1.55, "search": 4.8}, rel=0.05)
        assert wrong == pytest.approx({"tv": 1550, "search": 4800}, rel=0.05)

    def test_totals_of_months_on_each_week(self, cases, weighed):
        costs = weighed((cases / "50-monthly-total-on-each-week.csv").read_bytes())
        assert returns(costs["spread_month_totals"])["tv"] == pytest.approx(1.55, rel=0.1)
        assert returns(costs["amounts_are_of_their_period"])["tv"] == pytest.approx(0.33, rel=0.1)
        assert next(iter(costs)) == "spread_month_totals"

    def test_sales_repeated_for_each_campaign(self, cases, weighed):
        costs = weighed((cases / "32-sales-repeated-per-campaign.csv").read_bytes())
        once, thrice = costs["sales_once_for_all_entities"], costs["each_entity_has_its_own_sales"]
        assert once.after.sales == pytest.approx(7.82e6, rel=0.01)
        assert returns(once)["tv"] == pytest.approx(1.55, rel=0.05)
        assert returns(thrice)["tv"] == pytest.approx(4.66, rel=0.05)
        assert "sales go from 23.4" in once.says

    def test_several_rows_a_day_are_told_together_with_the_sum(self, cases, weighed):
        costs = weighed((cases / "66-daily-rows-per-campaign.csv").read_bytes())
        once = costs["sales_once_per_period"]
        assert once.together_with == ("sum_days_to_weeks",)
        assert (once.before.sales, once.after.sales) == pytest.approx((23.6e6, 7.86e6), rel=0.01)
        assert (once.before.rows, once.after.rows) == (2184, 728)

    def test_missing_days_are_the_worst_doubt_of_their_table(self, cases, weighed):
        costs = weighed((cases / "48-daily-scattered-missing.csv").read_bytes())
        assert list(costs)[-1] == "sum_days_to_weeks"
        assert costs["missing_days_sold_nothing"].effect > 0.3
