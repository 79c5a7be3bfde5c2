"""How does advertising work here? Settings, and at each release of a slider the whole posterior."""

import streamlit as st

from ui.features import estimate, events, model, outlook, settings, toolbar
from ui.shell import session
from ui.shell.layout import empty_state, header, require_router

require_router("features")

header("How does advertising work here?")
dataset_id = session.get_id("dataset")
if dataset_id is None:
    empty_state(
        "No table yet",
        "Settings are tried on a table: bring yours, or take the demo's.",
        action="Choose a table",
        page="data",
    )
working = settings.open_settings(dataset_id)
spec, problem = settings.read(working)
toolbar.toolbar(working, spec)
settings.what_it_is_on(working, spec)
# The worker begins while the page is still being drawn.
problem = problem or estimate.request(spec)
features = estimate.features(problem)
left, right = st.columns([9, 11])
with left:
    model.card(working.report, working.why_fixed, features, has_own_season=working.why_season is not None)
    settings.channel_card(working, spec, features)
    settings.season_card(working, features)
    events.card(working.report, working.possible_events, features)
    settings.columns_card(working)
    outlook.card(working.dataset, None if problem else spec)
with right, st.container(key="sticky"):
    estimate.show(working.dataset, problem)
