"""The log link: what adds up, and the additive part against the integral that defines it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmm_core.model.link import BoxCoxLink, LogLink

LINK = LogLink(0.0)
levels = st.floats(-5, 15)
effects = arrays(float, st.integers(1, 6), elements=st.floats(0, 3))
signed = arrays(float, (3, 1, 1), elements=st.floats(-2, 2))


def path_integral(level: float, effect: np.ndarray) -> np.ndarray:
    """Aumann–Shapley by its definition: effects grow together from nothing, each is paid its own slope on the way.

    ``∫₀¹ u·exp(level + t·Σu) dt``, by Gauss–Legendre with enough nodes for any effect that is tried here.
    """
    nodes, weights = np.polynomial.legendre.leggauss(40)
    grown = sum(w / 2 * np.exp(level + (t + 1) / 2 * effect.sum()) for t, w in zip(nodes, weights, strict=True))
    return effect * grown


@given(arrays(float, 8, elements=st.floats(0.1, 1e9)), st.floats(0, 1e3))
def test_sales_come_back_from_the_scale_of_the_predictor(sales, eps):
    link = LogLink(eps)
    np.testing.assert_allclose(link.to_sales(link.scale(sales)), sales, rtol=1e-9, atol=1e-9 * eps)


@given(levels, effects)
def test_additive_parts_are_the_path_integral(base, u):
    mu, total = np.array(base + u.sum()), np.array(u.sum())
    np.testing.assert_allclose(LINK.additive(mu, u, total), path_integral(base, u), rtol=1e-9, atol=1e-12)


@given(levels, effects)
def test_additive_parts_add_up_to_the_joint_lift(base, u):
    mu = np.array(base + u.sum())
    lift = np.exp(mu) - np.exp(base)
    assert LINK.additive(mu, u, np.array(u.sum())).sum() == pytest.approx(lift, rel=1e-9, abs=1e-9 * np.exp(mu))


@given(levels, effects)
def test_removal_is_what_is_missing_without_one_effect_and_never_below_its_part(base, u):
    mu = np.array(base + u.sum())
    removed = LINK.removal(mu, u)
    expected = [np.exp(mu) - np.exp(mu - one) for one in u]
    np.testing.assert_allclose(removed, expected, rtol=1e-9, atol=1e-9 * np.exp(mu))
    assert (removed >= LINK.additive(mu, u, np.array(u.sum())) - 1e-12 * np.exp(mu)).all()


def test_an_effect_alone_has_one_contribution_whichever_way_it_is_counted():
    mu, u = np.array(4.0), np.array(0.7)
    assert LINK.additive(mu, u, u) == pytest.approx(LINK.removal(mu, u), rel=1e-12)


def test_no_effect_brings_exactly_nothing():
    mu, none = np.array([3.0, 12.0]), np.zeros(2)
    assert not LINK.removal(mu, none).any()
    assert not LINK.additive(mu, none, none).any()
    assert not LINK.additive(mu, none, np.array([0.5, 0.5])).any()


def test_small_effects_keep_their_digits():
    """``exp(mu) − exp(mu − 1e-12)`` by subtraction would be noise."""
    assert LINK.removal(np.array(0.0), np.array(1e-12)) == pytest.approx(1e-12, rel=1e-9)
    assert LINK.share(np.array(1e-12)) == pytest.approx(1e-12, rel=1e-9)


@given(levels, signed, st.floats(0, 100))
def test_baseline_parts_add_up_to_sales_at_their_predictor(reference, v, eps):
    link = LogLink(eps)
    parts = link.baseline(np.array([reference]), v)
    assert parts.shape == (4, 1, 1)
    expected = np.exp(reference + v.sum()) - eps
    scale = np.exp(reference + np.abs(v).sum()) + eps
    assert parts.sum() == pytest.approx(expected, abs=1e-9 * scale)
    assert parts[0, 0, 0] == pytest.approx(np.exp(reference) - eps)


def test_parts_of_the_baseline_that_cancel_do_not_vanish():
    """A season that is up while the trend is down by as much: sales are at the reference, and both parts are there."""
    up, down = 0.3, -0.3
    parts = LINK.baseline(np.array([2.0]), np.array([up, down]).reshape(2, 1, 1))[:, 0, 0]
    np.testing.assert_allclose(parts, np.exp(2.0) * np.array([1, up, down]))


def test_the_share_of_an_effect_is_its_removal_over_sales():
    mu, u = np.array([2.0, 9.0]), np.array([0.25, 1.5])
    np.testing.assert_allclose(LINK.share(u), LINK.removal(mu, u) / np.exp(mu))
    assert LINK.share(np.array(0.0)) == 0


powers = st.sampled_from([0.0, 1e-9, 0.2, 0.7, 1.0])
small_effects = arrays(float, st.integers(1, 6), elements=st.floats(0, 0.5))


def box_cox(power: float, level: float = 250.0) -> BoxCoxLink:
    return BoxCoxLink(level, np.array([power]))


@given(arrays(float, 8, elements=st.floats(10, 5000)), powers)
def test_sales_come_back_from_every_power(sales, power):
    link = box_cox(power)
    np.testing.assert_allclose(link.to_sales(link.scale(sales))[:, 0], sales, rtol=1e-6)


@given(st.floats(-0.4, 0.4), small_effects, powers)
def test_parts_under_every_power_are_the_path_integral_and_add_up(base, u, power):
    """By Gauss–Legendre over the way on which all effects grow together, each paid its own slope."""
    link, mu = box_cox(power), np.full((1, 1), base + u.sum())
    nodes, weights = np.polynomial.legendre.leggauss(40)

    def slope(t: float) -> float:
        eta, step = base + t * u.sum(), 1e-6
        rise = link.to_sales(np.array([eta + step])) - link.to_sales(np.array([eta - step]))
        return float(rise[0]) / (2 * step)

    grown = sum(w / 2 * slope((t + 1) / 2) for t, w in zip(nodes, weights, strict=True))
    parts = link.additive(mu, u[:, None, None], np.full((1, 1), u.sum()))[:, 0, 0]
    np.testing.assert_allclose(parts, u * grown, rtol=1e-5, atol=1e-6)
    lift = link.to_sales(mu) - link.to_sales(np.array(base))
    assert parts.sum() == pytest.approx(lift[0, 0], rel=1e-9, abs=1e-6)


@given(st.floats(-0.4, 0.4), small_effects)
def test_at_power_one_parts_and_removals_are_the_effects_themselves(base, u):
    link, mu = box_cox(1.0), np.full((1, 1), base + u.sum())
    np.testing.assert_allclose(
        link.additive(mu, u[:, None, None], np.full((1, 1), u.sum()))[:, 0, 0], 250 * u, atol=1e-6
    )
    np.testing.assert_allclose(link.removal(mu, u[:, None, None])[:, 0, 0], 250 * u, atol=1e-6)


def test_power_zero_is_the_log_link():
    log, link, mu, u = LogLink(0.0), box_cox(0.0, level=1.0), np.full((1, 1), 0.8), np.full((1, 1, 1), 0.3)
    np.testing.assert_allclose(link.to_sales(mu), log.to_sales(mu), rtol=1e-12)
    np.testing.assert_allclose(link.removal(mu, u), log.removal(mu, u), rtol=1e-12)
    np.testing.assert_allclose(link.additive(mu, u, u[0] + 0.2), log.additive(mu, u, u[0] + 0.2), rtol=1e-9)


@given(st.floats(-0.4, 0.4), signed.map(lambda v: v / 10), powers)
def test_parts_of_the_baseline_add_up_under_every_power(reference, v, power):
    link = box_cox(power)
    parts = link.baseline(np.array([reference]), v)
    assert parts.sum() == pytest.approx(float(link.to_sales(np.array([reference + v.sum()]))[0]), rel=1e-9)


def test_the_jacobian_turns_densities_of_the_predictor_into_those_of_sales():
    """A density of sales over their level integrates to one."""
    link, grid = BoxCoxLink(1.0, np.array([0.4])), np.linspace(1e-4, 12, 400_001)
    z = link.scale(grid)
    density = np.exp(-0.5 * ((z - 0.3) / 0.4) ** 2) / (0.4 * np.sqrt(2 * np.pi)) * np.exp(link.log_jacobian(grid))
    assert np.trapezoid(density[:, 0], grid) == pytest.approx(1.0, abs=1e-3)


def test_a_band_is_of_sales_where_draws_have_scales_of_their_own():
    link = BoxCoxLink(10.0, np.array([0.0, 1.0]))
    values = np.zeros((3, 4, 2)) + np.array([0.5, 0.5])
    low, high = link.band(values, [0.0, 1.0])
    np.testing.assert_allclose(low, 15.0)
    np.testing.assert_allclose(high, 10 * np.exp(0.5))
