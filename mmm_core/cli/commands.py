"""What each command of the command line does: parse, call one use case, print; each gives its exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from mmm_core import settings, shipped
from mmm_core.api import binding
from mmm_core.errors import SpecError
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, ReadingOptions, RunSpec, parse_spec
from mmm_core.table.checks.issues import Issue
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import folders, storage
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.status import Status

DONE, INPUT_AT_FAULT, USAGE, OUR_FAULT = 0, 1, 2, 3
"""Exit codes."""
MAX_SPEC_BYTES = 2**20
APP_ADDRESS = "http://127.0.0.1:8501"


def validate_command(options: argparse.Namespace) -> int:
    """Read a table and report every issue."""
    settings = DatasetSettings(reading=ReadingOptions(sheet=options.sheet), rates=_rates(options.rate))
    report = tables.read_file(options.file, settings).report
    if options.json:
        print(report.model_dump_json(indent=1))
    else:
        print(_describe(report, options.file.name))
    return DONE if report.ok else INPUT_AT_FAULT


def run_command(options: argparse.Namespace) -> int:
    """Run the whole pipeline on one table, into one folder."""
    spec = parse_spec(storage.read_upload(options.spec, MAX_SPEC_BYTES))
    folders.require_replaceable(options.out)
    settings = _with_rates(_settings(spec, options.sheet), options.rate)
    prepared = tables.read_file(options.file, settings, spec)
    data = prepared.canonical()
    # Loading the sampler takes seconds: a table that is refused is refused before that.
    from mmm_core.runs import fits
    from mmm_core.runs.folder import REPORT

    with folders.filled_beside(options.out) as folder:
        storage.write_json(folder / REPORT, prepared.report)
        fits.create(folder, data, spec, fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER))
        final = _fitted(folder, quiet=options.json)
        folders.swap_in(folder, options.out)
    if options.json:
        print(final.model_dump_json(indent=1))
    else:
        print(_headline(options.out, prepared.report))
    return DONE


def demo_command(options: argparse.Namespace) -> int:
    """Fit the shipped demo into the workspace."""
    from mmm_core.runs import fits

    desk = Desk(storage.Workspace(settings.artifacts_dir()), LOCAL_OWNER)
    run_id = storage.new_id("run")
    target = desk.workspace.run_dir(run_id)
    with folders.filled_beside(target) as folder:
        fits.fill(folder, desk, parse_spec(shipped.DEMO_SPEC.read_bytes()))
        _fitted(folder, quiet=options.json)
        folders.swap_in(folder, target)
    address = f"{APP_ADDRESS}/?run={run_id}"
    print(json.dumps({"run_id": run_id, "address": address}) if options.json else f"The demo is ready: {address}")
    return DONE


def _fitted(folder: Path, *, quiet: bool) -> Status:
    """Build the features of a fit and fit it, with a bar for each step unless it is to be quiet."""
    from mmm_core.runs import execution, fits

    fits.build(folder)
    with _progress_bar(quiet=quiet) as show:
        return execution.execute_run(folder, lambda progress: show(progress.step, progress.fraction))


def warm_command(options: argparse.Namespace) -> int:
    """Fill the compile cache, so that nobody waits for the first compilation on a machine."""
    from mmm_core.model import structure
    from mmm_core.sampler import sampling

    for bucket in structure.BUCKETS:
        seconds = sampling.compile_bucket(bucket).seconds
        if not options.json:
            print(f"Compiled the model for {bucket.channels} channels, {bucket.controls} controls: {seconds:.1f} s")
    return DONE


def worker_command(options: argparse.Namespace) -> int:
    """Work on the queue of a workspace; doors start this by themselves."""
    from mmm_core.worker import loop

    workspace = storage.Workspace(options.workspace or settings.artifacts_dir())
    if not loop.serve(workspace, idle_seconds=settings.worker_idle_seconds()):
        print(f"The workspace {workspace.root} has a worker already.")
    return DONE


def serve_command(options: argparse.Namespace) -> int:
    """Answer HTTP requests, without the app."""
    from mmm_core.api import server

    address = f"http://{f'[{options.host}]' if ':' in options.host else options.host}:{options.port}"
    settings.check()
    binding.require_safe_binding(options.host)
    print(f"The API: {address}/api, its document page: {address}/api/docs. Ctrl-C ends it.", flush=True)
    try:
        server.serve(storage.Workspace(settings.artifacts_dir()), host=options.host, port=options.port)
    except OSError as error:
        print(
            f"Error: {address} cannot be served: {error.strerror}. Stop what runs there, or choose another: "
            "--port 8001.",
            file=sys.stderr,
        )
        return INPUT_AT_FAULT
    return DONE


def schemas_command(options: argparse.Namespace) -> int:
    """Write the JSON Schema of every JSON file of the contract."""
    from mmm_core.runs.contract import JSON_FILES

    storage.export_schemas(options.folder, JSON_FILES)
    return DONE


def _settings(spec: RunSpec, sheet: str | None) -> DatasetSettings:
    settings = spec.dataset or DatasetSettings()
    if sheet is None:
        return settings
    return settings.model_copy(update={"reading": settings.reading.model_copy(update={"sheet": sheet})})


def _with_rates(settings: DatasetSettings, given: Sequence[str]) -> DatasetSettings:
    """The settings with the rates of the command line beside, or instead of, their own."""
    return settings.model_copy(update={"rates": settings.rates | _rates(given)}) if given else settings


def _rates(given: Sequence[str]) -> dict[str, float]:
    """Rates as they were given: USD=0.92."""
    rates: dict[str, float] = {}
    for text in given:
        name, mark, number = text.rpartition("=")
        try:
            rates |= DatasetSettings(rates={name.strip(): float(number)}).rates
        except ValueError as error:
            raise SpecError(
                f"--rate {text}: {'no number above 0' if mark else 'no currency and number'}.",
                code="bad_rate",
                remedy="Write --rate USD=0.92 where one USD is worth 0.92 of the table's currency.",
            ) from error
    return rates


@contextmanager
def _progress_bar(*, quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar for the step at work; a new step starts it over."""
    with tqdm(total=100, disable=quiet, bar_format="{desc:<28} {percentage:3.0f}% |{bar:30}| {elapsed}") as bar:

        def show(step: str, fraction: float) -> None:
            bar.set_description_str(step, refresh=False)
            bar.n = round(100 * fraction)
            bar.refresh()

        yield show
        show("Done", 1.0)


def _describe(report: ValidationReport, name: str) -> str:
    span = f", {report.first_period} to {report.last_period}" if report.first_period else ""
    channels = ", ".join(report.channels) or "none"
    lines = [
        f"{name}: {report.n_rows} rows, {report.n_entities} entities, grain {report.grain or 'unknown'}{span}",
        f"Channels: {channels}. Controls: {', '.join(report.controls) or 'none'}.",
        *report.detected.notes,
        *(f"Applied: {fix.sentence} ({fix.rows} rows)" for fix in report.applied_fixes),
        *(_describe_issue(issue) for issue in report.issues),
        "Ready to fit." if report.ok else "Not ready to fit: mend the errors above.",
    ]
    return "\n".join(lines)


def _describe_issue(issue: Issue) -> str:
    fix = f" (dataset.fixes: {' or '.join(issue.fixes)})" if issue.fixes else ""
    return f"  {issue.severity:<8}{issue.message} {issue.meaning} {issue.remedy}{fix}"


def _headline(folder: Path, report: ValidationReport) -> str:
    from mmm_core.runs.outputs import read_outputs

    outputs = read_outputs(folder)
    percent = 100 * outputs.summary.interval_prob
    media = outputs.summary.media_share
    lines = [
        f"Media brought {media.mean:.1%} of fitted sales "
        f"({percent:.0f} % interval {media.low:.1%} to {media.high:.1%}).",
    ]
    for channel in outputs.summary.channels:
        share = channel.share
        doubt = "  cannot be told from no effect" if channel.cannot_be_told else ""
        lines.append(f"  {channel.channel:<20} {share.mean:6.1%}  ({share.low:.1%} to {share.high:.1%}){doubt}")
    lines += [f"  {v.status}: {v.finding} {v.advice}" for v in outputs.diagnostics.verdicts if v.status != "pass"]
    lines += [f"  note: {notice}" for notice in outputs.scaler.notices]
    warnings = sum(issue.severity == "warning" for issue in report.issues)
    if warnings:
        lines.append(f"  The table has {warnings} warnings: see validation_summary.json.")
    return "\n".join([*lines, f"Written to {folder}."])
