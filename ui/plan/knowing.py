"""What is worth to know: which test to run next, how large and long, and what that rests on."""

from __future__ import annotations

import streamlit as st

from mmm_core.labels import display_name, per_spend, percent, ratio, short
from mmm_core.planning.answer import Plan
from mmm_core.planning.experiment import NextTest
from mmm_core.runs.datasets import Units
from ui.shell import glossary
from ui.shell.finished import Opened
from ui.shell.markdown import plain

NOTHING_TO_TEST = (
    "No test is worth its trouble for this plan: to know any one return better would not lead to another split within "
    "these limits."
)


def show(found: Plan, opened: Opened) -> None:
    """A card: what to test, in a sentence and in figures, and the assumptions."""
    test, units = found.test, opened.run.units
    with st.container(border=True, key="card-test"):
        st.header("Which test next?", anchor=False, help=glossary.of_number("test", opened.origin))
        if test is None:
            st.write(NOTHING_TO_TEST)
            return
        unit = units.target if units.target != Units().target else ""
        st.markdown(plain(test.in_words(found.grain, lambda amount: f"{short(amount)} {unit}".strip())))
        st.table(figures(test, found, units), border="horizontal", hide_header=True)
        st.caption(
            "Assumed: regions in which the channel can be switched off alone, in two groups that sell alike and as "
            "much as each other; their sales miss the fit as all sales did, by their size and each on its own; what "
            "was spent before keeps working as the model has it, and the curve near today's spend is straight. Where "
            "regions move together a test tells more, where ads reach over borders less."
        )


def figures(test: NextTest, found: Plan, units: Units) -> dict[str, list[str]]:
    """The test in figures, a row each."""
    period, per = found.grain.lower(), per_spend(units.target, units.spend)
    rows = {
        "Channel": display_name(test.channel),
        "Size": f"{test.cells} groups of regions; off in {percent(test.part)} of sales",
        "Length": f"{test.periods} {period}s",
        f"Return now, {per}": f"±{ratio(test.now)}",
        "By the test alone": f"±{ratio(test.alone)}",
        "Both together": f"±{ratio(test.after)}",
        "Spend saved meanwhile": f"{short(test.saves)} {units.spend}",
        "Sales missed meanwhile, about": f"{short(test.costs)} {units.target}",
        f"A {period}'s sales miss the fit by": f"±{short(test.noise)} {units.target} (one standard deviation)",
        "Of the effect ended on average": percent(test.gone),
    }
    return {"Figure": list(rows), "Test": [plain(value) for value in rows.values()]}
