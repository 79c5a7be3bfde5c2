"""A file is opened once: what is kept of it says the same as the file would, and no slider opens it again."""

import json

import pandas as pd
import pytest

from mmm_core.errors import MMMError
from mmm_core.model import features as feature_module
from mmm_core.runs import datasets, drafts, fits, runs, tables
from mmm_core.spec import DatasetSettings, RunSpec, spec_from
from mmm_core.table.stored import from_stored, to_stored
from mmm_core.table.validation import type_file
from mmm_core.workspace import storage, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import desk
from tests.malformed import HEADER, good_rows, malformed_tables, table, with_cell, with_column

SPEC = {"dataset_id": "t", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]}
NAMED = "brand,week,revenue,tv,radio,price,tv_cost,radio_cost"
ROLES = {
    "period_start": "week", "sales": "revenue", "act_tv": "tv", "act_radio": "radio", "ctrl_price": "price",
    "spend_tv": "tv_cost", "spend_radio": "radio_cost", "entity_id": "brand",
}  # fmt: skip
TABLES = {
    "good": table(good_rows()),
    "a bad cell": with_cell(5, "act_radio", "x"),
    "a blank": with_cell(7, "act_tv", ""),
    "a negative": with_cell(7, "spend_tv", "-5"),
    "always the same": with_column("act_radio", ["3"] * 80),
    "money": with_column("act_tv", [f"€ {number}.50" for number in range(80)]),
    "zero sales": with_cell(9, "sales", "0"),
    "spend alone": table([row[:4] + row[5:] for row in good_rows()], HEADER.replace("act_radio,", "")),
    "events": table(
        [[*row, "fair" if number in (3, 40) else ""] for number, row in enumerate(good_rows())], f"{HEADER},note"
    ),
}
SPECS = {
    "all": SPEC,
    "one channel": SPEC | {"drivers": ["act_tv"]},
    "bare names": SPEC | {"drivers": ["radio", "tv"], "controls": ["price"]},
    "no controls": SPEC | {"controls": []},
    "spend as activity": SPEC | {"drivers": ["spend_tv", "act_radio"]},
    "another target": SPEC | {"target_col": "ctrl_price", "controls": []},
    "months": SPEC | {"grain": "MONTH"},
    "an offset": SPEC | {"target_offset": 50.0},
    "no trend": SPEC | {"feature_config": {"trend": {"enabled": False}, "seasonality": {"K": 6}}},
    "nothing known": SPEC | {"drivers": ["act_nothing"]},
}


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """A workspace whose worker is not to be started."""
    monkeypatch.setattr(worker_door, "ensure_worker", lambda _: None)
    return Workspace(tmp_path)


def answer(prepare) -> tuple[object, ...]:
    """What a table is said to be: its report and its canonical rows, or the error."""
    try:
        prepared = prepare()
        report = prepared.report
        said = sorted(issue.model_dump_json() for issue in report.issues)
        facts = report.model_dump(exclude={"issues", "applied_fixes"})
        rows = prepared.canonical().frame.to_csv() if report.ok else None
    except MMMError as error:
        return type(error), error.code, error.message
    return said, facts, rows


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("asked", SPECS)
def test_what_is_kept_of_a_file_answers_as_the_file_does(workspace, name, asked):
    spec, content = spec_from(SPECS[asked]), TABLES[name]
    made = datasets.create_dataset(desk(workspace), content, "t.csv")
    tables.forget(workspace.root)  # another process: from the disk
    kept = answer(lambda: datasets.load_dataset(desk(workspace), made.dataset_id, spec))
    assert kept == answer(lambda: tables.prepare(content, "t.csv", DatasetSettings(), spec))


@pytest.mark.parametrize("fixes", [("blank_activity_is_zero",), ("sum_days_to_weeks",), ("use_common_dates",)])
def test_fixes_were_made_before_columns_are_taken(workspace, fixes):
    days = pd.date_range("2023-01-02", periods=7 * 60, freq="D")
    rows = [[*row[:1], day.date().isoformat(), *row[2:]] for row, day in zip(good_rows(420), days, strict=True)]
    content = table(rows) if fixes == ("sum_days_to_weeks",) else with_cell(7, "act_tv", "")
    settings = DatasetSettings(fixes=fixes)
    made = datasets.create_dataset(desk(workspace), content, "t.csv", settings=settings)
    for spec in (spec_from(SPEC), spec_from(SPEC | {"drivers": ["act_tv", "ctrl_price"], "controls": ["act_radio"]})):
        kept = answer(lambda spec=spec: datasets.load_dataset(desk(workspace), made.dataset_id, spec))
        assert kept == answer(lambda spec=spec: tables.prepare(content, "t.csv", settings, spec))


def test_a_specification_may_name_columns_without_a_role(workspace):
    """Only the file has them: it is read for that specification."""
    content = table(good_rows(), NAMED)
    unmapped = datasets.create_dataset(desk(workspace), content, "t.csv")
    spec = spec_from({"dataset_id": "t", "drivers": ["tv", "radio"], "target_col": "revenue"})
    assert not datasets.load_dataset(desk(workspace), unmapped.dataset_id, spec).report.ok
    roles = DatasetSettings(columns={"period_start": "week", "sales": "revenue"})
    mapped = datasets.create_dataset(desk(workspace), content, "t.csv", settings=roles)
    found = datasets.load_dataset(desk(workspace), mapped.dataset_id, spec)
    assert found.report.ok
    assert found.report.channels == ("tv", "radio")


@pytest.mark.parametrize("malformed", malformed_tables(), ids=lambda each: each.name)
def test_every_typed_file_comes_back_from_its_stored_form(malformed, tmp_path):
    settings = DatasetSettings()
    try:
        file = type_file(tables.read_table(malformed.content, malformed.name), settings)
    except MMMError:
        return  # no table
    stored = to_stored(file, "x")
    path = tmp_path / "t.parquet"
    storage.write_parquet(path, stored[0], note=stored[1])
    again = from_stored(*storage.read_noted_parquet(path, type(stored[1])))
    assert again.roles == file.roles
    assert again.cell_issues == file.cell_issues
    assert (again.columns, again.missingness, again.rows) == (file.columns, file.missingness, file.rows)
    if file.table is None:
        assert (again.table, again.long) == (None, file.long)
        return
    assert again.table is not None
    pd.testing.assert_frame_equal(again.table.frame, file.table.frame)
    assert list(again.table.row_numbers) == list(file.table.row_numbers)
    assert {name: list(cells) for name, cells in again.table.bad.items()} == {
        name: list(cells) for name, cells in file.table.bad.items()
    }


def test_a_typed_table_of_other_settings_or_of_no_use_is_made_anew(workspace):
    made = datasets.create_dataset(desk(workspace), table(good_rows(), NAMED), "t.csv")
    path = workspace.dataset_dir(made.dataset_id) / "typed_table.parquet"
    assert path.exists()  # a file without roles yet is not opened again either
    datasets.revise_dataset(desk(workspace), made.dataset_id, settings=DatasetSettings(columns=ROLES))
    tables.forget(workspace.root)
    before = datasets.load_dataset(desk(workspace), made.dataset_id).report
    assert before.ok
    path.write_bytes(b"PAR1 broken")
    tables.forget(workspace.root)
    assert datasets.load_dataset(desk(workspace), made.dataset_id).report == before
    path.unlink()
    tables.forget(workspace.root)
    assert datasets.load_dataset(desk(workspace), made.dataset_id).report == before


def releases() -> list[RunSpec]:
    """Settings as sliders and lists leave them, one after the other, of everything that a page can move."""
    demo = json.loads((PROJECT / "sample_data" / "mmm_demo_spec.json").read_text()) | {"dataset_id": "t"}

    def moved(**config: object) -> dict[str, object]:
        return demo | {"feature_config": config}

    decays = [moved(adstock={"decay_default": 0.1 * number}) for number in range(1, 6)]
    pairs = [moved(seasonality={"enabled": True, "K": number}) for number in range(1, 6)]
    trends = [moved(trend={"enabled": False}), moved(saturation={"enabled": True})]
    windows = [demo | {"windows": {"estimation_months": months}} for months in (12, 18, 24, 30)]
    columns = [
        demo | {"drivers": demo["drivers"][:count], "controls": demo["controls"][:count], "feature_config": {}}
        for count in (1, 2, 3, 4)
    ]
    return [spec_from(each) for each in (*decays, *pairs, *trends, *windows, *columns)]


def test_no_release_of_a_slider_opens_the_file_and_each_builds_features_once(workspace, monkeypatch):
    content = (PROJECT / "sample_data" / "mmm_demo.csv").read_bytes()
    made = datasets.create_dataset(desk(workspace), content, "t.csv")
    tables.forget(workspace.root)
    opened, built = [], []
    read, build = tables.read_table, fits.build_features
    monkeypatch.setattr(tables, "read_table", lambda *given: opened.append(given) or read(*given))
    monkeypatch.setattr(fits, "build_features", lambda *given: built.append(given) or build(*given))
    assert feature_module.build_features is build
    previous = None
    specs = [spec.model_copy(update={"dataset_id": made.dataset_id}) for spec in releases()]
    assert len(specs) == 20
    for spec in specs:
        draft = drafts.create(desk(workspace), spec, previous=previous).draft
        # What the page draws beside the estimate comes from the draft.
        drafts.get_features(desk(workspace), draft.draft_id)
        previous = draft.draft_id
    assert opened == []
    assert len(built) == len(specs)


def test_a_run_from_a_typed_table_is_the_run_from_the_file(workspace, tmp_path):
    """The same canonical bytes, so the same key: what was fitted under one is found under the other."""
    made = datasets.create_dataset(desk(workspace), table(good_rows()), "t.csv")
    spec = spec_from(SPEC | {"dataset_id": made.dataset_id})
    run_id = runs.create(desk(workspace), spec).run_id
    folder = desk(workspace).run_dir(run_id)
    alone = tmp_path / "alone"
    alone.mkdir()
    prepared = tables.prepare(table(good_rows()), "t.csv", DatasetSettings(), spec)
    fits.create(alone, prepared.canonical(), spec, fits.Origin("t.csv", made.content_hash, "local"))
    assert (folder / "canonical_data.parquet").read_bytes() == (alone / "canonical_data.parquet").read_bytes()
    assert runs.get_manifest(Desk(workspace, "local"), run_id).fit_key == fits.owner_and_key(alone)[1]
