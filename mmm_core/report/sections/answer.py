"""What came out: the answer in a few sentences, what each channel brought, and what the money returned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mmm_core.charts.contributions import BASELINE_NAMES
from mmm_core.charts.marks import UNCLEAR
from mmm_core.charts.proof import gallery as proofs
from mmm_core.exports.gallery import GALLERY, Exhibit
from mmm_core.labels import counted, display_names, per_spend, percent, percent_span, ratio, ratio_span, short, span
from mmm_core.proof.verdict import verdict_of
from mmm_core.report import plains, rules, texts
from mmm_core.report.basis import Basis
from mmm_core.report.content import Drawn, Grid, Plain, Section
from mmm_core.results.channel_summary import ChannelSummary
from mmm_core.results.conditions import NEXT_RETURN, next_return_name
from mmm_core.results.headline import media_in_words, most_in_words, prior_in_words, unclear_in_words, unclear_rule
from mmm_core.results.intervals import Estimate


def headline(basis: Basis) -> Section:
    """Who brought most, how sure that is, what to do, and what nobody can know from this table."""
    run = basis.run
    summary, found = run.outputs.summary, run.outputs.diagnostics
    said = []
    if silent := prior_in_words(found.prior_posterior):
        said.append(f"{silent}.")
    most = most_in_words(summary) if len(summary.channels) > 1 else ""  # of one channel there is no most
    said.append(f"{'; '.join(part for part in (media_in_words(summary), most) if part)}.")
    if unclear := unclear_in_words(summary):
        said.append(f"{unclear}: {unclear_rule(summary)}.")
    if best := rules.best_return_in_words(summary, _per(run)):
        said.append(best)
    if checks := rules.checks_in_words(found):
        said.append(checks)
    if basis.proof is not None and basis.proof.parts:
        said.append(verdict_of(basis.proof, fit=found.overall).headline)
    else:
        said.append(texts.NO_PROOF)
    if asked := len(basis.open_questions):
        said.append(f"The table left {counted(asked, 'question')} open.")
    if basis.planned is not None:
        unit = basis.planned.spend
        advice = basis.planned.plan.headline(lambda money: f"{short(money)} {unit}".strip())
        said.append(advice if basis.planned.is_kept else texts.USUAL_SAYS.format(advice=advice))
        if over := rules.over_in_words(basis.planned.plan, basis.made_at):
            said.append(over)
    elif basis.failed:
        said.append(basis.no_plan)
    said.append(texts.CAUSAL)
    marks = ["estimand", "interval", "result", *(["return"] if best else []), "chance"]
    return Section(
        "headline", texts.TITLES["headline"], tuple(said), marks=(*marks, *(["gain"] if basis.planned else []))
    )


def channels(basis: Basis) -> Section:
    """What each channel brought, over time and in all, as parts that add up, and with intervals."""
    run = basis.run
    charts = (
        _piece(run, "shares", plains.estimates(run, lambda each: each.share, "share", texts.SHARE), _bars_say(run)),
        _piece(run, "contributions_over_time", plains.over_time(run), texts.SAYS_OVER_TIME),
        _piece(run, "waterfall", plains.parts(run), texts.SAYS_PARTS),
    )
    return Section(
        "channels", texts.TITLES["channels"], (_adds_up(run),), charts, (_parts(run), _channels(run)),
        ("estimand", "scale", "interval"),
    )  # fmt: skip


def returns(basis: Basis) -> Section:
    """What the money returned, whether that pays, and what chance alone would have earned."""
    run = basis.run
    title, floor = texts.TITLES["returns"], _floor(basis)
    said_of_floor = () if basis.part("ghosts") is None else tuple(_told(basis, "ghosts"))
    if basis.proof is None or basis.part("ghosts") is None:
        said_of_floor = (texts.NO_FLOOR,)
    if not run.has_returns:
        return Section("returns", title, (texts.NO_SPEND_NO_RETURNS, *said_of_floor), floor, marks=("interval",))
    summary, least = run.outputs.summary, run.units.break_even
    said = [rules.best_return_in_words(summary, _per(run)) or f"{unclear_in_words(summary)}: no return is the best."]
    if least is not None:
        silent = {row.channel for row in run.outputs.diagnostics.prior_posterior if row.channel and row.is_the_prior}
        said += rules.pays_in_words(summary, least, run.units.margin, silent)
    if summary.mroi_note:
        said.append(f"{NEXT_RETURN}: {summary.mroi_note}")
    chart = _piece(run, "roi", plains.estimates(run, lambda each: each.roi, "ratio", _per(run)), _bars_say(run))
    return Section(
        "returns", title, (*said, *said_of_floor), (chart, *floor), (_returns(run),),
        ("return", "scale", "interval"),
    )  # fmt: skip


def _piece(run: Exhibit, name: str, plain: Plain, says: str) -> Drawn:
    """A chart of the gallery."""
    piece = next(each for each in GALLERY if each.name == name)
    return Drawn(name, partial(piece.draw, run), plain, says)


def _held(run: Exhibit) -> str:
    return percent(run.outputs.summary.interval_prob)


def _bars_say(run: Exhibit) -> str:
    """How to read bars with intervals, and whose tell nothing."""
    unclear = unclear_in_words(run.outputs.summary)
    return texts.SAYS_BARS.format(held=_held(run)) + (f" {unclear}." if unclear else "")


def _per(run: Exhibit) -> str:
    return per_spend(run.units.target, run.units.spend)


def _told(basis: Basis, name: str) -> list[str]:
    part = basis.part(name)
    told = part.told if part else None
    return [] if told is None else [sentence for sentence in (told.sentence, told.remedy) if sentence]


def _floor(basis: Basis) -> tuple[Drawn, ...]:
    part = basis.part("ghosts")
    if part is None or not proofs.has_chart(part):
        return ()
    run = basis.run
    draw = partial(proofs.chart_of, part, sales=run.sales, per=_per(run), places=run.colours, order=run.channels)
    return (Drawn("proof_ghosts", draw, plains.ghosts(run, part), texts.SAYS_GHOSTS.format(held=_held(run))),)


def _adds_up(run: Exhibit) -> str:
    summary, grain = run.outputs.summary, run.outputs.scaler.grain.lower()
    baseline = sum(part.mean for part in summary.baseline.values())
    media = sum(channel.additive.mean for channel in summary.channels)
    digits = rules.digits_for(baseline + media)
    shown = rules.adding_up([baseline, media], digits)
    total, of_baseline, of_media = (rules.amount(each, digits) for each in (sum(shown), *shown))
    periods = counted(run.outputs.fitted["period_start"].nunique(), grain)
    return rules.adds_up_in_words(summary, f"{total} {_sales(run)}", of_baseline, of_media, periods)


def _sales(run: Exhibit) -> str:
    """What sales are counted in, after a number."""
    return "of sales" if run.units.target == "sales" else run.units.target


def _parts(run: Exhibit) -> Grid:
    """Means of all parts, rounded so that the column adds up."""
    summary, labels = run.outputs.summary, display_names(run.channels)
    parts = {BASELINE_NAMES.get(name, name): part.mean for name, part in summary.baseline.items() if part.mean}
    values = [*parts.values(), *(channel.additive.mean for channel in summary.largest_first)]
    total = sum(values)
    digits = rules.digits_for(total)
    amounts, shares = rules.adding_up(values, digits), rules.adding_up([each / total for each in values], 3)
    names = [*parts, *(labels[name] for name in summary.names)]
    rows = [
        (name, rules.amount(value, digits), percent(share, 1))
        for name, value, share in zip(names, amounts, shares, strict=True)
    ]
    rows.append((texts.SUM, rules.amount(sum(amounts), digits), percent(sum(shares), 1)))
    heads = (texts.PART, f"{texts.MEAN}, {run.sales}", texts.SHARE)
    return Grid(texts.PARTS, heads, tuple(rows), sums=True)


def _channels(run: Exhibit) -> Grid:
    rows = [
        (
            _named(run, each),
            f"{percent(each.share.shown, 1)} ({percent_span(each.share.low, each.share.high)})",
            f"{short(each.additive.shown)} ({span(each.additive)})",
            f"{short(each.removal.shown)} ({span(each.removal)})",
        )
        for each in run.outputs.summary.largest_first
    ]
    held = percent(run.outputs.summary.interval_prob)
    title = f"In figures: median and {held} interval"
    return Grid(title, (texts.CHANNEL, texts.SHARE, f"{texts.BROUGHT}, {run.sales}", texts.MISSING), tuple(rows))


def _returns(run: Exhibit) -> Grid:
    summary, least = run.outputs.summary, run.units.break_even
    rows = [_return_row(run, each, least) for each in summary.largest_first if each.spend is not None]
    unit = f", {run.units.spend}" if run.units.spend else ""
    heads = [texts.CHANNEL, f"{texts.SPEND}{unit}", f"{texts.RETURN}, {_per(run)}", next_return_name(summary)]
    if least is not None:
        heads.append(texts.PAYS)
    held = percent(summary.interval_prob)
    return Grid(f"In figures: median and {held} interval", tuple(heads), tuple(rows))


def _return_row(run: Exhibit, each: ChannelSummary, least: float | None) -> tuple[str, ...]:
    spend = texts.NOTHING if each.spend is None else short(each.spend)
    row = [_named(run, each), spend, _with_span(each.roi, ratio_span), _with_span(each.mroi, ratio_span)]
    if least is not None:
        chance = each.chance_of_return_above(least)
        row.append(texts.NOTHING if chance is None else percent(chance))
    return tuple(row)


def _with_span(estimate: Estimate | None, spanned: Callable[[Estimate], str]) -> str:
    return texts.NOTHING if estimate is None else f"{ratio(estimate.shown)} ({spanned(estimate)})"


def _named(run: Exhibit, each: ChannelSummary) -> str:
    return display_names(run.channels)[each.channel] + (f" · {UNCLEAR}" if each.cannot_be_told else "")
