"""What the numbers rest on: settings, data, the words, and footnotes on where each number comes from."""

from __future__ import annotations

from collections.abc import Collection

from mmm_core.exports import origins
from mmm_core.exports.about import about_run, one_line
from mmm_core.exports.estimands import ESTIMANDS
from mmm_core.labels import added_up, counted, day, display_names, first_of
from mmm_core.model.events.columns import EVENT_PREFIX
from mmm_core.report import texts
from mmm_core.report.basis import Basis
from mmm_core.report.content import Footnote, Grid, Section

MOST_NAMES = 40
MODELS = {"fixed": "As set", "recommended": "Let the data speak"}


def settings(basis: Basis) -> Section:
    """Model, columns, transforms and sampler, as they were set; and what the data made of the carry-over."""
    run = basis.run
    said = {each.about: each.text for each in about_run(run, basis.manifest)}
    scaler, spec = run.outputs.scaler, run.spec
    config, sampler = spec.feature_config, run.outputs.diagnostics.sampler
    names = list(display_names(run.channels).values())
    events = [name.removeprefix(EVENT_PREFIX) for name in scaler.events]
    rows = [
        ("Model", MODELS[run.outputs.summary.model]),
        ("Channels", first_of(names, MOST_NAMES)),
        ("Controls", first_of(list(display_names(list(scaler.controls)).values()), MOST_NAMES) or "none"),
        ("Events", first_of(list(display_names(events).values()), MOST_NAMES) or "none"),
        ("Season", f"{counted(scaler.fourier_pairs, 'wave')} a year" if scaler.fourier_pairs else "none"),
        ("Trend", "a straight line" if scaler.trend is not None else "none"),
        ("Saturation", "on" if run.has_saturation else "off"),
        ("Carry-over", f"{config.adstock.kind}, cut off after {counted(scaler.max_lag, scaler.grain.lower())}"),
        ("Sampler", f"{sampler.chains} chains of {sampler.draws:,} draws after {sampler.tune:,} to tune"),
        ("Seed", str(spec.random_seed)),
    ]
    grid = Grid("Settings", (texts.CHOICE, texts.SETTING), tuple(rows), words=(0, 1))
    return Section("settings", texts.TITLES["settings"], (said["Carry-over"],), (), (grid,), ("specification",))


def data(basis: Basis) -> Section:
    """What was fitted: file, time, rows, units; and what the table left open."""
    run, report = basis.run, basis.run.report
    said = [each.text for each in about_run(run, basis.manifest) if each.about == "Units"]
    fitted, scaler = run.outputs.fitted, run.outputs.scaler
    dates = fitted["period_start"]
    periods = int(dates.nunique())
    rows = [
        ("File", one_line(basis.manifest.source_name)),
        ("Time", f"{day(dates.min())} to {day(dates.max())}"),
        ("Periods", counted(periods, scaler.grain.lower())),
    ]
    if unknown := int(fitted["y"].isna().sum()):
        rows.append(("Without sales", counted(unknown, scaler.grain.lower())))
    if report is not None:
        rows += [("Rows of the table", f"{report.n_rows:,}"), ("Columns read as media", str(len(report.channels)))]
        if added := added_up(report.entities, report.n_entities):
            said.append(added)
        said += [each.sentence for each in report.applied_fixes]
        if asked := basis.open_questions:
            said.append(f"The table left {counted(len(asked), 'question')} open:")
            said += [f"{issue.message} {issue.meaning}".strip() for issue in asked]
    else:
        said.append("What was noticed about the table is not kept: an earlier version made this run.")
    said += list(scaler.notices)
    grid = Grid("What was fitted", (texts.FACT, texts.VALUE), tuple(rows), words=(0, 1))
    return Section("data", texts.TITLES["data"], tuple(said), (), (grid,), ("rows", "data"))


def definitions(basis: Basis) -> Section:  # noqa: ARG001 - every section takes the same
    """The words, each with its meaning."""
    grid = Grid("Words", (texts.TERM, texts.MEANING), texts.DEFINITIONS, words=(0, 1))
    return Section("definitions", texts.TITLES["definitions"], (), (), (grid,))


def footnotes(basis: Basis, marked: Collection[str] = ()) -> tuple[Footnote, ...]:
    """Estimand, scale, interval, draws, rows, hashes, version and time: where every number comes from.

    Below them what numbers of other kinds estimate, where a section has ``marked`` one.
    """
    origin = origins.of_run(basis.run, basis.manifest, basis.run_id)
    told = {each.about: each.text for each in origin.of("contribution")}
    told["Result"] += f"; report of {basis.made_at:%Y-%m-%d %H:%M} UTC."
    others = [(figure, about) for figure, about in texts.ABOUT_FIGURES.items() if figure in marked]
    return (
        *(Footnote(about.lower(), about, text) for about, text in told.items()),
        *(Footnote(figure, about, ESTIMANDS[figure].says) for figure, about in others),
    )
