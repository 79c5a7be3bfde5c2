"""The parts of the Data page: upload, what was detected, units, charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core import shipped
from mmm_core.charts import table
from mmm_core.errors import MMMError
from mmm_core.labels import added_up, counted, day, display_name, first_of, listed
from mmm_core.runs import datasets
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.runs.tables import Prepared
from mmm_core.spec import ReadingOptions
from mmm_core.table.reading.limits import MAX_BYTES
from ui.data import revising, roles
from ui.shell import session
from ui.shell.cards import card, drawn
from ui.shell.markdown import plain

TEMPLATE = shipped.TABLES["sample_001"]
KINDS = {"csv": "CSV", "excel": "Excel", "parquet": "Parquet"}
SEPARATORS = {",": "comma between columns", ";": "semicolon between columns", "\t": "tab between columns",
              "|": "bar between columns"}  # fmt: skip
DECIMALS = {".": "decimal point", ",": "decimal comma"}
DATE_ORDERS = {"YMD": "dates year first", "DMY": "dates day first", "MDY": "dates month first"}
GRAINS = {"DAY": "daily", "WEEK": "weekly", "MONTH": "monthly"}
MOST_NAMES = 16
"""So many channels or controls are named in the line that sums a table up."""
ENCODINGS = ("utf-8", "latin-1", "cp1252", "utf-16", "cp932", "gb18030", "cp949", "big5")
AUTOMATIC = "as found"
COUNTED = {"conversions", "orders", "units", "transactions", "tickets", "leads", "bookings", "subscriptions"}
"""Names of sales columns that are their own unit."""


def upload(*, expanded: bool) -> None:
    """Drop a file, or take a template or the sample; what became of it is said where it was dropped, and aloud."""
    said = st.container(key="upload-said")
    with st.expander("Bring a table", expanded=expanded, icon=":material/upload:"):
        # Above the field: there a person looks who has just dropped something on it.
        refused = st.container(key="upload-refused")
        file = st.file_uploader(
            "Drop a table of days, weeks or months: CSV, TSV, Excel or Parquet, one row a period",
            type=["csv", "tsv", "txt", "xlsx", "xls", "parquet"],
            max_upload_size=MAX_BYTES // 2**20,
            key="upload",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "A template to fill in (CSV)", TEMPLATE.read_bytes, "mmm_template.csv", on_click="ignore"
            )
            if st.button("Use the demo's table"):
                _take("demo")
            if st.button("Use the 52-week sample"):
                _take("sample_001")
        if file is not None and st.session_state.get("taken_file") != file.file_id:
            st.session_state["taken_file"] = file.file_id
            _try(file.name, file.getvalue())
        if "refused" in st.session_state:
            name, reason = st.session_state["refused"]
            with refused:
                st.markdown(f"**{plain(name)}** was not taken; nothing of it was kept.")
                session.say(reason)
    taken = st.session_state.get("taken")
    if taken is not None and taken[0] == session.get_id("dataset") and "refused" not in st.session_state:
        said.caption(f"Taken: {plain(taken[1])}")


def _try(name: str, content: bytes) -> None:
    """Take a file, or keep what was wrong with it for the run that shows it."""
    st.session_state.pop("refused", None)
    try:
        made = datasets.create_dataset(session.desk(), content, name)
    except MMMError as error:
        st.session_state["refused"] = (name, error)
    else:
        datasets.take_over(session.desk(), made.dataset_id)
        st.session_state["taken"] = (made.dataset_id, made.label)
        _take(made.dataset_id)


def _take(dataset_id: str) -> None:
    st.session_state.pop("refused", None)
    session.look_at_demo(dataset_id == session.DEMO)
    session.set_ids(dataset=dataset_id, draft=None, run=None)
    st.rerun()


def taken_over(dataset: Dataset) -> None:
    """Whose roles, units and repairs a table has, and a way back."""
    if dataset.follows is None:
        return
    try:
        before = datasets.get_dataset(session.desk(), dataset.follows).label
    except MMMError:
        return  # deleted since: what was taken over is the table's own
    with st.container(horizontal=True, vertical_alignment="center", key="taken-over"):
        st.markdown(
            f":material/history: Same columns as **{plain(before)}**: its roles, units and repairs are taken over; "
            "Features begins with the settings of its newest run, if it has one.",
            width="stretch",
        )
        if st.button("Undo", key="stand-alone"):
            try:
                datasets.stand_alone(session.desk(), dataset.dataset_id)
            except MMMError as error:
                session.say(error)
            else:
                # Widgets keep what they showed, and would count as changes that somebody made.
                for key in [each for each in st.session_state if dataset.dataset_id in str(each)]:
                    del st.session_state[key]
                st.session_state.pop("settings_of", None)
                session.set_ids(draft=None)
                st.rerun()


def summary(dataset: Dataset, prepared: Prepared, *, waits: bool) -> None:
    """What the table is, in one line, and the way on; a table that ``waits`` for its roles has nothing wrong yet."""
    report = prepared.report
    span = f" from {_day(report.first_period)} to {_day(report.last_period)}" if report.first_period else ""
    grain = GRAINS.get(str(report.grain), "periods unknown")
    if waits:
        # What the columns are is guessed below; to call them missing here would contradict that.
        st.markdown(f"**{plain(dataset.label)}**: {report.n_rows:,} rows.")
    else:
        st.markdown(
            f"**{plain(dataset.label)}**: {report.n_rows:,} rows{span}, {grain}, "
            f"{_listed(report.channels, 'channel')}, {_listed(report.controls, 'control')}."
            + (f" {plain(added_up(report.entities, report.n_entities))}" if report.n_entities > 1 else "")
        )
    errors = sum(issue.severity == "error" for issue in report.issues)
    if report.ok:
        st.success("This table can be modelled.", icon=":material/check_circle:")
        said = None if dataset.read_only or are_units_said(dataset) else _ask_units(dataset, prepared)
        if st.button("Continue to Features", type="primary") and not _asks_for_roles(dataset):
            if said is not None and said != dataset.units:
                revising.keep_units(dataset, said)
            session.go("features")
    elif waits:
        st.info("One step before it can be modelled: say what each column is.", icon=":material/arrow_downward:")
    else:
        things = "One thing" if errors == 1 else f"{errors} things"
        st.error(f"{things} must be mended before it can be modelled; see below.", icon=":material/error:")


def _asks_for_roles(dataset: Dataset) -> bool:
    """Whether roles were changed and not used yet; the page then says so, since the way on would ignore them."""
    changed = roles.not_used(dataset)
    if changed:
        st.warning(
            f"You changed what {plain(listed(changed))} {'is' if len(changed) == 1 else 'are'} and did not use it yet: "
            "press *Use these roles* below, or set it back.",
            icon=":material/edit:",
        )
    return bool(changed)


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else ""


def _listed(names: Sequence[str], noun: str) -> str:
    if not names:
        return f"no {noun}s"
    shown = first_of([display_name(name) for name in names], MOST_NAMES)
    return f"{counted(len(names), noun)} ({plain(shown)})"


def pick(side: DeltaGenerator, dataset_id: str) -> None:
    """Change to another table of one's own; in the demo there is one."""
    if session.in_demo():
        return
    own = datasets.list_datasets(session.desk())
    names = _told_apart([each for each in own if each.dataset_id != session.DEMO])
    if dataset_id not in names or len(names) == 1:
        return
    chosen = side.selectbox(
        "Table", list(names), index=list(names).index(dataset_id), format_func=names.__getitem__,
        key=f"table-{dataset_id}", label_visibility="collapsed", width=300,
    )  # fmt: skip
    if chosen != dataset_id:
        _take(chosen)


def _told_apart(own: Sequence[Dataset]) -> dict[str, str]:
    """Label of each table, with its time where two share one: a selector knows its options by what they say."""
    times = Counter(each.label for each in own)
    labels: dict[str, str] = {}
    for each in own:
        label = (
            each.label if times[each.label] == 1 else f"{each.label}, {session.here(each.created_at):%d %b %H:%M:%S}"
        )
        labels[each.dataset_id] = f"{label}, {each.dataset_id}" if label in labels.values() else label
    return labels


def reading(dataset: Dataset, prepared: Prepared) -> None:
    """How the file was read, and a way to say otherwise."""
    detected, options = prepared.report.detected, dataset.settings.reading
    sheet = f"sheet “{detected.sheet}”" if detected.sheet else ""
    facts = (
        KINDS.get(detected.kind, detected.kind),
        detected.encoding.upper() if detected.encoding else "",
        SEPARATORS.get(detected.separator or "", ""),
        DECIMALS.get(detected.decimal, ""),
        DATE_ORDERS.get(prepared.report.detected.date_order or "", ""),
        plain(sheet),
    )
    told = ", ".join(fact for fact in facts if fact)
    with st.expander(f"How it was read: {told}", icon=":material/manage_search:"):
        for note in detected.notes:
            st.caption(note)
        if dataset.read_only:
            st.caption("This table ships with the tool and is read as it is.")
            return
        chosen = {
            "encoding": _choice("Encoding", ENCODINGS, options.encoding),
            "separator": _choice("Separator", (",", ";", "\t", "|"), options.separator),
            "decimal": _choice("Decimal mark", (".", ","), options.decimal),
            "date_order": _choice("Order in dates", ("YMD", "DMY", "MDY"), options.date_order),
            "sheet": _choice("Sheet", detected.sheets, options.sheet) if detected.sheets else options.sheet,
        }
        if st.button("Read it so"):
            revising.revise_settings(dataset, reading=ReadingOptions.model_validate(chosen))


def _choice(label: str, options: tuple[str, ...], current: str | None) -> str | None:
    every = (AUTOMATIC, *options)
    shown = st.selectbox(
        label,
        every,
        index=every.index(current) if current in options else 0,
        format_func=lambda each: repr(each).strip("'"),
    )
    return None if shown == AUTOMATIC else shown


def are_units_said(dataset: Dataset, units: Units | None = None) -> bool:
    """Whether somebody has said what sales or spend are counted in, or ``units`` say so."""
    return (units or dataset.units) != Units(activity=dataset.units.activity)


def _ask_units(dataset: Dataset, prepared: Prepared) -> Units:
    """Ask once, beside the way on; whoever goes on without an answer knows what that means."""
    target = (prepared.validated.roles.target or "").strip().lower()
    named = _units_named(dataset)
    if target in COUNTED:
        named = named.model_copy(update={"target": target})
    with st.container(border=True, key="card-units"):
        found = " What the columns say is filled in." if are_units_said(dataset, named) else ""
        st.markdown(f"**What are they counted in?** Charts and sentences will say so.{found}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen_units = _unit_fields(dataset, named, counted_in="" if named.target == "sales" else named.target)
        st.caption("Left empty, returns are in sales per unit of spend; with one currency in both, in money for money.")
    return chosen_units


def _units_named(dataset: Dataset) -> Units:
    """Units that signs and codes in the columns name; those that are known where the file cannot be read."""
    try:
        return datasets.units_named(session.desk(), dataset.dataset_id)
    except MMMError:
        return dataset.units


def _unit_fields(dataset: Dataset, known: Units, *, counted_in: str) -> Units:
    # A field keeps what it showed first: what other roles name is another field.
    target = st.text_input(
        "Sales are counted in", counted_in, max_chars=40, placeholder="€, USD, orders",
        key=f"sales-unit-{dataset.dataset_id}-{counted_in}",
    )  # fmt: skip
    spend = st.text_input(
        "Spend is in", known.spend, max_chars=40, placeholder="€, USD",
        key=f"spend-unit-{dataset.dataset_id}-{known.spend}",
    )  # fmt: skip
    margin = st.number_input(
        "Margin on sales (%)", 1.0, 100.0, 100 * margin_known if (margin_known := known.margin) else None, step=1.0,
        format="%.0f", placeholder="100", key=f"margin-{dataset.dataset_id}",
        help="What is left of sales after the cost of what was sold: spend pays from a return of one over it on.",
    )  # fmt: skip
    return Units(
        target=target.strip() or "sales",
        spend=spend.strip(),
        activity=dataset.units.activity,
        margin=None if margin is None else float(margin) / 100,
    )


def units(dataset: Dataset) -> None:
    """Units that charts and sentences use; they are asked for beside the way on, and changed here."""
    known = dataset.units
    said = f"Units: sales in {known.target}, spend in {known.spend or 'an unnamed unit'}"
    with st.expander(plain(said), icon=":material/straighten:"):
        if dataset.read_only:
            st.caption("This table ships with the tool.")
            return
        chosen_units = _unit_fields(dataset, known, counted_in=known.target)
        if st.button("Save units"):
            revising.keep_units(dataset, chosen_units)
            st.rerun()


def charts_of(prepared: Prepared, dataset: Dataset) -> None:
    """Sales, spend, activity, gaps, correlations."""
    st.header("What it looks like", anchor=False)
    report, stem = prepared.report, dataset.label.rsplit(".", 1)[0]
    frame = prepared.canonical().frame
    content = "/".join(
        (
            session.desk().owner,
            dataset.content_hash,
            dataset.settings.model_dump_json(),
            dataset.units.model_dump_json(),
        )
    )

    def show(name: str, build: Callable[..., go.Figure]) -> None:
        card(drawn(name, content, build), stem=stem)

    show("sales_and_spend", partial(table.sales_and_spend, frame, report.channels, dataset.units.target))
    left, right = st.columns(2)
    with left:
        show("activity", partial(table.activity, frame, report.channels))
        if any(report.missingness.values()):
            show("missingness", partial(table.missingness, report.missingness))
        else:
            st.caption("No cell of the table is blank.")
    with right:
        show("correlations", partial(table.correlations, frame, report.channels, report.controls))
