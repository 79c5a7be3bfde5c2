"""What each command of the command line does: parse, call one use case, print; each gives its exit code."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from mmm_core import settings, shipped
from mmm_core.api import binding
from mmm_core.cli import costs
from mmm_core.cli.progress import is_quiet, progress_bar
from mmm_core.errors import DataError, SpecError
from mmm_core.runs import tables
from mmm_core.runs.tables import Prepared
from mmm_core.spec import FIX_NAMES, DatasetSettings, FixName, LongColumns, RunSpec, parse_spec
from mmm_core.table.checks.issues import Issue
from mmm_core.table.roles import RoleQuestion, near_matches
from mmm_core.table.suggestions import Suggestion
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import folders, storage
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.status import Status

DONE, INPUT_AT_FAULT, USAGE, OUR_FAULT = 0, 1, 2, 3
"""Exit codes."""
MAX_SPEC_BYTES = 2**20
APP_ADDRESS = "http://127.0.0.1:8501"


def fix_name(text: str) -> FixName:
    """The repair that an argument names; argparse tells what is wrong with it."""
    known = next((name for name in FIX_NAMES if name == text), None)
    if known is None:
        near = near_matches(text.lower(), FIX_NAMES).replace("Columns: ", "There are: ")
        raise argparse.ArgumentTypeError(f"there is no repair '{text}'. {near}")
    return known


def validate_command(options: argparse.Namespace) -> int:
    """Read a table and report every issue."""
    spec = parse_spec(storage.read_upload(options.spec, MAX_SPEC_BYTES)) if options.spec else None
    settings = _settings((spec and spec.dataset) or DatasetSettings(), options)
    report = _with_commands(tables.read_file(options.file, settings, spec).report, options.arguments)
    if options.cost:
        return _validate_with_costs(options, settings, report)
    if options.json:
        print(report.model_dump_json(indent=1))
    else:
        print(_describe(report, options.file.name))
    return DONE if report.ok else INPUT_AT_FAULT


def _validate_with_costs(options: argparse.Namespace, settings: DatasetSettings, report: ValidationReport) -> int:
    """The same, and what each fix would do; in JSON beside the report's own fields."""
    if not options.json:
        print(_describe(report, options.file.name), flush=True)
    with progress_bar(quiet=is_quiet(options)) as show:
        known = costs.weighed(options.file, settings, report, tell=lambda step: show(step, 0))
    if options.json:
        found = {"costs": [cost.model_dump(mode="json") for cost in known.costs], "not_tried": known.not_tried}
        print(json.dumps(report.model_dump(mode="json") | found, indent=1))
    elif known.costs or known.not_tried:
        print(costs.in_words(known))
    return DONE if report.ok else INPUT_AT_FAULT


def run_command(options: argparse.Namespace) -> int:
    """Run the whole pipeline on one table, into one folder."""
    folders.require_replaceable(options.out)
    spec, prepared = asked_of_a_table(options)
    report = _with_commands(prepared.report, options.arguments)
    try:
        data = prepared.canonical()
    except DataError as error:
        print("\n".join([f"Error: {error}", *_suggested(report.suggestions)]), file=sys.stderr)
        return INPUT_AT_FAULT
    # Loading the sampler takes seconds: a table that is refused is refused before that.
    from mmm_core.runs import fits
    from mmm_core.runs.folder import REPORT

    with folders.filled_beside(options.out) as folder:
        storage.write_json(folder / REPORT, report)
        fits.create(folder, data, spec, fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER))
        final = fitted(folder, quiet=options.json)
        folders.swap_in(folder, options.out)
    if options.json:
        print(final.model_dump_json(indent=1))
    else:
        print(_headline(options.out, report))
    return DONE


def asked_of_a_table(options: argparse.Namespace) -> tuple[RunSpec, Prepared]:
    """The specification with what the command line says beside it, and the table as it is read so."""
    spec = parse_spec(storage.read_upload(options.spec, MAX_SPEC_BYTES))
    settings = _settings(spec.dataset or DatasetSettings(), options)
    if settings != (spec.dataset or DatasetSettings()):
        # What the command line said is part of what was asked: the run can be repeated from its folder.
        spec = spec.model_copy(update={"dataset": settings})
    return spec, tables.read_file(options.file, settings, spec)


def demo_command(options: argparse.Namespace) -> int:
    """Fit the shipped demo into the workspace."""
    from mmm_core.runs import fits

    desk = Desk(storage.Workspace(settings.artifacts_dir()), LOCAL_OWNER)
    run_id = storage.new_id("run")
    target = desk.workspace.run_dir(run_id)
    with folders.filled_beside(target) as folder:
        fits.fill(folder, desk, parse_spec(shipped.DEMO_SPEC.read_bytes()))
        fitted(folder, quiet=options.json)
        folders.swap_in(folder, target)
    address = f"{APP_ADDRESS}/?run={run_id}"
    print(json.dumps({"run_id": run_id, "address": address}) if options.json else f"The demo is ready: {address}")
    return DONE


def fitted(folder: Path, *, quiet: bool) -> Status:
    """Build the features of a fit and fit it, with a bar for each step unless it is to be quiet."""
    from mmm_core.runs import execution, fits

    fits.build(folder)
    with progress_bar(quiet=quiet) as show:
        return execution.execute_run(folder, lambda progress: show(progress.step, progress.fraction))


def warm_command(options: argparse.Namespace) -> int:
    """Fill the compile cache, so that nobody waits for the first compilation on a machine."""
    from mmm_core.model import structure
    from mmm_core.sampler import sampling

    for bucket in structure.BUCKETS:
        seconds = sampling.compile_structure(bucket).seconds
        if not options.json:
            print(f"Compiled the model for {bucket.channels} channels, {bucket.controls} controls: {seconds:.1f} s")
    seconds = sampling.compile_structure(structure.AnySize()).seconds
    if not options.json:
        print(f"Compiled the recommended model: {seconds:.1f} s")
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
    from mmm_core.exports.contract import JSON_FILES

    storage.export_schemas(options.folder, JSON_FILES)
    return DONE


def _settings(settings: DatasetSettings, options: argparse.Namespace) -> DatasetSettings:
    """Settings of a table with what the command line says beside them."""
    changes: dict[str, object] = {}
    if options.sheet is not None:
        changes["reading"] = settings.reading.model_copy(update={"sheet": options.sheet})
    if options.fixes:
        asked = {*settings.fixes, *options.fixes}
        changes["fixes"] = tuple(name for name in FIX_NAMES if name in asked)
    if options.rate:
        changes["rates"] = settings.rates | _rates(options.rate)
    if options.keep_currency is not None:
        changes["keep_currency"] = _kept_currency(options.keep_currency)
    if options.pivot:
        changes["pivot"] = settings.pivot.model_copy(update=_pivot(options.pivot))
    return settings.model_copy(update=changes)


def _with_commands(report: ValidationReport, arguments: Sequence[str]) -> ValidationReport:
    """The report, in which each suggestion has the command line that follows it."""
    told = tuple(each.model_copy(update={"command": _command_with(arguments, each.fix)}) for each in report.suggestions)
    return report.model_copy(update={"suggestions": told})


def _command_with(arguments: Sequence[str], fix: FixName) -> str:
    """What was written on the command line, with one more repair."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return shlex.join(["python", "-m", "mmm_core", *arguments[:end], "--fix", fix, *arguments[end:]])


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


def _kept_currency(text: str) -> str | None:
    try:
        return DatasetSettings(keep_currency=text.strip()).keep_currency
    except ValueError as error:
        raise SpecError(
            f"--keep-currency '{text}': no currency.",
            code="bad_currency",
            remedy="Write its code as the report names it: --keep-currency EUR.",
        ) from error


def _pivot(given: Sequence[str]) -> dict[str, str]:
    """Columns of a long table as they were given: names=campaign."""
    parts: dict[str, str] = {}
    for text in given:
        part, mark, column = text.partition("=")
        if not mark or part.strip() not in LongColumns.model_fields:
            raise SpecError(
                f"--pivot {text}: {'no such part' if mark else 'no part and column'}.",
                code="bad_pivot",
                remedy=f"Write --pivot names=campaign; parts are {', '.join(LongColumns.model_fields)}.",
            )
        parts[part.strip()] = column.strip()
    return parts


def _describe(report: ValidationReport, name: str) -> str:
    span = f", {report.first_period} to {report.last_period}" if report.first_period else ""
    channels = ", ".join(report.channels) or "none"
    lines = [
        f"{name}: {report.n_rows} rows, {report.n_entities} entities, grain {report.grain or 'unknown'}{span}",
        f"Channels: {channels}. Controls: {', '.join(report.controls) or 'none'}.",
        *report.detected.notes,
        *(f"Applied: {fix.sentence} ({fix.rows} rows)" for fix in report.applied_fixes),
        *(_describe_issue(issue) for issue in report.issues),
        *_suggested(report.suggestions),
        *_asked(report.questions),
        "Ready to fit." if report.ok else "Not ready to fit: mend the errors above.",
    ]
    return "\n".join(lines)


def _describe_issue(issue: Issue) -> str:
    fix = f" ({' or '.join(f'--fix {name}' for name in issue.fixes)})" if issue.fixes else ""
    return f"  {issue.severity:<8}{issue.message} {issue.meaning} {issue.remedy}{fix}"


def _suggested(suggestions: Sequence[Suggestion]) -> list[str]:
    """Every repair that is offered, once, with what it does and the command that asks for it."""
    commands = {each.fix: each for each in reversed(suggestions)}
    told = [f"  {each.sentence}\n    {each.command}" for each in reversed(commands.values())]
    return ["What can be done about it, one at a time:", *told] if told else []


def _asked(questions: Sequence[RoleQuestion]) -> list[str]:
    """Columns without a role of which something must be known, with what each probably is."""
    told = [f"  {each.column} ({each.role}): {each.question}" for each in questions]
    head = "Please look at these columns; dataset.columns gives one a role, dataset.left_out none:"
    return [head, *told] if told else []


def _headline(folder: Path, report: ValidationReport) -> str:
    from mmm_core.results.headline import little_in_words, media_in_words, most_in_words, prior_in_words
    from mmm_core.runs.outputs import read_outputs

    outputs = read_outputs(folder)
    said = (media_in_words(outputs.summary), most_in_words(outputs.summary))
    of_the_prior = (prior_in_words, little_in_words)
    doubts = [words for say in of_the_prior if (words := say(outputs.diagnostics.prior_posterior))]
    lines = [*(f"{words}." for words in doubts), f"{'; '.join(part for part in said if part)}."]
    for channel in outputs.summary.largest_first:
        share = channel.share
        doubt = "  cannot be told from no effect" if channel.cannot_be_told else ""
        lines.append(f"  {channel.channel:<20} {share.shown:6.1%}  ({share.low:.1%} to {share.high:.1%}){doubt}")
    lines += [f"  {v.status}: {v.finding} {v.advice}" for v in outputs.diagnostics.verdicts if v.status != "pass"]
    lines += [f"  note: {notice}" for notice in outputs.scaler.notices]
    warnings = sum(issue.severity == "warning" for issue in report.issues)
    if warnings:
        lines.append(f"  The table has {warnings} warnings: see validation_summary.json.")
    return "\n".join([*lines, f"Written to {folder}."])
