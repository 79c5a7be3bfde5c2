"""Everything of a run as one zip."""

import html
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import StorageError
from mmm_core.exports.archive import LINE, readme_text, write_run_zip
from mmm_core.exports.gallery import GALLERY, Exhibit
from mmm_core.exports.tables import tables_of_run
from mmm_core.proof import kept
from mmm_core.proof.kept import Proof
from mmm_core.proof.parts.looks import LOOKS
from mmm_core.proof.work import answer
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import OUTPUT_FILES, read_manifest, read_spec
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"
EUROS = Units(target="€", spend="€")


@pytest.fixture(scope="module")
def archive():
    target = io.BytesIO()
    write_run_zip(DEMO, target, units=EUROS)
    with zipfile.ZipFile(target) as opened:
        yield opened


def test_charts_tables_and_the_run_s_files_are_in_it(archive):
    names = set(archive.namelist())
    assert archive.testzip() is None
    assert {*OUTPUT_FILES, "run_spec.json", "manifest.json", "reproduce.py", "README.txt", "tables.xlsx"} <= names
    run = Exhibit("demo", read_outputs(DEMO), read_spec(DEMO), EUROS)
    hung = [piece.name for piece in GALLERY if piece.is_there(run)]
    assert len(hung) >= 12
    for stem in hung:
        assert {f"charts/{stem}.html", f"charts/{stem}.csv"} <= names
    assert [name for name in names if name.endswith(".js")] == ["charts/plotly.min.js"]
    assert archive.getinfo("charts/plotly.min.js").file_size > 1_000_000
    assert archive.getinfo("charts/fit.html").file_size < 200_000


def test_its_figures_are_those_of_the_pages_and_say_what_a_picture_of_them_says(archive):
    figures = json.loads(archive.read("charts/figures.json"))
    pages = {name[7:-5] for name in archive.namelist() if name.startswith("charts/") and name.endswith(".html")}
    assert set(figures) == pages
    for stem, figure in figures.items():
        said = figure["layout"]["meta"]
        assert f"<h1>{html.escape(said['title'])}</h1>" in archive.read(f"charts/{stem}.html").decode()
        assert "94 % intervals" in said["picture"]["source"].replace("\u00a0", " ")
        assert figure["data"]


def test_what_other_settings_answered_goes_with_it():
    own, target = read_outputs(DEMO).summary, io.BytesIO()
    write_run_zip(DEMO, target, units=EUROS, others={"with saturation": own})
    with zipfile.ZipFile(target) as opened:
        shares = pd.read_csv(io.BytesIO(opened.read("charts/other_settings.csv")))
        readme = opened.read("README.txt").decode()
    assert set(shares["settings"]) == {"these settings", "with saturation"}
    assert "charts/other_settings.html" in readme
    assert "Under 1 other setting of the same model media brought" in " ".join(readme.split())


def test_what_a_proof_said_goes_with_it(tmp_path, archive):
    run = Path(shutil.copytree(DEMO, tmp_path / "run"))
    list(answer(run, None, (LOOKS,)))
    target = io.BytesIO()
    write_run_zip(run, target, units=EUROS)
    with zipfile.ZipFile(target) as opened:
        assert Proof.model_validate_json(opened.read("proof.json")) == kept.read(run)
        readme = opened.read("README.txt").decode()
        assert "Does it look like the data?" in opened.read("charts/proof_looks.html").decode()
        assert "proof_looks" in json.loads(opened.read("charts/figures.json"))
    line = next(line for line in readme.splitlines() if line.startswith("proof.json"))
    assert "what each part of the run's proof says" in line
    assert "Does it look like the data? (data: proof_looks.csv)" in " ".join(readme.split())
    if kept.read(DEMO) is None:
        assert "proof.json" not in archive.namelist()


def test_its_tables_are_those_of_the_run(archive):
    found = read_outputs(DEMO)
    sheets = pd.read_excel(io.BytesIO(archive.read("tables.xlsx")), sheet_name=None, engine="calamine")
    for stem, table in tables_of_run(found).items():
        as_csv = pd.read_csv(io.BytesIO(archive.read(f"tables/{stem}.csv")))
        assert len(as_csv) == len(sheets[table.label]) == len(table.frame)
        assert list(as_csv.columns) == list(table.frame.columns)
    np.testing.assert_allclose(sheets["Fitted and observed"]["Observed (€)"], found.fitted["y"])
    assert next(iter(sheets)) == "About"


def test_the_readme_says_what_each_file_is_and_on_what_conditions_the_numbers_hold(archive):
    text = archive.read("README.txt").decode()
    listed = {line.split()[0] for line in text.splitlines() if line.strip()}
    for name in archive.namelist():
        if name != "README.txt" and not (name.startswith("charts/") and name.endswith(".csv")):
            assert name in listed, name
    plain = " ".join(text.split())
    for said in (
        "mmm_demo.csv: what each channel brought",
        "2 Jan 2023 to 22 Dec 2025",
        "hold 94 % of the posterior",
        "TV probably brought the most",
        "carry-over, saturation and how effects combine are estimated",
        "estimated (mean and 94 % interval of the decay",
        "Nobody tried other settings",
        "Print cannot be told from no effect: its 94 % interval begins below a tenth",
        "Sales are in €, spend in €.",
        "What came back for the money? (data: roi.csv)",
    ):
        assert said in plain
    assert max(len(line) for line in text.splitlines()) <= LINE


def test_the_readme_counts_the_settings_that_were_tried_and_keeps_names_on_one_line():
    manifest = read_manifest(DEMO).model_copy(update={"drafts_before": 12})
    run = Exhibit("a name\nREADME.txt  of two lines", read_outputs(DEMO), read_spec(DEMO), Units())
    text = readme_text(run, manifest, tables={}, charts={}, files=[])
    assert "12 other settings were tried on this table before this run." in text
    assert text.startswith("a name README.txt of two lines: what each channel brought\n")
    assert "the currency of spend is not said" in text


def test_a_run_that_is_not_finished_has_no_zip(tmp_path):
    with pytest.raises(StorageError, match="is not there yet"):
        write_run_zip(tmp_path, io.BytesIO(), units=EUROS)


@pytest.mark.slow
def test_the_zip_of_a_run_makes_the_same_run_again(archive, tmp_path):
    archive.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "reproduce.py")], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "The same numbers" in done.stdout or "the same answer" in done.stdout
    again, shipped = read_outputs(tmp_path / "again"), read_outputs(DEMO)
    # Another processor may draw another chain: agreement is within Monte-Carlo error.
    np.testing.assert_allclose(again.fitted["y_hat_mean"], shipped.fitted["y_hat_mean"], rtol=0.01)
