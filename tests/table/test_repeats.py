"""What rows of one entity and period have in common decides what is offered."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_core.table.repeats import has_sales_once, kind_of, repeated_keys
from tests.table.cases.written import typed, weeks


@pytest.mark.parametrize(
    ("extra", "kind"),
    [
        (lambda lines: lines[3:5], "copies"),
        (lambda lines: [line.replace(",5,", ",7,") for line in lines[3:5]], "revised"),
        (lambda lines: [line.replace(",1,1,", ",2,2,") for line in lines[3:5]], "revised"),
        (lambda lines: [line.replace(",1,1,", ",2,2,") for line in lines], "sales once"),
        (lambda lines: [line.replace(",5,", ",7,") for line in lines], "parts"),
    ],
)
def test_rows_are_copies_or_revised_or_campaigns_or_parts(extra, kind):
    lines = [f"n,{date},5,1,1,1" for date in weeks(10)]
    table = typed(*lines, *extra(lines))
    assert kind_of(table.frame, table.exact_duplicate) == kind


def test_every_row_but_the_first_repeats_and_rows_without_a_date_do_not():
    table = typed("n,2022-01-03,5,1,1,1", "n,,5,1,1,1", "n,,5,1,1,1", "n,2022-01-03,6,1,1,1", "s,2022-01-03,5,1,1,1")
    np.testing.assert_array_equal(repeated_keys(table.frame), [False, False, False, True, False])
    assert not has_sales_once(table.frame)
    assert has_sales_once(table.frame[:3])
