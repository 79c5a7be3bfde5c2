"""What a repair gives back keeps all parts of a table together."""

from __future__ import annotations

import numpy as np

from mmm_core.table.fixes.repair import kept, refused
from tests.table.cases.written import UNBALANCED, typed


def test_kept_rows_keep_their_marks_and_a_refusal_changes_nothing():
    before = typed(*UNBALANCED)
    mask = np.arange(len(before.frame)) % 2 == 0
    after = kept(before, mask, "Half of them.")
    assert (after.rows, after.sentence) == (int((~mask).sum()), "Half of them.")
    assert after.table.row_numbers.tolist() == before.row_numbers[mask].tolist()
    assert len(after.table.left_out) == len(after.table.exact_duplicate) == mask.sum()
    assert all(len(cells) == mask.sum() for cells in after.table.bad.values())
    assert refused(before, "No.") == (before, 0, "No.")
