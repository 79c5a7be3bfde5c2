"""Everything of a finished run as one zip: what a person reads, and the files of the contract that programs read.

::

    README.txt      what each file is, and the conditions of the result
    tables.xlsx     every table, a sheet each
    tables/         the same as CSV
    charts/         every chart as an HTML page with its data beside it; one plotly.js for all of them
    *.json …        the run's own files, with reproduce.py, which makes the run again
"""

from __future__ import annotations

import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from mmm_core.exports import formats
from mmm_core.exports.gallery import STUDIO, Exhibit, charts_of_run
from mmm_core.exports.tables import Table, tables_of_run
from mmm_core.labels import counted, day, display_names
from mmm_core.results import variants
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import conditions
from mmm_core.results.headline import media_in_words, most_in_words, unclear_in_words, unclear_rule
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import CANCEL, LABEL, SENTENCES, read_manifest, read_report, read_spec, whole
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.runs.outputs import read_outputs
from mmm_core.workspace import storage

PLOTLY = "plotly.min.js"
LINE = 110
"""Characters of a line of the README."""
CHECKS = {
    "pass": "The fit passes every check.",
    "look": "Some checks of the fit ask for care: diagnostics.json says which, and what to do.",
    "stop": "Checks of the fit failed: do not use these numbers before you have read diagnostics.json.",
}
REPRODUCE = '''"""Makes this run again, from the files in this folder: python reproduce.py (with mmm_core installed)."""

from pathlib import Path

from mmm_core.runs import execution, fits

here = Path(__file__).resolve().parent
again = here / "again"
again.mkdir(exist_ok=True)
for name in ("run_spec.json", "manifest.json", "features.parquet", "feature_scaler.json"):
    (again / name).write_bytes((here / name).read_bytes())
fits.restart(again)
print(execution.execute_run(again).stage, "in", again)
'''


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
    manifest = read_manifest(folder)
    name = storage.read_json(folder / LABEL, Label).name or manifest.source_name
    run = Exhibit(name, read_outputs(folder), read_spec(folder), units, others or {}, read_report(folder))
    tables, charts = tables_of_run(run.outputs), charts_of_run(run)
    files = [
        path.name
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".") and path.name != CANCEL
    ]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme_text(run, manifest, tables=tables, charts=charts, files=files))
        archive.writestr("tables.xlsx", formats.excel_bytes({table.label: table.frame for table in tables.values()}))
        for stem, table in tables.items():
            archive.writestr(f"tables/{stem}.csv", formats.csv_bytes(table.frame))
        archive.writestr(f"charts/{PLOTLY}", get_plotlyjs())
        for stem, figure in charts.items():
            page = formats.chart_html(figure, source=f"{run.source()} · {STUDIO}", plotlyjs=PLOTLY)
            archive.writestr(f"charts/{stem}.html", page)
            archive.writestr(f"charts/{stem}.csv", formats.csv_bytes(formats.chart_data(figure)))
        for file in files:
            archive.write(whole(folder, file), file)
        archive.writestr("reproduce.py", REPRODUCE)


def readme_text(
    run: Exhibit,
    manifest: Manifest,
    *,
    tables: Mapping[str, Table],
    charts: Mapping[str, go.Figure],
    files: list[str],
) -> str:
    """What is in the zip, and on what conditions its numbers hold."""
    listed = [
        ("tables.xlsx", "every table below in one Excel file"),
        *((f"tables/{stem}.csv", table.says) for stem, table in tables.items()),
        *((f"charts/{stem}.html", f"{figure.layout.title.text} (data: {stem}.csv)") for stem, figure in charts.items()),
        (f"charts/{PLOTLY}", "draws the pages beside it; they need no network"),
        *((file, SENTENCES[file]) for file in files if file in SENTENCES),
        ("reproduce.py", "makes this run again, with mmm_core installed"),
    ]
    paragraphs = [
        f"{_one_line(run.name)}: what each channel brought",
        *_conditions(run, manifest),
        *([variants.across(run.outputs.summary, run.others)] if run.others else []),
        "Names of channels are as in your table; a cell that a spreadsheet would compute begins with an apostrophe.",
    ]
    return (
        "\n\n".join([*(textwrap.fill(each, LINE) for each in paragraphs), "What is in here", _aligned(listed)]) + "\n"
    )


def _conditions(run: Exhibit, manifest: Manifest) -> list[str]:
    summary, units = run.outputs.summary, run.units
    tried, said = manifest.drafts_before, units.target != Units().target
    unclear, answer = unclear_in_words(summary), [media_in_words(summary), most_in_words(summary)]
    return [
        f"{'; '.join(_one_line(part) for part in answer if part)}.",
        f"Made of {_one_line(manifest.source_name)} on {day(manifest.created_at)} by {STUDIO} "
        f"(mmm_core {manifest.versions.get('mmm_core', 'unknown')}). {run.conditions()}",
        (f"Sales are in {_one_line(units.target)}" if said else "What sales are counted in is not said")
        + (f", spend in {_one_line(units.spend)}." if units.spend else "; the currency of spend is not said."),
        f"Intervals (low, high) hold {100 * summary.interval_prob:.0f} % of the posterior. {conditions(summary)}",
        _carry_over(run),
        f"{counted(tried, 'other setting')} {'was' if tried == 1 else 'were'} tried on this table before this run."
        if tried
        else "No other settings were tried on this table before this run.",
        CHECKS[run.outputs.diagnostics.overall] + (f" {unclear}: {unclear_rule(summary)}." if unclear else ""),
        "An interval above zero is no evidence of an effect: effects are positive by assumption. Additive "
        "contributions add up to the fitted line; removal contributions say what would be missing without one channel, "
        "and overlap.",
    ]


def _carry_over(run: Exhibit) -> str:
    """What of each channel's effect lasts: as it was set, or as it was estimated."""
    labels = display_names(run.channels)
    begun = f"Share of the effect that is still felt one {run.outputs.scaler.grain.lower()} later"
    found = {row.name: row for row in run.outputs.parameters.parameters}
    if run.outputs.summary.model == "fixed":
        decays = ", ".join(f"{labels[name]} {run.spec.decay(name):g}" for name in run.channels)
        return f"{begun}, as set: {decays}."
    rows = [(labels[name], found[f"decay[{name}]"]) for name in run.channels if f"decay[{name}]" in found]
    decays = ", ".join(f"{label} {row.mean:.2f} ({row.hdi_3:.2f} to {row.hdi_97:.2f})" for label, row in rows)
    return f"{begun}, estimated (mean and 94 % interval of the decay; an effect may also build up first): {decays}."


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _aligned(listed: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in listed) + 2
    return "\n".join(
        textwrap.fill(f"{name:<{width}}{says}", LINE, subsequent_indent=" " * width, break_on_hyphens=False)
        for name, says in listed
    )
