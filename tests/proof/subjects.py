"""What a proof reads, of the session's fits: for tests."""

from __future__ import annotations

from mmm_core.proof.part import AnyPart, PartReport, Told
from mmm_core.proof.subject import Subject
from mmm_core.results.effects import values_of
from mmm_core.table.typed import CanonicalData
from tests.conftest import Fit


def subject_of(fit: Fit) -> Subject:
    """A fit as the run that is proved."""
    return Subject(
        spec=fit.spec,
        table=CanonicalData(fit.world.frame, "WEEK"),
        features=fit.features,
        values=values_of(fit.posterior),
        summary=fit.contributions.summary,
        fitted=fit.contributions.fitted,
    )


def report_of(part: AnyPart, told: Told) -> PartReport:
    """What a page is given of a part that is done."""
    return PartReport(
        name=part.name,
        question=part.question,
        how_to_read=part.how_to_read,
        state="complete",
        done=1,
        units=1,
        told=told,
    )
