"""Whether to believe it: checks of the fit, how closely it follows sales, and what the proof says."""

from __future__ import annotations

from functools import partial

from mmm_core.charts.proof import gallery as proofs
from mmm_core.exports.gallery import GALLERY
from mmm_core.labels import per_spend
from mmm_core.proof.part import PartReport
from mmm_core.proof.verdict import verdict_of
from mmm_core.report import plains, rules, texts
from mmm_core.report.basis import Basis
from mmm_core.report.content import Drawn, Grid, Section
from mmm_core.results import variants
from mmm_core.results.conditions import conditions, tried_in_words
from mmm_core.results.fit_quality import worst_periods
from mmm_core.results.verdict_words import check_groups


def sureness(basis: Basis) -> Section:
    """What intervals hold and what they do not, every check of the fit, and what to do about those not passed."""
    run = basis.run
    found, summary, tried = run.outputs.diagnostics, run.outputs.summary, basis.manifest.drafts_before
    said = [conditions(summary), rules.checks_in_words(found)]
    checks = [check for group in check_groups(found) for check in group.checks]
    said += [f"{check.title} {check.figure}. {check.advice}".strip() for check in checks if check.status != "pass"]
    if run.others:
        said.append(variants.across(summary, run.others))
    said.append(f"{tried_in_words(tried)}.")
    rows = tuple((check.title, check.figure, texts.GRADES[check.status]) for check in checks)
    grids = (
        (Grid("Checks of the fit", (texts.CHECK, texts.FIGURE, texts.RESULT), rows, words=(0, 1, 2)),) if rows else ()
    )
    return Section("sureness", texts.TITLES["sureness"], tuple(filter(None, said)), (), grids, ("interval", "draws"))


def fit(basis: Basis) -> Section:
    """How far off, how much explained, and the periods that are furthest off."""
    run = basis.run
    grain = run.outputs.scaler.grain
    worst = worst_periods(run.outputs.fitted, grain=grain)
    grid = Grid(
        texts.WORST.format(period=grain.lower()),
        tuple(worst.columns),
        tuple(tuple(map(str, row)) for row in worst.itertuples(index=False)),
    )
    piece = next(each for each in GALLERY if each.name == "fit")
    said = tuple(rules.quality_in_words(run.outputs.quality, grain.lower()))
    chart = Drawn("fit", partial(piece.draw, run), plains.fit(run), texts.SAYS_FIT)
    grids = (grid,) if grid.rows else ()
    return Section("fit", texts.TITLES["fit"], said, (chart,), grids, ("miss", "rows", "interval"))


def proof(basis: Basis) -> Section:
    """The verdict and every part's answer; or that nobody has asked for a proof."""
    title = texts.TITLES["proof"]
    if basis.proof is None or not basis.proof.parts:
        return Section("proof", title, (texts.NO_PROOF,))
    verdict = verdict_of(basis.proof, fit=basis.run.outputs.diagnostics.overall)
    said = [verdict.headline]
    if not verdict.complete:
        said.append("The proof is not complete: what it says so far may change.")
    if verdict.not_answered:
        said.append(f"Not answered: {' '.join(verdict.not_answered)}")
    rows = [_row(part) for part in basis.proof.parts]
    remedies = dict.fromkeys(line.remedy for line in verdict.lines if line.remedy and line.verdict != "pass")
    grid = Grid("What each part says", (texts.QUESTION, texts.ANSWER, texts.RESULT), tuple(rows), words=(0, 1, 2))
    return Section("proof", title, (*said, *remedies), _foresight(basis), (grid,), ("result",))


def _row(part: PartReport) -> tuple[str, str, str]:
    if part.told is None:
        return (part.question, part.why or "Not known yet.", texts.NOTHING)
    so_far = "So far: " if part.state == "working" else ""
    verdict = texts.GRADES[part.told.verdict] if part.told.verdict else texts.NOTHING
    return (part.question, f"{so_far}{part.told.sentence} {part.why}".strip(), verdict)


def _foresight(basis: Basis) -> tuple[Drawn, ...]:
    part, run = basis.part("foresight"), basis.run
    if part is None or not proofs.has_chart(part):
        return ()
    per = per_spend(run.units.target, run.units.spend)
    draw = partial(proofs.chart_of, part, sales=run.sales, per=per, places=run.colours, order=run.channels)
    return (Drawn("proof_foresight", draw, plains.foresight(part), texts.SAYS_FORESIGHT),)
