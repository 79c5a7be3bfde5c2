"""What should we do next? Where to move the money, and how sure that is."""

import streamlit as st

from ui.plan import plan
from ui.shell import finished
from ui.shell.layout import empty_state, header, require_router

require_router("plan")

run_id = finished.pick_run(header("What should we do next?"))
if run_id is None:
    empty_state(
        "Nothing to plan yet", "Open the demo, or fit your own table.", action="Back to the start", page="overview"
    )
with st.container(key="plan"):
    plan.show(run_id, finished.open_run(run_id))
