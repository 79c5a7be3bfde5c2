"""Which of two results expects the same sales better: their difference in expected log density, and how sure it is.

Each row's log density is that of its sales had the row not been fitted, on the scale of sales whatever the link: so
results of different links can be set against each other, where both explain the same sales of the same rows.

Source: Vehtari, Gelman, Gabry (2017), doi:10.1007/s11222-016-9696-4; Sivula, Magnusson, Vehtari (2020),
arXiv:2008.10296, for what a small difference says.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from mmm_core.proof.density import LEAST_WORSE, Density
from mmm_core.proof.subject import Subject
from mmm_core.schema import Strict

ERRORS = 2.0
"""A difference of less than so many standard errors says nothing."""
KEYS = ["entity_id", "period_start", "y"]


class Evidence(Strict):
    """How much better a result expects each row than another does."""

    difference: float = Field(description="Sum over rows of log densities, rows left out: above 0 it expects more.")
    standard_error: float = Field(description="Of the difference.")
    rows: int
    unreliable: int = Field(description="Rows that pull hard in one of the two: the difference is less sure.")

    @property
    def decides(self) -> bool:
        """Whether it is more than nothing."""
        return abs(self.difference) > max(LEAST_WORSE, ERRORS * self.standard_error)

    def sentence(self, first: str, this: str) -> str:
        """What it says, of results with these names."""
        figure = f"{abs(self.difference):.1f} (standard error {self.standard_error:.1f})"
        care = f", less sure for {self.unreliable} rows that pull hard" if self.unreliable else ""
        if not self.decides:
            return f"Neither predicts the rows clearly better: log densities differ by {figure}{care}."
        better, worse = (this, first) if self.difference > 0 else (first, this)
        return f"{better} predicts the rows better than {worse}: log densities differ by {figure}{care}."


def same_rows(before: Subject, now: Subject) -> str:
    """Why two results cannot be set against each other by how they predict; empty: they can."""
    one, other = (each.fitted[KEYS].reset_index(drop=True) for each in (before, now))
    if not one[KEYS[:2]].equals(other[KEYS[:2]]):
        return "they explain other rows"
    if not np.allclose(one["y"].to_numpy(float), other["y"].to_numpy(float), rtol=1e-9, atol=0, equal_nan=True):
        return "they explain other sales"
    return ""


def evidence_of(before: Subject, now: Subject, *, unreliable: int = 0) -> Evidence | None:
    """The later result against the earlier, on the same rows; None: a density is not finite."""
    difference = _expected(now) - _expected(before)
    if not np.isfinite(difference).all():
        return None
    return Evidence(
        difference=float(difference.sum()),
        standard_error=float(np.sqrt(len(difference) * difference.var())),
        rows=len(difference),
        unreliable=unreliable,
    )


def _expected(subject: Subject) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return Density.of(subject.features, subject.values).expected
