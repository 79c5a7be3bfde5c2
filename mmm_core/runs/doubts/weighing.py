"""Try every repair that a report offers: the table with it, and what a quick estimate then says.

Nothing here is kept or queued. A table is made with a repair just as it would be after somebody asked for it: all its
columns are read again under their roles, so that repairs of how cells are read and repairs of rows go one way.

Where other errors are left, a table cannot be estimated. Each of them is then taken to be mended by its likeliest
repair, and the cost says so: two answers to one question can be compared although another question is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mmm_core.errors import MMMError, RunCancelledError
from mmm_core.labels import counted
from mmm_core.model.structure import parameter_count
from mmm_core.runs.doubts.costs import Answer, Cost, TableFacts, cost_of, facts_of, worst_first
from mmm_core.spec import FIX_NAMES, DatasetSettings, FixName
from mmm_core.table.checks.issues import Issue, Severity
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.typed import CanonicalData
from mmm_core.table.validation import ValidationReport, check_file, require_valid, type_file

MOST_ESTIMATES = 24
"""Most estimates for one table."""
MOST_ROWS = 4_000_000
"""Rows that are read for one table, all trials together; repairs that come after are not tried."""
MOST_OTHERS = 4
"""Most other repairs that are taken to be made too."""

type Estimator = Callable[[CanonicalData, ValidationReport], Answer]


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair that issues offer, and the other answers to the same questions."""

    fix: FixName
    severity: Severity
    codes: tuple[str, ...]
    alternatives: frozenset[FixName]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Where the weighing is: costs so far, worst first; repairs still to be tried; those that will not be."""

    costs: tuple[Cost, ...]
    left: tuple[FixName, ...]
    not_tried: tuple[FixName, ...]


@dataclass(slots=True)
class _Outcome:
    """A table under some repairs: what it holds, what is wrong with it, and what is to be estimated until it is."""

    facts: TableFacts
    report: ValidationReport
    data: CanonicalData | None
    answer: Answer | None = None
    reason: str | None = None

    @property
    def errors(self) -> list[Issue]:
        return [issue for issue in self.report.issues if issue.severity == "error"]


@dataclass(slots=True)
class _Bench:
    """A file's cells, and the outcome of every set of repairs that was tried on them."""

    raw: RawTable
    settings: DatasetSettings
    estimate: Estimator
    today: dt.date
    outcomes: dict[frozenset[FixName], _Outcome] = field(default_factory=dict)
    estimates: int = 0

    @property
    def is_used_up(self) -> bool:
        return len(self.outcomes) * len(self.raw.cells) >= MOST_ROWS

    def outcome(self, fixes: frozenset[FixName]) -> _Outcome:
        """The table with these repairs, not estimated yet."""
        if fixes not in self.outcomes:
            settings = self.settings.model_copy(update={"fixes": tuple(fix for fix in FIX_NAMES if fix in fixes)})
            file = type_file(self.raw, settings)
            validated = check_file(file, settings, count_parameters=parameter_count, today=self.today)
            data = require_valid(validated) if validated.report.ok else None
            self.outcomes[fixes] = _Outcome(facts_of(file), validated.report, data)
        return self.outcomes[fixes]

    def answered(self, outcome: _Outcome) -> _Outcome:
        """The same with its answer, or why there is none."""
        if outcome.data is None:
            if outcome.errors:
                outcome.reason = outcome.errors[0].message
        elif self.estimates >= MOST_ESTIMATES:
            outcome.reason = f"{counted(MOST_ESTIMATES, 'table')} before it were estimated, and no more are."
        else:
            self.estimates += 1
            try:
                outcome.answer = self.estimate(outcome.data, outcome.report)
            except RunCancelledError:
                raise
            except MMMError as error:
                outcome.reason = error.message
            outcome.data = None
        return outcome

    def mended(self, fixes: frozenset[FixName], *, barred: frozenset[FixName]) -> tuple[_Outcome, tuple[FixName, ...]]:
        """The table once its other errors are mended too, as far as that goes, and by what."""
        outcome, others = self.outcome(fixes), list[FixName]()
        while outcome.errors and len(others) < MOST_OTHERS and not self.is_used_up:
            taken = fixes | set(others)
            if any(set(issue.fixes) & barred for issue in outcome.errors):
                break  # the very question that the repair was to answer is still open
            more = next((issue.fixes[0] for issue in outcome.errors if issue.fixes), None)
            if more is None or more in taken:
                break
            others.append(more)
            outcome = self.outcome(taken | {more})
        return self.answered(outcome), tuple(others)


def offers(report: ValidationReport) -> tuple[Offer, ...]:
    """Repairs that errors and warnings of a report offer, in its order; each once."""
    offering: dict[FixName, list[Issue]] = {}
    for issue in report.issues:
        for fix in issue.fixes if issue.severity != "info" else ():
            offering.setdefault(fix, []).append(issue)
    return tuple(
        Offer(
            fix=fix,
            severity=issues[0].severity,  # a report has its errors first
            codes=tuple(dict.fromkeys(issue.code for issue in issues)),
            alternatives=frozenset(other for issue in issues for other in issue.fixes),
        )
        for fix, issues in offering.items()
    )


def weigh(
    raw: RawTable, settings: DatasetSettings, estimate: Estimator, *, today: dt.date | None = None
) -> Iterator[Weighed]:
    """Try each repair in turn; what is known so far after each.

    Parameters
    ----------
    raw, settings
        A file's cells, and how they become a table today.
    estimate
        Gives the answer of a table without errors; an error of ours that it raises is told as the reason.

    Raises
    ------
    SpecError
        The settings name columns that the table does not have.
    RunCancelledError
        The estimate was asked to end.
    """
    bench = _Bench(raw, settings, estimate, today or dt.date.today())
    now = frozenset(settings.fixes)
    offered = offers(bench.outcome(now).report)
    costs: list[Cost] = []
    yield Weighed((), tuple(offer.fix for offer in offered), ())
    for number, offer in enumerate(offered, start=1):
        left = tuple(each.fix for each in offered[number:])
        if bench.is_used_up:
            yield Weighed(worst_first(costs), (), (offer.fix, *left))
            return
        costs.append(_cost(bench, now, offer))
        yield Weighed(worst_first(costs), left, ())


def _cost(bench: _Bench, now: frozenset[FixName], offer: Offer) -> Cost:
    alone = bench.outcome(now | {offer.fix})
    mended, others = bench.mended(now | {offer.fix}, barred=offer.alternatives)
    before = None if offer.severity == "error" else bench.mended(now, barred=frozenset())[0].answer
    return cost_of(
        offer.fix,
        severity=offer.severity,
        codes=offer.codes,
        other_answers=tuple(fix for fix in FIX_NAMES if fix in offer.alternatives - {offer.fix}),
        rows_changed=sum(done.rows for done in alone.report.applied_fixes if done.fix == offer.fix),
        facts=(bench.outcome(now).facts, alone.facts),
        together_with=others if mended.answer else (),
        answers=(before, mended.answer),
        not_estimated=mended.reason,
    )
