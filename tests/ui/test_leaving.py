"""A page that is left for another, in the order of events that Streamlit does not rule out."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import PROJECT

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


def test_every_fragment_that_polls_is_known_when_its_page_is_left():
    asking = [
        path
        for path in [*(PROJECT / "ui").rglob("*.py"), *PROJECT.glob("pages/*.py")]
        if "run_every" in path.read_text()
    ]
    assert [path.name for path in asking] == ["leaving.py"]


def leaving_by_the_menu() -> None:
    """A page that polls, and one that does not; how often the router ran."""
    import streamlit as st

    from ui.shell import leaving

    state = st.session_state
    state["runs"] = state.get("runs", 0) + 1
    page = state.setdefault("asked", "first")
    leaving.leave_the_page_before(page)
    st.title(page)
    if page == "first" and "cut" not in state:
        leaving.polling(lambda: st.caption("Looking"), 60)()


def test_a_page_that_polls_is_left_in_a_run_of_its_own():
    app = AppTest.from_function(leaving_by_the_menu).run()
    app.run()
    assert app.session_state["runs"] == 2  # the same page: nothing is left
    app.session_state["asked"] = "second"
    app.run()
    assert [each.value for each in app.title] == ["second"]
    assert app.session_state["runs"] == 4
    app.session_state["asked"] = "first"
    app.run()
    assert app.session_state["runs"] == 5  # nobody polled
    assert not app.exception


def test_a_page_is_left_so_as_well_when_its_last_run_did_not_come_to_what_polls():
    app = AppTest.from_function(leaving_by_the_menu).run()
    app.session_state["cut"] = True
    app.run()
    app.session_state["asked"] = "second"
    app.run()
    assert [each.value for each in app.title] == ["second"]
    assert app.session_state["runs"] == 4
    assert not app.exception


def overtaken() -> None:
    """A page that polls; the next run is begun by another thread before it comes to that."""
    import streamlit as st

    from ui.shell import leaving

    leaving.leave_the_page_before("first")
    if "overtake" in st.session_state:
        st.session_state[leaving.NEWEST] = object()
    leaving.polling(lambda: st.caption("Looking"), 60)()
    st.title("There")


def test_a_run_that_was_overtaken_brings_no_fragment_back():
    app = AppTest.from_function(overtaken).run()
    assert [each.value for each in app.title] == ["There"]
    app.session_state["overtake"] = True
    app.run()
    assert [each.value for each in app.title] == []
    assert not app.exception
