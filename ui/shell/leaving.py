"""What is to be done when one page is left for another: two things that Streamlit 1.67 leaves to chance.

Every run of a session has its own thread, and a click starts the next before the one before has ended.
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx


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


def stop_asking() -> None:
    """Let no fragment of this page be run any more; call it as soon as it is known that the page is left.

    A fragment that polls sends one more request while the next page is made. It would be served after that page has
    finished, as a run without an element, and the browser then clears the page: an answer to nothing is not given.
    """
    context = get_script_run_ctx()
    if context is not None:
        context.fragment_storage.clear()
