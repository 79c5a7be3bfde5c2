"""Issues of one kind together, as a person should meet them: they differ in their column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mmm_core.spec import FixName
from mmm_core.table.checks.issues import MOST_ROWS_LISTED, Issue, Severity

TITLES = {
    "merged_cells": "Values in the first row of their block only",
    "not_a_number": "Cells that are not numbers",
    "numbers_with_signs": "Numbers with signs or thousands separators",
    "numbers_with_units": "Numbers with a word or letter for thousands or millions",
    "ambiguous_numbers": "Numbers that can be read two ways",
    "marks_of_thousands": "Numbers whose mark was found to separate thousands",
    "bounds_are_blank": "Cells that give a bound and no number",
    "words_for_numbers": "Controls of words for yes and no",
    "words_for_events": "Controls that name events",
    "formulas_without_values": "Formulas that were saved without their values",
    "unit_in_header": "Headers that name a unit",
    "names_differ_by_case": "Names that differ in case only",
    "copied_column": "Columns that are copies",
    "empty_column": "Columns that are empty",
    "mixed_currencies": "Amounts in several currencies",
    "mixed_percent": "Numbers with a percent sign and without",
    "month_totals": "The same amount on all periods of a month, quarter or week",
    "year_so_far": "Amounts that only grow",
    "channel_began_or_ended": "Channels that begin or end inside the table",
    "blank_act": "Blank cells in activity",
    "blank_spend": "Blank cells in spend",
    "blank_ctrl": "Blank cells in controls",
    "total_channel": "Channels that are the sum of others",
    "implausible_returns": "Returns that can hardly be",
    "negative_value": "Negative values",
    "missing_column": "Columns that are missing",
    "spend_without_activity": "Spend but no activity",
    "activity_without_spend": "Activity but no spend",
    "spend_as_activity": "Spend stands for activity",
    "activity_outlier": "Values far above the usual",
    "control_caused_by_media": "Controls that media could change",
    "control_follows_sales": "Controls that follow sales",
    "control_is_sales": "Controls that are almost the same thing as sales",
    "collinear_columns": "Columns that move together",
    "explained_by_others": "Channels that the other columns explain",
    "mirrors_season": "Channels that follow the season",
    "mirrors_trend": "Straight lines in time",
    "all_zero": "Columns that are always zero",
    "constant": "Columns that never change",
    "unused_events": "Events that are not in the model",
}
"""What issues of one code have in common, where a table can have several."""


class IssueGroup(NamedTuple):
    """Issues of one kind, to be shown as one: they differ in their column."""

    issues: tuple[Issue, ...]
    number: int

    @property
    def code(self) -> str:
        """Code that all of them have."""
        return self.issues[0].code

    @property
    def severity(self) -> Severity:
        """Severity that all of them have."""
        return self.issues[0].severity

    @property
    def name(self) -> str:
        """Tells the group from the others of a report."""
        return f"{self.severity}-{self.code}-{self.number}"

    @property
    def title(self) -> str:
        """What they have in common, and how many they are: "Spend but no activity (12)."."""
        return f"{TITLES[self.code]} ({len(self.issues)})."

    @property
    def meaning(self) -> str:
        """What it means for the result; each meaning once."""
        return " ".join(dict.fromkeys(issue.meaning for issue in self.issues))

    @property
    def remedy(self) -> str:
        """What to do; each remedy once."""
        return " ".join(dict.fromkeys(issue.remedy for issue in self.issues))

    @property
    def fixes(self) -> tuple[FixName, ...]:
        """The fixes of which each mends them all, the likeliest first."""
        return self.issues[0].fixes

    @property
    def rates_for(self) -> tuple[str, ...]:
        """Currencies and units that rates are asked for; each once."""
        return tuple(dict.fromkeys(code for issue in self.issues for code in issue.rates_for))

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows that the first of them list."""
        return tuple(sorted({row for issue in self.issues for row in issue.rows})[:MOST_ROWS_LISTED])

    @property
    def n_rows(self) -> str:
        """How many rows are concerned; of several issues that list not all of theirs, those that are listed."""
        if len(self.issues) == 1:
            return f"{self.issues[0].n_rows:,}"
        all_listed = all(issue.n_rows == len(issue.rows) for issue in self.issues)
        complete = all_listed and len({row for issue in self.issues for row in issue.rows}) == len(self.rows)
        return str(len(self.rows)) if complete else f"the first {len(self.rows)}"


def grouped(issues: Iterable[Issue]) -> list[IssueGroup]:
    """Issues with those of one kind together, in the order in which each kind comes first."""
    kinds: dict[tuple[str, ...], list[Issue]] = {}
    for number, issue in enumerate(issues):
        alone = () if issue.code in TITLES else (str(number),)
        kinds.setdefault((issue.code, issue.severity, *issue.fixes, *alone), []).append(issue)
    return [IssueGroup(tuple(group), number) for number, group in enumerate(kinds.values())]


def questions(issues: Iterable[Issue]) -> list[IssueGroup]:
    """Those that a fit does not wait for, as they are asked and counted everywhere."""
    return [group for group in grouped(issues) if group.severity == "warning"]
