"""What to do next: curves and a plan, or why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mmm_core import shipped
from mmm_core.report import texts
from mmm_core.report.basis import Basis, basis_of
from mmm_core.report.content import Curve
from mmm_core.report.sections import ahead
from mmm_core.runs.datasets import Units


@pytest.fixture(scope="module")
def basis() -> Basis:
    return basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(target="€", spend="€"), sections=("plan",))


def test_curves_are_drawn_for_the_channels_with_the_most_money(basis):
    section = ahead.curves(basis)
    assert len(section.charts) == ahead.MOST_CURVES
    assert section.charts[0].name == "response_tv"
    assert all(isinstance(chart.plain, Curve) and chart.draw().data for chart in section.charts)
    assert "Print cannot be told from no effect: its curve is no reason to move money." in section.sentences
    assert texts.BEYOND in section.sentences


def test_the_plan_s_table_has_the_plan_s_money(basis):
    section = ahead.plan(basis)
    plan = basis.planned.plan
    assert section.sentences[0] == texts.USUAL_PLAN
    (chart,) = section.charts
    today, planned = chart.plain.series
    assert sum(planned.values) == pytest.approx(plan.budget, abs=0.01)
    assert sum(today.values) == pytest.approx(sum(each.today for each in plan.channels))
    assert section.grids[0].rows[0][0] == "TV"


def test_a_plan_that_brings_no_more_than_today_has_no_words_on_its_moves(basis):
    stays = basis.planned.plan.model_copy(update={"better": 0.5})
    section = ahead.plan(replace(basis, planned=replace(basis.planned, plan=stays)))
    assert section.sentences[1].startswith("Leave it as it is")
    assert not [sentence for sentence in section.sentences if "limit" in sentence]
    assert (section.charts, section.grids) == ((), ())
    kept = ahead.plan(replace(basis, planned=replace(basis.planned, plan=stays, is_kept=True)))
    assert len(kept.grids) == len(kept.charts) == 1


def test_what_is_missing_says_why(basis):
    without = replace(basis, curves=None, planned=None, no_curves="No curves.", no_plan="No plan.")
    assert ahead.curves(without).sentences == ("No curves.",)
    assert ahead.plan(without).sentences == ("No plan.",)
