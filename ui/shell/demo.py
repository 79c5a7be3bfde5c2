"""The finished demo run that ships with the project."""

import streamlit as st

from mmm_core import shipped
from mmm_core.runs.outputs import Outputs, read_outputs


@st.cache_resource(max_entries=1)
def demo_outputs() -> Outputs:
    """Tables and summaries of the demo; shared by all sessions, so they are only read."""
    return read_outputs(shipped.RUNS[shipped.DEMO])
