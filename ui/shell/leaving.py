"""What is to be done when a page is left, or drawn again: five things that Streamlit 1.67 leaves to chance.

Every run of a session has its own thread, and a click starts the next before the one before has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

SHOWN, ASKING = "page_shown", "page_asking"
"""Keys of the page that is shown, and of whether a fragment of it has polled since it is."""
NEWEST = "newest_run"
"""Key of the run of the whole page that was begun last."""

_thread = threading.local()


def show_the_asked_page() -> None:
    """Let this run show the page it was asked for; call it just before the navigation.

    The page that a run is meant to show is kept once a session, not once a run. A run that starts anew (an estimate is
    there, and its page is drawn once more) may write its own page there after a click in the menu has begun the next
    run, which would then show the page that was just left: the click is lost. Each run knows its page; an empty address
    leads to the main script, and then its path decides.
    """
    context = get_script_run_ctx()
    if context is not None and context.page_script_hash != context.pages_manager.main_script_hash:
        context.pages_manager.set_script_intent(context.page_script_hash, "")


def polling[**P, R](look: Callable[P, R], every: float | None) -> Callable[P, R]:
    """A fragment that runs by itself every so many seconds while its page is shown; None: only with its page.

    A run that goes on although the next one was begun ends here: it would bring back a fragment of the page that is
    left, after ``stop_asking``.
    """
    if every is not None:
        if getattr(_thread, "run", None) is not st.session_state.get(NEWEST) and not is_a_look():
            st.stop()
        st.session_state[ASKING] = True
    return st.fragment(run_every=every)(look)


def stop_asking() -> None:
    """Let no fragment of this page be run any more; call it as soon as it is known that the page is left.

    A fragment that polls sends one more request while the next page is made. It would be served after that page has
    finished, as a run without an element, and the browser then clears the page: an answer to nothing is not given.
    """
    st.session_state.pop(ASKING, None)
    context = get_script_run_ctx()
    if context is not None:
        context.fragment_storage.clear()


def leave_the_page_before(page: str) -> None:
    """Leave the page that was shown for another that the menu or the address asks for; call it before ``page`` runs.

    A run of the same page leaves nothing, and may itself be left before it comes to what polls: the fragments of the
    run before are still there then.

    The fragments of the page before are still there, and a request of theirs may wait already for the end of this run.
    To begin the run anew takes its place in the queue; those that come later find no fragment and are refused.
    """
    st.session_state[NEWEST] = _thread.run = object()
    before = st.session_state.get(SHOWN)
    if page == before:
        return
    st.session_state[SHOWN] = page
    if st.session_state.get(ASKING):
        stop_asking()
        st.rerun()


def is_a_look() -> bool:
    """Whether a fragment that polls runs by itself; not where it is drawn as a part of its page."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def draw_page_again() -> None:
    """Draw the whole page from a fragment that has seen something new; call it instead of ``st.rerun`` in fragments.

    In the run that draws the page itself it does nothing, and the next look will: that run may be the answer to a
    press of a button that stands below the fragment. To begin anew before the button is reached would forget the press.
    """
    if is_a_look():
        st.rerun()
