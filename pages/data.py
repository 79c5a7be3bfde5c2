"""Bring a table, see what is wrong with it, and mend it."""

import streamlit as st

from mmm_core import datasets
from mmm_core.errors import MMMError
from ui import data_panels, issue_panel, role_panel, run_list, session
from ui.layout import header, require_router

require_router("data")

side = header("What is in your table?")
dataset_id = session.get_id("dataset")
data_panels.upload(expanded=dataset_id is None)
if dataset_id is None:
    run_list.show_datasets()
    st.stop()
data_panels.pick(side, dataset_id)
try:
    dataset = datasets.get_dataset(session.workspace(), dataset_id, owner=session.owner())
    prepared = datasets.load_dataset(session.workspace(), dataset_id, owner=session.owner())
    columns = role_panel.proposals(dataset, prepared)
except MMMError as error:
    session.say(error)
    if st.button("Choose another table"):
        session.set_ids(dataset=None)
        st.rerun()
    st.stop()

waits = role_panel.waits_for_roles(prepared, columns)
data_panels.summary(dataset, prepared, waits=waits)
left, right = st.columns(2)
with left:
    data_panels.reading(dataset, prepared)
with right:
    if dataset.read_only or data_panels.are_units_said(dataset):
        data_panels.units(dataset)
if not dataset.read_only:
    role_panel.show(dataset, columns)
if not waits:
    issue_panel.show(dataset, prepared)
if prepared.report.ok:
    data_panels.charts_of(prepared, dataset)
