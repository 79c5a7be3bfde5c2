"""One process for the app; the HTTP API joins it here, under ``/api``."""

import streamlit as st

app = st.App("app.py")
