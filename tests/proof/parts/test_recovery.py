"""Worlds like the person's own: simulated from one draw, fitted as the run was, and asked for what is true of them."""

from collections.abc import Mapping

import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.proof.parts.recovery import (
    RECOVERY,
    Recovered,
    RecoveredWorld,
    monte_carlo_error,
    precision,
    simulated,
    true_totals,
)
from mmm_core.proof.subject import Subject, refitter
from mmm_core.results.effects import effects
from tests.proof.subjects import subject_of


@pytest.fixture(scope="module", params=["fit", "estimated_fit"])
def subject(request) -> Subject:
    return subject_of(request.getfixturevalue(request.param))


def draw_of(subject: Subject, draw: int) -> Mapping[str, np.ndarray]:
    return {name: value[..., draw : draw + 1] for name, value in subject.values.items()}


def test_a_world_without_noise_is_its_draw(subject):
    """Everything but sales is the run's own, and sales are what the draw makes of it."""
    one = draw_of(subject, 5)
    quiet = dict(one) | {"sigma": np.full(1, 1e-12)}
    made = simulated(subject.table, subject.features, quiet, np.random.default_rng(0)).frame
    family = family_of(subject.features)
    expected = family.link(one).to_sales(effects(family, one).mu)[:, 0]
    np.testing.assert_allclose(made["sales"], expected, rtol=1e-8)
    same = [column for column in subject.table.frame if column.startswith(("act_", "spend_", "ctrl_"))]
    np.testing.assert_allclose(made[same], subject.table.frame[same])


def test_a_world_s_noise_is_the_draw_s(subject):
    """Its innovations have the spread of the draw, by the model's own filter."""
    family, one = family_of(subject.features), draw_of(subject, 7)
    found = []
    for seed in range(12):
        made = simulated(subject.table, subject.features, one, np.random.default_rng(seed)).frame
        sales = made["sales"].to_numpy()
        residual = family.link(one).scale(sales).reshape(len(sales), -1) - effects(family, one).mu
        found.append(np.median(np.abs(family.noise.innovations(residual, one))) / one["sigma"][0])
    expected = family.noise.standard_quantile(np.full((1, 1), 0.75), one)[0, 0]
    assert np.mean(found) == pytest.approx(expected, rel=0.1)


def test_sales_are_simulated_where_they_were_estimated_alone(subject):
    """A period left out of the fit stays without sales."""
    frame = subject.table.frame.copy()
    frame.loc[frame.index[10], "sales"] = np.nan
    features = subject.features
    kept = features.target["date"].to_numpy() != frame["period_start"].to_numpy()[10]
    fewer = type(features)(
        **{
            name: getattr(features, name)[kept] if name != "scaler" else features.scaler
            for name in features.__dataclass_fields__
        }
    )
    if subject.spec.model.kind == "recommended":
        pytest.skip("its activity is kept in time with the rows")
    table = type(subject.table)(frame, "WEEK")
    made = simulated(table, fewer, draw_of(subject, 0), np.random.default_rng(0)).frame
    assert made["sales"].isna().tolist() == frame["sales"].isna().tolist()


def test_what_is_true_of_a_world_is_what_its_draw_brings(subject):
    truths, fitted = true_totals(subject.features, draw_of(subject, 3))
    np.testing.assert_allclose(truths, subject.totals.additive[:, 3])
    assert fitted == pytest.approx(subject.totals.fitted[3])


def test_one_unit_is_one_world_fitted(subject, compiled):
    found = RECOVERY.work(subject, "0", refitter(compiled))
    assert [row.channel for row in found.channels] == subject.channels
    assert all(row.low <= row.median <= row.high for row in found.channels)
    assert sum(row.is_held for row in found.channels) >= 2  # of 4, at 94 % each
    told = RECOVERY.tell(subject, {"0": found})
    assert (told.verdict, told.not_shown) == (None, ())
    assert told.sentence.startswith("So far, in 1 world like this table")


def world(subject: Subject, *, held: bool, reach: float = 0.01, wide: str = "", brought: float = 1.0) -> RecoveredWorld:
    """A world whose channels have a return of 0.1 and an interval that is off where it does not hold."""
    return RecoveredWorld(
        channels=tuple(
            Recovered(
                channel=name,
                measure="return",
                brought=brought if name == wide else 1.0,
                truth=0.1,
                median=0.1,
                low=0.1 - (0.2 if name == wide else reach) if held else 0.11,
                high=0.1 + (0.2 if name == wide else reach),
            )
            for name in subject.channels
        )
    )


def test_intervals_that_hold_the_truth_pass(subject):
    worlds = {str(number): world(subject, held=number > 0) for number in range(20)}
    told = RECOVERY.tell(subject, worlds)
    assert (told.verdict, told.value, told.not_shown) == ("pass", pytest.approx(0.95), ())
    assert told.sentence.startswith(
        "In 20 worlds like this table 95\u00a0% of the intervals held the truth (94\u00a0% are meant to, and no fewer "
        "than 84\u00a0%); returns are found to C0 ±\u00a00.01, "
    )


def test_intervals_that_miss_too_often_stop(subject):
    told = RECOVERY.tell(subject, {str(number): world(subject, held=number % 4 > 0) for number in range(30)})
    assert (told.verdict, told.value) == ("look", pytest.approx(22 / 30))
    told = RECOVERY.tell(subject, {str(number): world(subject, held=number % 2 > 0) for number in range(30)})
    assert (told.verdict, told.value) == ("stop", pytest.approx(0.5))
    assert told.remedy.startswith("Do not read the intervals as they are")


def test_what_is_found_no_nearer_than_it_is_large_counts_by_what_it_brings(subject):
    small = {str(number): world(subject, held=True, wide="c1", brought=0.5) for number in range(12)}
    told = RECOVERY.tell(subject, small)
    assert (told.verdict, told.not_shown) == ("pass", ("c1",))
    assert told.sentence.endswith("C1, with 14\u00a0% of what media bring, no nearer than it is large.")
    large = {str(number): world(subject, held=True, wide="c1", brought=9.0) for number in range(12)}
    told = RECOVERY.tell(subject, large)
    assert (told.verdict, told.value, told.limit) == ("look", pytest.approx(0.75), 0.5)
    everything = RECOVERY.tell(subject, {str(number): world(subject, held=True, reach=0.2) for number in range(12)})
    assert (everything.verdict, everything.not_shown) == ("stop", tuple(subject.channels))


def test_the_error_of_coverage_is_that_of_worlds_and_not_of_intervals():
    """Intervals that hold or miss together count once."""
    apart = [[True] * 15 + [False] if number % 2 else [True] * 16 for number in range(20)]
    together = [[number != 0] * 16 for number in range(20)]
    assert monte_carlo_error(apart, 0.94) == pytest.approx(np.sqrt(0.94 * 0.06 / 320))
    assert monte_carlo_error(together, 0.94) == pytest.approx(np.std([0] + [1] * 19, ddof=1) / np.sqrt(20))


def test_bias_is_what_is_found_too_much():
    rows = [(2.0, 2.5), (1.0, 1.1)]
    worlds = [
        RecoveredWorld(
            channels=(
                Recovered(channel="tv", measure="share", brought=1.0, truth=true, median=found, low=0.0, high=3.0),
            )
        )
        for true, found in rows
    ]
    (tv,) = precision(worlds)
    assert (tv.bias, tv.reach, tv.size, tv.coverage) == (pytest.approx(0.3), 1.5, 1.5, 1.0)
    assert tv.in_words == "TV ±\u00a0150.0\u00a0%"
