"""What each repair would do to the answer, in the card of the issue that offers it; it arrives while a person reads."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import counted
from mmm_core.runs.datasets import Dataset
from mmm_core.runs.doubts import asking
from mmm_core.runs.doubts.asking import NOTHING, DoubtCosts
from mmm_core.runs.doubts.costs import Cost
from mmm_core.runs.tables import Prepared
from mmm_core.spec import FixName
from ui.data.grouping import IssueGroup
from ui.shell import leaving, session
from ui.shell.markdown import plain

POLL_SECONDS = 0.5
LOOK_SECONDS = 2.0
"""How long a look waits for something new before it says how far things are."""
DISK_SECONDS = 0.2
ORDER = "order_of_issues"


def look(dataset: Dataset, prepared: Prepared) -> DoubtCosts:
    """What is known of the repairs; while more is to come, a line says so, and the page is shown again when it does."""
    if dataset.read_only or not any(issue.fixes for issue in prepared.report.issues):
        return NOTHING
    try:
        known = asking.ask(session.desk(), dataset.dataset_id)
    except MMMError:
        return NOTHING  # the page says what is wrong with the table itself
    with st.container(key="state-of-costs"):
        if known.state == "computing":
            leaving.polling(_watch, POLL_SECONDS)(dataset.dataset_id, len(known.costs))
        elif known.state == "failed":
            st.caption(f"What the repairs would do could not be computed: {plain(known.step)}")
        else:
            more = f" {known.step} {counted(len(known.not_tried), 'repair')} not tried." if known.not_tried else ""
            st.caption(f"What each repair would do is a quick estimate with the default settings.{more}")
    return known


def worst_first(dataset: Dataset, groups: Sequence[IssueGroup], known: DoubtCosts, *, kind: str) -> list[IssueGroup]:
    """Issues of one kind by what is at stake, as far as that was known when these issues were first drawn.

    The order then stays as long as the issues do: a card that moved while costs arrive would move a button from under
    the hand that presses it.
    """
    effects = {cost.fix: cost.effect for cost in known.costs} if known.state == "complete" else {}
    worst = sorted(groups, key=lambda group: -max((effects.get(fix, 0.0) for fix in group.fixes), default=0.0))
    names = [group.name for group in worst]
    place = f"{ORDER}-{kind}"
    drawn = st.session_state.get(place)
    if drawn is None or drawn[0] != dataset.dataset_id or sorted(drawn[1]) != sorted(names):
        drawn = st.session_state[place] = (dataset.dataset_id, names)
    return sorted(worst, key=lambda group: drawn[1].index(group.name))


def show(group: IssueGroup, known: DoubtCosts, words: Mapping[FixName, str]) -> None:
    """What each repair of a card would do; where it is not known yet the place is kept, so that nothing moves later."""
    costs = {fix: known.of(fix) for fix in group.fixes}
    if known is NOTHING or not costs or (known.state != "computing" and not any(costs.values())):
        return
    with st.container(key=f"costs-{group.name}"):
        st.markdown("\n".join(f"- {_said(fix, cost, known, words)}" for fix, cost in costs.items()))


def _said(fix: FixName, cost: Cost | None, known: DoubtCosts, words: Mapping[FixName, str]) -> str:
    if cost is None:
        return f"**{plain(words[fix])}**: {'being computed' if known.state == 'computing' else 'not tried'}"
    others = [words[other] for other in cost.together_with]
    named = f"“{others[0]}”" if len(others) == 1 else counted(len(others), "other repair")
    together = f", with {named} too" if others else ""
    return f"**{plain(words[fix])}**{plain(together)}: {plain(cost.says)}"


def _watch(dataset_id: str, number: int) -> None:
    """Say how far things are; with something new the whole page is shown again, for the cards are its."""
    try:
        known, end = asking.ask(session.desk(), dataset_id), time.monotonic() + LOOK_SECONDS
        _say_how_far(known, number)
        # The first look belongs to the page, which nobody should wait for.
        while (
            leaving.is_a_look() and known.state == "computing" and len(known.costs) == number and time.monotonic() < end
        ):
            time.sleep(DISK_SECONDS)
            known = asking.ask(session.desk(), dataset_id)
    except MMMError:
        return  # the table was deleted meanwhile
    if known.state != "computing" or len(known.costs) != number:
        leaving.draw_page_again()


def _say_how_far(known: DoubtCosts, number: int) -> None:
    in_all = number + len(known.left)
    waits = f" {plain(known.step)}." if known.step and not number else ""
    st.caption(
        f":material/hourglass_top: Computing what each repair would do to the answer: {number} of {in_all}.{waits}"
    )
