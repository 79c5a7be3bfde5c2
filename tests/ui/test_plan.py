"""The Plan page without a browser: an answer, levers that change it, refusals in words, and plans that are kept."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.planning.request import PlanRequest
from mmm_core.runs.datasets import Units
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept, made
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import desk
from tests.planning.demo import response, subject
from ui.plan import coming, knowing, saved, together
from ui.plan import plan as page

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """An empty workspace."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return Workspace(tmp_path)


def opened(**ids: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / "plan.py"), default_timeout=240)
    app.session_state["routed"] = True
    for key, value in ids.items():
        app.session_state[f"id_{key}"] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.header, *app.markdown, *app.caption, *app.error, *app.success]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ").replace("\\", "")


def labelled(elements, label: str):
    return next(each for each in elements if each.label.startswith(label))


def test_it_opens_on_an_answer_and_a_lever_changes_it(workspace):
    app = opened(run="demo")
    before = words(app)
    assert app.header[0].value.startswith(("Move ", "Leave it"))
    assert "13 weeks from 29 Dec 2025" in before
    assert "These weeks are over by now: add the newer rows first." in before
    labelled(app.number_input, "Weeks to plan").set_value(8).run()
    assert not app.exception
    assert "8 weeks from 29 Dec 2025 to 16 Feb 2026" in words(app)


def test_numbers_that_contradict_each_other_are_named_and_the_levers_stay(workspace):
    app = opened(run="demo")
    labelled(app.number_input, "Budget").set_value(5.0).run()
    assert not app.exception
    said = words(app)
    assert "No plan is possible so" in said
    assert "The budget is 5.00" in said
    labelled(app.number_input, "Budget").set_value(None).run()
    assert "No plan is possible so" not in words(app)


def test_a_plan_is_saved_opened_again_and_carried_out(workspace):
    app = opened(run="demo")
    labelled(app.number_input, "Weeks to plan").set_value(6).run()
    labelled(app.text_input, "Name").set_value("For *spring*")
    labelled(app.button, "Save this plan").click().run()
    assert not app.exception
    assert "For *spring* is kept." in words(app)
    [scenario] = kept.list_plans(desk(workspace), run_id="demo")
    assert (scenario.label.name, scenario.request.horizon) == ("For *spring*", 6)
    labelled(app.number_input, "Weeks to plan").set_value(13).run()
    labelled(app.button, "Open").click().run()
    assert labelled(app.number_input, "Weeks to plan").value == 6
    labelled(app.button, "Plan of record").click().run()
    assert kept.get(desk(workspace), scenario.plan_id).of_record


def test_nothing_to_plan_says_where_to_begin(workspace):
    app = AppTest.from_file(str(PROJECT / "pages" / "plan.py"), default_timeout=240)
    app.session_state["routed"] = True
    app.session_state["in_demo"] = False
    app.run()
    assert not app.exception


def test_tables_add_up_to_what_stands_under_them():
    request = PlanRequest.model_validate({"own": {"tv": 50000}, "margin": 0.4})
    plan = made.plan_for(subject(), response(), request)
    table = page.by_channel(plan)
    for name in ("Today", "Plan", "Mine"):
        *amounts, total = (float(each.replace(",", "")) for each in table[name])
        assert sum(amounts) == pytest.approx(total, abs=0.001)
    weeks = page.by_period(plan, plan.splits[1])
    assert weeks.iloc[:-1]["Sum"].sum() == pytest.approx(plan.budget, abs=0.005)
    assert weeks.iloc[-1]["Sum"] == pytest.approx(plan.budget, abs=0.005)
    totals = page.totals(plan.splits, Units())
    assert len({len(column) for column in totals.values()}) == 1
    assert totals["Plan"][-1] == f"{100 * plan.better:.0f} of 100"


def test_two_plans_of_one_name_stand_side_by_side(workspace):
    plan = made.plan_for(subject(), response(), PlanRequest())
    both = [kept.save(desk(workspace), "demo", PlanRequest(), Label(name="A"), plan) for _ in range(2)]
    assert len(saved.beside(both)) == 3


NAMES = {"tv": "TV", "radio": "Radio", "search": "Search"}


def rows(*groups: tuple) -> pd.DataFrame:
    return pd.DataFrame(groups, columns=[together.NAME, together.CHANNELS, together.LOW, together.HIGH])


def test_rows_of_groups_are_limits_and_what_is_not_whole_is_none_yet():
    found = together.groups_of(
        rows(
            ("Air", ["TV", "Radio", "TV"], None, 90000), ("Air", ["Search"], 5.0, None), (None, ["TV"], 1.0, 2.0),
            ("No limit", ["TV"], None, None), ("No channel", [], 1.0, 2.0), (None, None, None, None),
            ("Unknown", ["Fax"], 1.0, 2.0),
        ),
        NAMES,
    )  # fmt: skip
    assert {name: (each.channels, each.low, each.high) for name, each in found.items()} == {
        "Air": (("tv", "radio"), None, 90000.0), "Air (2)": (("search",), 5.0, None), "TV": (("tv",), 1.0, 2.0),
    }  # fmt: skip


def test_controls_that_were_changed_are_given_and_blank_cells_are_as_a_year_before():
    usual = pd.DataFrame({"price": [9.0, 9.0, 8.0], "promo": [0.0, 1.0, 0.0]}, index=["a", "b", "c"])
    edited = usual.reset_index(drop=True).copy()
    assert coming.changed(edited, usual) == {}
    edited.loc[0, "price"], edited.loc[1, "price"] = 7.5, None
    edited.loc[0, "promo"] = None
    assert coming.changed(edited, usual) == {"price": (7.5, 9.0, 8.0)}


def test_groups_and_controls_of_a_plan_are_on_the_page_and_in_what_is_asked(workspace):
    request = PlanRequest.model_validate(
        {"groups": {"Air": {"channels": ["tv", "radio"], "high": 80000}}, "controls": {"price": [8.5]}}
    )
    plan = made.plan_for(subject(), made.response_for(subject(), 13, request.controls), request)
    kept.save(desk(workspace), "demo", request, Label(name="Together"), plan)
    app = opened(run="demo")
    labelled(app.button, "Open").click().run()
    assert not app.exception
    said = words(app)
    assert "Price as you gave it; season and everything else as a year before" in said
    assert f"Air: {sum(each.today for each in plan.channels if each.channel in ('tv', 'radio')):,.2f} today." in said
    by_name = {each.channel: each.plan for each in plan.channels}
    assert by_name["tv"] + by_name["radio"] <= 80000.01


def test_the_test_to_run_next_is_told_with_what_it_rests_on(workspace):
    said = words(opened(run="demo"))
    assert "Which test next?" in said
    assert "Assumed: regions in which the channel can be switched off alone" in said
    plan = made.plan_for(subject(), response(), PlanRequest())
    figures = knowing.figures(plan.test, plan, Units(target="€", spend="€"))
    assert len(set(map(len, figures.values()))) == 1
    assert f"{plan.test.periods} weeks" in figures["Test"]


def test_a_plan_is_duplicated_and_the_one_of_record_says_that_nothing_came(workspace):
    plan = made.plan_for(subject(), response(), PlanRequest())
    kept.save(desk(workspace), "demo", PlanRequest(), Label(name="A"), plan)
    app = opened(run="demo")
    labelled(app.button, "Duplicate").click().run()
    assert not app.exception
    assert {each.label.name for each in kept.list_plans(desk(workspace))} == {"A", "A (copy)"}
    labelled(app.button, "Plan of record").click().run()
    assert "Nothing has come of it yet" in words(app)


def test_sales_out_of_reach_are_said_to_be_and_how_high_they_can_come(workspace):
    app = opened(run="demo")
    labelled(app.selectbox, "Aim").set_value("chance").run()
    labelled(app.number_input, "Sales to reach").set_value(9e9).run()
    assert not app.exception
    said = words(app)
    assert re.search(r"Sales of \S+ \w* ?are out of reach", said)
    assert "The highest reachable are about" in said


def test_what_cannot_be_told_is_moved_where_somebody_says_so(workspace):
    app = opened(run="demo")
    move = labelled(app.checkbox, "Move Print too")
    assert not move.value
    assert "what cannot be told from no effect moves nothing" in words(app)
    move.check().run()
    assert not app.exception
    assert "moves nothing" not in words(app)
    assert labelled(app.checkbox, "Move Print too").value
    labelled(app.checkbox, "Move Print too").uncheck().run()
    assert "moves nothing" in words(app)
