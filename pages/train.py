"""Fit the model, and watch it."""

import streamlit as st

from ui.shell import session
from ui.shell.layout import header, require_router
from ui.train import form, live_run

require_router("train")

header("Fit the model")
run_id = session.get_id("run")
if run_id is not None and run_id != "demo":
    live_run.show(run_id)
    st.stop()
form.ask()
