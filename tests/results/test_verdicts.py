import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.results.intervals import Estimate
from mmm_core.results.verdict_words import check_groups
from mmm_core.results.verdicts import (
    DIGITS,
    Measures,
    ShareComparison,
    Verdict,
    grade,
    judge,
    wants_more_draws,
    worst,
)
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

GOOD = Measures(
    chains=2,
    draws=1000,
    rows=100,
    divergences=0,
    max_r_hat=1.004,
    min_ess_bulk=900,
    min_ess_tail=800,
    bfmi=(0.9, 0.8),
    coverage=0.95,
    residual_autocorrelation=0.05,
    fitted_to_observed=1.01,
    pareto_k_above=0,
    prior_posterior=(
        ShareComparison(
            channel=None, prior=Estimate(mean=0.9, low=0, high=1), posterior=Estimate(mean=0.3, low=0.2, high=0.4)
        ),
    ),
)


def verdict(code: str, **changes: object) -> Verdict:
    return next(found for found in judge(GOOD.model_copy(update=changes)) if found.code == code)


def test_a_good_fit_passes_everywhere_and_needs_no_advice():
    verdicts = judge(GOOD)
    assert worst(verdicts) == "pass"
    assert all(found.advice == "" and found.finding for found in verdicts)


@pytest.mark.parametrize(
    ("code", "field", "look", "stop"),
    [
        ("r_hat", "max_r_hat", 1.03, 1.06),
        ("ess_bulk", "min_ess_bulk", 150.0, 99.0),
        ("ess_tail", "min_ess_tail", 199.0, 50.0),
        ("divergences", "divergences", 19, 20),
        ("bfmi", "bfmi", (0.9, 0.25), (0.1, 0.9)),
        ("coverage", "coverage", 0.88, 0.85),
        ("residual_autocorrelation", "residual_autocorrelation", -0.3, 0.41),
        ("pareto_k", "pareto_k_above", 2, 3),
    ],
)
def test_each_limit_gives_a_look_and_then_a_stop_with_advice(code, field, look, stop):
    assert (verdict(code, **{field: look}).status, verdict(code, **{field: stop}).status) == ("look", "stop")
    assert verdict(code, **{field: stop}).advice


def test_what_could_not_be_computed_is_a_stop():
    assert verdict("r_hat", max_r_hat=None).status == "stop"
    assert "unknown" in verdict("r_hat", max_r_hat=None).finding


def test_one_chain_is_a_look():
    assert verdict("r_hat", chains=1).status == "look"


def test_a_skewed_fit_is_a_look_and_never_a_stop():
    assert verdict("fitted_to_observed", fitted_to_observed=3.0).status == "look"


def test_a_prior_that_decides_is_named():
    joint = GOOD.prior_posterior[0].model_copy(update={"posterior": Estimate(mean=0.5, low=0.1, high=0.9)})
    found = verdict("prior_decides", prior_posterior=(joint,))
    assert found.status == "look"
    assert "prior" in found.advice


def test_periods_that_pull_hard_are_named_and_not_only_counted():
    demo = read_outputs(PROJECT / "sample_data" / "demo_run").diagnostics
    dates = tuple(dt.date(2024, month, 1) for month in (1, 2, 3, 4))
    found = demo.model_copy(update={"pareto_k_above": 4, "influential": dates})
    figures = [check.figure for group in check_groups(found) for check in group.checks]
    assert any("4 of 156 periods (1 Jan 2024, 1 Feb 2024, 1 Mar 2024 and 1 more)" in figure for figure in figures)


def test_more_draws_are_asked_for_where_they_are_the_remedy():
    def verdict(code: str, status: str) -> Verdict:
        return Verdict(code=code, status=status, value=1.0, limit=1.0, finding="", advice="")

    assert wants_more_draws([verdict("pareto_k", "look"), verdict("totals_r_hat", "look")])
    assert wants_more_draws([verdict("ess_tail", "stop")])
    assert not wants_more_draws([verdict("pareto_k", "stop"), verdict("r_hat", "pass")])
    assert not wants_more_draws([])


@pytest.mark.parametrize("code", DIGITS)
@pytest.mark.parametrize("small_is_good", [True, False])
@given(value=st.floats(0, 10), limit=st.floats(0, 10))
def test_a_figure_passes_exactly_where_what_is_written_lies_within_what_is_written(code, small_is_good, value, limit):
    digits = DIGITS[code]
    figure, written = float(f"{value:.{digits}f}"), float(f"{limit:.{digits}f}")
    passes = figure <= written if small_is_good else figure >= written
    assert (grade(code, value, (limit, limit), small_is_good=small_is_good) == "pass") == passes


@pytest.mark.parametrize("rows", [9, 44, 156, 1000])
def test_the_share_in_the_band_passes_where_it_reads_as_inside_its_range(rows):
    for coverage in np.linspace(0.8, 1.0, 401)[1::2]:
        verdict = next(
            each
            for each in judge(GOOD.model_copy(update={"coverage": float(coverage), "rows": rows}))
            if each.code == "coverage"
        )
        low, high = (round(100 * (0.94 + sign * verdict.limit)) for sign in (-1, 1))
        assert (verdict.status == "pass") == (low <= round(100 * coverage) <= min(high, 100)), (rows, coverage)


def test_more_draws_are_advised_than_there_were():
    for draws, advised in ((1000, "2000 each"), (4000, "8000 each")):
        assert advised in verdict("r_hat", max_r_hat=1.5, draws=draws).advice
