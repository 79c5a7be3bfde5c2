"""A page that is left for another, in the order of events that Streamlit does not rule out."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.slow


def router() -> None:
    """Two pages; before the second is found, a run of the first that has not ended yet writes where it was."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from ui.shell import leaving

    def first() -> None:
        st.title("First")
        if st.button("Go"):
            st.switch_page(pages[1])

    def second() -> None:
        st.title("Second")

    pages = [st.Page(first, title="First", url_path="first", default=True), st.Page(second, title="Second")]
    context = get_script_run_ctx()
    assert context is not None
    if "left" in st.session_state:
        context.pages_manager.set_script_intent(st.session_state["left"], "")
    leaving.show_the_asked_page()
    chosen = st.navigation(pages)
    st.session_state.setdefault("left", context.page_script_hash)
    chosen.run()


def test_a_late_run_of_the_page_that_is_left_does_not_take_the_next_one_back():
    app = AppTest.from_function(router).run()
    assert [each.value for each in app.title] == ["First"]
    app.button[0].click().run()
    assert [each.value for each in app.title] == ["Second"]
    app.run()
    assert [each.value for each in app.title] == ["Second"]
    assert not app.exception


def polling() -> None:
    """A fragment that has something new whenever the page is drawn, and a button below it."""
    import streamlit as st

    from ui.shell import leaving

    state = st.session_state
    state.setdefault("news", False)

    def look() -> None:
        st.caption("Looking")
        if state["news"]:
            state["news"] = False
            leaving.draw_page_again()

    st.fragment(run_every=60)(look)()
    if st.button("Mend"):
        state["mended"] = True
    st.title("Mended" if state.get("mended") else "Broken")


def test_a_press_is_not_forgotten_when_news_come_in_the_run_that_answers_it():
    app = AppTest.from_function(polling).run()
    app.session_state["news"] = True
    app.button[0].click().run()
    assert [each.value for each in app.title] == ["Mended"]
    assert not app.exception
