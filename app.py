"""The app's router: page settings, navigation, the address; nothing else."""

import streamlit as st

from mmm_core import __version__
from ui.shell import leaving, login, scripts, session
from ui.shell.first_page import NAME
from ui.shell.layout import PAGES
from ui.shell.theme import apply_style, page_icon

ABOUT = (
    f"**{NAME}** {__version__}. From a table of sales and media to what each channel brought, with intervals. Licence: "
    "Apache-2.0. Programs use the [HTTP API](/api/docs)."
)
st.set_page_config(page_title=NAME, page_icon=page_icon(), layout="wide", menu_items={"About": ABOUT})
st.logo(page_icon(), size="small")
apply_style()
scripts.start()
login.require()
session.take_ids_from_address()
asked = st.query_params.get("goto")
st.session_state["routed"] = True
pages = {name: st.Page(f"pages/{name}.py", title=title, url_path=name) for name, title in PAGES.items()}
pages["overview"] = st.Page("pages/overview.py", title=PAGES["overview"], default=True)
leaving.show_the_asked_page()
chosen = st.navigation(list(pages.values()), position="top")
if asked in pages:
    session.go(asked)
# The address that the command line prints leads to the run.
if chosen is pages["overview"] and "run" in st.query_params and not st.session_state.get("arrived"):
    st.session_state["arrived"] = True
    session.go("results")
st.session_state["arrived"] = True
leaving.leave_the_page_before(chosen.url_path)
session.write_ids_to_address()
session.wake_worker()
chosen.run()
