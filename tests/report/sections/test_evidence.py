"""Whether to believe it: checks, fit and proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mmm_core import shipped
from mmm_core.report import texts
from mmm_core.report.basis import Basis, basis_of
from mmm_core.report.sections import evidence
from mmm_core.runs.datasets import Units


@pytest.fixture(scope="module")
def basis() -> Basis:
    return basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(target="€", spend="€"), sections=())


def test_every_check_is_in_the_table(basis):
    section = evidence.sureness(basis)
    assert len(section.grids[0].rows) == len(basis.run.outputs.diagnostics.verdicts)
    assert {row[2] for row in section.grids[0].rows} == {"Pass"}


def test_the_worst_weeks_are_listed(basis):
    section = evidence.fit(basis)
    assert (section.grids[0].title, len(section.grids[0].rows)) == ("The weeks that are furthest off", 5)


def test_every_part_of_the_proof_has_its_answer(basis):
    section = evidence.proof(basis)
    assert len(section.grids[0].rows) == len(basis.proof.parts)
    assert [chart.name for chart in section.charts] == ["proof_foresight"]


def test_a_proof_at_work_says_so_and_a_part_left_out_says_why(basis):
    working, left_out, *others = basis.proof.parts
    parts = (
        working.model_copy(update={"state": "working"}),
        left_out.model_copy(update={"state": "left_out", "told": None, "why": "Too short."}),
        *others,
    )
    section = evidence.proof(replace(basis, proof=basis.proof.model_copy(update={"parts": parts, "complete": False})))
    assert "not complete" in " ".join(section.sentences)
    assert section.grids[0].rows[0][1].startswith("So far: ")
    assert section.grids[0].rows[1][1:] == ("Too short.", texts.NOTHING)
    assert f"Not answered: {left_out.question}" in section.sentences


def test_without_a_proof_that_is_said(basis):
    assert evidence.proof(replace(basis, proof=None)).sentences == (texts.NO_PROOF,)
