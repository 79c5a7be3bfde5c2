"""Whatever is drawn of an estimate says what it estimates, and nothing else is said to be drawn."""

from __future__ import annotations

import re

import pytest

from mmm_core.charts.proof.gallery import CHARTS
from mmm_core.exports import estimands
from mmm_core.exports.estimands import ESTIMANDS, OF_CHARTS
from mmm_core.exports.gallery import GALLERY
from tests.conftest import PROJECT

NO_ESTIMATES = {"activity", "correlations", "missingness", "sales_and_spend", "season_preview", "impulse", "felt"}
"""Charts of a table or of a setting alone."""


def drawn() -> set[str]:
    """Names of all charts; of those that are drawn for each channel their beginning."""
    found = {
        name
        for file in (PROJECT / "mmm_core" / "charts").rglob("*.py")
        for name in re.findall(r'\bname=f?"([a-z_]+?)_?(?:\{|")', file.read_text())
    }
    return found - NO_ESTIMATES


@pytest.mark.parametrize(
    "name", sorted(drawn() | {piece.name for piece in GALLERY} | {f"proof_{part}" for part in CHARTS})
)
def test_every_chart_of_an_estimate_says_what_it_estimates(name):
    assert OF_CHARTS[name] in ESTIMANDS


def test_every_chart_that_is_named_is_drawn():
    assert set(OF_CHARTS) - drawn() == {"compared_shares", "compared_returns"}  # their name is put together


def test_a_chart_of_a_channel_shows_what_its_kind_does():
    assert estimands.of_chart("response_tv") == "response"
    assert estimands.of_chart("why_share_tv") == "cause"
    assert estimands.of_chart("shares") == "share"


def test_each_is_a_sentence_and_no_two_are_the_same():
    said = [each.says for each in ESTIMANDS.values()]
    assert len(set(said)) == len(said)
    assert all(text[0].isupper() and text.endswith(".") for text in said)
