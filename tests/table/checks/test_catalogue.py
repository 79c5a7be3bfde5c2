"""Every check that there is takes part in a report, and none has anything to say of what is not its business."""

import importlib
import pkgutil

import pandas as pd
import pytest

from mmm_core.table import checks
from mmm_core.table.checks.catalogue import BEFORE_DATES, CHECKS, check_all
from mmm_core.table.checks.issues import Findings, Issue
from tests.malformed import HEADER, good_rows, table, with_cell, with_column
from tests.table.cases.written import codes, issues_of, subject_of

BROKEN = {
    "good": table(good_rows()),
    "a word": with_cell(7, "act_tv", "many"),
    "a negative": with_cell(7, "spend_tv", "-5"),
    "no sales": with_cell(14, "sales", ""),
    "always the same": with_column("ctrl_price", ["3"] * 80),
    "a hole": table(good_rows()[:20] + good_rows()[21:]),
    "a copy": table([*good_rows(), good_rows()[-1]]),
    "two entities": table(good_rows() + [["other", *row[1:]] for row in good_rows()[:-2]]),
    "spend alone": table([row[:4] + row[5:] for row in good_rows()], HEADER.replace("act_radio,", "")),
    "no dates": with_column("period_start", ["soon"] * 80),
}


def all_of(content: bytes) -> list[Issue]:
    subject = subject_of(content)
    findings = Findings(subject.table)
    check_all(findings, subject)
    return findings.issues


def test_no_check_is_forgotten():
    names = [name for _, name, _ in pkgutil.iter_modules(checks.__path__)]
    modules = [importlib.import_module(f"{checks.__name__}.{name}") for name in names]
    written = {module.check for module in modules if hasattr(module, "check")}
    assert len(written) >= 4
    assert written <= {*BEFORE_DATES, *CHECKS}
    assert len({*BEFORE_DATES, *CHECKS}) == len(BEFORE_DATES) + len(CHECKS)


@pytest.mark.parametrize("name", BROKEN)
def test_a_report_is_what_each_check_says_one_after_the_other(name):
    subject = subject_of(BROKEN[name])
    dated = () if name == "no dates" else CHECKS
    assert all_of(BROKEN[name]) == issues_of(subject, *BEFORE_DATES, *dated)


@pytest.mark.parametrize("name", BROKEN)
def test_checks_look_and_do_not_touch(name):
    subject = subject_of(BROKEN[name])
    before, bad = subject.table.frame.copy(), {column: cells.copy() for column, cells in subject.table.bad.items()}
    check_all(Findings(subject.table), subject)
    pd.testing.assert_frame_equal(subject.table.frame, before)
    assert all((subject.table.bad[column] == cells).all() for column, cells in bad.items())


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_with_its_newest_row_first_is_told_the_same(name):
    head, *rows = BROKEN[name].decode().splitlines()
    turned = all_of("\n".join([head, *rows[::-1]]).encode())
    asked = [(issue.code, issue.severity, issue.column, issue.n_rows) for issue in all_of(BROKEN[name])]
    assert [(issue.code, issue.severity, issue.column, issue.n_rows) for issue in turned] == asked


def test_without_dates_nothing_is_said_that_needs_them():
    ambiguous = [f"{1 + i % 12:02d}/{1 + i // 12:02d}/2022" for i in range(80)]
    rows = good_rows()
    for row, date in zip(rows, ambiguous, strict=True):
        row[1] = date
    rows[3][6], rows[4][2] = "-5", ""
    assert codes(all_of(table(rows)), "error") == ["ambiguous_dates"]
    assert codes(all_of(BROKEN["no dates"]), "error") == ["bad_date"]


@pytest.mark.parametrize("name", BROKEN)
def test_every_issue_says_what_it_means_and_what_to_do(name):
    for issue in all_of(BROKEN[name]):
        assert all(part.strip().endswith((".", "?")) for part in (issue.message, issue.meaning, issue.remedy)), issue
        assert issue.code == issue.code.lower().replace(" ", "_")
        assert len(issue.rows) <= issue.n_rows
