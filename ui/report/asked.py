"""Ask for a report: what it holds, made while one waits, and taken away with a second press."""

from __future__ import annotations

import base64
from collections.abc import Callable

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.exports.gallery import Exhibit
from mmm_core.labels import display_name
from mmm_core.report import logo, made, texts
from mmm_core.report.made import Made
from mmm_core.report.request import (
    FORMS,
    LONGEST_NOTE,
    LONGEST_TITLE,
    NUMBERS,
    SECTIONS,
    Form,
    ReportRequest,
    SectionName,
)
from ui.report import links
from ui.shell import session
from ui.shell.markdown import plain

FORM_NAMES: dict[Form, str] = {"html": "Page (HTML)", "pdf": "PDF", "pptx": "Slides (PowerPoint)"}
MAKING: dict[Form, str] = {
    "html": "Writing the page",
    "pdf": "Writing the page, then printing it: some seconds",
    "pptx": "Drawing the slides",
}
SAYS: dict[Form, str] = {
    "html": "One file with charts that answer to the pointer. It needs no network, and prints.",
    "pdf": "Pages of A4, printed by the server's Chromium.",
    "pptx": "Charts and tables that PowerPoint draws itself: each can be changed.",
}
MADE, NOTES = "report_made", "report_notes"
"""Keys of the session: what was made last, with what it was asked as; own notes by run and chart."""
NOTED = (
    "shares",
    "contributions_over_time",
    "waterfall",
    "roi",
    "proof_ghosts",
    "fit",
    "proof_foresight",
    "plan_money",
)
"""Charts that may have a note on the page; programs may give one to every chart."""
CHART_NAMES = {
    "shares": "Chart: shares of sales",
    "contributions_over_time": "Chart: where sales came from",
    "waterfall": "Chart: from baseline to total",
    "roi": "Chart: returns",
    "proof_ghosts": "Chart: what chance would earn",
    "fit": "Chart: observed and fitted",
    "proof_foresight": "Chart: what was predicted",
    "plan_money": "Chart: where the money goes",
}


def button(run_id: str, run: Exhibit, *, key: str) -> None:
    """A button that opens the dialog; ``run`` is shown with the units and the margin of its page."""
    if st.button("Report", icon=":material/article:", key=key, help="A page, a PDF or slides for who was not here."):
        st.session_state.pop(MADE, None)
        _dialog(run_id, run)


@st.dialog("Report", width="medium", icon=":material/article:")
def _dialog(run_id: str, run: Exhibit) -> None:
    form: Form = st.segmented_control(
        "Form", FORMS, default=FORMS[0], format_func=FORM_NAMES.__getitem__, key="report-form", required=True
    )
    st.caption(SAYS[form])
    title = st.text_input("Title", placeholder=run.name, max_chars=LONGEST_TITLE, key="report-title")
    sections: list[SectionName] = st.multiselect(
        "Sections", SECTIONS, default=SECTIONS, format_func=texts.TITLES.__getitem__, key="report-sections"
    )
    with st.expander("Logo, numbers and own notes", key="report-more"):
        numbers = st.segmented_control("Numbers as", NUMBERS, default=NUMBERS[0], key="report-numbers", required=True)
        file = st.file_uploader(
            f"Logo: PNG or JPEG, up to {logo.MOST_BYTES // 1000} kB", type=["png", "jpg", "jpeg"], max_upload_size=1,
            key="report-logo",
        )  # fmt: skip
        notes = _notes(run_id, sections)
    if not sections:
        st.info("Choose a section at least.", icon=":material/info:")
        return

    def request(form: Form) -> ReportRequest:
        picture = base64.b64encode(logo.checked(file.getvalue()).png).decode() if file else ""
        return ReportRequest(
            form=form, title=title.strip(), sections=tuple(sections), numbers=numbers, notes=notes, logo=picture,
            margin=run.units.margin,
        )  # fmt: skip

    if st.button("Make the report", type="primary", icon=":material/play_arrow:", key="report-make"):
        _make(run_id, run, lambda: request(form), MAKING[form])
    _take(run_id)
    with st.expander("Share it by a link", icon=":material/link:", key="report-link"):
        links.links(
            run_id,
            title.strip() or run.name,
            lambda: made.report_of(session.desk(), run_id, request("html"), units=run.units).content,
        )


def _notes(run_id: str, sections: list[SectionName]) -> dict[str, str]:
    """Own words, one place at a time; those of places that the report does not have are kept for later."""
    kept: dict[str, str] = st.session_state.setdefault(NOTES, {}).setdefault(run_id, {})
    names = {name: texts.TITLES[name] for name in sections} | CHART_NAMES
    place = st.selectbox(
        "Note under", list(names), format_func=lambda name: names[name] + (" ·" if kept.get(name) else ""),
        key="report-note-place",
    )  # fmt: skip
    if place is not None:
        text = st.text_area(
            "Note", kept.get(place, ""), max_chars=LONGEST_NOTE, height=80, key=f"report-note-{place}",
            placeholder=f"Your own words under {display_name(names[place].lower())}",
        )  # fmt: skip
        kept[place] = text.strip()
    return {name: note for name, note in kept.items() if note and name in names}


def _make(run_id: str, run: Exhibit, asked: Callable[[], ReportRequest], says: str) -> None:
    st.session_state.pop(MADE, None)
    try:
        with st.spinner(f"{says} …"):
            st.session_state[MADE] = (run_id, made.report_of(session.desk(), run_id, asked(), units=run.units))
    except MMMError as error:
        session.say(error)


def _take(run_id: str) -> None:
    """What was made last, to be saved."""
    of, report = st.session_state.get(MADE, ("", None))
    if of != run_id or not isinstance(report, Made):
        return
    size = f"{len(report.content) / 1e6:.1f} MB"
    st.success(plain(f"{report.name} is made, {size}."), icon=":material/check:")
    st.download_button(
        f"Save {report.name.rpartition('.')[2].upper()}", report.content, report.name,
        report.media_type.partition(";")[0], on_click="ignore", icon=":material/download:", key="report-save",
    )  # fmt: skip
