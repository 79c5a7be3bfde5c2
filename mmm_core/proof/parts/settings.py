"""Does another reasonable setting change it? The same table under about two dozen others, each fitted anew.

With fixed settings memory and saturation are moved together, as a map: five decays by four curves, since no interval
holds that choice. In the recommended model, whose intervals do, one choice at a time: priors of media and of the
baseline, how free the data are, noise and link. Season, trend and the activity before the table are moved in both.

A setting that expects the rows clearly less than the run's own, each row left out in turn, is refuted by the table and
not reasonable: it is drawn, and not judged.

Source: Simonsohn, Simmons, Nelson (2020), *Specification curve analysis*, doi:10.1038/s41562-020-0912-z.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import Field

from mmm_core.errors import SpecError
from mmm_core.labels import counted, display_name, listed_first, percent_span
from mmm_core.proof.density import Density, fits_worse
from mmm_core.proof.measure import MeasureName, in_words, measured, reach, whose
from mmm_core.proof.part import Part, Rows, Told, judge
from mmm_core.proof.subject import Refitter, Subject
from mmm_core.results.intervals import Estimate
from mmm_core.results.variants import DECAY_STEP, moved_memory
from mmm_core.schema import Strict
from mmm_core.spec import MAX_FOURIER_PAIRS, Grain, RecommendedModel, RunSpec, spec_from

DECAY_STEPS = (-0.3, -0.15, 0.0, 0.15, 0.3)
HALVES_AND_DOUBLES = {"halved": 0.5, "doubled": 2.0}
CURVES: tuple[float | None, ...] = (None, 0.5, 1.0, 2.0)
"""Half-saturations as multiples of a channel's mean; None: no diminishing returns."""
MOST_SETTINGS = 26
"""So many there are at most, whichever the run's own are."""
REACH_LIMITS = (1.0, float("inf"))
"""A figure that leaves its own interval is looked at. Under fixed settings that is no error of the run's, but what its
intervals do not hold: it stops nothing."""
REMEDIES = {
    "fixed": "Report these figures with their range under other settings, or let the data choose: the recommended "
    "model estimates memory and saturation.",
    "recommended": "Report these figures with their range under other settings.",
}
MOST_NAMED = 3


class Setting(NamedTuple):
    """One setting: its key in files, what it changes, its name in words, and the whole specification."""

    key: str
    group: str
    name: str
    spec: RunSpec


class Figure(Strict):
    """One figure under a setting."""

    channel: str | None
    measure: MeasureName
    there: Estimate
    share: Estimate


class Answer(Strict):
    """What the table says under one setting."""

    name: str
    group: str
    refuted: bool = Field(description="Whether it expects the rows clearly less than the run's own settings do.")
    figures: tuple[Figure, ...]


def settings_of(spec: RunSpec, grain: Grain) -> list[Setting]:
    """Reasonable settings around a run's own; those that are its own, or that it cannot have, are left out."""
    changes = _estimated(spec) if isinstance(spec.model, RecommendedModel) else _fixed(spec)
    found: dict[str, Setting] = {}
    for key, group, name, change in (*changes, *_of_both(spec, grain)):
        try:
            other = spec_from(_merged(spec.model_dump(by_alias=True), change))
        except SpecError:
            continue
        if other != spec and all(other != each.spec for each in found.values()):
            found[key] = Setting(key, group, name, other)
    return list(found.values())


def units(subject: Subject) -> tuple[str, ...]:
    """A refit for each setting."""
    return tuple(setting.key for setting in settings_of(subject.spec, subject.table.grain))


def work(subject: Subject, key: str, refit: Refitter) -> Answer:
    """Fit the table under one setting."""
    setting = next(each for each in settings_of(subject.spec, subject.table.grain) if each.key == key)
    fitted = refit(subject.table, setting.spec)
    summary = fitted.summary
    shares = [summary.media_share, *(each.share for each in summary.channels)]
    return Answer(
        name=setting.name,
        group=setting.group,
        refuted=fits_worse(subject.density.expected, Density.of(fitted.features, fitted.values).expected),
        figures=tuple(
            Figure(channel=channel, measure=measure, there=there, share=share)
            for (channel, measure, there), share in zip(measured(summary), shares, strict=True)
        ),
    )


class _Move(NamedTuple):
    reach: float
    answer: Answer
    figure: Figure


def tell(subject: Subject, found: Mapping[str, Answer]) -> Told:
    """How far media's share and each channel's figure go, and under which setting they go farthest."""
    own = {each.channel: each for each in measured(subject.summary)}
    kept = [answer for answer in found.values() if not answer.refuted]
    tables: dict[str, Rows] = {"answers": tuple(_rows(subject, found))}
    if not kept:
        said = f"{counted(len(found), 'other setting')}: the table speaks clearly against all of them."
        return Told(verdict="pass", sentence=said, value=0.0, limit=REACH_LIMITS[0], tables=tables)
    moves = [
        _Move(reach(own[figure.channel].own, figure.there.shown), answer, figure)
        for answer in kept
        for figure in answer.figures
    ]
    farthest = max(moves, key=lambda move: abs(move.reach))
    verdict = judge(abs(farthest.reach), REACH_LIMITS)
    left = sorted(
        {move.figure.channel for move in moves if move.figure.channel and abs(move.reach) > REACH_LIMITS[0]},
        key=lambda channel: -max(abs(move.reach) for move in moves if move.figure.channel == channel),
    )
    media = [subject.summary.media_share.shown, *(m.figure.there.shown for m in moves if m.figure.channel is None)]
    return Told(
        verdict=verdict,
        sentence=_sentence(
            own[farthest.figure.channel].own, farthest, left, media, settings=len(kept), refuted=len(found) - len(kept)
        ),
        value=abs(farthest.reach),
        limit=REACH_LIMITS[0],
        remedy="" if verdict == "pass" else REMEDIES[subject.spec.model.kind],
        not_shown=tuple(left),
        tables=tables | {"ranges": tuple(_ranges(subject, moves))},
    )


def _sentence(
    own: Estimate, farthest: _Move, left: Sequence[str], media: Sequence[float], *, settings: int, refuted: int
) -> str:
    figure = farthest.figure
    outside = (
        f"{listed_first([display_name(each) for each in left], MOST_NAMED)} "
        f"{'leaves its own interval' if len(left) == 1 else 'leave their own intervals'} under some of them"
        if left
        else "no channel leaves its own interval"
    )
    against = (
        f" The table speaks clearly against {counted(refuted, 'more')}".replace("mores", "more") if refuted else ""
    )
    return (
        f"Under {counted(settings, 'other setting')} media bring {percent_span(min(media), max(media))} of sales, and "
        f"{outside}. The largest move: {whose(figure.channel, figure.measure)} is "
        f"{in_words(figure.measure, figure.there.shown)} instead of {in_words(figure.measure, own.shown)} "
        f"with {farthest.answer.name}.{f'{against}.' if against else ''}"
    )


def _rows(subject: Subject, found: Mapping[str, Answer]) -> Iterator[dict[str, float | str | None]]:
    """Shares of sales under every setting; the run's own first, without a group."""
    mine = [subject.summary.media_share, *(each.share for each in subject.summary.channels)]
    for channel, share in zip([None, *subject.channels], mine, strict=True):
        yield {"setting": "as it is", "group": "", "refuted": None, "channel": channel, **_ends(share)}
    for answer in found.values():
        for figure in answer.figures:
            yield {
                "setting": answer.name,
                "group": answer.group,
                "refuted": "yes" if answer.refuted else None,
                "channel": figure.channel,
                **_ends(figure.share),
            }


def _ranges(subject: Subject, moves: Sequence[_Move]) -> Iterator[dict[str, float | str | None]]:
    """From the lowest to the highest figure, and which setting moves each farthest."""
    for channel, measure, own in measured(subject.summary):
        its = [move for move in moves if move.figure.channel == channel]
        farthest = max(its, key=lambda move: abs(move.reach))
        shown = [own.shown, *(move.figure.there.shown for move in its)]
        yield {
            "channel": channel,
            "measure": measure,
            "own": own.shown,
            "low": own.low,
            "high": own.high,
            "lowest": min(shown),
            "highest": max(shown),
            "farthest": farthest.answer.name,
            "reach": farthest.reach,
        }


def _ends(its: Estimate) -> dict[str, float]:
    return {"median": its.shown, "low": its.low, "high": its.high}


type _Change = tuple[str, str, str, dict[str, Any]]


def _fixed(spec: RunSpec) -> Iterator[_Change]:
    """Memory by saturation, and another form of memory."""
    for step in DECAY_STEPS:
        for half in CURVES:
            names = [
                f"decay {_step(step)}" if step else "",
                "no saturation" if half is None else f"half-saturation {half:g}",
            ]
            yield (
                f"decay{step:+.2f}_{'straight' if half is None else f'half{half:g}'}",
                "memory and saturation",
                ", ".join(name for name in names if name),
                {"adstock": _decays(spec, step), "saturation": _curve(half)},
            )
    other = "geometric" if spec.feature_config.adstock.kind == "delayed" else "delayed"
    yield f"adstock_{other}", "memory and saturation", f"{other} carry-over", {"adstock": {"kind": other}}


def _step(step: float) -> str:
    return f"{'+' if step > 0 else '−'} {abs(step):g}"


def _estimated(spec: RunSpec) -> Iterator[_Change]:
    """Priors, freedom, noise and link, one at a time."""
    assert isinstance(spec.model, RecommendedModel)  # noqa: S101 - who asks has looked
    media, base = spec.model.media, spec.model.baseline
    for word, factor in HALVES_AND_DOUBLES.items():
        moved = media.share * factor
        yield f"share_{word}", "prior of media", f"the prior share of media {word}", _model(media={"share": moved})
    for word, factor in (("narrower", 0.6), ("wider", 1.5)):
        width = {"share_width": media.share_width * factor}
        yield f"share_{word}", "prior of media", f"a {word} prior of media's share", _model(media=width)
    for word, factor in HALVES_AND_DOUBLES.items():
        spread = {"spread": media.spread * factor}
        yield f"spread_{word}", "prior of media", f"the spread of returns {word}", _model(media=spread)
    for freedom in ("free", "near"):
        name = "free to leave" if freedom == "free" else "kept near to"
        yield (
            f"freedom_{freedom}",
            "memory and saturation",
            f"shapes {name} their settings",
            _model(freedom=freedom, per_channel={}),
        )
    for step in (-DECAY_STEP, DECAY_STEP):
        decays = {"adstock": _decays(spec, step)}
        yield f"decay{step:+.2f}", "memory and saturation", f"decay's centre {_step(step)}", decays
    for word, factor in HALVES_AND_DOUBLES.items():
        change = {"saturation": _halves(spec, factor)}
        yield f"half_{word}", "memory and saturation", f"half-saturation {word}", change
    on = not spec.feature_config.saturation.enabled
    yield (
        "saturation_on" if on else "saturation_off",
        "memory and saturation",
        f"{'' if on else 'no '}saturation",
        {"saturation": {"enabled": on}},
    )
    for link, name in (("log", "effects that multiply"), ("identity", "effects that add up")):
        yield f"link_{link}", "noise and link", name, _model(link=link)
    for noise, name in (("ar1", "noise of one lasting part"), ("independent", "noise without memory")):
        yield f"noise_{noise}", "noise and link", name, _model(noise=noise)
    yield "tails_normal", "noise and link", "noise without wild periods", _model(tails="normal")
    for word, factor in (("tighter", 0.5), ("wider", 2.0)):
        scales = {key: value * factor for key, value in base.model_dump().items() if key != "noise"}
        yield f"baseline_{word}", "baseline", f"{word} priors of the baseline", _model(baseline=scales)


def _of_both(spec: RunSpec, grain: Grain) -> Iterator[_Change]:
    """Season, trend, and what was bought before the table."""
    season, trend = spec.feature_config.seasonality, spec.feature_config.trend
    for pairs in (season.K - 2, season.K + 2):
        kept = min(max(pairs, 1), MAX_FOURIER_PAIRS[grain])
        if season.enabled and kept != season.K:
            word = "smoother" if kept < season.K else "sharper"
            yield f"season_{kept}", "baseline", f"a {word} season (K = {kept})", {"seasonality": {"K": kept}}
    if not season.enabled:
        yield "season_on", "baseline", "a season", {"seasonality": {"enabled": True}}
    yield (
        "trend_off" if trend.enabled else "trend_on",
        "baseline",
        f"{'no' if trend.enabled else 'a'} trend",
        {"trend": {"enabled": not trend.enabled}},
    )
    before = "zero" if spec.windows.pre_history == "mean" else "mean"
    name = "nothing" if before == "zero" else "the usual activity"
    yield f"before_{before}", "baseline", f"{name} bought before the table", {"windows": {"pre_history": before}}


def _model(**change: object) -> dict[str, Any]:
    return {"model": change}


def _decays(spec: RunSpec, step: float) -> dict[str, Any]:
    return {"per_channel": moved_memory(spec, step)} if step else {}


def _curve(half: float | None) -> dict[str, Any]:
    if half is None:
        return {"enabled": False}
    return {"enabled": True, "half_saturation": half, "per_channel": {}}


def _halves(spec: RunSpec, factor: float) -> dict[str, Any]:
    """Every channel's half-saturation moved by a factor, slopes kept."""
    own = spec.feature_config.saturation
    moved = {
        name: each.model_dump() | {"half_saturation": each.half_saturation * factor}
        for name, each in own.per_channel.items()
    }
    return {"half_saturation": own.half_saturation * factor, "per_channel": moved}


def _merged(data: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A specification's data with some settings changed; parts of ``feature_config`` are named by themselves."""
    merged = dict(data)
    for name, value in change.items():
        if name in data["feature_config"]:
            own = data["feature_config"][name]
            merged["feature_config"] = merged["feature_config"] | {name: own | value}
        else:
            merged[name] = {
                key: own | value[key] if key in ("media", "baseline") and key in value else value.get(key, own)
                for key, own in data[name].items()
            }
    return merged


SETTINGS = Part(
    name="settings",
    question="Does another reasonable setting change it?",
    how_to_read="Above: each channel's share of sales under every setting, on the bar of its own interval. Below: "
    "media's share under each setting, in the order of its size. Hollow: the table speaks clearly against it.",
    result=Answer,
    units=units,
    work=work,
    tell=tell,
    refits=MOST_SETTINGS,
)
