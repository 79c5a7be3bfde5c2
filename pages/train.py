"""Fit the model, and watch it."""

import streamlit as st

from ui import live_run, session, train_panels
from ui.layout import header, require_router

require_router("train")

header("Fit the model")
run_id = session.get_id("run")
if run_id is not None and run_id != "demo":
    live_run.show(run_id)
    st.stop()
train_panels.ask()
