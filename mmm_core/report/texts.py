"""Every fixed word of a report, in English: titles, heads of tables, definitions, and why something is not there.

Sentences with numbers in them are made by the rules in :mod:`mmm_core.report.rules`; another language takes the place
of these two files.
"""

from __future__ import annotations

from datetime import datetime

from mmm_core.labels import day
from mmm_core.report.request import SectionName

TITLES: dict[SectionName, str] = {
    "headline": "The answer",
    "channels": "What did each channel bring?",
    "sureness": "How sure is that?",
    "returns": "What did the money return?",
    "fit": "Does the model follow sales?",
    "curves": "What would more or less money bring?",
    "plan": "What to do next",
    "proof": "Should you believe it?",
    "settings": "What was chosen",
    "data": "The data",
    "definitions": "What the words mean",
}
NOTES_TITLE = "Where the numbers come from"
ABOUT_FIGURES = {"return": "Returns", "chance": "Chances", "response": "Response curves", "gain": "Plan", "miss": "Fit"}
"""Titles of footnotes on what numbers beside contributions estimate (:mod:`mmm_core.exports.estimands`)."""
CONTENTS = "Contents"
OWN_NOTE = "Note"
HOW_TO_READ = "How to read it"
SUM = "Sum"
NOTHING = "–"
GRADES = {"pass": "Pass", "look": "Look", "stop": "Stop"}
NO_SCRIPT = "The chart needs scripts; its figures: "

FAILED_NO_PLAN = "No plan is given: checks of the fit failed, and nothing should be moved on these numbers."
FAILED_NO_CURVES = "No response curves are shown: checks of the fit failed."
NO_SPEND_NO_PLAN = "No plan is given: the table has no spend, so there is no money to plan."
NO_SPEND_NO_CURVES = "The table has no spend: there is no curve of money to show."
NO_SPEND_NO_RETURNS = "The table has no spend: there is no return to show."
NO_PLAN = "No plan could be made: {reason}"
NO_CURVES = "No response curves could be made: {reason}"
NO_PROOF = (
    "No proof of this run is kept. Whether it predicts what it has not seen, and what chance alone would have earned, "
    "is not known."
)
NO_FLOOR = "What chance alone would have earned is not known: no proof of this run has asked for it."
USUAL_PLAN = (
    "No plan of this run is kept as the one to carry out. This is the usual one: the money of the last periods, each "
    "channel between half and one and a half times of its own."
)
USUAL_SAYS = "No plan is kept; the usual one says: {advice}"
CAUSAL = (
    "No table of this kind can tell whether spend made sales or followed them: where budgets were set by expected "
    "sales, channels are credited with too much. A test in some regions, or spend that pauses on purpose, would tell."
)
GAIN = (
    "Over these periods it brings {gain} {than} than today's split ({interval}), of {sales} in all; {budget} are spent."
)
OVER = (
    "These periods are over: the report was made on {made}, the table ends before {first}. Add the newer rows before "
    "money is moved by it."
)
NOT_MONEY = "Sales of the plan are those of its periods and of what comes back after them."
OF_TWO_TIMES = (
    "These figures are of the {period}s that come, with steady spend at today's level; the returns of the money spent "
    "are of all {period}s of the table, with the spend that each had: the two differ."
)
BEYOND = "Beyond the most that was ever spent in a period a curve is an assumption."
HELD_PRIOR = "What you see of it is what was believed before the data."

CHANNEL, SHARE, BROUGHT = "Channel", "Share of sales", "Brought"
MISSING, SPEND, RETURN = "Missing without it", "Spend", "Return"
PAYS, TODAY, PLAN, CHANGE = "Chance that it pays", "Today", "Plan", "Change"
BRINGS, HELD = "Plan brings", "Held by"
PART, MEAN = "Part of sales", "Mean"
PARTS = "It adds up"
CHECK, FIGURE, RESULT = "Check", "Figure", "Result"
QUESTION, ANSWER = "Question", "Answer"
CHOICE, SETTING = "Choice", "As set"
TERM, MEANING = "Word", "Meaning"
AT_TODAY, NEXT_UNIT, AVERAGE = "Today, a {period}", "Next unit brings", "Each unit brings"
WORST = "The {period}s that are furthest off"
FACT, VALUE = "Of the table", "Value"
BASELINE = "Baseline"
OBSERVED, FITTED = "Observed", "Fitted"
LOW, HIGH = "Low end", "High end"
FLOOR = "Nine in ten ghosts stay below"
STEADY = "Steady spend"

SAYS_BARS = "Bar: median. Line: {held} interval."
SAYS_OVER_TIME = "What is credited to each channel, and the baseline: together they are the fitted line."
SAYS_PARTS = "Means of the parts: they add up to the fitted total."
SAYS_GHOSTS = (
    "What each channel brought, with its {held} interval, beside what nine in ten ghosts stay below: made-up channels "
    "that cannot have done anything, each at the channel's precision."
)
SAYS_FIT = "What was observed, the fitted median, and the ends of the band for single periods."
SAYS_FORESIGHT = "What was observed, and the ends of the band that had been predicted for it."
SAYS_RESPONSE = (
    "What would be missing a {period} without that spend in every {period}, everything else as today: median, and ends "
    "of the {held} interval. Beyond {most}, the most that was ever spent in a {period}, it is an assumption."
)
SAYS_MONEY = (
    "What each channel has today, and in the plan. What it brings is with money as it lies over these weeks, which "
    "have a season of their own; response curves are of steady spend."
)

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Contribution",
        "Sales that are credited to a channel. Additive contributions and the baseline add up to the fitted line.",
    ),
    ("Removal", "Sales that would be missing without one channel alone. Removals overlap, so they do not add up."),
    ("Share of sales", "A channel's additive contribution over all fitted sales."),
    (
        "Return",
        "What a channel brought over what was spent on it, in the same time. 2: each unit of money brought two.",
    ),
    ("Break-even", "The return at which spend pays: one over the margin on sales."),
    ("Baseline", "Sales without media: level, trend, season, controls and events."),
    ("Interval", "Given the model and the table, the truth lies in it with the probability that is said."),
    ("Median and mean", "Single figures are medians of what is likely. Where parts must add up they are means."),
    ("Cannot be told", "The data do not tell the channel from one without effect. It may have one."),
    ("Ghost", "A made-up channel that cannot have done anything. What ghosts seem to bring is what chance brings."),
    ("World", "One of the ways in which things may be, given the model and the table: one draw."),
    ("Carry-over", "What of an effect is still felt after the period of the activity."),
    ("Saturation", "Diminishing returns: from some activity on, twice as much of it brings less than twice the sales."),
    ("Prior", "What was believed before the table was seen. What is believed after it is the posterior."),
    (
        "R-hat, ESS, divergence, BFMI",
        "Figures of the computation: whether its chains agree, how many independent draws "
        "they are worth, whether a step went wrong, and whether they reach all that is likely.",
    ),
    (
        "MAPE, CRPS",
        "Errors of a forecast: the mean size of its miss in percent of sales; and, in units of sales or percent "
        "of them, the same for a forecast that says how sure it is, which a band too narrow or too wide makes larger.",
    ),
    (
        "Pareto-k, LOO",
        "Whether an answer without a few rows can be had from the draws at hand (below 0.7), and how "
        "well each row is foretold by the others.",
    ),
)


def plan_of_record(name: str, made_at: datetime) -> str:
    """Which plan it is that is carried out."""
    called = f"'{name}'" if name else "without a name"
    return f"This is the plan to be carried out, {called}, made on {day(made_at)}."
