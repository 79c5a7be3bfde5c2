"""Everything of a finished run as one zip: what a person reads, and the files of the contract that programs read.

::

    README.txt      what each file is, and the conditions of the result
    tables.xlsx     every table, a sheet each
    tables/         the same as CSV
    charts/         every chart as an HTML page with its data beside it; one plotly.js for all of them; figures.json has
                    them as figures, of which the Results page makes pictures on the way to the disk
    *.json …        the run's own files, with reproduce.py, which makes the run again and compares the numbers, and the
                    requirements.txt of its versions
    proof.json      what the run's proof says, if somebody has asked for one; its charts are among the others
"""

from __future__ import annotations

import json
import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from mmm_core.charts.proof import gallery as proofs
from mmm_core.exports import formats, reproduce
from mmm_core.exports.about import about_run, title_of
from mmm_core.exports.gallery import STUDIO, Exhibit, charts_of_run
from mmm_core.exports.tables import Table, tables_of_run
from mmm_core.exports.workbook import workbook_of_run
from mmm_core.labels import per_spend
from mmm_core.proof import kept
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import CANCEL, LABEL, SENTENCES, read_manifest, read_report, read_spec, whole
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.runs.outputs import read_outputs
from mmm_core.workspace import storage

PLOTLY = "plotly.min.js"
FIGURES = "figures.json"
"""Every chart as a page draws it: the Results page makes pictures of them, and adds these to the zip."""
PROVED = "what each part of the run's proof says, as far as it was when this file was made"
LINE = 110
"""Characters of a line of the README."""
PICTURES = (
    "the same charts as pictures, drawn by the browser that saves this zip on the Results page; where they are missing "
    "a program has fetched it, or the browser could not draw them: then the Save menu of each chart makes its picture"
)


def write_run_zip(
    folder: Path, target: IO[bytes], *, units: Units, others: Mapping[str, ContributionSummary] | None = None
) -> None:
    """Write the zip of the finished run in ``folder`` to an open file: a run with many draws need not fit into memory.

    ``others`` are answers under other settings by what differs: they become a chart and a line of the README.

    Raises
    ------
    StorageError
        The run is not finished, or a file is damaged.
    """
    run, manifest = exhibit_of(folder, units=units, others=others)
    proof = kept.read(folder)
    tables, charts = tables_of_run(run.outputs), charts_of_run(run) | _charts_of_proof(run, proof)
    files = [
        path.name
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".") and path.name != CANCEL
    ]
    proved = [] if proof is None else [kept.FILE]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme_text(run, manifest, tables=tables, charts=charts, files=files + proved))
        archive.writestr("tables.xlsx", workbook_of_run(run, manifest))
        for stem, table in tables.items():
            archive.writestr(f"tables/{stem}.csv", formats.csv_bytes(table.frame))
        archive.writestr(f"charts/{PLOTLY}", get_plotlyjs())
        for stem, figure in charts.items():
            page = formats.chart_html(figure, source=f"{run.source()} · {STUDIO}", plotlyjs=PLOTLY)
            archive.writestr(f"charts/{stem}.html", page)
            archive.writestr(f"charts/{stem}.csv", formats.csv_bytes(formats.chart_data(figure)))
        archive.writestr(f"charts/{FIGURES}", _figures_json(run, charts))
        for file in files:
            archive.write(whole(folder, file), file)
        if proof is not None:
            archive.writestr(kept.FILE, proof.model_dump_json(indent=1))
        archive.writestr("reproduce.py", reproduce.script_of(manifest, title_of(run)))
        archive.writestr("requirements.txt", reproduce.requirements_of(manifest))


def _charts_of_proof(run: Exhibit, proof: kept.Proof | None) -> dict[str, go.Figure]:
    """The chart of each question that a run's proof has answered, as the page shows it."""
    per = per_spend(run.units.target, run.units.spend)
    parts = () if proof is None else proof.parts
    return proofs.charts_of(parts, sales=run.sales, per=per, places=run.colours, order=run.channels)


def exhibit_of(
    folder: Path, *, units: Units, others: Mapping[str, ContributionSummary] | None = None
) -> tuple[Exhibit, Manifest]:
    """The finished run in ``folder`` with all that its charts and tables are made from, and how it was made.

    Raises
    ------
    StorageError
        The run is not finished, or a file is damaged.
    """
    manifest = read_manifest(folder)
    name = storage.read_json(folder / LABEL, Label).name or manifest.source_name
    outputs, report = read_outputs(folder), read_report(folder)
    return Exhibit(name, outputs, read_spec(folder), units, others or {}, report, manifest.colours), manifest


def readme_text(
    run: Exhibit,
    manifest: Manifest,
    *,
    tables: Mapping[str, Table],
    charts: Mapping[str, go.Figure],
    files: list[str],
) -> str:
    """What is in the zip, and on what conditions its numbers hold."""
    sentences = SENTENCES | {kept.FILE: PROVED}
    listed = [
        ("tables.xlsx", "every table below in one Excel file"),
        *((f"tables/{stem}.csv", table.says) for stem, table in tables.items()),
        *((f"charts/{stem}.html", f"{figure.layout.title.text} (data: {stem}.csv)") for stem, figure in charts.items()),
        ("charts/*.png", PICTURES),
        (f"charts/{PLOTLY}", "draws the pages beside it; they need no network"),
        (f"charts/{FIGURES}", "every chart as a figure of Plotly, which a program can draw again"),
        *((file, sentences[file]) for file in files if file in sentences),
        ("reproduce.py", "makes this run again, and says whether the numbers are the same"),
        ("requirements.txt", "the versions of libraries that the run was made with, for reproduce.py"),
    ]
    paragraphs = [
        title_of(run),
        *(said.text for said in about_run(run, manifest)),
        "Names of channels are those of your table, with _ where they have blanks; a cell that a spreadsheet would "
        "compute begins with an apostrophe.",
    ]
    return (
        "\n\n".join([*(textwrap.fill(each, LINE) for each in paragraphs), "What is in here", _aligned(listed)]) + "\n"
    )


def _figures_json(run: Exhibit, charts: Mapping[str, go.Figure]) -> str:
    source = f"{run.source()} · {STUDIO}"
    drawn = (
        f"{json.dumps(stem)}:{formats.as_shown(figure, file=stem, source=source).to_json()}"
        for stem, figure in charts.items()
    )
    return f"{{{','.join(drawn)}}}"


def _aligned(listed: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in listed) + 2
    return "\n".join(
        textwrap.fill(f"{name:<{width}}{says}", LINE, subsequent_indent=" " * width, break_on_hyphens=False)
        for name, says in listed
    )
