"""The one stylesheet and the icon; colours and fonts are in ``.streamlit/config.toml``."""

from pathlib import Path

import streamlit as st

from mmm_core.chart_style import theme

STATIC = Path(__file__).resolve().parent.parent / "static"

STYLE = """
<style>
[class*="st-key-card"], [data-testid="stMetric"] { background: CARD; border-radius: 10px; }
[class*="st-key-card"] h3 { font-size: 1.15rem; padding-bottom: 0; }
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; max-width: 1180px; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; font-size: 1.9rem; font-weight: 500; }
</style>
"""


def apply_style() -> None:
    """White cards on paper, less empty space above the title."""
    st.html(STYLE.replace("CARD", theme(dark=is_dark()).card))


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def page_icon() -> str:
    """Path of the favicon, served by us."""
    return str(STATIC / "favicon.png")
