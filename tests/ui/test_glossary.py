"""The field's words stand beside charts that there are, and every chart of a channel has them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import PROJECT
from ui.shell import glossary

CHARTS = {
    name
    for file in (PROJECT / "mmm_core" / "charts").glob("*.py")
    for name in re.findall(r'\bname="([a-z_]+)"', file.read_text())
}


def test_every_chart_that_has_words_is_drawn_somewhere():
    assert set(glossary.OF_CHARTS) <= CHARTS


@pytest.mark.parametrize(
    ("name", "term"),
    [("shares", "incremental"), ("roi", "ROAS"), ("saturation", "Diminishing returns"), ("adstock", "Adstock")],
)
def test_the_field_s_word_stands_beside_the_plain_one(name, term):
    assert f"**{term}" in glossary.of_chart(name)


def test_a_chart_without_a_term_has_no_mark_beside_its_title():
    assert glossary.of_chart("sales_and_spend") is None
