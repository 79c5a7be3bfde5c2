"""Amounts change only where they look like what the repair is for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mmm_core.table.fixes.applied import apply_fixes
from tests.table.cases.written import typed, weeks

SPENDS = [float(100 + (37 * n) % 60) for n in range(60)]


def rows(spends: list[float], sales: list[float] | None = None) -> list[str]:
    return [
        f"n,{date},{sold},1,{spend},2"
        for date, spend, sold in zip(weeks(len(spends)), spends, sales or [5.0] * len(spends), strict=True)
    ]


def by(period: str) -> pd.Series:
    return pd.to_datetime(pd.Series(weeks(len(SPENDS)))).dt.to_period(period)


def test_month_totals_become_weeks():
    totals = pd.Series(SPENDS).groupby(by("M")).transform("sum").tolist()
    after, (record,) = apply_fixes(typed(*rows(totals)), ["spread_month_totals"])
    assert after.frame["spend_tv"].sum() == pytest.approx(sum(SPENDS))
    assert after.frame["spend_tv"][:5].nunique() == 1
    assert after.frame["act_tv"].tolist() == [1] * 60
    assert record.sentence.startswith("'spend_tv': month totals were spread")


def test_the_year_so_far_becomes_periods_in_sales_too():
    so_far = pd.Series(SPENDS).groupby(by("Y")).cumsum().tolist()
    after, _ = apply_fixes(typed(*rows(SPENDS, so_far)), ["take_year_so_far_apart"])
    np.testing.assert_allclose(after.frame["sales"], SPENDS)
    assert after.frame["spend_tv"].tolist() == SPENDS


def test_costs_change_their_sign():
    after, _ = apply_fixes(typed(*rows([-each for each in SPENDS])), ["costs_above_zero"])
    assert after.frame["spend_tv"].tolist() == SPENDS


@pytest.mark.parametrize("fix", ["spread_month_totals", "take_year_so_far_apart", "costs_above_zero"])
def test_other_amounts_stay(fix):
    before = typed(*rows(SPENDS))
    after, (record,) = apply_fixes(before, [fix])
    pd.testing.assert_frame_equal(after.frame, before.frame)
    assert record.rows == 0


def test_days_are_not_summed_over_totals_that_nobody_has_spoken_of():
    days = pd.date_range("2022-01-03", periods=420)
    booked = pd.Series([float(100 + (37 * n) % 61) for n in range(420)])
    totals = booked.groupby(days.to_period("M")).transform("sum")
    table = typed(*(f"n,{day.date()},5,1,{spend},2" for day, spend in zip(days, totals, strict=True)))
    after, (record,) = apply_fixes(table, ["sum_days_to_weeks"])
    assert (len(after.frame), record.rows) == (420, 0)
    assert "'spend_tv' may hold totals of more than a day" in record.sentence
    spread, _ = apply_fixes(table, ["spread_month_totals", "sum_days_to_weeks"])
    assert spread.frame["spend_tv"].sum() == pytest.approx(booked.sum())
    kept, _ = apply_fixes(table, ["amounts_are_of_their_period", "sum_days_to_weeks"])
    assert kept.frame["spend_tv"].sum() == pytest.approx(totals.sum())
