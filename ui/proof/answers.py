"""The answers of a proof: the verdict on top with the worst first, then each part with its chart and what to do."""

from __future__ import annotations

from functools import partial

import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.proof.gallery import chart_of, has_chart
from mmm_core.charts.style import ChartMeta
from mmm_core.exports.origins import Origin
from mmm_core.labels import per_spend
from mmm_core.proof.asking import ProofView
from mmm_core.proof.part import PartReport
from ui.proof.asked import is_at_work
from ui.shell import glossary
from ui.shell.cards import drawn, plot, save_menu
from ui.shell.finished import Opened
from ui.shell.layout import VERDICT_BADGES
from ui.shell.markdown import plain

PLACE_OF_A_CHART = 380
"""Height that is kept free for a chart that is to come (pixels)."""
WATCHED = "proof_watched"
"""Key of the session: the run whose answers arrived on this page, so that they stay where they arrived."""
STATES = {
    "waiting": ":gray-badge[:material/hourglass_empty: Waiting]",
    "working": ":blue-badge[:material/hourglass_top: {done} of {units}]",
    "complete": ":gray-badge[:material/info: Not judged]",
    "left_out": ":gray-badge[:material/do_not_disturb_on: Left out]",
    "failed": ":gray-badge[:material/error: Not answered]",
}
"""What stands beside, or in place of, a verdict."""
WORST_FIRST = ("stop", "look", "failed", None, "left_out", "pass")
CAUSAL = (
    "Causal only if spend was not set by expected sales: no table can show that, and no answer here says anything "
    "about it. An experiment can."
)


def verdict(view: ProofView) -> None:
    """How many parts hold, which channels are not shown, and each part with its verdict, the worst first."""
    found = view.verdict
    if view.proof is None or not view.proof.parts or found is None:
        return
    with st.container(border=True, key="card-verdict"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(plain(found.headline), anchor=False, width="content")
            if found.verdict and (view.proof.complete or view.fit == "stop"):
                st.markdown(VERDICT_BADGES[found.verdict], width="content")
        if view.fit == "stop":
            st.markdown(
                "What follows rests on a fit that is not to be used: see its *Diagnostics* under Results first."
            )
        parts = _worst_first(view.proof.parts)
        st.markdown("\n".join(f"- {_badges(part)} [{plain(part.question)}](#{part.name})" for part in parts))
        st.caption(CAUSAL)


def take_away(view: ProofView, opened: Opened) -> None:
    """The proof as a file."""
    if view.proof is None or not view.proof.parts:
        return
    st.download_button(
        "Proof (JSON)", view.proof.model_dump_json(indent=1), f"{opened.stem}_proof.json", "application/json",
        on_click="ignore", icon=":material/download:", key="proof-json",
        help="Every question with its answer, figures and what its chart is drawn from.",
    )  # fmt: skip


def show(run_id: str, view: ProofView, opened: Opened) -> None:
    """Every part in its card; while answers arrive each has its place, so that nothing moves."""
    if view.proof is None:
        return
    watched = st.session_state.get(WATCHED) == run_id
    if is_at_work(view):
        st.session_state[WATCHED], watched = run_id, True
    parts = view.proof.parts if watched or not view.proof.complete else _worst_first(view.proof.parts)
    for part in parts:
        with st.container(border=True, key=f"card-part-{part.name}"):
            _show(part, view, opened)


def _show(part: PartReport, view: ProofView, opened: Opened) -> None:
    figure = _figure(part, view, opened)
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        with st.container(width="stretch", gap="xsmall"):
            told = glossary.of_drawn(f"proof_{part.name}", _origin(view, opened))
            st.header(plain(part.question), anchor=part.name, help=told)
            st.markdown(_badges(part))
        if figure is not None:
            with st.container(width="content"):
                save_menu(figure, stem=opened.stem, source=opened.run.source())
    if part.told is not None:
        st.markdown(plain(part.told.sentence))
    if figure is not None:
        st.caption(ChartMeta.of(figure).how_to_read)
        plot(figure, stem=opened.stem, source=opened.run.source())
    elif part.state in ("waiting", "working") and is_at_work(view):
        st.skeleton(height=PLACE_OF_A_CHART)
    if part.told is not None and part.told.remedy:
        st.markdown(f"**What to do:** {plain(part.told.remedy)}")
    if part.why:
        st.markdown(plain(part.why))
    elif part.told is None and not is_at_work(view):
        st.write("It has not been answered yet.")


def _origin(view: ProofView, opened: Opened) -> Origin:
    """Where the run's numbers come from, and of which version of it the proof is."""
    return opened.origin if view.proof is None else opened.origin.also("Proof", f"proof.json, {view.proof.identity}")


def _figure(part: PartReport, view: ProofView, opened: Opened) -> go.Figure | None:
    if view.proof is None or not has_chart(part):
        return None
    run = opened.run
    draw = partial(
        chart_of, part, sales=run.sales, per=per_spend(run.units.target, run.units.spend), places=run.colours,
        order=run.channels,
    )  # fmt: skip
    return drawn(f"proof_{part.name}", f"{opened.key}/{view.proof.identity}/{part.done}", draw)


def _badges(part: PartReport) -> str:
    judged = VERDICT_BADGES[part.told.verdict] if part.told and part.told.verdict else ""
    if judged and part.state == "complete":
        return judged
    state = STATES[part.state].format(done=part.done, units=part.units)
    return f"{judged} {state}".strip()


def _worst_first(parts: tuple[PartReport, ...]) -> tuple[PartReport, ...]:
    def rank(part: PartReport) -> int:
        judged = part.told.verdict if part.told else None
        return WORST_FIRST.index(judged or (part.state if part.state in WORST_FIRST else None))

    return tuple(sorted(parts, key=rank))
