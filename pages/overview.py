"""What did each channel bring? An answer at once, and two ways on."""

from functools import partial

import streamlit as st

from mmm_core.charts import contributions
from ui.shell import run_list, session
from ui.shell.cards import card, drawn
from ui.shell.demo import demo_outputs
from ui.shell.layout import header, headline, require_router, sampler_state, tiles

require_router("overview")

header("What did your marketing bring?")
st.write(
    "Bring a table of sales and media; leave with what each channel brought, how sure that is, and charts to show."
)
with st.container(horizontal=True):
    if st.button("Open the demo", type="primary", icon=":material/play_arrow:"):
        session.look_at_demo(True)
        session.go("results", run=session.DEMO)
    if st.button("Use my data", icon=":material/upload:"):
        session.look_at_demo(False)
        session.go("data", dataset=None, draft=None, run=None)
sampler_state()

if not session.in_demo():
    run_list.show_own()

st.header("This is what you get", anchor=False)
outputs = demo_outputs()
st.caption("The demo: three years of an invented brand whose truth is known.")
headline(outputs.summary, outputs.diagnostics)
tiles(outputs.summary, outputs.diagnostics, target="€", spend="€")
over_time = partial(contributions.contributions_over_time, outputs.decomposition, "sales, €", observed=outputs.fitted)
card(drawn("over_time", "shipped demo", over_time), stem="demo")
