"""Whatever is left out of a file has a sentence with where it stood, and its words."""

import pytest

from mmm_core.table.glance import left_out


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([3], "Row 3"),
        ([3, 4], "Rows 3 and 4"),
        ([3, 4, 5, 6], "Rows 3 to 6"),
        ([3, 5, 9], "Rows 3, 5 and 9"),
        (list(range(2, 60, 2)), "Rows 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 and 17 more"),
        ([12345], "Row 12,345"),
    ],
)
def test_rows_are_named_as_a_person_finds_them(rows, words):
    assert left_out.in_words(rows) == words


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (left_out.titles([(1, ["Report"])]), "Row 1 is a title above the header and was left out."),
        (left_out.titles([(1, ["a"]), (2, ["b"])]), "Rows 1 and 2 are titles above the header and were left out."),
        (left_out.explanation((2, ["EUR"])), "Row 2 explains the columns (units, say) and was left out."),
        (left_out.totals([(9, ["Total"])]), "Row 9 holds totals and was left out."),
        (left_out.totals([(8, ["Total"]), (9, ["Sum"])]), "Rows 8 and 9 hold totals and were left out."),
        (left_out.footnotes([(9, ["* x"])]), "Row 9 is text below the table and was left out."),
        (
            left_out.nameless_lines([(4, ["Media"])]),
            "Row 4 has no name, or nothing under the dates, and was left out.",
        ),
        (left_out.summing_columns(["FY22"]), "Column 'FY22' adds up dates, or names none, and was left out."),
        (
            left_out.summing_columns(["FY22", "FY23"]),
            "2 columns add up dates, or name none, and were left out: 'FY22', 'FY23'.",
        ),
        (left_out.second_label("Group"), "Column 'Group' names the lines once more and was left out."),
        (left_out.sheets(["Cover"]), "The workbook has another sheet that was not read ('Cover')."),
        (
            left_out.sheets(["Cover", "Notes"], why=": no table was found there"),
            "The workbook has other sheets that were not read ('Cover', 'Notes'): no table was found there.",
        ),
    ],
)
def test_each_part_has_a_whole_sentence(part, sentence):
    assert part.sentence == sentence
    assert part.rows or part.names


def test_the_words_that_stood_there_are_kept_and_lines_that_only_draw_are_not():
    lines = [(1, ["# ------"]), (2, ["Weekly report", "all\nshops"]), (3, ["x" * 500])]
    part = left_out.titles(lines)
    assert part.rows == (1, 2, 3)
    assert part.words[0] == "Weekly report, all shops"
    assert len(part.words) == 2
    assert len(part.words[1]) == left_out.LONGEST_QUOTE


def test_only_the_first_rows_are_quoted():
    part = left_out.footnotes([(row, [f"note {row}"]) for row in range(10, 30)])
    assert part.words == ("note 10", "note 11", "note 12", "note 13")
    assert len(part.rows) == 20


def test_of_a_sheet_among_others_rows_are_numbered_on_and_the_sentence_names_the_sheet():
    part = left_out.of_sheet(left_out.totals([(9, ["Total"])]), "2024", before=50)
    assert part.rows == (59,)
    assert part.sentence == "'2024': Row 9 holds totals and was left out."
