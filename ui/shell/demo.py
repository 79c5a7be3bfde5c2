"""The finished demo run that ships with the project."""

import streamlit as st

from mmm_core.runs.outputs import Outputs, read_outputs
from mmm_core.settings import PROJECT


@st.cache_resource(max_entries=1)
def demo_outputs() -> Outputs:
    """Tables and summaries of the demo; shared by all sessions, so they are only read."""
    return read_outputs(PROJECT / "sample_data" / "demo_run")
