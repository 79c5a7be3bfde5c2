"""What a file brings beyond a table, and whether it may go behind it: told by the file's own rows, with a remedy."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.compare import refresh
from mmm_core.compare.newer import accepted
from mmm_core.errors import DataError
from tests.compare.test_refresh import DEMO, csv, with_weeks
from tests.engines import desk


def test_columns_that_the_settings_do_not_take_are_told(without_worker):
    more = with_weeks(5).assign(act_podcast=7, spend_podcast=3)
    for rows, kind in ((more, "longer"), (more.tail(5), "newer")):
        joined = refresh.grown(desk(without_worker), "demo", csv(rows), "t.csv").joined
        assert (joined.kind, joined.not_taken) == (kind, ("act_podcast", "spend_podcast"))
        assert joined.sentences()[-1] == (
            "The file has act_podcast and spend_podcast too, which the result's settings do not take: make a new run "
            "to have them in the model."
        )


def test_rows_are_named_as_the_file_counts_them(without_worker):
    rows = with_weeks(5).tail(5)
    twice = pd.concat([rows, rows.tail(1).assign(sales=1.0)])
    with pytest.raises(DataError, match="first in row 7") as caught:
        refresh.grown(desk(without_worker), "demo", csv(twice), "t.csv")
    assert (caught.value.row, bool(caught.value.remedy)) == (7, True)
    with pytest.raises(DataError, match=r"In the table with the file's rows: The weeks are not evenly") as caught:
        refresh.grown(desk(without_worker), "demo", csv(with_weeks(8).tail(3)), "t.csv")
    assert caught.value.row is None


def test_a_file_that_ends_before_the_table_takes_no_period_away(without_worker):
    with pytest.raises(DataError, match="nothing that the table does not have"):
        refresh.grown(desk(without_worker), "demo", csv(DEMO.head(120)), "t.csv")
    replaced = refresh.grown(desk(without_worker), "demo", csv(DEMO.head(120)), "t.csv", replace=True)
    assert len(replaced.joined.change.gone) == len(DEMO) - 120


@pytest.mark.parametrize("rows", [161, 5])
def test_another_unit_is_refused_whether_rows_overlap_or_not(without_worker, rows):
    file = with_weeks(5).tail(rows)
    thousands = file.assign(sales=file["sales"] / 1000)
    with pytest.raises(DataError, match=r"sales is about 0\.001 times what it was") as caught:
        refresh.grown(desk(without_worker), "demo", csv(thousands), "t.csv")
    assert (caught.value.code, caught.value.column) == ("other_unit", "sales")
    assert "unit of the table" in caught.value.remedy


def test_tables_in_the_same_unit_are_taken():
    frame = pd.read_parquet(shipped.RUNS["demo"] / "canonical_data.parquet")
    begun = {"spend_tv": 100 * frame["spend_tv"].max(), "period_start": frame["period_start"] + pd.Timedelta(weeks=156)}
    accepted.require_same_units(frame, frame.assign(**begun))
    doubled = frame.assign(sales=2 * frame["sales"], spend_tv=3 * frame["spend_tv"])
    accepted.require_same_units(frame, doubled)
