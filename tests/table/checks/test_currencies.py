"""What an issue says of currencies: how many rows, whose, and what is to be done."""

import pytest

from mmm_core.table.checks import columns
from mmm_core.table.checks.issues import Issue
from tests.table.cases.written import issues_of, subject_of, text, weeks

HEADER = "entity_id,period_start,sales,spend_tv,currency"


def found(*rows: str, header: str = HEADER, **chosen: object) -> list[Issue]:
    every = issues_of(subject_of(text(header, *rows), **chosen), columns.check)
    return [issue for issue in every if "currenc" in issue.code]


def test_rows_and_entities_of_each_are_named():
    rows = [f"{who},{date},5,1,{code}" for who, code in (("n", "GBP"), ("s", "EUR")) for date in weeks(4)]
    (issue,) = found(*rows, "w,2022-01-03,5,1,")
    assert issue.message == (
        "Column 'currency' names 2 currencies or units of the amounts: GBP in 4 rows (n; first in row 2), EUR in 4 "
        "rows (s; first in row 6), and none in 1 row."
    )
    assert (issue.column, issue.rows) == ("currency", (6, 7, 8, 9, 10))


def test_a_change_of_currency_within_a_table_is_found():
    (issue,) = found(*(f",{date},5,1,{'HRK' if n < 6 else 'EUR'}" for n, date in enumerate(weeks(10))))
    assert "HRK in 6 rows (first in row 2), EUR in 4 rows (first in row 8)" in issue.message


@pytest.mark.parametrize("header", [HEADER.replace("sales", "orders").replace("spend_", "act_")])
def test_a_table_without_money_is_not_asked(header):
    rows = [f"{who},{date},5,1,{code}" for who, code in (("n", "GBP"), ("s", "EUR")) for date in weeks(4)]
    assert found(*rows, header=header, columns={"sales": "orders"}) == []
