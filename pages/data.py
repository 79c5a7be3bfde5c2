"""Bring a table, see what is wrong with it, and mend it."""

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import datasets
from ui.data import issues, roles, table
from ui.shell import run_list, session
from ui.shell.layout import header, require_router

require_router("data")

side = header("What is in your table?")
dataset_id = session.get_id("dataset")
table.upload(expanded=dataset_id is None)
if dataset_id is None:
    run_list.show_datasets()
    st.stop()
table.pick(side, dataset_id)
try:
    dataset = datasets.get_dataset(session.desk(), dataset_id)
    prepared = datasets.load_dataset(session.desk(), dataset_id)
    columns = roles.proposals(dataset, prepared)
except MMMError as error:
    session.say(error)
    if st.button("Choose another table"):
        session.set_ids(dataset=None)
        st.rerun()
    st.stop()

waits = roles.waits_for_roles(prepared, columns)
table.taken_over(dataset)
table.summary(dataset, prepared, waits=waits)
left, right = st.columns(2)
with left:
    table.reading(dataset, prepared)
with right:
    if dataset.read_only or table.are_units_said(dataset):
        table.units(dataset)
if not dataset.read_only:
    roles.show(dataset, columns)
if not waits:
    issues.show(dataset, prepared)
if prepared.report.ok:
    table.charts_of(prepared, dataset)
