"""Which of two results predicts the same rows better."""

import numpy as np
import pytest

from mmm_core.compare.evidence import Evidence, evidence_of, same_rows
from mmm_core.proof.subject import read_subject


def test_a_result_against_itself_is_no_better(run_folders):
    run = read_subject(run_folders["before"])
    found = evidence_of(run, run)
    assert (found.difference, found.standard_error, found.decides) == (0.0, 0.0, False)
    assert found.rows == len(run.fitted)


def test_it_is_the_difference_of_what_the_checks_say_of_each(run_folders):
    """ArviZ' own leave-one-out figure of each run, on the scale of sales, is kept with its checks."""
    import json

    one, other = (run_folders[name] for name in ("before", "settings"))
    kept = [json.loads((folder / "diagnostics.json").read_text())["elpd_loo"] for folder in (one, other)]
    found = evidence_of(read_subject(one), read_subject(other))
    assert found.difference == pytest.approx(kept[1] - kept[0], abs=0.5)
    assert found.standard_error > 0


def test_other_rows_and_other_sales_are_said(run_folders):
    before, longer, again = (read_subject(run_folders[name]) for name in ("before", "longer", "again"))
    assert same_rows(before, longer) == "they explain other rows"
    assert same_rows(before, again) == ""
    assert abs(evidence_of(before, again).difference) < 2
    revised = again.fitted.assign(y=again.fitted["y"] * 1.01)
    assert same_rows(before, type("Run", (), {"fitted": revised})) == "they explain other sales"


def test_a_small_difference_decides_nothing_and_a_large_one_says_who():
    small = Evidence(difference=3.0, standard_error=0.1, rows=50, unreliable=0)
    unsure = Evidence(difference=30.0, standard_error=20.0, rows=50, unreliable=0)
    assert not small.decides
    assert not unsure.decides
    assert small.sentence("A", "B").startswith("Neither predicts the rows clearly better")
    large = Evidence(difference=-30.0, standard_error=5.0, rows=50, unreliable=2)
    assert large.sentence("A", "B") == (
        "A predicts the rows better than B: log densities differ by 30.0 (standard error 5.0), less sure for 2 rows "
        "that pull hard."
    )
    assert np.isfinite(large.difference)
