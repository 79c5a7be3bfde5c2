"""What has changed? Results side by side, why they differ, and newer rows for a table."""

import streamlit as st

from ui.compare import advice, choosing, newer, side_by_side, why
from ui.shell import finished
from ui.shell.layout import empty_state, header, require_router

require_router("compare")

run_id = finished.pick_run(header("What has changed?"))
if run_id is None:
    empty_state(
        "Nothing to compare yet", "Open the demo, or fit your own table.", action="Back to the start", page="overview"
    )
opened = finished.open_run(run_id)
with st.container(key="compare"):
    others = choosing.others(run_id)
    newer.card(run_id)
    if not others:
        choosing.none_chosen()
        st.stop()
    compared = side_by_side.look([*others, run_id])
    opened = side_by_side.of_both(compared, opened)
    why.card(run_id, others[0], compared, opened)
    advised = st.empty()
    side_by_side.show(compared, opened)
    advice.card(advised, run_id, others[0], compared)
