"""Who is there: login by Streamlit's OpenID Connect where it is set up, and a plain word where it is not.

An owner is made from issuer and subject, which a provider never gives to anybody else; names and addresses of people
change and are shown only.
"""

from __future__ import annotations

import hashlib

import streamlit as st

from mmm_core import settings
from mmm_core.api import binding
from mmm_core.workspace.desk import LOCAL_OWNER
from ui.shell import scripts
from ui.shell.markdown import plain

OWNER_HEX_DIGITS = 20


def require() -> None:
    """Stop whoever must log in and has not; call it on every run of the app, before any page runs."""
    problem = binding.login_problem()
    if problem is not None:
        _close(f"Login is half set up: {problem}. Whoever runs the server completes it, or removes the section.")
    if binding.login_configured():
        if not st.user.is_logged_in:
            scripts.before_login()
            _ask()
        scripts.after_login()
        _account()
    elif settings.anonymous_allowed():
        st.warning(
            "There is no login here: whoever can reach this page sees and may change everything in it.",
            icon=":material/lock_open:",
        )
    elif not binding.is_loopback(st.get_option("server.address")):
        # Started by `streamlit run app.py` alone: asgi.py would have refused to start this server.
        _close("This server can be reached from other machines and login is not set up, so it shows nothing.")


def owner() -> str:
    """Who owns the datasets, runs and drafts made here: the person logged in; ``local`` where nobody logs in."""
    if not binding.login_configured():
        return LOCAL_OWNER
    if not st.user.is_logged_in:
        _ask()
    return owner_of(str(st.user.get("iss", "")), str(st.user.get("sub", "")))


def owner_of(issuer: str, subject: str) -> str:
    """The owner's name of a person whom a provider knows: it never changes, can be a file name, and tells nothing.

    Raises
    ------
    ValueError
        The provider has not said who it is or who the person is.
    """
    if not issuer or not subject:
        raise ValueError("a login without issuer or subject")
    return "user-" + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:OWNER_HEX_DIGITS]


def _ask() -> None:
    """Offer the providers, and end the run of the page."""
    st.title("Marketing Mix Studio", anchor=False)
    st.write("Log in to see your tables and runs.")
    for name in binding.login_providers():
        if st.button(f"Log in with {name}" if name else "Log in", type="primary", key=f"login-{name}"):
            st.login(name)
    st.stop()


def _account() -> None:
    """Who is logged in, the id that a key of the API needs, and the way out."""
    if not st.user.get("iss") or not st.user.get("sub"):
        _close("The login provider did not say who you are (claims 'iss' and 'sub').", way_out=True)
    name = str(st.user.get("email") or st.user.get("name") or "You")
    with (
        st.container(horizontal=True, horizontal_alignment="right", key="account"),
        st.popover(plain(name), icon=":material/person:"),
    ):
        st.caption("Your id, for keys to the HTTP API:")
        st.code(owner(), language=None)
        _way_out()


def _way_out() -> None:
    if st.button("Log out", icon=":material/logout:", key="logout"):
        st.logout()


def _close(reason: str, *, way_out: bool = False) -> None:
    st.error(reason, icon=":material/lock:")
    if way_out:
        _way_out()
    st.stop()
