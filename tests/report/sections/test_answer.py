"""What came out: sentences, charts and tables of the answer."""

from __future__ import annotations

import pytest

from mmm_core import shipped
from mmm_core.report import texts
from mmm_core.report.basis import Basis, basis_of
from mmm_core.report.sections import answer
from mmm_core.runs.datasets import Units


@pytest.fixture(scope="module")
def basis() -> Basis:
    return basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(target="€", spend="€", margin=0.4), sections=())


def test_the_headline_is_of_the_run_and_says_once_what_nobody_can_know(basis):
    said = answer.headline(basis).sentences
    assert said[0].startswith("Media brought 25.6\u00a0% of sales")
    assert said[-1] == texts.CAUSAL


def test_a_channel_that_cannot_be_told_is_marked_in_every_table(basis):
    for section in (answer.channels(basis), answer.returns(basis)):
        cells = [row[0] for grid in section.grids if not grid.sums for row in grid.rows]
        assert "Print · cannot be told" in cells


def test_returns_have_break_even_and_the_floor_of_chance(basis):
    section = answer.returns(basis)
    assert [chart.name for chart in section.charts] == ["roi", "proof_ghosts"]
    said = " ".join(section.sentences)
    assert "break-even at 2.50 (margin on sales 40\u00a0%)" in said
    assert "ghosts" in said
    assert section.grids[0].heads[-1] == texts.PAYS


def test_without_units_and_proof_nothing_of_break_even_or_chance_is_said():
    from dataclasses import replace

    found = basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(), sections=())
    section = answer.returns(replace(found, proof=None))
    assert texts.NO_FLOOR in section.sentences
    assert "break-even" not in " ".join(section.sentences)
    assert texts.PAYS not in section.grids[0].heads
