"""What a table begins with on the Features page, and what is said of it; what is fitted beside a result."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.runs import datasets, drafts
from mmm_core.spec import DatasetSettings, RunSpec
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import desk
from tests.malformed import HEADER, good_rows, table

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """An empty workspace."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return Workspace(tmp_path)


def settings_alone(dataset_id):
    """The settings of the Features page without its estimate."""
    import streamlit as st

    from ui.features import events, settings

    working = settings.open_settings(dataset_id)
    spec, problem = settings.read(working)
    assert problem is None
    settings.season_card(working, None)
    events.card(working.report, working.possible_events, None)
    st.session_state["spec"] = spec


def opened(dataset_id: str) -> AppTest:
    app = AppTest.from_function(settings_alone, kwargs={"dataset_id": dataset_id}, default_timeout=240).run()
    assert not app.exception
    return app


def asked(app: AppTest) -> RunSpec:
    """The specification that the settings add up to."""
    spec = app.session_state["spec"]
    assert isinstance(spec, RunSpec)
    return spec


def captions(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in app.caption)


def test_names_of_events_in_a_table_begin_as_events_and_may_be_controls(workspace):
    rows = [[*row, "Sale" if number in (5, 33, 70) else ""] for number, row in enumerate(good_rows())]
    content = table(rows, f"{HEADER},Promo name")
    made = datasets.create_dataset(
        desk(workspace), content, "t.csv", settings=DatasetSettings(fixes=("named_events_are_one",))
    ).dataset_id
    app = opened(made)
    found = asked(app)
    assert found.feature_config.events.columns == ("ctrl_Promo_name",)
    assert found.controls == ("ctrl_price", "ctrl_Promo_name")
    (chosen,) = [each for each in app.multiselect if each.label == "Columns of the table that are events"]
    assert (chosen.options, chosen.value) == (["Promo name"], ["Promo_name"])
    chosen.set_value([]).run()
    assert not app.exception
    assert asked(app).feature_config.events.columns == ()


def test_a_table_without_such_columns_does_not_ask_for_them(workspace):
    made = datasets.create_dataset(desk(workspace), table(good_rows()), "t.csv").dataset_id
    app = opened(made)
    assert "Columns of the table that are events" not in {each.label for each in app.multiselect}
    assert "begins without a season" not in captions(app)


def test_a_table_of_half_a_year_lets_the_data_speak_and_says_why_it_has_no_season(workspace):
    made = datasets.create_dataset(desk(workspace), table(good_rows(30)), "t.csv").dataset_id
    app = opened(made)
    found = asked(app)
    assert (found.model.kind, found.feature_config.seasonality.enabled) == ("recommended", False)
    assert "30 weeks with sales are less than a year" in captions(app)


@pytest.mark.parametrize(
    ("weeks", "reasons"),
    [
        (
            20,
            ["20 weeks with sales; letting the data speak was tried from 26 on", "20 weeks with sales are less than a"],
        ),
        (30, ["30 weeks with sales are less than a year"]),
        (80, []),
    ],
)
def test_before_a_fit_it_is_said_why_a_short_table_begins_as_it_does(workspace, weeks, reasons):
    made = datasets.create_dataset(desk(workspace), table(good_rows(weeks)), "t.csv").dataset_id
    app = AppTest.from_file(str(PROJECT / "pages" / "train.py"), default_timeout=240)
    app.session_state["routed"], app.session_state["id_dataset"] = True, made
    app.run()
    assert not app.exception
    said = captions(app).replace("\\", "")
    assert [reason for reason in reasons if reason not in said] == []
    assert said.count("Why this table begins") == len(reasons)


def test_before_a_fit_an_event_of_the_table_is_named_once(workspace):
    rows = [[*row, "Sale" if number in (5, 33, 70) else ""] for number, row in enumerate(good_rows())]
    made = datasets.create_dataset(
        desk(workspace),
        table(rows, f"{HEADER},Promo name"),
        "t.csv",
        settings=DatasetSettings(fixes=("named_events_are_one",)),
    ).dataset_id
    app = AppTest.from_file(str(PROJECT / "pages" / "train.py"), default_timeout=240)
    app.session_state["routed"], app.session_state["id_dataset"] = True, made
    app.run()
    (said,) = [str(each.value) for each in app.markdown if "**Controls:**" in str(each.value)]
    assert "**Controls:** Price" in said
    assert "**Holidays and events:** Promo name" in said
    assert said.count("Promo name") == 1


def the_other_model(weeks):
    import streamlit as st

    from mmm_core.model.usual import config_of, usual_spec
    from mmm_core.runs import tables
    from tests.malformed import good_rows, table
    from ui.features import model, values

    prepared = tables.prepare(table(good_rows(weeks)), "t.csv")
    report = prepared.report
    if "seen" not in st.session_state:
        spec = usual_spec("t", prepared.canonical(), channels=report.channels, controls=report.controls)
        model.fill(spec, report)
        values.put_all({"K": spec.feature_config.seasonality.K, "saturate": True})
        st.session_state["seen"] = []
    own = "seasonality" in config_of(prepared.canonical())
    model.card(report, None, None, has_own_season=own)
    st.session_state["seen"] = [*st.session_state["seen"], values.get("K")]


@pytest.mark.parametrize(("weeks", "pairs"), [(80, [4, 2, 4]), (30, [2, 2, 2])])
def test_the_other_model_and_back_have_the_season_that_a_table_begins_with(weeks, pairs):
    app = AppTest.from_function(the_other_model, kwargs={"weeks": weeks}, default_timeout=240).run()
    for kind in ("fixed", "recommended"):
        app.segmented_control[0].set_value(kind).run()
        assert not app.exception
    assert app.session_state["seen"] == pairs


def beside_a_result():
    from mmm_core.exports.gallery import Exhibit
    from mmm_core.runs.datasets import Units
    from mmm_core.runs.folder import read_spec
    from mmm_core.runs.outputs import read_outputs
    from mmm_core.settings import PROJECT
    from mmm_core.spec import spec_from
    from ui.results import other_settings

    demo = PROJECT / "sample_data" / "demo_run"
    # Six months: rows enough for the season of this run, and not for a sharper one.
    spec = spec_from(read_spec(demo).model_dump(by_alias=True) | {"windows": {"estimation_months": 6}})
    known = other_settings.answers("demo")
    other_settings.show("demo", Exhibit("demo", read_outputs(demo), spec, Units(), others=known))


def test_a_setting_that_the_table_does_not_allow_keeps_none_of_the_others_away(workspace_with_worker, monkeypatch):
    monkeypatch.setenv("MMM_ARTIFACTS", str(workspace_with_worker.root))
    monkeypatch.chdir(PROJECT)
    app = AppTest.from_function(beside_a_result, default_timeout=240).run()
    assert not app.exception
    assert "what is expected of media are still chosen" in str(app.markdown[0].value)
    (press,) = app.button
    assert press.label == "Fit 6 other settings"
    press.click().run()
    assert not app.exception
    assert not app.error
    _, made = app.session_state["variants_asked"]
    assert [name for name, draft_id in made.items() if not draft_id] == ["with a sharper season (K = 6)"]
    assert len(made) == 6
    for draft_id in filter(None, made.values()):
        assert drafts.wait(desk(workspace_with_worker), draft_id, timeout=200).phase == "finished"
    app.run()
    assert not app.exception
    assert [str(each.value) for each in app.warning if "Could not" in str(each.value)] == [
        "Could not be fitted: with a sharper season (K = 6)."
    ]
    assert "Under 5 other settings of the same model media brought" in "".join(
        str(each.value) for each in (*app.success, *app.warning)
    )
    assert [each.label for each in app.button] == [], "what the table does not allow is not tried again"
