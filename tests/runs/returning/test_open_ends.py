"""What waits for a person is found, once for each table, and nothing that was answered since."""

import pytest

from mmm_core.errors import RunError
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.runs import datasets
from mmm_core.runs.folder import CHECKS, change_manifest
from mmm_core.runs.returning.open_ends import open_ends
from mmm_core.workspace import status, storage
from mmm_core.workspace.desk import Desk
from tests.engines import desk
from tests.malformed import good_rows, table, with_cell
from tests.runs.returning.results import made, put_back


@pytest.fixture
def workspace(without_worker):
    return without_worker


def judged(folder, overall):
    checks = storage.read_json(folder / CHECKS, Diagnostics)
    verdicts = tuple(
        each.model_copy(update={"status": overall if n == 0 else "pass"}) for n, each in enumerate(checks.verdicts)
    )
    storage.write_json(folder / CHECKS, checks.model_copy(update={"overall": overall, "verdicts": verdicts}))
    change_manifest(folder, outputs={})


def told(workspace, owner="local"):
    here = Desk(workspace, owner)
    own = [each for each in datasets.list_datasets(here) if not each.read_only]
    return [
        (each.place, (each.run.state.run_id if each.run else each.table.label), each.says)
        for each in open_ends(here, own)
    ]


def test_nothing_waits_where_everything_is_done(workspace):
    assert told(workspace) == []
    judged(made(workspace, "run-a", 2020), "pass")
    put_back(made(workspace, "run-b", 2021, dataset_hash="sha256:b"), "CANCELLED")
    assert told(workspace) == []


@pytest.mark.parametrize(
    ("overall", "said"), [("look", "can be used with care: 1 check to look at"), ("stop", "cannot be trusted yet")]
)
def test_a_result_whose_checks_say_so_waits_until_a_newer_one_passes(workspace, overall, said):
    judged(made(workspace, "run-a", 2020), overall)
    assert [(place, name) for place, name, _ in told(workspace)] == [("results", "run-a")]
    assert said in told(workspace)[0][2]
    put_back(made(workspace, "run-b", 2021), "FEATURES_BUILT")
    assert [name for _, name, _ in told(workspace)] == ["run-b", "run-a"]
    judged(made(workspace, "run-c", 2022), "pass")
    assert told(workspace) == []


def test_a_failed_run_says_why_and_a_damaged_result_that_it_is(workspace):
    failed = made(workspace, "run-a", 2020)
    put_back(failed, "TRAINING")
    status.set_error(failed, RunError("The sampler broke down.", remedy="Check."))
    damaged = made(workspace, "run-b", 2021, dataset_hash="sha256:b")
    (damaged / CHECKS).write_text("{")
    found = told(workspace)
    assert found[0][:2] == ("results", "run-b")
    assert "cannot be read" in found[0][2]
    assert found[1] == ("train", "run-a", "failed: The sampler broke down.")


def test_what_is_somebody_else_s_or_cannot_be_opened_waits_for_nobody(workspace):
    judged(made(workspace, "run-a", 2020, owner="ann"), "stop")
    (made(workspace, "run-b", 2021) / "manifest.json").write_text("{")
    assert told(workspace) == []
    assert [name for _, name, _ in told(workspace, "ann")] == ["run-a"]


def test_tables_with_errors_are_to_be_mended_and_those_with_questions_answered(workspace):
    datasets.create_dataset(desk(workspace), with_cell(5, "act_tv", "x"), "typo.csv")
    asks = datasets.create_dataset(desk(workspace), table(good_rows(80)), "asks.csv")
    datasets.create_dataset(Desk(workspace, "ann"), with_cell(5, "act_tv", "y"), "hers.csv")
    found = {name: says for _, name, says in told(workspace)}
    questions = sum(
        each.severity == "warning" for each in datasets.load_dataset(desk(workspace), asks.dataset_id).report.issues
    )
    assert found["typo.csv"].endswith("answered or mended")
    assert ("asks.csv" in found) == bool(questions)
    assert "hers.csv" not in found
