"""What did each channel bring? The answer, its intervals, and what to take away."""

import streamlit as st

from ui import fit_panels, result_panels
from ui.layout import empty_state, header, headline, require_router

require_router("results")

run_id = result_panels.pick_run(header("What did each channel bring?"))
if run_id is None:
    empty_state("No results yet", "Open the demo, or fit your own table.", action="Back to the start", page="overview")
result = result_panels.open_result(run_id)
headline(result.found.summary)
st.caption(result.conditions)
result_panels.headline_tiles(result)

result_panels.toolbar(result)
tabs = {
    "Contributions": result_panels.contributions_tab,
    "Overlap and figures": result_panels.overlap_tab,
    "Fit": fit_panels.fit_tab,
    "Return on spend": result_panels.return_tab,
    "Other settings": result_panels.other_settings_tab,
    "Curves": result_panels.curves_tab,
    "Parameters": fit_panels.parameters_tab,
    "Diagnostics": fit_panels.diagnostics_tab,
}
result_panels.remember_tab()
for tab, show in zip(st.tabs(list(tabs), on_change="rerun", key="results_tab"), tabs.values(), strict=True):
    if tab.open:
        with tab:
            show(result)
