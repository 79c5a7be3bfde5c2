"""Links to a report, for people without an account: made, shown once, and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from mmm_core.api import binding
from mmm_core.errors import MMMError
from mmm_core.labels import counted, day
from mmm_core.workspace import shares
from mmm_core.workspace.shares import Share
from ui.shell import session
from ui.shell.markdown import plain

DAYS = (7, 30, 90, 365)
MADE = "link_made"
"""Key of the session: the run and the address of the link that was made last, which is shown this once."""
LIMITS = "Whoever has the link sees this report as it is now, and nothing else, until it ends or is withdrawn."


def links(run_id: str, title: str, make: Callable[[], bytes]) -> None:
    """Share a run's report by a link; ``make`` gives its page."""
    try:
        binding.require_shareable(st.get_option("server.address"))
        known = shares.list_shares(session.desk(), run_id=run_id)
    except MMMError as error:
        st.caption(plain(f"{error.message} {error.remedy}"))
        return
    st.caption(LIMITS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.selectbox(
            "Ends after", DAYS, index=1, format_func=lambda days: counted(days, "day"), key="link-days", width=160
        )
        if st.button("Make a link", icon=":material/link:", key="link-make") and days is not None:
            _make(run_id, title, make, days)
            st.rerun(scope="fragment")
    of, address = st.session_state.get(MADE, ("", ""))
    if of == run_id:
        st.success("Copy the link now: it is shown this once.", icon=":material/check:")
        st.code(address, language=None, wrap_lines=True)
    for share in known:
        _row(share)


def address_of(token: str, page: str) -> str:
    """The whole address of a link, as somebody elsewhere opens it; ``page`` is that of the page at hand."""
    here = urlsplit(page)
    return f"{here.scheme}://{here.netloc}/api/shared/{token}"


def _make(run_id: str, title: str, make: Callable[[], bytes], days: int) -> None:
    try:
        with st.spinner("Writing the page \u2026"):
            made = shares.create(session.desk(), run_id, title, make, days=days)
        st.session_state[MADE] = (run_id, address_of(made.token, st.context.url or ""))
    except MMMError as error:
        session.say(error)


def _row(share: Share) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"link-{share.share_id}"):
        st.markdown(
            plain(f"{share.title}, made {day(share.created_at)}, ends {day(share.expires_at)}"), width="stretch"
        )
        if st.button("Withdraw", key=f"withdraw-{share.share_id}", help="It shows nothing any more, from now on."):
            try:
                shares.withdraw(session.desk(), share.share_id)
            except MMMError as error:
                session.say(error)
            st.session_state.pop(MADE, None)
            st.rerun(scope="fragment")
