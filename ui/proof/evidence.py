"""What the parts of a proof say together, beside a result."""

from __future__ import annotations

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import percent
from mmm_core.proof import asking
from mmm_core.proof.asking import ProofView
from ui.shell import session
from ui.shell.layout import VERDICT_BADGES
from ui.shell.markdown import plain


def card(run_id: str) -> None:
    """What is known of a result's proof, and the way to it."""
    view = _view(run_id)
    if view is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="card-evidence"):
        _line(run_id, view)


def line(run_id: str) -> None:
    """The same without a card."""
    view = _view(run_id)
    if view is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="evidence"):
        _line(run_id, view)


def _view(run_id: str) -> ProofView | None:
    try:
        return asking.look(session.desk(), run_id)
    except MMMError:
        return None  # deleted meanwhile: the page says so


def _line(run_id: str, view: ProofView) -> None:
    st.markdown(_in_words(view), width="stretch")
    if st.button("See the proof" if view.proof else "Prove it…", key="to-proof"):
        session.go("proof", run=run_id)


def _in_words(view: ProofView) -> str:
    if view.proof is None:
        at_work = view.state in ("queued", "running")
        return "**Evidence: being looked for**" if at_work else "**Evidence: nobody has asked yet**"
    found = view.verdict
    assert found is not None  # noqa: S101 - there is a proof
    badge = f"{VERDICT_BADGES[found.verdict]} " if found.verdict else ""
    share = "" if view.state == "complete" else f" · {percent(view.fraction)} done"
    return f"{badge}**{plain(found.headline)}**{share}"
