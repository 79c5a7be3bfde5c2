"""The parts of the Results page: which run, its charts by question, and what can be taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core.charts.contributions import largest_first
from mmm_core.charts.marks import UNCLEAR
from mmm_core.errors import MMMError, StorageError
from mmm_core.exports import downloads, tables
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.truth import truth_of
from mmm_core.labels import counted, display_names, per_spend, percent, ratio, short, span
from mmm_core.results import variants
from mmm_core.results.headline import unclear_rule
from mmm_core.results.intervals import Estimate
from mmm_core.runs import datasets, runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.runs import RunEntry
from ui.results import other_settings
from ui.results.wall import Result, Wall
from ui.shell import run_list, session
from ui.shell.cards import table_downloads
from ui.shell.layout import empty_state, tiles
from ui.shell.markdown import plain
from ui.shell.pictures import zip_pictures

LONGEST_BESIDE = 16
"""Two charts stand side by side if no channel's name has more characters than this."""
MOST_LISTED = 200
"""So many of the newest runs can be chosen from; an older one is opened by its link."""
MOST_WORDS = 6
"""So many words of a run's name begin the names of saved files."""


def pick_run(side: DeltaGenerator) -> str | None:
    """The run in the address, or one chosen from the list in ``side``; None: there is none to show."""
    asked = session.get_id("run")
    newest = runs.list_page(session.desk(), limit=MOST_LISTED).entries
    if asked is not None and asked not in (session.DEMO, *(entry.state.run_id for entry in newest)):
        with suppress(StorageError):  # no run of this person's: said below
            newest.append(runs.get_entry(session.desk(), asked))
    entries = [entry for entry in newest if entry.state.phase == "finished"]
    if asked is not None and asked not in (session.DEMO, *(entry.state.run_id for entry in entries)):
        _not_finished(asked)
    on_demo = {session.DEMO} | {entry.state.run_id for entry in entries if run_list.is_on_demo(entry)}
    if asked is not None and (asked in on_demo) != session.in_demo():
        # A link leads to the other side.
        session.look_at_demo(asked in on_demo)
        session.set_ids(run=asked)
        st.rerun()
    names = {session.DEMO: "Demo brand"} if session.in_demo() else {}
    names |= run_list.run_names(entry for entry in entries if (entry.state.run_id in on_demo) == session.in_demo())
    if not names:
        return None
    asked = asked or _newest_of_table(entries, names)
    chosen = side.selectbox(
        "Run", list(names), index=list(names).index(asked) if asked else None, format_func=names.__getitem__,
        key=f"pick-{asked}", placeholder="Choose a run", label_visibility="collapsed", width=300,
    )  # fmt: skip
    if chosen is None:
        empty_state(
            "No results for this table yet",
            "Fit a model on it, or choose another table's run in the list above.",
            action="Fit a model",
            page="train",
        )
    if chosen != asked or session.get_id("run") is None:
        session.set_ids(run=chosen)
        if chosen != asked:
            st.rerun()
    return chosen


def _newest_of_table(entries: list[RunEntry], names: dict[str, str]) -> str | None:
    """The newest run among ``names`` made from the table at hand; without a table, the newest of all."""
    dataset_id = session.get_id("dataset")
    if dataset_id is None or session.in_demo():
        return next(iter(names))
    try:
        table = datasets.get_dataset(session.desk(), dataset_id)
    except MMMError:
        return next(iter(names))
    of_table = (entry.state.run_id for entry in entries if entry.manifest.dataset_hash == table.content_hash)
    return next((run_id for run_id in of_table if run_id in names), None)


def _not_finished(run_id: str) -> None:
    try:
        state = runs.state(session.desk(), run_id)
    except MMMError as error:
        session.set_ids(run=None)
        empty_state(
            error.message,
            "It may have been deleted, or belong to somebody else.",
            action="See the runs",
            page="overview",
        )
    empty_state(f"This run is {state.phase}", state.step, action="Watch it", page="train")


def open_result(run_id: str) -> Result:
    """Read a finished run."""
    desk = session.desk()
    try:
        state = runs.state(desk, run_id)
        outputs = run_list.outputs_of(run_id, state)
        spec = runs.get_spec(desk, run_id)
        manifest = runs.get_manifest(desk, run_id)
        label = runs.get_label(desk, run_id)
        name = label.name or manifest.source_name
        report = runs.get_report(desk, run_id)
    except MMMError as error:
        empty_state(error.message, error.remedy, action="See the runs", page="overview")
    try:
        units = datasets.get_dataset(desk, spec.dataset_id).units
    except MMMError:
        units = Units()  # the table was deleted since
    else:
        session.take_table(spec.dataset_id)
    other_settings.begin(run_id, spec, outputs)
    questions = tuple(issue for issue in (report.issues if report else ()) if issue.severity == "warning")
    others = other_settings.answers(run_id)
    run = Exhibit(name, outputs, spec, units, others, report)
    conditions = " ".join(
        [
            plain(run.conditions()),
            *([f"{counted(manifest.drafts_before, 'other setting')} tried before."] if manifest.drafts_before else []),
            *([f"**{variants.across(outputs.summary, others)}**"] if others else []),
            *([f"The table left {counted(len(questions), 'question')} open: see Diagnostics."] if questions else []),
        ]
    )
    key = f"{desk.owner}/{run_id}/{state.status.updated_at.isoformat()}/{units.model_dump_json()}"
    stem = "_".join(["mmm", *(re.findall(r"[\w-]+", label.name)[:MOST_WORDS] or [run_id])])
    return Result(run_id, key, stem, run, conditions, questions)


def headline_tiles(result: Result) -> None:
    """The four headline figures of a run."""
    outputs, units = result.outputs, result.run.units
    tiles(
        outputs.summary,
        outputs.diagnostics,
        target=units.target,
        spend=units.spend,
        questions=len(result.questions),
        others=result.run.beside_intervals,
        lead=session.open_tab,
    )
    other_settings.follow(result.run_id)


def toolbar(result: Result) -> Result:
    """Tables, everything as one zip, and a way to change the settings; the result, with the truth where it is asked."""
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
        if st.button("Change its settings", icon=":material/edit:"):
            run_list.duplicate(result.run_id)
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
    desk = session.desk()

    def made() -> bytes:
        with downloads.archive(desk, result.run_id, others=result.run.others) as archive:
            return archive.read()

    return made


def _workbook(result: Result) -> Callable[[], bytes]:
    desk = session.desk()
    return lambda: downloads.workbook(desk, result.run_id, others=result.run.others)


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
    st.header("In figures", anchor=False)
    held = percent(result.outputs.summary.interval_prob)
    st.caption(
        f"Median, and {held} interval in brackets: medians do not add up, means do, and are in the tables to download. "
        f"{UNCLEAR.capitalize()}: from no effect, because {unclear_rule(result.outputs.summary)}."
    )
    st.table(channels_in_words(result), border="horizontal", hide_index=True)


def return_tab(result: Result) -> None:
    """Return on spend, and the chance that it pays at a margin."""
    result = result.with_margin(_ask_margin(result))
    Wall(result, "Return on spend").hang_rest()
    break_even = result.run.units.break_even
    if break_even is None:
        st.caption(
            "Give a margin, or say on the Data page in which currency sales and spend are: then break-even is known."
        )
        return
    chances = _chances_in_words(result, break_even)
    if len(chances):
        st.header("Does it pay?", anchor=False)
        st.caption(
            f"The chance that a channel's return is above break-even, {ratio(break_even)}: one over the margin. It "
            "counts what the model does not know, but not whether spend was set by expected sales."
        )
        st.table(chances, border="horizontal", hide_index=True)


def _ask_margin(result: Result) -> float | None:
    """Part of sales that is left after the cost of what was sold (fraction); the table's own is where it begins."""
    known = result.run.units.margin
    given = st.number_input(
        "Margin on sales (%)", 1.0, 100.0, 100 * known if known else None, step=1.0, format="%.0f", width=240,
        placeholder="100", key=f"margin-{result.run_id}",
        help="What is left of sales after the cost of what was sold: spend pays from a return of one over it on.",
    )  # fmt: skip
    return None if given is None else float(given) / 100


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
        for channel in largest_first(summary.channels)
        if (chance := channel.chance_of_return_above(break_even)) is not None
    ]
    return pd.DataFrame(rows)


def other_settings_tab(result: Result) -> None:
    """The same table under other settings."""
    if other_settings.show(result.run_id, result.run):
        Wall(result, "Other settings").hang_rest()


def curves_tab(result: Result) -> None:
    """Carry-over and saturation as they were set."""
    Wall(result, "Curves").hang_rest()


def channels_in_words(result: Result) -> pd.DataFrame:
    """What each channel brought, as a person reads it."""
    per = per_spend(result.run.units.target, result.run.units.spend)
    labels = display_names([channel.channel for channel in result.outputs.summary.channels])
    rows = []
    for channel in largest_first(result.outputs.summary.channels):
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
                "Return of the next 1 %": _with_interval(channel.mroi, ratio),
            }
        )
    # A line may break before the bracket only: a dash alone would let it.
    return pd.DataFrame(rows).map(lambda text: text.replace("–", "\u2060–\u2060") if len(text) > 1 else text)


def _with_interval(estimate: Estimate | None, shown: Callable[[float], str]) -> str:
    return "–" if estimate is None else f"{shown(estimate.shown)} ({shown(estimate.low)}–{shown(estimate.high)})"
