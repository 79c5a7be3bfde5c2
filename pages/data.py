"""Bring a table, know it again, answer what is asked of it, and see what was left out."""

from functools import partial

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import datasets
from ui.data import charts, issues, known, roles, table, units
from ui.data.glance import first_rows, left_out
from ui.shell import run_list, session
from ui.shell.layout import header, require_router

SIDE_BY_SIDE = 680  # pixels that each of two columns needs

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
found = issues.found(prepared, waits=waits)
panel = partial(roles.show, dataset, columns)
panel_asks = partial(roles.ask, dataset, columns, waits=waits)
place = roles.place(dataset, columns, waits=waits)
stops = [panel_asks] if place == "stops" else []
questions = [
    *([panel_asks] if place == "questions" else []),
    *([partial(units.ask, dataset, prepared)] if units.are_asked(dataset, prepared) else []),
]
table.summary(
    dataset,
    prepared,
    waits=waits,
    stops=len(found.stops) + len(stops),
    questions=len(found.questions) + len(questions),
)

seen = roles.as_guessed(dataset, prepared, columns) if waits else prepared
shown_units = units.known(dataset, seen)
with st.grid(2, min_column_width=SIDE_BY_SIDE):
    with st.container():
        first_rows.show(dataset, seen, columns, shown_units)
    with st.container():
        charts.sales_and_spend(dataset, seen, shown_units, is_final=prepared.report.ok)
with st.grid(2, min_column_width=SIDE_BY_SIDE):
    with st.container(key="asked"):
        issues.show(
            dataset,
            prepared,
            found,
            stops=stops,
            questions=questions,
            beside_stops=panel if place == "beside stops" else None,
        )
    with st.container(key="told"):
        left_out.show(dataset, prepared, columns, waits=waits)
        known.show(dataset, prepared, found.notes, roles=panel if place == "known" else None)
charts.closer_look(dataset, prepared)
