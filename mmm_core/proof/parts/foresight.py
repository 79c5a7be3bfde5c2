"""Does it predict what it has not seen? Fitted up to a date, it predicts the periods after it; and so again.

Each *fold* is the run fitted on the rows before a date, with everything learnt from those rows alone, and a prediction
of the thirteen weeks (three months) after it with the advertising and controls that there were. Beside it the same
model without media, and sales of a year before (*seasonal naive*), with the spread that those had had so far.

Errors are the mean absolute percentage error (MAPE) of the predictive median, and the continuous ranked probability
score (CRPS) of the predictive draws, in the target's unit.

Source: Gneiting & Raftery (2007), *Strictly Proper Scoring Rules, Prediction, and Estimation*,
doi:10.1198/016214506000001437; Hyndman & Athanasopoulos (2021), *Forecasting: Principles and Practice*, chapter 5.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.labels import counted, percent
from mmm_core.model.structure import parameter_count
from mmm_core.proof.part import Part, Told, judge, worst
from mmm_core.proof.subject import Refit, Refitter, Subject, without_still_controls
from mmm_core.results.future.predict import predict
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict
from mmm_core.spec import Grain
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]

FOLDS = 4
HORIZON: dict[Grain, int] = {"WEEK": 13, "MONTH": 3}
SOON: dict[Grain, int] = {"WEEK": 4, "MONTH": 1}
YEAR: dict[Grain, int] = {"WEEK": 52, "MONTH": 12}
BAND = 0.9
"""Probability of the predictive band whose coverage is counted."""
FEWEST_SPREADS = 8
"""Differences that a naive forecast needs to know its spread."""
COVERAGE_LIMITS = (0.75, 0.6)
"""A band of 90 % that holds fewer of the periods is looked at, or stops."""
SKILL_LIMITS = (1.1, 1.5)
"""So many times the CRPS of the seasonal naive forecast is looked at, or stops."""


class Score(Strict):
    """How near a forecast came in one fold."""

    mape_soon: float = Field(description="MAPE of the first periods: four weeks, or one month (fraction).")
    mape: float = Field(description="MAPE of all periods of the fold (fraction).")
    crps: float = Field(description="Mean CRPS over the periods, in the target's unit.")
    inside: int = Field(description="Periods inside the 90 % band.")


class FoldChannel(Strict):
    """What a channel had brought by the rows of one fold."""

    channel: str
    share: Estimate = Field(description="Share of sales (fraction).")
    roi: Estimate | None = Field(description="Return; null without spend.")


class Fold(Strict):
    """One date: what was predicted after it, and what came."""

    fitted: int = Field(description="Rows that were fitted.")
    last: str = Field(description="Last period that was fitted (YYYY-MM-DD).")
    periods: tuple[str, ...] = Field(description="First days of the periods predicted.")
    observed: tuple[float, ...]
    median: tuple[float, ...]
    low: tuple[float, ...] = Field(description="Lower end of the 90 % band.")
    high: tuple[float, ...]
    model: Score
    without_media: Score
    naive: Score
    channels: tuple[FoldChannel, ...]


def units(subject: Subject) -> tuple[str, ...]:
    """Numbers of rows that are fitted, the longest first; a channel or event may need more than the shortest has.

    Raises
    ------
    DataError
        The table is too short for two folds.
    """
    grain, rows = subject.table.grain, subject.features.target.size
    horizon = HORIZON[grain]
    columns = subject.features.controls_scaled.shape[1] + len(subject.channels)
    fewest = max(YEAR[grain], parameter_count(columns, 0, has_trend=False) + 1, rows // 3)
    room = rows - horizon - fewest
    if room < 1:
        raise DataError(
            f"{counted(rows, 'period')} are estimated; {fewest + horizon + 1} are needed to fit one part and predict "
            "another.",
            code="too_short",
            remedy="Add earlier periods.",
        )
    step = min(horizon, max(1, room // (FOLDS - 1)))
    cuts = [rows - horizon - step * number for number in range(FOLDS)]
    return tuple(str(cut) for cut in cuts if cut >= fewest)


def work(subject: Subject, key: str, refit: Refitter) -> Fold:
    """Fit the rows before one date with and without media, and predict those after it."""
    cut, horizon = int(key), HORIZON[subject.table.grain]
    dates = subject.features.dates
    known, until = dates[cut - 1], dates[min(cut + horizon, len(dates)) - 1]
    table, past = up_to(subject.table, until), up_to(subject.table, known)
    brand = aggregate_brand(table).frame
    came = brand[brand["period_start"].to_numpy() > known]
    has_sales = came["sales"].notna().to_numpy()
    observed = came["sales"].to_numpy(float)[has_sales]
    spec = without_still_controls(past, subject.spec)
    fitted, without = refit(past, spec), refit(past, spec, media=False)
    draws = [
        predict(each.features, each.values, table, each.spec, seed=subject.spec.random_seed).sales[has_sales]
        for each in (fitted, without)
    ]
    soon, tail = SOON[subject.table.grain], (1 - BAND) / 2
    low, median, high = np.quantile(draws[0], [tail, 0.5, 1 - tail], axis=1)
    before = subject.features.target.to_numpy()[:cut]
    naive = naive_draws(before, len(came), YEAR[subject.table.grain])[has_sales]
    return Fold(
        fitted=cut,
        last=_day(known),
        periods=tuple(_day(day) for day in came["period_start"].to_numpy()[has_sales]),
        observed=_numbers(observed),
        median=_numbers(median),
        low=_numbers(low),
        high=_numbers(high),
        model=_score(observed, draws[0], soon),
        without_media=_score(observed, draws[1], soon),
        naive=_score(observed, naive, soon),
        channels=_channels(fitted),
    )


def up_to(table: CanonicalData, last: np.datetime64) -> CanonicalData:
    """The rows of a table up to a period, that one included."""
    rows = table.frame["period_start"].to_numpy() <= last
    return CanonicalData(table.frame[rows].reset_index(drop=True), table.grain)


def naive_draws(before: Array, periods: int, year: int) -> Array:
    """Sales as they were a year before ``(period, sample)``, spread as such forecasts had been off so far.

    Parameters
    ----------
    before
        ``(row)``: sales so far, in the target's unit.
    periods, year
        How many are predicted, and how many are a year. Where less than a year is known, the last sales go on.
    """
    lag = year if len(before) >= year + FEWEST_SPREADS else 1
    off = before[lag:] - before[:-lag]
    level = np.array([before[len(before) - lag + number % lag] for number in range(periods)])
    return np.asarray(level[:, None] + off[None, :])


def crps(draws: Array, observed: Array) -> Array:
    """CRPS of predictive draws ``(period, sample)`` at what was observed ``(period)``, in its unit."""
    ordered = np.sort(draws, axis=1)
    count = draws.shape[1]
    # E|X − X'| from ordered draws: each is weighted by how many lie below and above it.
    apart = (ordered * (2 * np.arange(1, count + 1) - count - 1)).sum(axis=1) * 2 / count**2
    return np.asarray(np.abs(draws - observed[:, None]).mean(axis=1) - apart / 2)


def tell(_: Subject, folds: Mapping[str, Fold]) -> Told:
    """How near predictions came, and whether the band held what it should."""
    found = sorted(folds.values(), key=lambda fold: fold.fitted)
    periods = sum(len(fold.observed) for fold in found)
    covered = sum(fold.model.inside for fold in found) / periods
    model, without, naive = (
        float(np.average([getattr(fold, name).crps for fold in found], weights=[len(f.observed) for f in found]))
        for name in ("model", "without_media", "naive")
    )
    mape = float(np.average([fold.model.mape for fold in found], weights=[len(fold.observed) for fold in found]))
    ratio = model / naive if naive > 0 else float("inf")
    judged = [
        judge(covered, COVERAGE_LIMITS, small_is_good=False),
        judge(ratio, SKILL_LIMITS),
    ]
    verdict = worst(judged)
    return Told(
        verdict=verdict,
        sentence=(
            f"In {counted(periods, 'period')} that it had not seen predictions missed sales by {percent(mape, 1)} on "
            f"average, {percent(covered)} of them lay inside the 90 % band, and {_beside(ratio)}; "
            f"{_without_media(without / model if model > 0 else 1.0)}."
        ),
        value=covered if judged[0] != "pass" or judged[1] == "pass" else ratio,
        limit=COVERAGE_LIMITS[0] if judged[0] != "pass" or judged[1] == "pass" else SKILL_LIMITS[0],
        remedy=""
        if verdict == "pass"
        else "Look which periods were missed: an event, a price or a new product that the table does not have; do not "
        "plan with it before.",
        tables={
            "periods": tuple(
                {"fold": fold.last, "period": period, "observed": seen, "median": middle, "low": low, "high": high}
                for fold in found
                for period, seen, middle, low, high in zip(
                    fold.periods, fold.observed, fold.median, fold.low, fold.high, strict=True
                )
            ),
            "scores": tuple(
                {"fold": fold.last, "forecast": name, **getattr(fold, name).model_dump()}
                for fold in found
                for name in ("model", "without_media", "naive")
            ),
        },
    )


def _beside(ratio: float) -> str:
    if ratio < 0.98:
        return f"its errors (CRPS) are {percent(1 - ratio)} smaller than those of last year's sales as a forecast"
    if ratio <= 1.02:
        return "it is as near as last year's sales as a forecast"
    return f"its errors (CRPS) are {percent(ratio - 1)} larger than those of last year's sales as a forecast"


def _without_media(ratio: float) -> str:
    if ratio > 1.02:
        return f"without media they would be {percent(ratio - 1)} larger"
    return "without media they would be as large" if ratio >= 0.98 else f"without media {percent(1 - ratio)} smaller"


def _score(observed: Array, draws: Array, soon: int) -> Score:
    tail = (1 - BAND) / 2
    low, median, high = np.quantile(draws, [tail, 0.5, 1 - tail], axis=1)
    off = np.abs(median / observed - 1)
    return Score(
        mape_soon=float(off[:soon].mean()),
        mape=float(off.mean()),
        crps=float(crps(draws, observed).mean()),
        inside=int(((low <= observed) & (observed <= high)).sum()),
    )


def _channels(fitted: Refit) -> tuple[FoldChannel, ...]:
    return tuple(FoldChannel(channel=c.channel, share=c.share, roi=c.roi) for c in fitted.summary.channels)


def _numbers(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _day(date: np.datetime64) -> str:
    return pd.Timestamp(date).date().isoformat()


FORESIGHT = Part(
    name="foresight",
    question="Does it predict what it has not seen?",
    how_to_read="Each line is what a fit that ended where it begins predicted; its band holds 90 of 100 periods if it "
    "is right, and the dots are what came.",
    result=Fold,
    units=units,
    work=work,
    tell=tell,
    refits=2 * FOLDS,
)
