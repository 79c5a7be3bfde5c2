"""A report before it has a form."""

from mmm_core.report.content import Footnote, Report
from mmm_core.report.written import Writing


def test_footnotes_have_numbers_in_their_order():
    notes = (Footnote("a", "A", "x"), Footnote("b", "B", "y"))
    report = Report("t", "s", "", "", (), notes, Writing("1,234.5"))
    assert [report.number_of(note.key) for note in notes] == [1, 2]
