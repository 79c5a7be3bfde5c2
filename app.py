"""The app's router: page settings, navigation, and nothing else."""

import streamlit as st

from ui.theme import apply_style, page_icon

st.set_page_config(page_title="Marketing Mix Studio", page_icon=page_icon(), layout="wide")
apply_style()
st.session_state["routed"] = True
st.navigation([st.Page("pages/overview.py", title="Overview", url_path="overview", default=True)], position="top").run()
