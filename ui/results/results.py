"""The parts of the Results page: its charts by question, and what can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from mmm_core.charts.marks import UNCLEAR
from mmm_core.exports import downloads, tables
from mmm_core.exports.truth import truth_of
from mmm_core.labels import break_even_in_words, counted, display_names, per_spend, percent, ratio, short, span
from mmm_core.results import variants
from mmm_core.results.conditions import NEXT_RETURN, next_return_name
from mmm_core.results.headline import unclear_rule
from mmm_core.results.intervals import Estimate
from mmm_core.runs.datasets import Units
from mmm_core.table.checks.issues import Issue
from ui.data import grouping
from ui.plan import response
from ui.report import asked
from ui.results import other_settings
from ui.results.wall import Result, Wall
from ui.shell import finished, glossary, run_list, session
from ui.shell.cards import table_downloads
from ui.shell.finished import Opened
from ui.shell.layout import tiles
from ui.shell.markdown import plain
from ui.shell.pictures import zip_pictures

LONGEST_BESIDE = 16
"""Two charts stand side by side if no channel's name has more characters than this."""
BOTH_HOLD = (
    "The two answer different questions. It cannot be told because its interval reaches down to next to nothing. The "
    "chance is the part of its return's draws above break-even, and of a channel that cannot be told these are near "
    "what was believed before the data: read it as a starting point, not as a finding."
)
"""How a channel that cannot be told can have a chance to pay."""
MARGINS = "margins"
"""Key of the session: the margin that was given on a run's page, by run and by the margin of its table."""


def open_result(run_id: str) -> Result:
    """Read a finished run."""
    opened = finished.open_run(run_id)
    outputs, report = opened.run.outputs, opened.run.report
    other_settings.begin(run_id, opened.run.spec, outputs)
    questions = tuple(issue for issue in (report.issues if report else ()) if issue.severity == "warning")
    others = other_settings.answers(run_id)
    units = _with_margin(opened.run.units, run_id)
    run, before = replace(opened.run, others=others, units=units), opened.drafts_before
    conditions = " ".join(
        [
            plain(run.conditions()),
            *([f"{counted(before, 'other setting')} tried before."] if before else []),
            *([f"**{variants.across(outputs.summary, others)}**"] if others else []),
            *(
                [f"The table left {counted(_number(questions), 'question')} open: see Diagnostics."]
                if questions
                else []
            ),
        ]
    )
    return Result(
        run_id, f"{opened.key}/{units.margin}", opened.stem, run, conditions, questions, opened.run.units.margin,
        opened.origin,
    )  # fmt: skip


def _number(questions: tuple[Issue, ...]) -> int:
    """How many there are as the page Data counts them: several of one kind are one."""
    return len(grouping.questions(questions))


def headline_tiles(result: Result) -> None:
    """The four headline figures of a run."""
    outputs, units = result.outputs, result.run.units
    tiles(
        outputs.summary,
        outputs.diagnostics,
        target=units.target,
        spend=units.spend,
        questions=_number(result.questions),
        others=result.run.beside_intervals,
        lead=session.open_tab,
        origin=result.origin,
    )
    other_settings.follow(result.run_id)


def toolbar(result: Result) -> Result:
    """Tables, one zip, a report, and a way to change the settings; the result, with the truth where it is asked."""
    # At the top: what is said below a button moves none of them.
    with st.container(horizontal=True, vertical_alignment="top"):
        with st.popover("Tables", icon=":material/table:", key="tables"):
            table_downloads(tables.tables_of_run(result.outputs), stem=result.stem, workbook=_workbook(result))
        with st.container(key="everything", width="content", gap="xsmall"):
            st.download_button(
                "Everything (zip)", _everything(result), f"{result.stem}.zip", "application/zip",
                on_click="ignore", icon=":material/folder_zip:",
                help="Charts with their pictures, tables and every file of the run, with a README that says what each "
                "is.",
            )  # fmt: skip
            zip_pictures()
        asked.button(result.run_id, result.run, key="report")
        if st.button("Change its settings", icon=":material/edit:"):
            run_list.duplicate(result.run_id)
        if st.button("Compare with…", icon=":material/compare_arrows:", key="to-compare"):
            session.go("compare", run=result.run_id)
        truth = truth_of(result.run)
        if truth is None:
            return result
        shown = st.toggle(
            "Show the truth", key="show_truth", persist_state="session",
            help="The demo's table was made, so what each channel really brought is known: a star where it should be, "
            "a dashed line for true sales.",
        )  # fmt: skip
    return result.with_truth(truth) if shown else result


def _everything(result: Result) -> Callable[[], bytes]:
    """A function that makes the zip, for the owner who looks at the page now: another thread may call it later."""
    desk, run = session.desk(), result.run

    def made() -> bytes:
        with downloads.archive(desk, result.run_id, others=run.others, units=run.units) as archive:
            return archive.read()

    return made


def _workbook(result: Result) -> Callable[[], bytes]:
    desk, run = session.desk(), result.run
    return lambda: downloads.workbook(desk, result.run_id, others=run.others, units=run.units)


def remember_tab() -> None:
    """Open the page on the tab that was open last: Streamlit forgets it when another page is shown."""
    if session.RESULTS_TAB in st.session_state:
        st.session_state["last_tab"] = st.session_state[session.RESULTS_TAB]
    elif "last_tab" in st.session_state:
        st.session_state[session.RESULTS_TAB] = st.session_state["last_tab"]


def contributions_tab(result: Result) -> None:
    """Over time, from baseline to total, and each channel's share or total with its interval."""
    outputs, wall = result.outputs, Wall(result, "Contributions")
    freq = st.segmented_control(
        "Per", ("period", "month", "quarter"), default="period", key="freq", required=True, persist_state="session",
        format_func=lambda each: {"period": outputs.scaler.grain.lower()}.get(each, each),
    )  # fmt: skip
    wall.hang("contributions_over_time", freq=freq)
    kinds = {"shares": "share of sales", "totals": result.run.sales}
    kind = st.segmented_control(
        "Channels as", list(kinds), default="shares", key="kind", required=True, persist_state="session",
        format_func=kinds.__getitem__,
    )  # fmt: skip
    labels = display_names(result.run.channels)
    beside = max(map(len, labels.values()), default=0) <= LONGEST_BESIDE
    left, right = st.columns(2) if beside else (st.container(), st.container())
    wall.leave_out(next(other for other in kinds if other != kind))
    with left:
        wall.hang(kind)
    with right:
        wall.hang("waterfall")
    wall.hang_rest()


def overlap_tab(result: Result) -> None:
    """Removal against additive, and all of it in figures."""
    Wall(result, "Overlap and figures").hang_rest()
    st.header("In figures", anchor=False, help=glossary.of_number("figures", result.origin))
    held = percent(result.outputs.summary.interval_prob)
    st.caption(
        f"Median, and {held} interval in brackets: medians do not add up, means do, and are in the tables to download. "
        f"{UNCLEAR.capitalize()}: from no effect, because {unclear_rule(result.outputs.summary)}."
    )
    if result.outputs.summary.mroi_note:
        st.caption(f":material/trending_up: **{NEXT_RETURN}.** {result.outputs.summary.mroi_note}")
    st.table(channels_in_words(result), border="horizontal", hide_index=True)


def return_tab(result: Result) -> None:
    """Return on spend, and the chance that it pays at a margin."""
    _ask_margin(result)
    Wall(result, "Return on spend").hang_rest()
    break_even = result.run.units.break_even
    if break_even is None:
        st.caption(
            "Give a margin, or say on the Data page in which currency sales and spend are: then break-even is known."
        )
        return
    chances = _chances_in_words(result, break_even)
    if len(chances):
        st.header("Does it pay?", anchor=False, help=glossary.of_number("pays", result.origin))
        st.caption(
            f"The chance that a channel's return is above {break_even_in_words(break_even, result.run.units.margin)}, "
            "which is one over the margin. It counts what the model does not know, but not whether spend was set by "
            "expected sales."
        )
        st.table(chances, border="horizontal", hide_index=True)
        if any(channel.cannot_be_told and channel.roi is not None for channel in result.outputs.summary.channels):
            st.caption(f"{UNCLEAR.capitalize()}, and yet a chance? {BOTH_HOLD}")


def _ask_margin(result: Result) -> None:
    """Part of sales that is left after the cost of what was sold; the table's own is where it begins."""
    known, own = result.run.units.margin, result.own_margin
    key = f"margin-{result.run_id}-{own}"
    st.number_input(
        "Margin on sales (%)", 1.0, 100.0, round(100 * known, 4) if known else None, step=1.0, format="%g", width=240,
        placeholder="100", key=key, on_change=_keep_margin, args=(result.run_id, own, key),
        help="What is left of sales after the cost of what was sold: spend pays from a return of one over it on.",
    )  # fmt: skip


def _keep_margin(run_id: str, own: float | None, key: str) -> None:
    """Keep a margin for as long as the session lives: its field goes with its tab, and what is saved must have it.

    It is kept beside the table's ``own``: where that is decided anew, the new one holds.
    """
    given = st.session_state[key]
    st.session_state.setdefault(MARGINS, {})[run_id, own] = None if given is None else float(given) / 100


def _with_margin(units: Units, run_id: str) -> Units:
    """Units of a run's table with the margin that somebody gave on its page."""
    given: dict[tuple[str, float | None], float | None] = st.session_state.get(MARGINS, {})
    asked = (run_id, units.margin)
    return units.model_copy(update={"margin": given[asked]}) if asked in given else units


def _chances_in_words(result: Result, break_even: float) -> pd.DataFrame:
    """Each channel with spend, and the chance that its return is above break-even."""
    summary = result.outputs.summary
    labels, per = display_names(result.run.channels), per_spend(result.run.units.target, result.run.units.spend)
    rows = [
        {
            "Channel": plain(labels[channel.channel]) + (f" · {UNCLEAR}" if channel.cannot_be_told else ""),
            f"Return, {per}": _with_interval(channel.roi, ratio),
            "Chance that it pays": percent(chance),
        }
        for channel in summary.largest_first
        if (chance := channel.chance_of_return_above(break_even)) is not None
    ]
    return pd.DataFrame(rows)


def other_settings_tab(result: Result) -> None:
    """The same table under other settings."""
    if other_settings.show(result.run_id, result.run):
        Wall(result, "Other settings").hang_rest()


def curves_tab(result: Result) -> None:
    """What a channel brings at any spend; carry-over and saturation as they were set."""
    response.show(result.run_id, Opened(result.run, result.key, result.stem, 0, result.origin))
    Wall(result, "Curves").hang_rest()


def channels_in_words(result: Result) -> pd.DataFrame:
    """What each channel brought, as a person reads it."""
    per = per_spend(result.run.units.target, result.run.units.spend)
    labels = display_names([channel.channel for channel in result.outputs.summary.channels])
    rows = []
    for channel in result.outputs.summary.largest_first:
        doubt = f" · {UNCLEAR}" if channel.cannot_be_told else ""
        rows.append(
            {
                "Channel": plain(labels[channel.channel]) + doubt,
                "Share of sales, %": _with_interval(channel.share, lambda each: f"{100 * each:.1f}"),
                "Brought (additive)": f"{short(channel.additive.shown)} ({span(channel.additive)})",
                "Missing without it (removal)": f"{short(channel.removal.shown)} ({span(channel.removal)})",
                "Overlap": f"{short(channel.overlap.shown)} ({span(channel.overlap)})",
                "Spend": "–" if channel.spend is None else short(channel.spend),
                f"Return, {per}": _with_interval(channel.roi, ratio),
                next_return_name(result.outputs.summary): _with_interval(channel.mroi, ratio),
            }
        )
    # A line may break before the bracket only: a dash alone would let it.
    return pd.DataFrame(rows).map(lambda text: text.replace("–", "\u2060–\u2060") if len(text) > 1 else text)


def _with_interval(estimate: Estimate | None, shown: Callable[[float], str]) -> str:
    return "–" if estimate is None else f"{shown(estimate.shown)} ({shown(estimate.low)}–{shown(estimate.high)})"
