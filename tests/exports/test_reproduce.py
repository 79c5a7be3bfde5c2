"""A run made again from its own files: the script, its versions, and the verdict on its numbers."""

import ast
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mmm_core.errors import StorageError
from mmm_core.exports.reproduce import (
    Comparison,
    compare,
    plan_script_of,
    requirements_of,
    run_again,
    script_of,
)
from mmm_core.planning.request import PlanRequest
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.folder import CANONICAL, CHANNELS, CHECKS, LABEL, MANIFEST, SPEC, change_manifest, read_manifest
from mmm_core.runs.manifest import Label, versions
from mmm_core.scenarios import kept
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"


@pytest.fixture
def copy(tmp_path) -> Path:
    """What a comparison reads of the demo, in a folder of its own."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in (CANONICAL, CHANNELS, CHECKS, LABEL, MANIFEST, SPEC):
        shutil.copy(DEMO / name, folder / name)
    return folder


def with_summary(folder: Path, **changes: object) -> Path:
    """The same run with other numbers."""
    summary = storage.read_json(folder / CHANNELS, ContributionSummary).model_copy(update=changes)
    storage.write_json(folder / CHANNELS, summary)
    return folder


def test_the_same_numbers_are_said_to_be_the_same(copy):
    found = compare(DEMO, copy)
    assert found.is_same
    assert found.agrees
    assert found.difference == 0
    assert found.in_words() == (
        "The same numbers: no value of channel_summary.json differs by more than 0.0e+00 of itself (the same to 1e-09)."
    )


@pytest.mark.parametrize(("part", "same", "agrees"), [(1e-12, True, True), (1e-6, False, True), (0.5, False, False)])
def test_another_mean_is_judged_by_its_distance_in_monte_carlo_errors(copy, part, same, agrees):
    media = storage.read_json(copy / CHANNELS, ContributionSummary).media
    moved = media.model_copy(update={"mean": media.mean * (1 + part)})
    found = compare(DEMO, with_summary(copy, media=moved))
    assert (found.is_same, found.agrees) == (same, agrees)
    assert found.difference == pytest.approx(part / (1 + part), rel=1e-3)
    if not same:
        assert found.where == "media"
        assert ("NOT the same answer" in found.in_words()) == (not agrees)
        assert "another kind of processor" in found.in_words()


def test_the_distance_is_that_of_two_normal_means(copy):
    """By hand: 94 % of a Normal lie within 1.88 spreads; errors of both fits add up as squares."""
    summary = storage.read_json(copy / CHANNELS, ContributionSummary)
    checks = json.loads((copy / CHECKS).read_text())
    worth = min(checks["totals_ess_bulk"], checks["min_ess_bulk"])
    spread = (summary.media.high - summary.media.low) / (2 * 1.880793608)
    moved = summary.media.model_copy(update={"mean": summary.media.mean + 3 * spread * math.sqrt(2 / worth)})
    found = compare(DEMO, with_summary(copy, media=moved))
    assert found.errors == pytest.approx(3, rel=1e-6)


def test_a_channel_or_a_number_that_is_missing_is_no_agreement(copy):
    channels = storage.read_json(copy / CHANNELS, ContributionSummary).channels
    found = compare(DEMO, with_summary(copy, channels=channels[1:]))
    assert math.isinf(found.difference)
    assert not found.agrees
    assert found.where.startswith(f"channels.{channels[0].channel}.")


def test_what_was_made_with_something_else_is_named(copy):
    known = read_manifest(copy).versions
    change_manifest(copy, versions=known | {"numpy": "1.0"}, host_cores=99)
    media = storage.read_json(copy / CHANNELS, ContributionSummary).media
    said = compare(copy, with_summary(copy, media=media)).changed
    assert said == ()
    found = compare(DEMO, copy)
    assert f"numpy {known['numpy']} then, 1.0 now" in found.changed
    assert any("99 now" in each for each in found.changed)


def test_a_run_that_was_stopped_early_cannot_give_the_same_draws(copy):
    stopped = with_summary(copy, partial=True)
    found = compare(stopped, DEMO)
    assert found.partial
    assert found.in_words().startswith("The run was stopped before all its draws were made. Judged as two fits")
    assert found.agrees


def test_a_table_or_a_specification_that_was_changed_is_refused(copy, tmp_path):
    content = (copy / SPEC).read_bytes()
    (copy / SPEC).write_bytes(content.replace(b"42", b"43"))
    with pytest.raises(StorageError, match=r"'run_spec\.json' is damaged"):
        run_again(copy, tmp_path / "again")
    (copy / SPEC).write_bytes(content)
    (copy / CANONICAL).unlink()
    with pytest.raises(StorageError, match=r"canonical_data\.parquet"):
        run_again(copy, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(copy, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(StorageError, match="is not a run folder of ours"):
        run_again(copy, tmp_path / "mine")
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "title", ["demo", '""" + __import__("os").system("true") + """', "ends with \\", "a\nb\x00\u202ec", "{braces} %s"]
)
def test_the_script_is_python_that_calls_ours_whatever_the_run_is_called(title):
    manifest = read_manifest(DEMO)
    script = script_of(manifest, title)
    tree = ast.parse(script)
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"mmm_core.exports.reproduce", "pathlib"}
    assert isinstance(tree.body[0], ast.Expr)
    assert len([node for node in ast.walk(tree) if isinstance(node, ast.Call)]) == 7
    assert manifest.canonical_hash in script
    assert manifest.spec_hash in script
    assert "\u202e" not in script


@pytest.mark.slow
def test_a_plan_s_script_makes_the_plan_again_whatever_it_is_called(tmp_path):
    workspace = Workspace(tmp_path / "artifacts")
    asked = {
        "horizon": 4,
        "bounds": {"tv": {"low": 0, "high": 60000}},
        "locked": ["print"],
        "controls": {"price": [8.5]},
    }
    request = PlanRequest.model_validate(asked)
    name = Label(name='Spring """ + str(1/0) + """ {x}')
    scenario = kept.save(Desk(workspace, "local"), "demo", request, name)
    script = tmp_path / "plan.py"
    script.write_text(plan_script_of(scenario))
    done = run_script(script, str(DEMO))
    assert done.returncode == 0, done.stderr
    assert "\n0.00 of " in done.stdout
    # Another split is found out.
    moved = scenario.plan.model_copy(
        update={"channels": tuple(each.model_copy(update={"plan": each.today}) for each in scenario.plan.channels)}
    )
    script.write_text(plan_script_of(scenario.model_copy(update={"plan": moved})))
    assert run_script(script, str(DEMO)).returncode == 1


def run_script(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A script as whoever was sent it runs it, with our package and nothing else of ours."""
    return subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip


def test_the_requirements_are_the_versions_of_the_run():
    lines = requirements_of(read_manifest(DEMO)).splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    known = read_manifest(DEMO).versions
    assert pins == {name: version for name, version in known.items() if name not in ("python", "mmm_core")}
    assert set(versions()) == set(known)
    assert known["python"] in lines[0]


def test_a_verdict_always_names_its_rule():
    close = Comparison(difference=0.01, errors=3.9, where="media", changed=("numpy 1 then, 2 now",), partial=False)
    assert close.agrees
    assert close.in_words() == (
        "Made with something else (numpy 1 then, 2 now). Judged as two fits of one model: means differ by at most 3.9 "
        "Monte-Carlo errors (media); 4 are allowed: the same answer."
    )
    assert not close._replace(errors=4.1).agrees
