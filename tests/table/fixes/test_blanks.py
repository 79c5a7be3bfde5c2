"""Blank cells are filled, in their entity and by time; bad ones never."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.table.fixes.applied import apply_fixes
from tests.table.cases.written import UNBALANCED, typed, weeks

CONTROLS = st.lists(st.tuples(st.sampled_from("ns"), st.sampled_from(["", "", "x", "1", "2.5", "7"])), min_size=2)


def carried(values: list[float], blank: list[bool]) -> list[float]:
    """Blank controls of one entity, in the order of time, with the value before them."""
    last, found = np.nan, []
    for value, is_blank in zip(values, blank, strict=True):
        last = last if np.isnan(value) else value
        found.append(last if is_blank else value)
    return found


def between(values: list[float], blank: list[bool]) -> list[float]:
    """Blank controls of one entity on the line between the known ones around them."""
    known = [place for place, value in enumerate(values) if not np.isnan(value)]
    found = list(values)
    for place in range(len(values)):
        if blank[place] and known and known[0] < place < known[-1]:
            found[place] = float(np.interp(place, known, [values[each] for each in known]))
    return found


@settings(max_examples=20)
@given(CONTROLS, st.randoms(use_true_random=False))
@pytest.mark.parametrize(("fix", "loop"), [("carry_controls_forward", carried), ("interpolate_controls", between)])
def test_controls_are_filled_in_each_entity_by_time_and_not_by_row(fix, loop, controls, random):
    lines = [f"{who},{date},1,1,1,{cell}" for date, (who, cell) in zip(weeks(len(controls)), controls, strict=True)]
    random.shuffle(lines)
    before = typed(*lines)
    after, (record,) = apply_fixes(before, [fix])
    frame = before.frame.assign(blank=before.frame["ctrl_price"].isna() & ~before.bad["ctrl_price"])
    for _, rows in frame.sort_values("period_start").groupby("entity_id"):
        expected = loop(rows["ctrl_price"].tolist(), rows["blank"].tolist())
        np.testing.assert_allclose(after.frame.loc[rows.index, "ctrl_price"], expected)
    filled = before.frame["ctrl_price"].isna() & after.frame["ctrl_price"].notna()
    assert record.rows == filled.sum()


def test_a_blank_becomes_zero_and_a_word_does_not():
    after, records = apply_fixes(typed(*UNBALANCED), ["blank_spend_is_zero", "blank_activity_is_zero"])
    assert after.frame["act_tv"].tolist() == pytest.approx([1, 2, np.nan, 4, 0, 6, 7], nan_ok=True)
    assert after.frame["spend_tv"].tolist() == [10, 20, 30, 40, 2, 0, -4]
    assert [(record.fix, record.rows) for record in records] == [
        ("blank_activity_is_zero", 1),
        ("blank_spend_is_zero", 1),
    ]


def test_blank_sales_after_the_last_ones_are_another_question():
    rows = [f"n,{date},{sales},1,1,1" for date, sales in zip(weeks(5), ["5", "", "5", "", ""], strict=True)]
    after, (record,) = apply_fixes(typed(*rows), ["blank_sales_outside_likelihood"])
    assert after.left_out.tolist() == [False, True, False, False, False]
    assert record.rows == 1
