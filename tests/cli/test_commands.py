"""The command line as a person meets it."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import arviz
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmm_core import __main__ as command_line
from mmm_core.runs.folder import OUTPUT_FILES
from mmm_core.runs.manifest import Manifest
from mmm_core.runs.outputs import read_outputs
from mmm_core.spec import RunSpec
from mmm_core.table.guessing.columns import OUTCOME
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace.status import get_status
from mmm_core.workspace.storage import read_json
from tests.conftest import PROJECT
from tests.malformed import HEADER, good_rows, malformed_tables, table, workbook
from tests.table.long import tables as long_tables

SAMPLES = PROJECT / "sample_data"
MALFORMED = malformed_tables()
CONTRACT = {
    *OUTPUT_FILES, "run_spec.json", "status.json", "manifest.json", "label.json", "run.log", "features.parquet",
    "feature_scaler.json", "validation_summary.json", "canonical_data.parquet",
}  # fmt: skip
SPEC = {"dataset_id": "x", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]}


def run(*arguments: object) -> int:
    return command_line.main([str(argument) for argument in arguments])


@pytest.fixture
def spec_file(tmp_path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC))
    return path


@pytest.mark.slow
def test_run_writes_the_whole_contract_and_the_same_twice(tmp_path):
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "mmm_core",
        "run",
        "sample_data/mmm_sample.csv",
        "--spec",
        "sample_data/run_spec.json",
    ]
    done = subprocess.run([*command, "--out", str(out)], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Media brought" in done.stdout
    assert {path.name for path in out.iterdir()} == CONTRACT
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    first = (out / "contributions.parquet").read_bytes()
    assert subprocess.run([*command, "--out", str(out)], cwd=PROJECT, capture_output=True).returncode == 0
    assert (out / "contributions.parquet").read_bytes() == first

    assert get_status(out).stage == "OUTPUTS_READY"
    manifest = read_json(out / "manifest.json", Manifest)
    assert manifest.bucket == "16x24"
    assert set(manifest.seconds) == {"features", "compile", "sampling", "outputs"}
    found = read_outputs(out)
    assert len(found.fitted) == 52
    with xr.open_datatree(out / "posterior.nc", engine="h5netcdf") as tree:
        assert set(tree.children) == {"posterior", "sample_stats", "log_likelihood", "observed_data", "constant_data"}
        assert tree["log_likelihood"]["obs"].sizes == {"chain": 2, "draw": 1000, "row": 52}
        assert list(tree["posterior"]["channel"].to_numpy()) == ["tv", "digital", "social"]
    plain = arviz.from_netcdf(str(out / "posterior.nc"))
    summary = arviz.summary(plain, var_names=["beta"])
    assert list(summary.index) == ["beta[tv]", "beta[digital]", "beta[social]"]
    own = {row.name: row for row in found.parameters.parameters}
    assert float(plain.posterior["beta"].sel(channel="tv").mean()) == pytest.approx(own["beta[tv]"].mean)


def test_a_folder_of_others_is_never_replaced(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("precious")
    code = run("run", SAMPLES / "mmm_sample.csv", "--spec", SAMPLES / "run_spec.json", "--out", tmp_path)
    assert code == 1
    assert "not a run folder of ours" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "precious"


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: case.name)
def test_malformed_tables_are_refused_in_words(case, tmp_path, spec_file, capsys):
    path = tmp_path / case.name
    path.write_bytes(case.content)
    before = sorted(tmp_path.iterdir())
    code = run("run", path, "--spec", spec_file, "--out", tmp_path / "out")
    said = capsys.readouterr().err
    assert code == 1, said
    assert "Traceback" not in said
    assert pd.Series([said]).str.contains(case.words, regex=True).all(), said
    assert sorted(tmp_path.iterdir()) == before


def test_there_are_enough_malformed_tables():
    assert len({case.name for case in MALFORMED}) == len(MALFORMED) >= 60


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.binary(max_size=400),
    prefix=st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", HEADER.encode()]),
)
def test_fuzzed_bytes_never_end_in_a_traceback(content, prefix, tmp_path, spec_file, capsys):
    path = tmp_path / "fuzz.csv"
    path.write_bytes(prefix + content)
    assert run("run", path, "--spec", spec_file, "--out", tmp_path / "out") == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: ")
    assert "our side" not in said


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 4000), junk=st.binary(min_size=1, max_size=8))
def test_a_good_table_with_damaged_bytes_is_read_or_refused(place, junk, tmp_path, capsys):
    content = table(good_rows())
    path = tmp_path / "fuzz.csv"
    path.write_bytes(content[:place] + junk + content[place:])
    assert run("validate", path) in (0, 1)
    assert "our side" not in capsys.readouterr().err


def test_validate_reports_in_words_and_in_json(tmp_path, capsys):
    assert run("validate", SAMPLES / "mmm_demo.csv") == 0
    said = capsys.readouterr().out
    assert "Text in utf-8, fields separated by commas." in said
    assert "Ready to fit." in said
    path = tmp_path / "bad.csv"
    path.write_bytes(MALFORMED[-1].content)
    assert run("validate", path, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["issues"][0]["code"] == "unbalanced_panel"
    assert report["issues"][0]["fix"] == "use_common_dates"


def test_columns_with_other_names_are_checked_as_a_specification_maps_them(tmp_path, capsys):
    path, spec = tmp_path / "t.csv", tmp_path / "spec.json"
    path.write_bytes(table(good_rows(110), HEADER.replace("period_start", "Woche").replace("sales", "Umsatz")))
    spec.write_text(
        json.dumps(
            {
                "dataset_id": "mine",
                "drivers": ["act_tv", "act_radio"],
                "controls": ["ctrl_price"],
                "dataset": {"columns": {"period_start": "Woche", "sales": "Umsatz"}},
            }
        )
    )
    assert run("validate", path) == 1
    assert "It may be 'Umsatz'" in capsys.readouterr().out
    assert run("validate", path, "--spec", spec) == 0
    assert "Ready to fit." in capsys.readouterr().out


def test_rates_of_currencies_can_be_given(tmp_path, capsys):
    rows = [[*row, code] for code in ("EUR", "USD") for row in ([code, *row[1:]] for row in good_rows())]
    path = tmp_path / "t.csv"
    path.write_bytes(
        table([[*row[:3], f"{float(row[3]) + len(row[0])}", *row[4:]] for row in rows], f"{HEADER},currency")
    )
    assert run("validate", path) == 1
    assert "names 2 currencies" in capsys.readouterr().out
    run("validate", path, "--rate", "USD=0.92")
    assert "names 2 currencies" not in capsys.readouterr().out
    for wrong in ("USD", "USD=0", "USD=much"):
        assert run("validate", path, "--rate", wrong) == 1
        assert "Write --rate USD=0.92" in capsys.readouterr().err


def test_one_of_several_currencies_can_be_kept(tmp_path, capsys):
    rows = [
        [*row[:3], f"{float(row[3]) + len(code)}", *row[4:], code]
        for code in ("EUR", "POUND")
        for row in ([code, *row[1:]] for row in good_rows())
    ]
    path = tmp_path / "t.csv"
    path.write_bytes(table(rows, f"{HEADER},currency"))
    run("validate", path, "--keep-currency", "EUR")
    assert "Rows in GBP were left out; those in EUR were kept." in capsys.readouterr().out
    assert run("validate", path, "--keep-currency", " ") == 1
    assert "--keep-currency EUR" in capsys.readouterr().err


def test_columns_of_a_long_table_can_be_chosen(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_bytes(long_tables.written(long_tables.amounts("search", "tv").assign(clicks=7)))
    assert run("validate", path) == 1
    assert "--fix pivot_long_table" in capsys.readouterr().out
    assert run("validate", path, "--fix", "pivot_long_table", "--pivot", "activity=clicks", "--json") == 0
    report = ValidationReport.model_validate_json(capsys.readouterr().out)
    assert report.channels == ("search", "tv")
    assert {issue.column for issue in report.issues if issue.code == "constant"} >= {"clicks (search)", "clicks (tv)"}
    for wrong in ("clicks", "colour=clicks"):
        assert run("validate", path, "--pivot", wrong) == 1
        assert "Write --pivot names=campaign" in capsys.readouterr().err
    assert run("validate", path, "--pivot", "names=campaign") == 1
    assert "the table has no column 'campaign'" in capsys.readouterr().err


def test_a_sheet_can_be_chosen(tmp_path, capsys):
    cells = [HEADER.split(","), *([*row[:2], *map(float, row[2:])] for row in good_rows())]
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"notes": [[f"old {name}" for name in cells[0]], *cells[1:9]], "data": cells}))
    assert run("validate", path) == 1
    assert "--sheet 'notes'" in capsys.readouterr().err
    assert run("validate", path, "--sheet", "data") == 0
    assert run("validate", path, "--sheet", "other") == 1
    assert "sheet 'other' is not in the workbook" in capsys.readouterr().err


@pytest.fixture
def repeated(tmp_path) -> Path:
    """A table that has a week twice, under a name that a shell would take apart."""
    path = tmp_path / "my table.csv"
    path.write_bytes(table([*good_rows(), [*good_rows()[7][:2], "1", *good_rows()[7][3:]]]))
    return path


def commands_in(said: str) -> list[list[str]]:
    """Command lines that were suggested, as arguments of ours."""
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("python -m mmm_core ")]
    return [shlex.split(line)[3:] for line in lines]


def test_a_suggested_command_is_the_one_that_was_given_with_the_repair(repeated, capsys):
    assert run("validate", repeated, "--fix", "blank_spend_is_zero") == 1
    said = capsys.readouterr().out
    assert "Of several rows of one entity and period the first in the file stays." in said
    suggested = commands_in(said)
    assert [line[-1] for line in suggested] == [
        "keep_last_of_repeated_rows",
        "keep_first_of_repeated_rows",
        "add_up_repeated_rows",
    ]
    assert suggested[0][:4] == ["validate", str(repeated), "--fix", "blank_spend_is_zero"]
    assert run(*suggested[0]) == 0
    assert "Applied: " in capsys.readouterr().out


def test_the_report_has_the_commands_too(repeated, capsys):
    assert run("validate", "--json", "--", repeated) == 1
    first, *_ = json.loads(capsys.readouterr().out)["suggestions"]
    assert (first["code"], first["fix"]) == ("duplicate_period", "keep_last_of_repeated_rows")
    assert run(*shlex.split(first["command"])[3:]) == 0
    assert json.loads(capsys.readouterr().out)["suggestions"] == []


@pytest.mark.slow
def test_a_refused_run_says_how_to_run_and_the_run_keeps_what_was_asked(repeated, spec_file, tmp_path, capsys):
    """Beside the repairs of the specification, and in the order of application."""
    spec_file.write_text(json.dumps(SPEC | {"dataset": {"fixes": ["use_common_dates"]}}))
    out = tmp_path / "out"
    assert run("run", repeated, "--spec", spec_file, "--out", out) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: 1 row repeat")
    suggested = commands_in(said)[1]
    assert run(*suggested) == 0
    asked = ("keep_first_of_repeated_rows", "use_common_dates")
    assert read_json(out / "run_spec.json", RunSpec).dataset.fixes == asked
    report = read_json(out / "validation_summary.json", ValidationReport)
    assert [(each.fix, each.rows) for each in report.applied_fixes] == [(asked[0], 1), (asked[1], 0)]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("drop_duplicates", "'drop_exact_duplicates'"),
        ("sum_to_weeks", "'sum_days_to_weeks'"),
        ("SUM_DAYS_TO_WEEKS", "'sum_days_to_weeks'"),
        ("?", "stack_sheets, turn_table"),
    ],
)
def test_a_repair_that_is_none_is_refused_with_those_of_like_name(name, near, repeated, capsys):
    with pytest.raises(SystemExit) as ended:
        run("validate", repeated, "--fix", name)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"there is no repair '{name}'" in said
    assert near in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drivers": ["act_tw"]}, r"drivers: the table has no column 'act_tw'\. Did you mean 'act_tv'"),
        ({"controls": ["prise"]}, "controls: the table has no column 'prise'"),
        ({"target_col": "revenue"}, "target_col: the table has no column 'revenue'"),
        ({"grain": "MONTH"}, "specification says MONTH, the rows are WEEKs"),
        ({"dataset": {"columns": {"sales": "umsatz"}}}, "no column 'umsatz'"),
        ({"dataset": {"columns": {"media_tv": "act_tv"}}}, "'media_tv' is not a role"),
        ({"fancy": 1}, "fancy: unknown field"),
    ],
)
def test_a_specification_that_does_not_fit_is_refused_by_name(change, words, tmp_path, capsys):
    path, spec = tmp_path / "good.csv", tmp_path / "spec.json"
    path.write_bytes(table(good_rows()))
    spec.write_text(json.dumps(SPEC | change))
    assert run("run", path, "--spec", spec, "--out", tmp_path / "out") == 1
    assert pd.Series([capsys.readouterr().err]).str.contains(words, regex=True).all()
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_named(tmp_path, capsys):
    assert run("validate", tmp_path / "nothing.csv") == 1
    assert "cannot be read: No such file" in capsys.readouterr().err


@pytest.mark.slow
def test_the_demo_command_fits_into_the_workspace(tmp_path):
    environment = os.environ | {"MMM_ARTIFACTS": str(tmp_path)}
    command = [sys.executable, "-m", "mmm_core", "demo", "--json"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["address"].endswith(f"?run={answer['run_id']}")
    assert get_status(tmp_path / "runs" / answer["run_id"]).stage == "OUTPUTS_READY"


def test_what_the_page_would_ask_of_columns_is_asked_on_the_command_line(tmp_path, capsys):
    file = tmp_path / "shop.csv"
    file.write_bytes(table([[*row, "7"] for row in good_rows()], f"{HEADER},Orders"))
    assert run("validate", file) == 0
    said = capsys.readouterr().out
    assert f"  Orders (leave out): {OUTCOME}" in said
    assert said.index("Please look at these columns") < said.index("Orders (leave out)")
    assert run("validate", file, "--json") == 0
    (question,) = json.loads(capsys.readouterr().out)["questions"]
    assert question == {"column": "Orders", "role": "leave out", "name": None, "question": OUTCOME}
    file.write_bytes(table(good_rows()))
    assert run("validate", file) == 0
    assert "Please look" not in capsys.readouterr().out
