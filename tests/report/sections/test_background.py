"""What the numbers rest on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mmm_core import shipped
from mmm_core.report.basis import Basis, basis_of
from mmm_core.report.sections import background
from mmm_core.runs.datasets import Units


@pytest.fixture(scope="module")
def basis() -> Basis:
    return basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(target="€", spend="€"), sections=())


def test_settings_are_the_run_s(basis):
    rows = dict(background.settings(basis).grids[0].rows)
    assert rows["Model"] == "Let the data speak"
    assert rows["Channels"] == "TV, Search, Social, Video, Radio, Print"
    assert rows["Sampler"] == "2 chains of 1,000 draws after 1,000 to tune"
    assert rows["Events"] == "none"


def test_data_are_counted_and_a_run_of_an_earlier_version_says_what_is_not_kept(basis):
    rows = dict(background.data(basis).grids[0].rows)
    assert (rows["File"], rows["Periods"], rows["Time"]) == ("mmm_demo.csv", "156 weeks", "2 Jan 2023 to 22 Dec 2025")
    assert "Without sales" not in rows
    earlier = background.data(replace(basis, run=replace(basis.run, report=None)))
    assert any("is not kept" in sentence for sentence in earlier.sentences)


def test_the_scale_is_that_of_the_model(basis):
    notes = {note.key: note.text for note in background.footnotes(basis)}
    assert "which is estimated" in notes["scale"]
    spec = basis.run.spec.model_copy(update={"model": basis.run.spec.model.model_copy(update={"link": "log"})})
    notes = {note.key: note.text for note in background.footnotes(replace(basis, run=replace(basis.run, spec=spec)))}
    assert "on the logarithm of sales" in notes["scale"]


def test_words_are_explained(basis):
    assert len(background.definitions(basis).grids[0].rows) > 8
