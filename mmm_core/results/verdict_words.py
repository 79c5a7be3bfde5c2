"""The verdicts in an analyst's words: what is asked, the figure beside its limit, and what it means.

``diagnostics.json`` holds codes, figures and findings; the words beside them are not part of the contract and may
become better at any time. A code that is not known here is shown with its finding alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mmm_core.labels import day, first_of, percent
from mmm_core.results.intervals import HDI_PROB
from mmm_core.results.verdicts import GRADES, Grade, Verdict

if TYPE_CHECKING:
    from mmm_core.results.diagnostics import Diagnostics

UNKNOWN_GROUP = "Other checks"
MOST_PERIODS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One verdict as a page shows it: a question, the figure beside its limit, what that means, what to do."""

    status: Grade
    title: str
    figure: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """Checks that answer one question, the worst first."""

    question: str
    checks: tuple[Check, ...]

    @property
    def status(self) -> Grade:
        """The worst grade in the group."""
        return self.checks[0].status


class _Words(NamedTuple):
    title: str
    figure: Callable[[Verdict, Diagnostics], str]
    meaning: str


def check_groups(found: Diagnostics) -> tuple[CheckGroup, ...]:
    """Every verdict in words, by the question it helps to answer."""
    groups: dict[str, list[Check]] = {question: [] for question in (*QUESTIONS, UNKNOWN_GROUP)}
    order = list(WORDS)
    for verdict in sorted(
        found.verdicts, key=lambda each: order.index(each.code) if each.code in order else len(order)
    ):
        question = next((question for question, codes in QUESTIONS.items() if verdict.code in codes), UNKNOWN_GROUP)
        groups[question].append(_check(verdict, found))
    return tuple(
        CheckGroup(question, tuple(sorted(checks, key=lambda check: -GRADES.index(check.status))))
        for question, checks in groups.items()
        if checks
    )


def _check(verdict: Verdict, found: Diagnostics) -> Check:
    words = WORDS.get(verdict.code)
    if words is None:
        return Check(verdict.status, verdict.code.replace("_", " "), verdict.finding, "", verdict.advice)
    figure = words.figure(verdict, found)
    for sign in "≤≥":
        figure = figure.replace(f"{sign} ", f"{sign}\u00a0")  # no line may end between a sign and its limit
    return Check(verdict.status, words.title, figure, words.meaning, verdict.advice)


def _r_hat(verdict: Verdict, found: Diagnostics) -> str:
    if found.chains == 1:
        return "one chain, and none to compare it with; should be two or more"
    return f"R-hat {_number(verdict.value, '.3f')}, should be ≤ {verdict.limit:g}"


def _draws(verdict: Verdict, found: Diagnostics) -> str:  # noqa: ARG001 - every figure takes the same
    return f"{_number(verdict.value, ',.0f')} independent draws, should be ≥ {verdict.limit:,.0f}"


def _divergences(verdict: Verdict, found: Diagnostics) -> str:
    most = "0" if not verdict.limit else f"≤ {verdict.limit:,.0f}"
    return f"{found.divergences} of {found.chains * found.draws:,} draws, should be {most}"


def _energy(verdict: Verdict, found: Diagnostics) -> str:  # noqa: ARG001
    return f"BFMI {_number(verdict.value, '.2f')}, should be ≥ {verdict.limit:g}"


def _coverage(verdict: Verdict, found: Diagnostics) -> str:
    low, high = (100 * (HDI_PROB + sign * verdict.limit) for sign in (-1, 1))
    return (
        f"{percent(found.coverage)} of the periods inside the {percent(HDI_PROB)} band, should be "
        f"{low:.0f}–{min(high, 100):.0f}\u00a0%"
    )


def _explained(verdict: Verdict, found: Diagnostics) -> str:  # noqa: ARG001
    explained = "unknown" if verdict.value is None else percent(max(verdict.value, 0))
    return f"{explained} of the variation of log sales, should be ≥ {percent(verdict.limit)}"


def _neighbours(verdict: Verdict, found: Diagnostics) -> str:
    value = f"{found.residual_autocorrelation:.2f}".replace("-", "−")
    return f"correlation {value}, should be within ±{verdict.limit:.2f}"


def _influence(verdict: Verdict, found: Diagnostics) -> str:  # noqa: ARG001
    named = first_of([day(each) for each in found.influential], MOST_PERIODS_NAMED)
    which = f" ({named})" if named else ""
    return f"{found.pareto_k_above} of {found.rows} periods{which}, should be 0"


def _totals(verdict: Verdict, found: Diagnostics) -> str:
    low, high = (100 * (1 + sign * verdict.limit) for sign in (-1, 1))
    return f"fitted is {percent(found.fitted_to_observed, 1)} of observed, should be {low:.0f}–{high:.0f}\u00a0%"


def _prior(verdict: Verdict, found: Diagnostics) -> str:
    prior = found.prior_posterior[0].prior.mean
    if found.is_estimated:
        return (
            f"the least certain share is {percent(verdict.value or 0)} as uncertain as before the data, should be "
            f"≤ {percent(verdict.limit)} (media's share before the data: {percent(prior)})"
        )
    return (
        f"the interval of media's share is {percent(verdict.value or 0)} as wide as before the data, should be "
        f"≤ {percent(verdict.limit)} (media's share before the data: {percent(prior)})"
    )


def _event(verdict: Verdict, found: Diagnostics) -> str:
    by = found.hints.stands_out_by or 0.0
    return (
        f"the week or month that stands out most is {percent(abs(by))} {'above' if by > 0 else 'below'} the fit; its "
        f"score is {_number(verdict.value, '.1f')}, should be ≤ {verdict.limit:g}"
    )


def _drift(verdict: Verdict, found: Diagnostics) -> str:  # noqa: ARG001
    return f"{percent(verdict.value or 0)} is left a period later, should be ≤ {percent(verdict.limit)}"


def _apart(verdict: Verdict, found: Diagnostics) -> str:  # noqa: ARG001
    value = _number(verdict.value, ".1f")
    return f"the returns found have a spread of {value} (of their logarithms), should be ≤ {verdict.limit:g}"


def _number(value: float | None, digits: str) -> str:
    return "unknown" if value is None else format(value, digits)


WORDS: dict[str, _Words] = {
    "totals_r_hat": _Words(
        "Do the chains agree on what channels brought?",
        _r_hat,
        "The totals are what decisions rest on: they can be sound where a channel's decay or curve is not known.",
    ),
    "totals_ess": _Words(
        "Are there draws enough for the totals?",
        _draws,
        "So many independent draws stand behind the total that is least certain.",
    ),
    "r_hat": _Words(
        "Do the chains agree?",
        _r_hat,
        "The computation is made several times from different starts; near 1 all of them give the same answer.",
    ),
    "ess_bulk": _Words(
        "Are there draws enough for the means?",
        _draws,
        "The estimates are averages over draws; so many independent ones stand behind the least certain of them.",
    ),
    "ess_tail": _Words(
        "Are there draws enough for the intervals?",
        _draws,
        "The ends of the intervals rest on the few outermost draws, so these are counted apart.",
    ),
    "divergences": _Words(
        "Did the sampler stay on its way?",
        _divergences,
        "A draw that diverged hit a region that could not be explored; what lies there may be missing.",
    ),
    "bfmi": _Words(
        "Did the sampler move freely?",
        _energy,
        "How fast the sampler gets from likely to unlikely values; where it is slow, extremes are seen too rarely.",
    ),
    "explained": _Words(
        "Does the model follow the ups and downs?",
        _explained,
        "What is not explained is noise to the model; where most of it is, channels' effects are small beside it.",
    ),
    "coverage": _Words(
        "Does the band hold as many periods as it says?",
        _coverage,
        "With too few inside, intervals promise more than the data keep; with too many, they are wider than needed.",
    ),
    "residual_autocorrelation": _Words(
        "Are the misses independent of each other?",
        _neighbours,
        "Misses that come in runs are a sign of something slow that the model does not know.",
    ),
    "pareto_k": _Words(
        "Does any single period decide?",
        _influence,
        "These periods pull so hard that the answer might be another one without them.",
    ),
    "fitted_to_observed": _Words(
        "Do the fitted sales add up to the observed?",
        _totals,
        "The fitted line is a median: where sales have high peaks, its sum falls short of theirs.",
    ),
    "prior_decides": _Words(
        "Did the data decide, or the assumptions?",
        _prior,
        "Where the interval hardly narrows, the answer is what was assumed beforehand and not what the table says.",
    ),
    "missing_event": _Words(
        "Does the same time of year stand out each year?",
        _event,
        "A holiday or an event that the model does not know is taken for noise, or for media that ran at that time.",
    ),
    "drift": _Words(
        "Do sales drift for reasons outside the table?",
        _drift,
        "What drifts slowly hides what media bring: intervals allow for it, and are wider for it.",
    ),
    "returns_apart": _Words(
        "Do returns lie very far apart?",
        _apart,
        "Returns are expected to be alike to some degree; one that is many times the others is drawn toward them. "
        "This is the spread of the middle values that were found; the spread as learnt, under Parameters, is of "
        "channels like these, and has an interval of its own.",
    ),
}
"""Title, figure with its limit, and meaning, by code, in the order in which they are read."""

QUESTIONS: dict[str, tuple[str, ...]] = {
    "Did the computation work?": ("totals_r_hat", "totals_ess", "r_hat", "ess_bulk", "ess_tail", "divergences", "bfmi"),
    "Does the model describe sales?": (
        "explained",
        "coverage",
        "residual_autocorrelation",
        "pareto_k",
        "fitted_to_observed",
        "missing_event",
        "drift",
    ),
    "Did the data decide?": ("prior_decides", "returns_apart"),
}
"""What the checks are about, and which codes belong to it."""
