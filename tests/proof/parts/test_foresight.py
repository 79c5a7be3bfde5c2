"""Predictions of what was not seen: on a world whose later rows are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mmm_core.errors import DataError
from mmm_core.proof.parts.foresight import (
    COVERAGE_LIMITS,
    FORESIGHT,
    HORIZON,
    SKILL_LIMITS,
    Fold,
    Score,
    crps,
    naive_draws,
    up_to,
)
from mmm_core.proof.subject import Subject, refitter
from mmm_core.results.intervals import Estimate
from tests.proof.subjects import subject_of


@pytest.fixture(scope="module")
def subject(fit) -> Subject:
    return subject_of(fit)


@pytest.fixture(scope="module")
def fold(subject, compiled) -> Fold:
    """The longest fold of the world."""
    return FORESIGHT.work(subject, FORESIGHT.units(subject)[0], refitter(compiled))


def test_a_fold_is_what_came_after_its_date(fold, subject):
    sales = subject.table.frame["sales"].to_numpy()
    assert fold.fitted == len(sales) - HORIZON["WEEK"]
    assert fold.observed == tuple(sales[fold.fitted :])
    assert fold.last < fold.periods[0]
    assert len(fold.periods) == 13
    assert all(low < middle < high for low, middle, high in zip(fold.low, fold.median, fold.high, strict=True))


def test_the_world_s_own_model_predicts_it_better_than_last_year_does(fold):
    assert fold.model.crps < fold.naive.crps
    assert fold.model.crps < fold.without_media.crps
    assert fold.model.mape < 0.2
    assert fold.model.inside >= 9  # of 13; fewer would be a chance of one in fifty
    assert fold.model.mape == pytest.approx(
        np.mean(np.abs(np.array(fold.median) / np.array(fold.observed) - 1)), rel=1e-12
    )


def test_nothing_is_learnt_from_the_rows_that_come(fold, subject, compiled):
    """With other sales after the date the same is predicted, to the last digit."""
    frame = subject.table.frame.copy()
    frame.loc[frame.index >= fold.fitted, "sales"] *= 3.0
    other = replace(subject, table=replace(subject.table, frame=frame))
    again = FORESIGHT.work(other, str(fold.fitted), refitter(compiled))
    assert (again.median, again.low, again.high) == (fold.median, fold.low, fold.high)
    assert again.model.inside < fold.model.inside


def test_an_event_that_has_not_come_yet_is_not_known_to_a_fold(fold, subject, compiled):
    """It would say nothing of the rows that are fitted: the fold is that of a table without it."""
    frame = subject.table.frame.copy()
    frame["ctrl_closing"] = (frame.index > fold.fitted + 3).astype(float)
    known = subject.spec.model_copy(update={"controls": (*subject.spec.controls, "ctrl_closing")})
    with_event = replace(subject, table=replace(subject.table, frame=frame), spec=known)
    again = FORESIGHT.work(with_event, str(fold.fitted), refitter(compiled))
    assert again.median == fold.median


def test_folds_end_a_horizon_apart_the_longest_first(subject):
    assert FORESIGHT.units(subject) == ("91", "78", "65", "52")


@pytest.mark.parametrize(
    ("rows", "wanted"), [(66, ("53", "52")), (68, ("55", "54", "53", "52")), (80, ("67", "62", "57", "52"))]
)
def test_a_short_table_has_as_many_folds_as_it_can(subject, rows, wanted):
    assert FORESIGHT.units(shortened(subject, rows)) == wanted


def test_a_table_that_is_too_short_is_refused_with_what_it_needs(subject):
    assert FORESIGHT.units(shortened(subject, 66))
    with pytest.raises(DataError, match=r"65 periods are estimated; 66 are needed") as caught:
        FORESIGHT.units(shortened(subject, 65))
    assert caught.value.code == "too_short"


def shortened(subject: Subject, rows: int) -> Subject:
    """The first rows of a run alone, as its features have them."""
    kept = {name: getattr(subject.features, name)[:rows] for name in ("target", "controls_scaled")}
    return replace(subject, features=replace(subject.features, **kept))


def test_rows_up_to_a_period_have_it(subject):
    dates = subject.table.frame["period_start"].to_numpy()
    assert len(up_to(subject.table, dates[9]).frame) == 10


def test_crps_of_draws_is_that_of_their_law():
    """Of a normal law in closed form (Gneiting & Raftery 2007, equation 21)."""
    rng, spread = np.random.default_rng(1), np.array([0.5, 2.0, 3.0])
    middle, observed = np.array([1.0, -2.0, 10.0]), np.array([1.2, 1.0, 10.0])
    z = (observed - middle) / spread
    exact = spread * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    draws = middle[:, None] + spread[:, None] * rng.standard_normal((3, 40_000))
    np.testing.assert_allclose(crps(draws, observed), exact, rtol=0.02)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12),
    st.floats(-1e3, 1e3),
)
def test_crps_is_its_definition(draws, observed):
    """E|X − y| − E|X − X'|/2, pair by pair."""
    x = np.array(draws)
    by_pairs = np.abs(x - observed).mean() - np.abs(x[:, None] - x[None, :]).mean() / 2
    assert crps(x[None, :], np.array([observed]))[0] == pytest.approx(by_pairs, abs=1e-8)


def test_a_naive_forecast_is_last_year_with_the_spread_that_it_had():
    before = np.arange(70.0) + np.where(np.arange(70) == 60, 5.0, 0.0)
    found = naive_draws(before, 20, 52)
    assert found.shape == (20, 18)
    off = before[52:] - before[:-52]
    np.testing.assert_array_equal(found[0], before[18] + off)
    np.testing.assert_array_equal(found[19], before[37] + off)


def test_a_naive_forecast_beyond_a_year_begins_last_year_again():
    before = np.arange(24.0)
    np.testing.assert_array_equal(naive_draws(before, 14, 12)[12], naive_draws(before, 14, 12)[0])


def test_without_a_year_the_last_sales_go_on():
    found = naive_draws(np.array([3.0, 4.0, 9.0]), 2, 12)
    np.testing.assert_array_equal(found, [[10.0, 14.0], [10.0, 14.0]])


def scored(*, inside: int, model: float, naive: float = 10.0, fitted: int = 52) -> Fold:
    """A fold of ten periods with these scores."""
    score = Score(mape_soon=0.1, mape=0.1, crps=model, inside=inside)
    return Fold(
        fitted=fitted, last="2024-01-01", periods=tuple(f"2024-02-{day:02}" for day in range(1, 11)),
        observed=(1.0,) * 10, median=(1.0,) * 10, low=(0.5,) * 10, high=(2.0,) * 10, model=score,
        without_media=score.model_copy(update={"crps": 2 * model}), naive=score.model_copy(update={"crps": naive}),
        channels=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "model", "verdict", "value", "limit"),
    [
        (9, 5.0, "pass", 0.9, COVERAGE_LIMITS[0]),
        (7, 5.0, "look", 0.7, COVERAGE_LIMITS[0]),
        (5, 5.0, "stop", 0.5, COVERAGE_LIMITS[0]),
        (9, 12.0, "look", 1.2, SKILL_LIMITS[0]),
        (9, 16.0, "stop", 1.6, SKILL_LIMITS[0]),
    ],
)
def test_what_is_wrong_is_what_is_judged(subject, inside, model, verdict, value, limit):
    told = FORESIGHT.tell(subject, {"52": scored(inside=inside, model=model)})
    assert (told.verdict, told.limit) == (verdict, limit)
    assert told.value == pytest.approx(value)
    assert bool(told.remedy) == (verdict != "pass")


def test_folds_count_by_their_periods_and_stand_in_the_order_of_time(subject, fold):
    folds = {"91": fold, "52": scored(inside=10, model=5.0)}
    told = FORESIGHT.tell(subject, folds)
    periods = told.tables["periods"]
    assert len(periods) == 23
    assert periods[0]["fold"] == "2024-01-01"
    assert {row["forecast"] for row in told.tables["scores"]} == {"model", "without_media", "naive"}
    assert told.sentence.startswith("In 23 periods that it had not seen predictions missed sales by")


def test_what_each_channel_had_brought_by_then_goes_along(fold, subject):
    assert [each.channel for each in fold.channels] == subject.channels
    assert all(isinstance(each.share, Estimate) for each in fold.channels)
