"""What was found, as Markdown: a section a table, and one row a table below."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.public_proofs.proving import Held, Row
from mmm_core.labels import counted, display_name, listed, percent, short, span
from mmm_core.proof.part import PartReport

WORDS = {"pass": "holds", "look": "**look**", "stop": "**STOP**", None: "not judged"}


def section(row: Row) -> str:
    """What is said of one table."""
    if row.refused:
        return f"## {row.table}\n\nRefused: {row.refused}\n"
    begins = (
        f"{counted(row.rows, 'period')} × {counted(len(row.channels), 'channel')}, {counted(row.controls, 'control')}, "
        f"{row.model} model; fit {row.seconds.get('fit', 0):.0f} s. Shares of sales: {', '.join(row.shares)}."
    )
    said = f"{begins}\n\n> {row.headline}\n"
    table = "\n".join(
        ["| part | verdict | what it says | seconds |", "|---|---|---|---:|", *(_line(part, row) for part in row.parts)]
    )
    below = [_held(row), *_failed(row), *([f"Checks of the fit: {' '.join(row.checks)}"] if row.checks else [])]
    return f"## {row.table}\n\n{said}\n{table}\n\n{'\n\n'.join(below)}\n".replace("\u00a0", " ")


def summary(rows: Sequence[Row]) -> str:
    """One row a table."""
    head = "| table | rows | channels | headline | look | stop | truths held |\n|---|---:|---:|---|---|---|---|"
    return "\n".join([head, *(_summed_up(row) for row in rows)]).replace("\u00a0", " ")


def _summed_up(row: Row) -> str:
    if row.refused:
        return f"| {row.table} | — | — | refused | — | — | — |"
    by_verdict = [
        ", ".join(part.name for part in row.parts if part.told and part.told.verdict == verdict) or "—"
        for verdict in ("look", "stop")
    ]
    held = f"{sum(each.is_held for each in row.held)} of {len(row.held)}" if row.held else "not known"
    cells = (row.table, str(row.rows), str(len(row.channels)), row.headline, *by_verdict, held)
    return f"| {' | '.join(cells)} |"


def _line(part: PartReport, row: Row) -> str:
    seconds = f"{row.seconds[part.name]:.0f}" if part.name in row.seconds else "—"
    if part.told is None:
        return f"| {part.name} | {part.state} | {part.why or 'Not begun.'} | {seconds} |"
    so_far = f" (so far: {part.done} of {part.units})" if part.state == "working" else ""
    said = f"{part.told.sentence} *{part.told.remedy}*" if part.told.remedy else part.told.sentence
    return f"| {part.name} | {WORDS[part.told.verdict]}{so_far} | {said} | {seconds} |"


def _held(row: Row) -> str:
    """Whether the run's intervals hold the truth, where that is known."""
    if not row.held:
        return "The truth is not known."
    missed = [each for each in row.held if not each.is_held]
    begins = (
        f"Of the truth, {percent(row.interval_prob)} intervals hold {len(row.held) - len(missed)} of {len(row.held)}"
    )
    return f"{begins}{f'; not {listed([_missed(each) for each in missed])}' if missed else ''}: " + ", ".join(
        f"{display_name(each.channel)} {short(each.median)} ({each.median / each.truth:.2f} of the truth)"
        for each in row.held
    )


def _failed(row: Row) -> list[str]:
    """Units that could not be done, which the page does not tell of a part that has others."""
    return [
        f"Of {part.name} {counted(len(row.failed[part.name]), 'unit')} of {part.units} could not be done "
        f"({', '.join(row.failed[part.name])}): {next(iter(row.failed[part.name].values()))}"
        for part in row.parts
        if row.failed.get(part.name)
    ]


def _missed(each: Held) -> str:
    return f"{display_name(each.channel)} ({span(each)}, in truth {short(each.truth)})"
