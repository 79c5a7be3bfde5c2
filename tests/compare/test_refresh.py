"""Newer rows for a table: longer or newer, revised, refused; a new dataset and run, and the old ones stay."""

import io

import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.compare import refresh
from mmm_core.errors import DataError, MMMError, RunError, StorageError
from mmm_core.runs import datasets, runs
from mmm_core.runs.datasets import Units
from tests.engines import demo_spec, desk, finished

DEMO = pd.read_csv(shipped.TABLES["demo"])


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def with_weeks(number: int, *, sales: float = 1.0) -> pd.DataFrame:
    """The demo's table and so many weeks more."""
    more = DEMO.tail(number).copy()
    more["period_start"] = (pd.to_datetime(more["period_start"]) + pd.Timedelta(weeks=number)).dt.strftime("%Y-%m-%d")
    more["sales"] = (more["sales"] * sales).round()
    return pd.concat([DEMO, more], ignore_index=True)


def test_a_longer_table_becomes_a_dataset_and_a_run_with_the_same_settings(without_worker):
    here, longer = desk(without_worker), csv(with_weeks(6))
    made = refresh.take(here, "demo", longer, "brand.csv")
    assert (made.joined.kind, len(made.joined.change.new), made.joined.change.revised) == ("longer", 6, 0)
    spec, before = runs.get_spec(here, made.run_id), runs.get_spec(here, "demo")
    assert spec == before.model_copy(update={"dataset_id": made.dataset_id})
    assert datasets.get_dataset(here, made.dataset_id).units == Units(target="€", spend="€")
    assert runs.state(here, made.run_id).phase == "created"
    assert datasets.load_dataset(here, made.dataset_id).report.n_periods == 162


def test_only_the_newer_rows_are_put_behind_and_revisions_are_listed(without_worker):
    here, rows = desk(without_worker), with_weeks(6).tail(9).reset_index(drop=True)
    rows.loc[0, "sales"] = 1.0 + rows.loc[0, "sales"]
    made = refresh.take(here, "demo", csv(rows), "march.csv")
    change = made.joined.change
    assert (made.joined.kind, len(change.new), change.revised, change.gone) == ("newer", 6, 1, ())
    assert change.revisions[0].column == "sales"
    assert change.revisions[0].now == change.revisions[0].before + 1
    told = " ".join(made.joined.sentences())
    assert "6 weeks added" in told
    assert "1 cell revised: sales (1)." in told
    frame = datasets.load_dataset(here, made.dataset_id).canonical().frame
    whole = with_weeks(6)
    assert frame["spend_tv"].tolist() == whole["spend_tv"].tolist()
    assert datasets.get_dataset(here, made.dataset_id).label.startswith("mmm_demo.csv, 2023-")


def test_one_row_is_enough(without_worker):
    made = refresh.grown(desk(without_worker), "demo", csv(with_weeks(1).tail(1)), "week.csv")
    assert (made.joined.kind, len(made.joined.change.new)) == ("newer", 1)


def test_rows_in_another_way_of_writing_are_read_as_their_own_file_says(without_worker):
    rows = with_weeks(5).tail(5)
    rows["period_start"] = pd.to_datetime(rows["period_start"]).dt.strftime("%d.%m.%Y")
    text = rows.to_csv(index=False, sep=";", decimal=",").encode()
    made = refresh.grown(desk(without_worker), "demo", text, "deutsch.csv")
    assert (len(made.joined.change.new), made.joined.change.revised) == (5, 0)


def test_a_file_that_is_the_whole_table_takes_old_periods_away(without_worker):
    rows = csv(with_weeks(6).tail(120))
    kept = refresh.grown(desk(without_worker), "demo", rows, "t.csv")
    replaced = refresh.grown(desk(without_worker), "demo", rows, "t.csv", replace=True)
    assert (len(kept.joined.change.gone), len(replaced.joined.change.gone)) == (0, 42)


def test_it_is_asked_again_on_its_own_result(without_worker):
    """What was put behind a table can be gone on from, month after month."""
    here, frame = desk(without_worker), with_weeks(8)
    first = refresh.take(here, "demo", csv(frame.iloc[:-4].tail(4)), "a.csv")
    finished(without_worker, "run-next", owner="local", dataset_hash="sha256:1")
    folder = without_worker.run_dir("run-next")
    spec = runs.get_spec(here, first.run_id)
    (folder / "run_spec.json").write_text(spec.model_dump_json())
    from mmm_core.runs.folder import change_manifest
    from mmm_core.workspace import storage

    change_manifest(folder, spec_hash=storage.file_hash(folder / "run_spec.json"))
    second = refresh.grown(here, "run-next", csv(frame.tail(4)), "b.csv")
    assert second.prepared.canonical().frame["period_start"].nunique() == 164


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda frame: frame, "nothing_new", "nothing that the table does not have"),
        (lambda frame: with_weeks(4).tail(4).drop(columns="act_tv"), "missing_columns", "lacks"),
        (lambda frame: with_weeks(4).tail(4).assign(spend_tv="many"), "bad_cell", "cannot be read as a number"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_nothing_is_kept(without_worker, change, code, words):
    here = desk(without_worker)
    with pytest.raises(DataError, match=words) as caught:
        refresh.take(here, "demo", csv(change(DEMO)), "t.csv")
    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)
    assert [each for each in datasets.list_datasets(here) if not each.read_only] == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04 no workbook", b"a,b\n1,2\n"])
def test_what_is_no_such_table_is_refused_in_words(without_worker, content):
    with pytest.raises(MMMError) as caught:
        refresh.take(desk(without_worker), "demo", content, "t.csv")
    assert caught.value.message
    assert caught.value.remedy


def test_a_monthly_file_does_not_go_on_from_a_weekly_table(without_worker):
    months = pd.date_range("2020-01-01", periods=40, freq="MS")
    frame = pd.concat([DEMO.head(40).assign(period_start=months.strftime("%Y-%m-%d"))])
    with pytest.raises(DataError) as caught:
        refresh.take(desk(without_worker), "demo", csv(frame), "t.csv")
    assert caught.value.remedy


def test_runs_that_are_gone_unfinished_or_somebody_else_s_are_told(without_worker):
    here, content = desk(without_worker), csv(with_weeks(4))
    begun = runs.create(here, demo_spec(), fresh=True).run_id
    finished(without_worker, "run-hers", owner="ann")
    for run_id, error in ((begun, RunError), ("run-gone", StorageError), ("run-hers", StorageError)):
        with pytest.raises(error):
            refresh.take(here, run_id, content, "t.csv")


def test_a_run_whose_table_was_deleted_goes_on_from_what_it_was_fitted_to(without_worker):
    here = desk(without_worker)
    folder = finished(without_worker, "run-old", owner="local")
    spec = runs.get_spec(here, "run-old").model_copy(update={"dataset_id": "data-deleted"})
    (folder / "run_spec.json").write_text(spec.model_dump_json())
    from mmm_core.runs.folder import change_manifest
    from mmm_core.workspace import storage

    change_manifest(folder, spec_hash=storage.file_hash(folder / "run_spec.json"))
    made = refresh.take(here, "run-old", csv(with_weeks(4).tail(4)), "t.csv")
    assert len(made.joined.change.new) == 4
    assert runs.state(here, made.run_id).phase == "created"


def test_a_table_that_goes_on_from_one_with_a_result_is_recognised(without_worker):
    here = desk(without_worker)
    first = datasets.create_dataset(here, csv(DEMO), "a.csv")
    assert refresh.look_alike(here, first) is None
    finished(without_worker, "run-first", owner="local", dataset_hash=first.content_hash)
    longer = datasets.create_dataset(here, csv(with_weeks(4)), "b.csv")
    assert refresh.look_alike(here, longer) == "run-first"
    later = with_weeks(4)
    later["period_start"] = (pd.to_datetime(later["period_start"]) + pd.Timedelta(weeks=600)).dt.strftime("%Y-%m-%d")
    assert refresh.look_alike(here, datasets.create_dataset(here, csv(later), "c.csv")) in (None, "run-first")
    other = datasets.create_dataset(here, csv(with_weeks(4).drop(columns="ctrl_price")), "d.csv")
    assert refresh.look_alike(here, other) is None
    assert io.BytesIO(csv(DEMO)).read(6) == b"entity"
