"""What did each channel bring? The answer, its intervals, and what to take away."""

import streamlit as st

from ui.proof import evidence
from ui.results import fit, results
from ui.shell import finished, glossary, session
from ui.shell.layout import empty_state, header, headline, require_router

require_router("results")

run_id = finished.pick_run(header("What did each channel bring?"))
if run_id is None:
    empty_state("No results yet", "Open the demo, or fit your own table.", action="Back to the start", page="overview")
result = results.open_result(run_id)
# Beside the charts on a wide screen, where it stays in sight; above them on others.
with st.container(key="summary"):
    headline(result.outputs.summary, result.outputs.diagnostics)
    st.caption(result.conditions, help=glossary.of_number("contribution", result.origin))
    results.headline_tiles(result)
    evidence.card(result.run_id)
    result = results.toolbar(result)
tabs = {
    "Contributions": results.contributions_tab,
    "Overlap and figures": results.overlap_tab,
    "Fit": fit.fit_tab,
    "Return on spend": results.return_tab,
    "Other settings": results.other_settings_tab,
    "Curves": results.curves_tab,
    "Parameters": fit.parameters_tab,
    "Diagnostics": fit.diagnostics_tab,
}
results.remember_tab()
with st.container(key="detail"):
    for tab, show in zip(st.tabs(list(tabs), on_change="rerun", key=session.RESULTS_TAB), tabs.values(), strict=True):
        if tab.open:
            with tab:
                show(result)
