"""What a table cannot tell is said of the column that it concerns, and of no other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.checks.identifiability import check, r_squared
from mmm_core.table.checks.issues import Issue
from tests.malformed import HEADER, good_rows, table
from tests.table.cases.written import codes, issues_of, subject_of

SPEC = Asked.of(spec_from({"dataset_id": "x", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]}))
LENGTH = ("few_rows", "under_two_years")
"""What is said of every table as short as these."""


def column_of(name: str) -> int:
    return HEADER.split(",").index(name)


def changed(column: str, change, weeks: int = 80) -> bytes:
    rows = good_rows(weeks)
    for number, row in enumerate(rows):
        row[column_of(column)] = str(change(number, row))
    return table(rows)


def found(content: bytes, asked: Asked | None = SPEC) -> list[Issue]:
    return [issue for issue in issues_of(subject_of(content, asked), check) if issue.code not in LENGTH]


def panel(**sizes: float) -> bytes:
    """Entities of different sizes, each with all the weeks."""
    rows = [
        [name, row[1], f"{size * float(row[2]):.2f}", *row[3:]] for name, size in sizes.items() for row in good_rows()
    ]
    return table(rows)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (changed("act_radio", lambda i, row: row[column_of("act_tv")]), "collinear_columns"),
        (
            changed("act_radio", lambda i, row: 3 * float(row[column_of("act_tv")]) + 0.1 * float(row[5])),
            "explained_by_others",
        ),
        (changed("act_tv", lambda i, row: 60 + 50 * np.sin(2 * np.pi * i / 52.18)), "mirrors_season"),
        (changed("ctrl_price", lambda i, row: 5 + i), "mirrors_trend"),
        (changed("sales", lambda i, row: 90_000 if i == 30 else row[2]), "sales_outlier"),
        (changed("act_tv", lambda i, row: 90_000 if i == 30 else row[3]), "activity_outlier"),
        (table(good_rows(30)), "few_rows"),
        (table(good_rows(60)), "under_two_years"),
    ],
)
def test_what_makes_results_doubtful_is_a_warning(content, expected):
    issues = issues_of(subject_of(content, SPEC), check)
    assert expected in codes(issues, "warning")
    assert codes(issues, "error") == []


def test_a_good_table_raises_no_alarm_alone_or_with_a_larger_sister():
    assert issues_of(subject_of(table(good_rows(110)), SPEC), check) == []
    assert found(panel(north=1, south=500)) == []


@pytest.mark.parametrize("value", ["0", "7.5"])
@pytest.mark.parametrize("column", ["act_tv", "ctrl_price"])
def test_what_never_changes_stops_a_model_only_if_it_is_in_it(column, value):
    content = changed(column, lambda i, row: value)
    code, words = ("all_zero", "is always zero") if value == "0" else ("constant", "is always 7.5")
    for asked, severity in ((SPEC, "error"), (None, "warning")):
        (issue,) = [issue for issue in found(content, asked) if issue.code in ("all_zero", "constant")]
        assert (issue.code, issue.severity, issue.column) == (code, severity, column)
        assert issue.message == f"Column '{column}' {words}."


def test_entities_that_cancel_each_other_out_leave_nothing_that_changes():
    rows = [["a", *row[1:3], str(i), *row[4:]] for i, row in enumerate(good_rows())]
    rows += [["b", *row[1:3], str(100 - i), *row[4:]] for i, row in enumerate(good_rows())]
    assert [(issue.code, issue.column) for issue in found(table(rows))] == [("constant", "act_tv")]


def test_outliers_are_named_by_the_row_of_the_file_and_judged_within_their_entity():
    content = panel(north=1, south=500).decode().splitlines()
    place = content.index(next(line for line in content if line.startswith("south,2022-03-07")))
    cells = content[place].split(",")
    content[place] = ",".join([*cells[:2], "1000", *cells[3:]])  # usual for the north
    (issue,) = found("\n".join(content).encode())
    assert (issue.code, issue.rows, issue.n_rows) == ("sales_outlier", (place + 1,), 1)


def test_one_channel_that_peaks_is_named_with_its_peaks_and_zeros_do_not_count():
    content = changed("act_tv", lambda i, row: 2001 if i in (3, 9) else 1999 if i == 5 else 100 if i % 4 == 0 else 0)
    (issue,) = [issue for issue in found(content) if issue.code == "activity_outlier"]
    assert (issue.column, issue.rows) == ("act_tv", (5, 11))
    assert "2 values above 20 times the usual (first in row 5, 2022-01-24)" in issue.message


@pytest.mark.parametrize(("noise", "named"), [(0.1, True), (1.0, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_two_columns_move_together_whichever_way_and_the_channel_is_named(noise, sign, named):
    rng = np.random.default_rng(4)
    shared = rng.normal(size=80)
    rows = good_rows()
    for row, value, other in zip(rows, shared, rng.normal(size=80), strict=True):
        row[column_of("act_radio")] = f"{20 + value:.6f}"
        row[column_of("ctrl_price")] = f"{sign * value + noise * other:.6f}"
    together = [issue for issue in found(table(rows)) if issue.code == "collinear_columns"]
    assert [issue.column for issue in together] == (["act_radio"] if named else [])
    if named:
        columns = np.array([[float(row[column_of(name)]) for row in rows] for name in ("act_radio", "ctrl_price")])
        assert f"(correlation {np.corrcoef(columns)[0, 1]:.2f})" in together[0].message


def test_controls_that_move_together_are_no_trouble_of_any_channel():
    header = HEADER.replace("act_radio", "ctrl_rain")
    content = table([[*row[:4], row[5], *row[5:]] for row in good_rows()], header)
    assert "collinear_columns" not in codes(found(content, None))


def test_a_straight_line_is_no_trouble_of_a_model_without_trend():
    content = changed("ctrl_price", lambda i, row: 200 - 2 * i)
    assert codes(found(content)) == ["mirrors_trend"]
    assert codes(found(content, SPEC._replace(has_trend=False))) == []


@pytest.mark.parametrize("pairs", [0, 2])
def test_two_years_matter_only_to_a_season(pairs):
    said = codes(issues_of(subject_of(table(good_rows(103)), SPEC._replace(fourier_pairs=pairs)), check))
    assert ("under_two_years" in said) == (pairs > 0)


@given(st.lists(st.tuples(*[st.integers(-50, 50)] * 2), min_size=3, max_size=20))
def test_explained_variation_of_one_column_is_the_squared_correlation(pairs):
    values, column = np.array(pairs, float).T
    expected = 0.0
    if values.std() > 0 and column.std() > 0:
        expected = np.corrcoef(values, column)[0, 1] ** 2
    assert r_squared(values, column[:, None]) == pytest.approx(expected, abs=1e-9)


def test_sales_that_never_change_are_refused_with_and_without_a_specification():
    content = changed("sales", lambda i, row: 250)
    for asked in (SPEC, None):
        (issue,) = [issue for issue in found(content, asked) if issue.code == "constant_sales"]
        assert (issue.severity, issue.column) == ("error", "sales")
        assert "always 250" in issue.message


def test_a_large_entity_is_no_outlier_beside_a_small_one():
    small, large = good_rows(), [["large", *row[1:]] for row in good_rows()]
    place = column_of("act_tv")
    for row in large:
        row[place] = str(1000 * float(row[place]))
    assert "activity_outlier" not in codes(found(table([*small, *large])))
    large[5][place] = str(100 * float(large[5][place]) + 1e6)
    (issue,) = [issue for issue in found(table([*small, *large])) if issue.code == "activity_outlier"]
    assert issue.rows == (len(small) + 5 + 2,)


def test_a_column_that_is_not_read_yet_is_not_always_zero():
    content = changed("act_tv", lambda i, row: "0" if i % 3 else "65.3K")
    assert "all_zero" not in [issue.code for issue in found(content)]
