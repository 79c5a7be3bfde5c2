"""What only a report of one kind must say, or must not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mmm_core.report import texts
from mmm_core.report.content import Report
from mmm_core.results.conditions import ABOVE_AVERAGE, FAILED_CHECKS
from tests.kinds.read import Page

type Judge = Callable[[Report, Page], Iterator[str]]


def misfits(name: str, report: Report, page: Page) -> list[str]:
    """What a report of that kind says and should not, or should and does not."""
    said, found = page.said(), list(_of_all(report, page))
    if judge := OF_KINDS.get(name):
        found += judge(report, page)
    if "headline" in page.parts and said.count(texts.CAUSAL) != 1:
        found.append("what no table can tell is not said once")
    return found


def _of_all(report: Report, page: Page) -> Iterator[str]:
    """A failed fit advises nothing; a document of a run has each of its sections once."""
    plan, failed = page.said("plan"), report.warning.startswith(FAILED_CHECKS)
    if "plan" in page.parts and failed != (texts.FAILED_NO_PLAN in plan):
        yield f"failed {failed}: {plan}"
    if failed and (charts := [chart for part in page.parts.values() for chart in part.charts if "plan" in chart]):
        yield f"a plan is drawn: {charts}"
    if failed and re.search(r"^Move ", page.said(), flags=re.M):
        yield "money is moved on failed checks"
    if report.warning and not any(report.writing.text(report.warning) == text.strip() for text in page.texts):
        yield "the warning is not on the page"
    if [section.name for section in report.sections] != [name for name in page.parts if name != "notes"]:
        yield f"sections: {list(page.parts)}"


def _has(*words: str, sections: tuple[str, ...] = ()) -> Judge:
    def judge(_: Report, page: Page) -> Iterator[str]:
        yield from (f"not said: {each}" for each in words if each not in page.said(*sections))

    return judge


def _lacks(*words: str, sections: tuple[str, ...] = ()) -> Judge:
    def judge(_: Report, page: Page) -> Iterator[str]:
        yield from (f"said: {each}" for each in words if each in page.said(*sections))

    return judge


def _both(*judges: Judge) -> Judge:
    def judge(report: Report, page: Page) -> Iterator[str]:
        for each in judges:
            yield from each(report, page)

    return judge


def _warned(words: str) -> Judge:
    def judge(report: Report, _: Page) -> Iterator[str]:
        if words not in report.warning:
            yield f"not warned of {words}: {report.warning}"

    return judge


def _notes(report: Report, page: Page) -> Iterator[str]:
    """Own words under their chart, a logo, a title that stays as it was written, and no number with a point."""
    shown = page.root.text_content()
    words = ("Mine: 1,5", "and <b>more</b>", "Agreed on 1.2.", "Q1 <2026> & 1,234.5 **now**", "25,6\u00a0%")
    yield from (f"not on the page: {each}" for each in words if each not in shown)
    if "25.6\u00a0%" in page.said():
        yield "a number with a point"
    if not [image for image in page.root.iter("img") if image.get("src", "").startswith("data:image/png;base64,")]:
        yield "no logo"


def _events(_: Report, page: Page) -> Iterator[str]:
    """Events by their names alone."""
    (row,) = [row for row in page.parts["settings"].tables[0].rows if row[0] == "Events"]
    if "Event: " in row[1] or "Sale & <b>more</b> *" not in row[1]:
        yield f"events: {row}"


def _one_section(_: Report, page: Page) -> Iterator[str]:
    if list(page.parts) != ["returns", "notes"]:
        yield f"other sections: {list(page.parts)}"


MONTHS = _both(_has("In 48 months"), _lacks(" week", sections=("channels", "fit", "plan", "curves")))
ONE = _both(
    _lacks("the most", sections=("headline", "channels", "returns", "plan")), _has("from the channel (means")
)  # fmt: skip
NO_SPEND = _both(_has(texts.NO_SPEND_NO_RETURNS), _lacks("returned"))
NOTHING_TOLD = _both(
    _has("No channel can be told from no effect", "of TV and Search this table cannot tell"),
    _lacks("brought the most", "Move ", "pays (", " does not (", " do not ("),
)
OF_KINDS: dict[str, Judge] = {
    "one_channel": ONE,
    "nothing_told": NOTHING_TOLD,
    "failed_checks": _warned("R-hat 1.400"),
    "stopped": _warned("stopped early"),
    "no_spend": NO_SPEND,
    "no_proof": _has(texts.NO_PROOF),
    "monthly": MONTHS,
    "controls_and_events": _events,
    "panel": _has("north and south are added up"),
    "as_set_of_old": _has(ABOVE_AVERAGE, "they do not include the choice of them"),
    "plan_of_record": _has("This is the plan to be carried out, '<b>Spring</b> & **co**'", "of the 8 weeks after"),
    "plan_out_of_reach": _has("are out of reach", sections=("plan",)),
    "proof_at_work": _has("The proof is not complete", "Not answered: "),
    "notes_and_logo": _notes,
    "one_section": _one_section,
    "orders": _lacks("€", "Spend pays at"),
    "thousands_of_euro": _has("TEUR per TEUR spent"),
    "some_spend": _lacks("Search returned", "Mail returned"),
    "half_intervals": _has("(50\u00a0% interval"),
    "wide_intervals": _has("(95\u00a0% interval"),
    "daily": _has("In 60 weeks"),
    "a_year_of_two": _has("In 5"),
}
"""Of a kind, what judges it."""
