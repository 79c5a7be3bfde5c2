import numpy as np
import pandas as pd
import pytest

from mmm_core.results.fit_quality import explained_verdict, fit_quality, worst_periods

DATES = pd.date_range("2024-01-01", periods=60, freq="7D")


def tables(observed: np.ndarray, fitted: np.ndarray, baseline: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pd.DataFrame({"entity_id": "brand", "period_start": DATES, "y": observed, "y_hat_mean": fitted})
    parts = pd.concat(
        [
            rows[["entity_id", "period_start"]].assign(kind=kind, component=component, mean=values)
            for kind, component, values in (
                ("baseline", "reference", baseline - 1),
                ("baseline", "trend", np.ones(len(DATES))),
                ("channel", "tv", fitted - baseline),
            )
        ]
    )
    return rows, parts


def waves(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.3, len(DATES))


def test_a_perfect_fit_explains_everything_and_misses_nothing():
    sales = np.exp(5 + waves())
    found = fit_quality(*tables(sales, sales, sales / 2), eps=0)
    assert found.typical_miss == pytest.approx(0, abs=1e-12)
    assert found.explained == pytest.approx(1)
    assert found.explained_by_baseline == pytest.approx(1)  # half of sales at every moment moves as they do


def test_a_flat_fit_explains_nothing_and_is_said_in_words():
    log_sales = 5 + waves()
    flat = np.full(len(DATES), np.exp(log_sales.mean()))
    found = fit_quality(*tables(np.exp(log_sales), flat, flat / 2), eps=0)
    assert found.explained == pytest.approx(0, abs=1e-12)
    verdict = explained_verdict(found)
    assert verdict.status == "look"
    assert verdict.finding.startswith("Only 0\u00a0% of the ups and downs of sales are explained")
    assert "control" in verdict.advice


def test_what_media_and_baseline_explain_is_told_apart():
    season, media = waves(1), waves(2)
    sales, baseline = np.exp(5 + season + media), np.exp(5 + season)
    found = fit_quality(*tables(sales, sales, baseline), eps=0)
    left, all_of_it = media - media.mean(), season + media - (season + media).mean()
    assert found.explained_by_baseline == pytest.approx(1 - (left @ left) / (all_of_it @ all_of_it))


def test_the_offset_of_the_target_is_part_of_the_scale():
    sales = np.exp(5 + waves())
    fitted = sales * np.exp(waves(3))
    found = fit_quality(*tables(sales, fitted, fitted / 2), eps=100)
    z, f = np.log(sales + 100), np.log(fitted + 100)
    assert found.explained == pytest.approx(1 - np.square(z - f).sum() / np.square(z - z.mean()).sum())


def test_sales_that_never_move_have_no_share_to_explain():
    same = np.full(len(DATES), 10.0)
    found = fit_quality(*tables(same, same, same / 2), eps=0)
    assert found.explained is None
    assert explained_verdict(found).status == "look"


def test_the_worst_periods_are_named_with_how_far_they_are_off():
    sales = np.full(len(DATES), 1000.0)
    fitted = sales.copy()
    fitted[3], fitted[10], fitted[20] = 400.0, 1900.0, 990.0
    rows, _ = tables(sales, fitted, fitted)
    found = worst_periods(rows, grain="WEEK", count=2)
    assert found.to_dict("list") == {
        "Week of": ["22 Jan 2024", "11 Mar 2024"],
        "Observed": ["1.00\u00a0k", "1.00\u00a0k"],
        "Fitted": ["400", "1.90\u00a0k"],
        "Off by": ["+150\u00a0%", "−47\u00a0%"],
    }
    assert worst_periods(rows, grain="MONTH")["Month"].iloc[0] == "Jan 2024"


def test_a_period_without_sales_is_the_worst_and_no_error():
    sales = np.full(len(DATES), 1000.0)
    sales[5] = 0.0
    rows, _ = tables(sales, np.full(len(DATES), 1000.0), sales)
    assert worst_periods(rows, grain="WEEK", count=1)["Off by"].tolist() == ["−100\u00a0%"]
