"""What did each channel bring? An answer at once for somebody new; for who returns, what is new and what waits."""

from functools import partial

import streamlit as st

from mmm_core.charts import contributions
from mmm_core.runs import runs
from mmm_core.runs.returning import compared
from ui.overview import everything, newest, open_ends
from ui.shell import finished, run_list, session
from ui.shell.cards import card, drawn
from ui.shell.layout import header, headline, require_router, sampler_state, tiles

require_router("overview")


def open_the_demo(tab: str | None = None) -> None:
    """Go to the demo's result, to a tab of it where one is named."""
    if tab is not None:
        session.open_tab(tab)
    session.look_at_demo(True)
    session.go("results", run=session.DEMO)


def bring_a_table(label: str) -> None:
    """A button that leads to the upload."""
    if st.button(label, icon=":material/upload:"):
        session.look_at_demo(False)
        session.go("data", dataset=None, draft=None, run=None)


header("What did your marketing bring?")
tables = run_list.own_tables()
own = runs.list_page(session.desk(), limit=1)
if not session.in_demo() and (tables or own.total or own.unreadable):
    with st.container(horizontal=True, vertical_alignment="center"):
        bring_a_table("Bring another table")
        with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="corner"):
            if st.button("Open the demo", type="tertiary", icon=":material/play_arrow:"):
                open_the_demo()
    sampler_state()
    result = compared.newest_result(session.desk())
    if result is not None:
        newest.show(result)
    else:
        st.caption("Your newest result will stand here once a model is fitted: open a table below.")
    open_ends.show(tables)
    everything.show(tables)
    st.stop()

st.write(
    "Bring a table of sales and media; leave with what each channel brought, how sure that is, and charts to show."
)
with st.container(horizontal=True):
    if st.button("Open the demo", type="primary", icon=":material/play_arrow:"):
        open_the_demo()
    bring_a_table("Use my data")
sampler_state()
if not session.in_demo():
    st.caption("Your tables and runs will be listed here. Until then, the demo:")

st.header("This is what you get", anchor=False)
demo = finished.read(session.DEMO)
outputs = demo.run.outputs
st.caption("The demo: three years of an invented brand whose truth is known.")
headline(outputs.summary, outputs.diagnostics)
tiles(outputs.summary, outputs.diagnostics, target="€", spend="€", lead=open_the_demo, origin=demo.origin)
over_time = partial(
    contributions.contributions_over_time,
    outputs.decomposition,
    "sales, €",
    summary=outputs.summary,
    observed=outputs.fitted,
)
card(drawn("over_time", "shipped demo", over_time), stem="demo", origin=demo.origin)
