"""All fixed words are in one place, and none is missing."""

from datetime import UTC, datetime

from mmm_core.report import texts
from mmm_core.report.request import SECTIONS


def test_every_section_has_a_title_of_its_own():
    assert list(texts.TITLES) == list(SECTIONS)
    assert len(set(texts.TITLES.values())) == len(SECTIONS)


def test_every_word_has_one_meaning():
    assert len(dict(texts.DEFINITIONS)) == len(texts.DEFINITIONS)
    assert all(meaning.endswith(".") for _, meaning in texts.DEFINITIONS)


def test_a_plan_is_named_or_said_to_have_no_name():
    when = datetime(2026, 3, 2, tzinfo=UTC)
    assert texts.plan_of_record("Spring", when) == "This is the plan to be carried out, 'Spring', made on 2 Mar 2026."
    assert "without a name" in texts.plan_of_record("", when)
