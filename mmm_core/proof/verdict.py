"""The verdict on a run: one card of what the parts of its proof say, the worst first, and never more than they do."""

from __future__ import annotations

from pydantic import Field

from mmm_core.labels import display_name, first_of
from mmm_core.proof.kept import Proof
from mmm_core.proof.part import PartReport, Verdict, worst
from mmm_core.results.verdicts import Grade
from mmm_core.schema import Strict

MOST_NAMED = 4
"""Channels that the headline names before it counts."""
FAILED = "Evidence: none, because checks of the fit itself failed."
WORST_FIRST: tuple[Verdict, ...] = ("stop", "look", "pass")


class Line(Strict):
    """What one part says."""

    part: str
    question: str
    verdict: Verdict
    sentence: str
    remedy: str
    so_far: bool = Field(description="Whether some of its work is still to be done.")


class ProofVerdict(Strict):
    """What the parts of a proof say together."""

    headline: str = Field(description="How many of the judged parts hold, and which channels are not shown.")
    verdict: Verdict | None = Field(description="The worst of the parts' own; null: none is judged yet.")
    holds: int = Field(description="Parts that passed.")
    judged: int = Field(description="Parts that were judged.")
    complete: bool = Field(description="Whether nothing more will come.")
    not_shown: tuple[str, ...] = Field(description="Channels for which some part did not hold, the most often first.")
    lines: tuple[Line, ...] = Field(description="Every judged part, the worst first.")
    not_answered: tuple[str, ...] = Field(description="Questions that could not be answered.")


def verdict_of(proof: Proof, *, fit: Grade = "pass") -> ProofVerdict:
    """The card of a proof, as far as it is; ``fit`` is what the checks of the fit itself say.

    Where these say stop, nothing that rests on the fit holds, whatever its parts found.

    A part that was left out, failed or judges nothing counts neither as one that holds nor as one that does not.
    """
    lines = [line for report in proof.parts if (line := _line(report)) is not None]
    lines.sort(key=lambda line: WORST_FIRST.index(line.verdict))  # stable: within a verdict in the order of the page
    named = [channel for report in proof.parts if report.told for channel in report.told.not_shown]
    not_shown = tuple(sorted(dict.fromkeys(named), key=lambda channel: -named.count(channel)))
    holds = sum(line.verdict == "pass" for line in lines)
    return ProofVerdict(
        headline=FAILED if fit == "stop" else _headline(lines, _named(proof, not_shown), complete=proof.complete),
        verdict="stop" if fit == "stop" else worst([line.verdict for line in lines]) if lines else None,
        holds=holds,
        judged=len(lines),
        complete=proof.complete,
        not_shown=not_shown,
        lines=tuple(lines),
        not_answered=tuple(part.question for part in proof.parts if part.state in ("left_out", "failed")),
    )


def _line(report: PartReport) -> Line | None:
    told = report.told
    if told is None or told.verdict is None:
        return None
    return Line(
        part=report.name,
        question=report.question,
        verdict=told.verdict,
        sentence=told.sentence,
        remedy=told.remedy,
        so_far=report.state == "working",
    )


def _named(proof: Proof, not_shown: tuple[str, ...]) -> str:
    """Channels that are not shown, in words; empty: all are."""
    if not not_shown:
        return ""
    ghosts = proof.part("ghosts")
    known = ghosts.told.tables.get("channels", ()) if ghosts is not None and ghosts.told is not None else ()
    if known and {row["channel"] for row in known} <= set(not_shown):
        return "no channel is shown"
    return f"not shown: {first_of([display_name(channel) for channel in not_shown], MOST_NAMED)}"


def _headline(lines: list[Line], not_shown: str, *, complete: bool) -> str:
    if not lines:
        return "Evidence: nothing could be judged." if complete else "Evidence: nothing is judged so far."
    holds, stops = (sum(line.verdict == verdict for line in lines) for verdict in ("pass", "stop"))
    hold = f"{holds} of {len(lines)} {'holds' if holds == 1 else 'hold'}{'' if complete else ' so far'}"
    stop = f"{stops} {'says' if stops == 1 else 'say'} stop" if stops else ""
    return f"Evidence: {'; '.join(filter(None, [hold, stop, not_shown]))}."
