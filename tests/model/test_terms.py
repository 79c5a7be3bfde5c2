"""Terms against plain loops: what carries over, bends, is split, and what a percent more adds."""

import numpy as np
import pytest

from mmm_core.model.estimated import DELAY
from mmm_core.model.family import family_of
from mmm_core.model.priors import LogitNormal, LogNormal
from mmm_core.model.terms import Columns, EstimatedMedia, FixedMedia
from mmm_core.results.effects import values_of
from tests.conftest import Fit, features_of

LAGS, ROWS, CHANNELS = 3, 8, 2
rng = np.random.default_rng(11)
ACTIVITY = rng.gamma(2, 0.5, (CHANNELS, LAGS + ROWS))
VALUES = {
    "media_share": np.array([0.2, 0.4]),
    "tau": np.array([1.0, 0.25]),
    "effect": np.array([[0.5, -0.2], [-0.3, 0.1]]),
    "decay": np.array([[0.5, 0.0], [0.3, 0.9]]),
    "delay": np.array([[0.0, 0.5], [0.8, 0.2]]),
    "half_saturation": np.array([[1.0, 2.0], [0.5, 1.5]]),
    "slope": np.array([[1.0, 2.0], [1.5, 0.7]]),
}


def media(**changes: object) -> EstimatedMedia:
    parts = {
        "activity": ACTIVITY,
        "rows": np.arange(ROWS),
        "lags": LAGS,
        "weight": np.array([0.75, 0.25]),
        "delayed": np.ones(CHANNELS),
        "saturated": np.ones(CHANNELS),
        "priors": {
            "media_share": LogitNormal(0.0, 1.0),
            "tau": LogNormal(0.0, 0.5),
            "decay": LogitNormal(0.0, 1.0),
            "delay": DELAY,
            "half_saturation": LogNormal(0.3, 1.0),
            "slope": LogNormal(0.3, 0.6),
        },
    }
    return EstimatedMedia(**parts | changes)


def curve_by_loop(term: EstimatedMedia, channel: int, sample: int) -> list[float]:
    """One channel in one draw, one product at a time."""
    d, v = VALUES["decay"][channel, sample], VALUES["delay"][channel, sample] * term.delayed[channel]
    k, n = VALUES["half_saturation"][channel, sample], VALUES["slope"][channel, sample]
    weights = [d**lag * sum(v**j for j in range(lag + 1)) for lag in range(LAGS + 1)]
    found = []
    for row in term.rows:
        felt = [w * term.activity[channel, row + LAGS - lag] for lag, w in enumerate(weights)]
        carried = sum(felt) / sum(weights)
        found.append(1 / (1 + (k / carried) ** n) if term.saturated[channel] else carried)
    return found


@pytest.mark.parametrize("changes", [{}, {"delayed": np.array([0.0, 1.0])}, {"saturated": np.array([1.0, 0.0])}])
def test_the_curve_is_carry_over_and_hill_by_hand(changes):
    term = media(**changes)
    found = term.curve(VALUES)
    for channel in range(CHANNELS):
        for sample in range(2):
            np.testing.assert_allclose(found[channel, :, sample], curve_by_loop(term, channel, sample), rtol=1e-12)


def test_rows_without_sales_carry_over_and_have_no_effect_of_their_own():
    holes = media(rows=np.array([0, 1, 2, 4, 5, 7]))
    np.testing.assert_allclose(holes.curve(VALUES), media().curve(VALUES)[:, [0, 1, 2, 4, 5, 7]], rtol=1e-12)


def test_shares_are_a_total_and_its_split():
    term = media()
    shares = term.shares(VALUES)
    np.testing.assert_allclose(shares.sum(axis=0), VALUES["media_share"], rtol=1e-12)
    raw = [0.75 * np.exp(0.5), 0.25 * np.exp(-0.3)]
    assert shares[0, 0] == pytest.approx(0.2 * raw[0] / sum(raw))


def test_effects_have_the_share_as_their_mean_and_are_nothing_without_activity():
    term = media()
    values = VALUES | term.derived(VALUES, term.curve(VALUES))
    part = term.part(values)
    np.testing.assert_allclose(part.effect.mean(axis=1), values["share"], rtol=1e-12)
    np.testing.assert_allclose(part.origin, -values["media_share"], rtol=1e-12)
    silent = media(activity=np.concatenate([ACTIVITY[:, :5], np.zeros((CHANNELS, 6))], axis=1))
    assert silent.part(values).effect[:, -1].max() < 1e-6


def test_a_block_of_rows_is_that_part_of_all_rows():
    term = media()
    values = VALUES | term.derived(VALUES, term.curve(VALUES))
    np.testing.assert_array_equal(term.part(values, slice(2, 5)).effect, term.part(values).effect[:, 2:5])


def test_a_percent_more_is_the_difference_of_two_curves():
    """Against the whole term with its activity raised, and against the slope that a small step has."""
    term = media()
    values = VALUES | term.derived(VALUES, term.curve(VALUES))
    more = ACTIVITY.copy()
    more[1, LAGS:] *= 1.01
    expected = media(activity=more).part(values).effect[1] - term.part(values).effect[1]
    np.testing.assert_allclose(term.rise(values, 1), expected, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(term.rise(values, 1, slice(3, 6)), expected[3:6], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("kind", ["geometric", "delayed"])
def test_fixed_widths_are_the_carry_over_and_curve_of_the_settings(fit: Fit, kind):
    """Every channel fixed: the curve is that of the fixed model's features, in another unit only if at all."""
    config = fit.spec.feature_config.model_dump()
    config["adstock"]["kind"] = kind
    config["saturation"] = {"enabled": True, "half_saturation": 0.8, "slope": 1.3}
    changes = {"feature_config": config, "model": {"kind": "recommended", "freedom": "fixed"}}
    spec = type(fit.spec).model_validate(fit.spec.model_dump(by_alias=True) | changes)
    built = features_of(fit.world.frame, spec)
    term = family_of(built).media
    assert isinstance(term, EstimatedMedia)
    one = {
        name: 1 / (1 + np.exp(-np.asarray(prior.centre))) if isinstance(prior, LogitNormal) else np.exp(prior.centre)
        for name, prior in term.priors.items()
    }
    values = {name: np.broadcast_to(value, len(term.weight))[:, None] for name, value in one.items()}
    np.testing.assert_allclose(term.curve(values)[..., 0].T, built.transformed.to_numpy(), rtol=1e-12, atol=1e-12)


def test_fixed_media_and_columns_are_products_of_columns_and_coefficients():
    term = FixedMedia(felt=ACTIVITY.T, felt_rise=0.01 * ACTIVITY.T, zero=np.array([-1.0, -2.0]))
    beta = np.array([[0.1, 0.2], [0.3, 0.0]])
    part = term.part({"beta": beta})
    np.testing.assert_allclose(part.effect[0, :, 1], 0.2 * ACTIVITY[0])
    np.testing.assert_allclose(part.origin, [-0.7, -0.2])
    np.testing.assert_allclose(term.rise({"beta": beta}, 0), np.outer(0.01 * ACTIVITY[0], beta[0]))
    columns = Columns(ACTIVITY.T, np.array(["trend", "control"]), 0.1)
    part = columns.part({"gamma": beta})
    assert part.effect.shape == (4, LAGS + ROWS, 2)
    np.testing.assert_allclose(part.effect.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(part.origin, ACTIVITY.mean(axis=1) @ beta)
    assert not part.effect[1].any()


def test_what_is_drawn_and_what_follows_of_it_belong_together(estimated_fit: Fit):
    family, values = family_of(estimated_fit.features), values_of(estimated_fit.posterior)
    derived = family.media.derived(values, family.media.curve(values))
    for name, expected in derived.items():
        np.testing.assert_allclose(values[name], expected, rtol=1e-10)
    np.testing.assert_allclose(values["delay"][2] * family.media.delayed[2], 0)
    assert np.ptp(values["decay"][2]) == 0
    assert np.ptp(values["decay"][0]) > 0.05


def test_events_count_from_where_there_is_none_however_the_column_is_centred():
    gamma = {"gamma": np.array([[0.1, 0.2], [0.3, 0.0]])}
    kinds, matrix = np.array(["control", "event"]), np.stack([ACTIVITY[0], (ACTIVITY[1] > 1).astype(float)], axis=1)
    raw = Columns(matrix, kinds, 0.1)
    centred = Columns(matrix - matrix.mean(axis=0), kinds, 0.1, -matrix.mean(axis=0))
    for columns in (raw, centred):
        events = columns.part(gamma).effect[3]
        np.testing.assert_allclose(events, np.outer(matrix[:, 1], [0.3, 0.0]), atol=1e-15)
        np.testing.assert_allclose(columns.part(gamma).effect[2].mean(axis=0), 0, atol=1e-12)
    whole = [part.effect.sum(axis=0) + part.origin for part in (raw.part(gamma), centred.part(gamma))]
    np.testing.assert_allclose(
        whole[0] - whole[1], np.outer(np.ones(len(matrix)), matrix.mean(axis=0) @ gamma["gamma"])
    )
