"""What did each channel bring? An answer at once, and two ways on."""

import streamlit as st

from mmm_core import charts
from ui import run_list, session
from ui.cards import card
from ui.demo import demo_outputs
from ui.layout import headline, require_router
from ui.theme import is_dark

require_router("overview")

st.title("What did each channel bring?", anchor=False)
st.write(
    "Bring a table of sales and media; leave with what each channel brought, how sure that is, and charts to show."
)
with st.container(horizontal=True):
    if st.button("Open the demo", type="primary", icon=":material/play_arrow:"):
        session.go("results", run="demo")
    if st.button("Use my data", icon=":material/upload:"):
        session.go("data", dataset=None, draft=None, run=None)

run_list.show_runs()
run_list.show_datasets()

st.header("This is what you get", anchor=False)
found = demo_outputs()
st.caption("The demo: three years of an invented brand whose truth is known.")
headline(found.summary)
card(charts.contributions_over_time(found.decomposition, "sales, €", dark=is_dark()), stem="demo")
