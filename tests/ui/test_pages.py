"""Each page's states, without a browser: empty, invalid, running, failed, done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.errors import RunError
from mmm_core.runs import datasets, fits, runs
from mmm_core.runs.folder import change_manifest
from mmm_core.runs.manifest import Label
from mmm_core.workspace import queueing, status
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import read_heartbeat
from tests.conftest import PROJECT
from tests.engines import demo_spec, desk, finished_as_set, stop, until
from tests.malformed import HEADER, good_rows, with_cell
from tests.table.long import tables as long_tables
from ui.results.other_settings import ASKED
from ui.shell import run_list

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Iterator[Workspace]:
    """An empty workspace; a worker that a page has started for what repairs would do is stopped."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    made = Workspace(tmp_path)
    yield made
    if (made.worker_dir / "spawned").exists():
        until(lambda: read_heartbeat(made), seconds=120)
        stop(made)


def page(name: str, **ids: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / f"{name}.py"), default_timeout=240)
    app.session_state["routed"] = True
    for key, value in ids.items():
        app.session_state[f"id_{key}"] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info, *app.success, *app.header, *app.title]
    drawn = [str(part.value) for part in parts] + [part.proto.body for part in app.get("html")]
    return "\n".join(drawn).replace("\u00a0", " ")


def read_by_a_person(app: AppTest) -> str:
    """The words without the marks that keep text from becoming Markdown."""
    return re.sub(r"\\(.)", r"\1", words(app))


def run_in_stage(workspace: Workspace, stage: str) -> str:
    run_id = runs.create(desk(workspace), demo_spec(), fresh=True).run_id
    folder = desk(workspace).run_dir(run_id)
    fits.build(folder)
    if stage == "queued":
        with queueing.locked(workspace):
            queueing.add(workspace, queueing.Job(kind="run", id=run_id, bucket="16x24"))
            status.set_queued(folder)
    elif stage == "failed":
        status.set_error(folder, RunError("The sampler broke down.", remedy="Check the table."))
    elif stage in ("running", "interrupted"):
        process = ProcessIdentity.of_this_process()
        gone = process.model_copy(update={"started_at": 1.0})
        status.update_status(folder, "TRAINING", process=process if stage == "running" else gone)
    return run_id


def test_the_overview_of_an_empty_workspace_offers_the_demo_and_an_upload(workspace):
    app = page("overview")
    assert {"Open the demo", "Use my data"} <= {button.label for button in app.button}
    assert "Media brought" in words(app)


def test_the_overview_lists_runs_with_their_state(workspace):
    run_in_stage(workspace, "failed")
    assert "failed" in words(page("overview"))


def test_without_a_table_pages_say_what_to_do(workspace):
    assert "No table yet" in words(page("features"))
    assert "Nothing to fit yet" in words(page("train"))
    assert "No results yet" in words(page("results"))
    assert "What is in your table?" in words(page("data"))


def test_an_invalid_table_shows_its_issue_rows_and_no_way_on(workspace):
    made = datasets.create_dataset(desk(workspace), with_cell(5, "act_tv", "x"), "t.csv")
    app = page("data", dataset=made.dataset_id)
    assert "must be mended" in words(app)
    assert "Continue to Features" not in {button.label for button in app.button}
    assert "act_tv" in read_by_a_person(page("features", dataset=made.dataset_id))


def test_rates_of_currencies_are_asked_for_beside_the_issue_and_can_be_taken_back(workspace):
    rows = [
        ",".join([code, row[1], f"{float(row[2]) + n % 7 * len(row[3])}", *row[3:], code])
        for code in ("EUR", "USD", "GBP")
        for n, row in enumerate(good_rows())
    ]
    content = "\n".join([f"{HEADER},currency", *rows]).encode()
    made = datasets.create_dataset(desk(workspace), content, "t.csv")
    app = page("data", dataset=made.dataset_id)
    assert "dataset." not in read_by_a_person(app)
    press = next(button for button in app.button if button.label == "Convert with these rates")
    assert press.disabled
    for field, rate in zip(
        [each for each in app.number_input if each.key.startswith("rate-")][1:], (0.92, 1.17), strict=True
    ):
        field.set_value(rate)
    app.run()
    next(button for button in app.button if button.label == "Convert with these rates").click().run()
    assert not app.exception
    settings = datasets.get_dataset(desk(workspace), made.dataset_id).settings
    assert sorted(settings.rates.values()) == [0.92, 1.17]
    assert "Amounts were multiplied" in read_by_a_person(app)
    app.button(key="undo-convert_currencies").click().run()
    assert datasets.get_dataset(desk(workspace), made.dataset_id).settings.rates == {}
    next(button for button in app.button if button.label == "Keep only rows in USD").click().run()
    assert datasets.get_dataset(desk(workspace), made.dataset_id).settings.keep_currency == "USD"
    app.button(key="undo-keep_one_currency").click().run()
    assert datasets.get_dataset(desk(workspace), made.dataset_id).settings.keep_currency is None


def test_a_long_table_is_pivoted_with_the_columns_that_a_person_chooses(workspace):
    content = long_tables.written(long_tables.amounts("search", "tv").assign(clicks=7.0))
    made = datasets.create_dataset(desk(workspace), content, "t.csv")
    app = page("data", dataset=made.dataset_id)
    assert "The table has a row for each channel" in read_by_a_person(app)
    assert "dataset." not in read_by_a_person(app)
    activity = next(each for each in app.selectbox if each.label == "Activity")
    assert activity.value == "as found"
    activity.set_value("clicks")
    next(button for button in app.button if button.label == "Use these columns").click().run()
    assert datasets.get_dataset(desk(workspace), made.dataset_id).settings.pivot.activity == "clicks"
    next(button for button in app.button if button.label.startswith("Pivot it")).click().run()
    assert not app.exception
    assert "This table can be modelled" in words(app)
    assert datasets.load_dataset(desk(workspace), made.dataset_id).report.channels == ("search", "tv")
    app.button(key="undo-pivot_long_table").click().run()
    settings = datasets.get_dataset(desk(workspace), made.dataset_id).settings
    assert (settings.fixes, settings.pivot.activity) == ((), None)


def test_measures_that_became_columns_get_their_roles_on_the_page(workspace):
    content = (
        long_tables.MADE["measures in rows"]().content.replace(b"spend_tv", b"TV spend").replace(b"sales", b"Revenue")
    )
    made = datasets.create_dataset(desk(workspace), content, "t.csv")
    app = page("data", dataset=made.dataset_id)
    next(button for button in app.button if button.label.startswith("Pivot it")).click().run()
    assert {"TV spend", "Revenue"} <= {
        label for each in app.selectbox for label in [each.label.removeprefix("Role of ")]
    }
    next(button for button in app.button if button.label == "Use these roles").click().run()
    assert datasets.load_dataset(desk(workspace), made.dataset_id).report.ok


def test_a_dataset_that_is_gone_is_said_in_words(workspace):
    assert "There is no dataset" in words(page("data", dataset="data-aaaaaaaaaaaa"))
    assert "There is no dataset" in words(page("features", dataset="data-aaaaaaaaaaaa"))


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("created", "has not been started"),
        ("failed", "The sampler broke down."),
        ("interrupted", "Its process is gone"),
        ("running", "Fitting"),
    ],
)
def test_a_run_says_where_it_is(workspace, stage, said):
    run_id = run_in_stage(workspace, stage)
    app = page("train", run=run_id)
    assert said in words(app)
    labels = {button.label for button in app.button}
    assert ("Cancel" if stage == "running" else "Start" if stage == "created" else "Start again") in labels


def test_results_of_an_unfinished_run_lead_to_where_it_is_watched(workspace):
    run_id = run_in_stage(workspace, "failed")
    app = page("results", run=run_id)
    assert "This run is failed" in words(app)


def test_the_demo_s_results_have_numbers_with_intervals(workspace):
    app = page("results", run="demo")
    assert "94 % interval" in words(app)
    assert len(app.metric) == 4


def test_the_pointer_on_a_title_tells_where_its_numbers_come_from(workspace):
    app = page("results", run="demo")
    told = [element.proto.help for element in (*app.caption, *app.header)]
    with_origin = [each for each in told if "Where the number comes from" in each]
    assert len(with_origin) >= 4  # what it was made of, and each chart of the tab
    for each in with_origin:
        assert "2,000 draws of 2 chains." in each
        assert "156 weeks" in each
        assert re.search(r"run_spec\.json, sha256:[0-9a-f]{12}…", re.sub(r"\\(.)", r"\1", each)), each


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("Fit", ["Which weeks are furthest off?", "Does the model follow sales?"]),
        (
            "Diagnostics",
            ["Did the computation work?", "Does the model describe sales?", "R-hat 1.008, should be ≤ 1.01"],
        ),
        ("Parameters", ["What did the model learn?", "In figures"]),
        ("Curves", ["What does TV bring at any spend?", "a week TV brings", "How long is advertising felt?"]),
    ],
)
def test_the_demo_s_fit_is_judged_in_words(workspace, tab, said):
    app = page("results", run="demo")
    app.session_state["results_tab"] = tab
    app.run()
    assert not app.exception
    shown = read_by_a_person(app)
    assert all(words in shown for words in said), shown


def test_how_far_off_a_typical_week_is_stands_above_the_fit(workspace):
    app = page("results", run="demo")
    app.session_state["results_tab"] = "Fit"
    app.run()
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Typical miss of a week"] == "1.3\u00a0%"
    assert figures["Ups and downs explained"] == "95\u00a0%"
    assert "15 Jul 2024" in app.table[0].value.to_string()


def test_no_page_is_long_and_none_computes():
    for path in (PROJECT / "pages").glob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= 120
        assert "numpy" not in text
        assert "pandas" not in text


def test_a_name_from_a_person_cannot_become_a_picture_from_outside(workspace):
    run_id = run_in_stage(workspace, "created")
    nasty = "![x](http://example.org/pixel.png) <b>$a$</b> [link](http://example.org)"
    runs.relabel(desk(workspace), run_id, Label(name=nasty, note=nasty))
    for app in (page("overview"), page("train", run=run_id)):
        shown = words(app)
        assert "example.org" in shown
        assert "](http" not in shown
        assert "![" not in shown


def test_runs_of_one_name_are_told_apart(workspace):
    for stage in ("failed", "queued", "interrupted"):
        runs.relabel(desk(workspace), run_in_stage(workspace, stage), Label(name="base case"))
    names = run_list.run_names(runs.list_runs(desk(workspace)))
    assert len(set(names.values())) == 3
    assert all(re.match(r"base case · \d+ \w{3}, \d\d:\d\d:\d\d", name) for name in names.values())
    shown = words(page("overview")).replace("\\", "")
    for name in names.values():
        assert name.removeprefix("base case · ") in shown


def test_a_run_whose_name_is_its_own_bears_no_seconds(workspace):
    for stage, name in (("failed", "first"), ("queued", "second")):
        runs.relabel(desk(workspace), run_in_stage(workspace, stage), Label(name=name))
    assert sorted(run_list.run_names(runs.list_runs(desk(workspace))).values()) == ["first", "second"]


@pytest.mark.parametrize(("saturation", "is_said"), [(None, True), (1.5, False)])
def test_a_marginal_return_as_set_without_saturation_says_that_it_is_assumed(workspace, saturation, is_said):
    demo = datasets.get_dataset(desk(workspace), "demo").content_hash
    run_id = f"run-said-{is_said}".lower()  # another run has another id: pages keep what they have read
    change_manifest(finished_as_set(workspace, run_id, saturation=saturation), dataset_hash=demo)
    app = AppTest.from_file(str(PROJECT / "pages" / "results.py"), default_timeout=240)
    # The fits under other settings were asked for: no worker is started for them here.
    known = {"routed": True, "id_run": run_id, "results_tab": "Overlap and figures", ASKED: (run_id, {})}
    for key, value in known.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert ("no reason to spend more" in words(app)) == is_said
    (table,) = (each.value for each in app.table if "Spend" in each.value)
    (header,) = (column for column in table.columns if column.startswith("Return of the next 1 %"))
    assert ("no saturation" in header) == is_said


@pytest.mark.parametrize(
    ("beside", "said"), [(None, "break-even at 2.50 (margin on sales 40"), (0.3, "break-even at 1.00 (no margin")]
)
def test_a_margin_that_was_given_holds_until_the_table_s_own_is_another(workspace, beside, said):
    app = AppTest.from_file(str(PROJECT / "pages" / "results.py"), default_timeout=240)
    known = {"routed": True, "id_run": "demo", "results_tab": "Return on spend", ASKED: ("demo", {})}
    for key, value in {**known, "margins": {("demo", beside): 0.4}}.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert said in words(app)
