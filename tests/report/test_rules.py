"""Every sentence by its rule: what it says of which numbers, and when it says nothing."""

from datetime import UTC, datetime

import numpy as np
import pytest

from mmm_core import shipped
from mmm_core.planning.curves import ResponseCurve
from mmm_core.report import rules
from mmm_core.report.basis import basis_of
from mmm_core.report.rules import OnCurve
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.fit_quality import FitQuality
from mmm_core.results.intervals import Estimate
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import CHANNELS, CHECKS
from mmm_core.workspace import storage

DEMO = shipped.RUNS[shipped.DEMO]


@pytest.fixture(scope="module")
def summary() -> ContributionSummary:
    return storage.read_json(DEMO / CHANNELS, ContributionSummary)


def estimate(middle: float, low: float, high: float) -> Estimate:
    return Estimate(mean=middle, median=middle, low=low, high=high)


def with_channels(summary: ContributionSummary, *changes: dict[str, object]) -> ContributionSummary:
    channels = [channel.model_copy(update=change) for channel, change in zip(summary.channels, changes, strict=False)]
    return summary.model_copy(update={"channels": tuple(channels)})


def test_the_best_return_is_sure_likely_or_open(summary):
    sure = with_channels(
        summary,
        {"roi": estimate(2, 1.8, 2.2), "p_best_return": 0.99, "cannot_be_told": False},
        {"roi": estimate(1, 0.8, 1.2), "p_best_return": 0.01, "cannot_be_told": False},
    )
    said = rules.best_return_in_words(sure, "€ per € spent")
    assert said == "TV returned the most for its money, 2.00 € per € spent (1.80–2.20)."
    likely = with_channels(
        summary,
        {"roi": estimate(2, 1.8, 2.2), "p_best_return": 0.8, "cannot_be_told": False},
        {"roi": estimate(1.7, 0.8, 2.6), "p_best_return": 0.2, "cannot_be_told": False},
    )
    said = rules.best_return_in_words(likely, "€ per € spent")
    assert said == (
        "TV probably returned the most for its money, 2.00 € per € spent (1.80–2.20), chance 80\u00a0%; "
        "Search (0.80–2.60) may have returned more."
    )
    assert rules.best_return_in_words(with_channels(summary, {"cannot_be_told": False}), "x").startswith(
        "TV returned 1.99"
    )
    assert rules.best_return_in_words(with_channels(summary, {"cannot_be_told": True}), "x") == ""
    assert rules.best_return_in_words(with_channels(summary, {"roi": None}), "x") == ""


def test_a_larger_return_that_cannot_be_told_is_named_beside(summary):
    found = with_channels(
        summary,
        {"roi": estimate(1, 0.9, 1.1), "p_best_return": 0.1, "cannot_be_told": False},
        {"roi": estimate(3, 0.1, 9), "p_best_return": 0.9, "cannot_be_told": True},
    )
    said = rules.best_return_in_words(found, "x")
    assert said.startswith("Of the channels that can be told, TV may have returned the most")
    assert said.endswith("; Search (0.10–9.00) may have returned more.")


def test_checks_are_counted_and_those_not_passed_named():
    found = storage.read_json(DEMO / CHECKS, Diagnostics)
    assert rules.checks_in_words(found) == f"The fit passes all of its {len(found.verdicts)} checks."
    first, *others = found.verdicts
    worse = found.model_copy(update={"verdicts": (first.model_copy(update={"status": "look"}), *others)})
    said = rules.checks_in_words(worse)
    assert said.startswith(f"{len(others)} of {len(found.verdicts)} checks of the fit pass. Not passed: ")
    assert said.endswith("?")
    assert rules.checks_in_words(found.model_copy(update={"verdicts": ()})) == ""


def test_who_pays_who_does_not_and_where_it_is_open(summary):
    pays, does_not, may = (tuple(np.linspace(low, low + 1, 101)) for low in (2.0, 0.0, 0.5))
    three = with_channels(summary, {"roi_quantiles": pays}, {"roi_quantiles": does_not}, {"roi_quantiles": may})
    (said,) = rules.pays_in_words(three, 1.0, None)
    assert said.startswith("No margin on sales is said, so whether spend pays is not known.")
    assert "against a return of 1.00: TV brings more than it cost (chance" in said
    (said,) = rules.pays_in_words(three, 1.0, 1.0)
    assert "TV pays (chance at least 95\u00a0%); Search does not (chance at most 5\u00a0%)" in said
    assert said.endswith("for Social (50\u00a0%) it is open.")
    assert rules.pays_in_words(with_channels(summary, {"roi_quantiles": ()}), 1.0, None) == []
    (said,) = rules.pays_in_words(three, 1.0, None, silent={"search"})
    assert "Search does not" not in said
    assert said.endswith("for Social (50\u00a0%) it is open; of Search this table cannot tell.")


@pytest.mark.parametrize(
    ("quality", "words"),
    [
        (
            FitQuality(0.013, 0.95, 0.33),
            "95\u00a0% of the ups and downs of sales (R² of their logarithm) are explained; 33",
        ),
        (FitQuality(0.013, 0.95, None), "are explained."),
        (FitQuality(0.013, -0.2, 0.1), "The model explains none of the ups and downs of sales."),
    ],
)
def test_the_fit_is_said_by_its_figures(quality, words):
    said = rules.quality_in_words(quality, "week")
    assert said[0] == "Half of the weeks are fitted to within 1.3\u00a0%."
    assert words in said[1]
    assert rules.quality_in_words(FitQuality(0.013, None, None), "week") == said[:1]


def test_the_next_unit_is_ordered_only_where_intervals_are_apart():
    apart = [("TV", OnCurve(None, estimate(2, 1.8, 2.2))), ("Radio", OnCurve(None, estimate(1, 0.9, 1.1)))]
    assert rules.slack_in_words(apart) == (
        "At today's spend the next unit of money brings most in TV, 2.00 (1.80–2.20), and least in Radio, "
        "1.00 (0.90–1.10)."
    )
    over = [("TV", OnCurve(None, estimate(2, 0.8, 2.2))), *apart[1:]]
    assert rules.slack_in_words(over).endswith("Radio may bring more: intervals overlap.")
    assert "least of those that can be told in Radio" in rules.slack_in_words(over, others=True)
    third = [*apart, ("Video", OnCurve(None, estimate(1.9, 1.7, 2.1)))]
    assert rules.slack_in_words(third).endswith("(0.90–1.10). Video may bring more: intervals overlap.")
    assert "is estimated to bring most" in rules.slack_in_words(over)
    assert rules.slack_in_words(apart[:1]) == ""


def test_a_curve_is_read_at_today_s_spend():
    spend = np.array([0.0, 10.0, 20.0])
    curve = ResponseCurve(
        "tv", spend, np.array([[0, 0], [20, 40], [30, 60]]), np.zeros((3, 2)), np.array([[2, 4], [1, 2], [0, 1]])
    )

    def middle(draws: np.ndarray) -> Estimate:
        return estimate(float(draws.mean()), float(draws.min()), float(draws.max()))

    found = rules.on_curve(curve, 10.0, middle)
    assert found.average is not None
    assert (found.average.mean, found.following.mean) == (3.0, 1.5)
    assert rules.on_curve(curve, 0.0, middle).average is None


@pytest.mark.parametrize("digits", [0, 2])
def test_rounded_parts_add_up_to_their_rounded_sum(digits):
    values = [1 / 3, 1 / 3, 1 / 3, 1000.49, -0.25]
    parts = rules.adding_up(values, digits)
    assert round(sum(parts), digits) == round(sum(values), digits)
    assert max(abs(part - value) for part, value in zip(parts, values, strict=True)) <= 10**-digits
    pairs = [(a, b) for a in zip(values, parts, strict=True) for b in zip(values, parts, strict=True) if a[0] < b[0]]
    assert all(smaller[1] <= larger[1] for smaller, larger in pairs), "a smaller part passed a larger one"


def test_shares_of_a_report_are_those_of_their_amounts():
    """Rounded one after the other, a part of 0.041 was shown as 0.1 and one of 0.042 as 0.0."""
    values = [73.815, 0.012, 0.041, 0.042, 10.384, 6.848, 3.316, 2.835, 2.027, 0.680]
    parts = rules.adding_up(values, 1)
    assert parts == [73.8, 0.0, 0.0, 0.1, 10.4, 6.9, 3.3, 2.8, 2.0, 0.7]
    assert round(sum(parts), 1) == 100.0


def test_amounts_have_all_their_digits_and_no_negative_nothing():
    assert rules.amount(1812345.4, 0) == "1,812,345"
    assert rules.amount(-0.001, 2) == "0.00"
    assert rules.amount(-12.5, 1) == "−12.5"
    assert [rules.digits_for(each) for each in (12345, 12.3, 0.02)] == [0, 2, 4]


def test_a_plan_whose_periods_have_passed_says_so():
    plan = basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(), sections=("plan",)).planned.plan
    assert plan.last == "2026-03-23"
    assert rules.over_in_words(plan, datetime(2026, 3, 23, tzinfo=UTC)) == ""
    said = rules.over_in_words(plan, datetime(2026, 3, 24, tzinfo=UTC))
    assert said.startswith("These periods are over: the report was made on 24 Mar 2026, the table ends before 29 Dec")
