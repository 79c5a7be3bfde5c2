"""Values that code sets win over what the browser still believes."""

from __future__ import annotations

from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from ui.features import values

    if "seen" not in st.session_state:
        st.session_state["seen"] = []
        values.put_all({"half": 2.0, "kept": 3.0})
    if st.button("Reset"):
        values.put_all({"half": 1.0, "kept": 3.0})
    st.slider("Half", 0.0, 5.0, **values.held("half"))
    st.slider("Kept", 0.0, 5.0, **values.held("kept"))
    st.session_state["seen"] = [*st.session_state["seen"], values.get("half")]


def test_what_the_browser_still_believes_of_a_value_that_was_set_is_not_taken():
    app = AppTest.from_function(page).run()
    old = app.slider(key="half")
    app.button[0].click().run()
    # The browser has not drawn the page anew: its request has the slider as it was.
    believed = WidgetState(id=old.id, double_array_value=DoubleArray(data=[2.0]))
    app._run(WidgetStates(widgets=[believed]))
    assert app.session_state["seen"] == [2.0, 1.0, 1.0]


def test_a_widget_whose_value_stays_is_not_drawn_anew():
    app = AppTest.from_function(page).run()
    kept = app.slider(key="kept").id
    app.button[0].click().run()
    assert app.slider(key="kept").id == kept
