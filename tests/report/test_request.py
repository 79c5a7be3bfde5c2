"""What may be asked of a report."""

import pytest
from pydantic import ValidationError

from mmm_core.report.request import LONGEST_NOTE, SECTIONS, ReportRequest


def test_all_may_be_left_out_and_sections_come_once_in_the_report_s_order():
    assert ReportRequest().in_order == SECTIONS
    assert ReportRequest(sections=("plan", "headline", "plan")).in_order == ("headline", "plan")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"sections": ()}, "at least 1"),
        ({"sections": ("weather",)}, "headline"),
        ({"form": "docx"}, "html"),
        ({"numbers": "1 234"}, "1,234.5"),
        ({"title": "x" * 200}, "at most 120"),
        ({"notes": {"shares": "x" * (LONGEST_NOTE + 1)}}, "notes.shares"),
        ({"notes": {"x" * 300: "y"}}, "chart's name"),
        ({"margin": 0}, "greater than"),
        ({"colour": "red"}, "Extra"),
        ({"title": "a\0b"}, "null character"),
    ],
)
def test_what_cannot_be_is_refused_in_words(asked, words):
    with pytest.raises(ValidationError, match=words):
        ReportRequest.model_validate(asked)
