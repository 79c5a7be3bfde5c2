"""Should you believe it? What a sceptic would ask of a result, answered one by one."""

import streamlit as st

from ui.proof import answers, asked
from ui.shell import finished
from ui.shell.layout import empty_state, header, require_router

require_router("proof")

run_id = finished.pick_run(header("Should you believe it?"))
if run_id is None:
    empty_state(
        "Nothing to prove yet", "Open the demo, or fit your own table.", action="Back to the start", page="overview"
    )
opened = finished.open_run(run_id)
view = asked.look(run_id)
# Beside the answers on a wide screen, where it stays in sight; above them on others.
with st.container(key="summary"):
    answers.verdict(view)
    asked.show(run_id, view)
    answers.take_away(view, opened)
with st.container(key="answers"):
    answers.show(run_id, view, opened)
