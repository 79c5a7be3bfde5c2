"""What did each channel bring? The finished demo, at once."""

import streamlit as st

from mmm_core import charts
from ui.demo import demo_outputs
from ui.layout import card, headline, require_router, tiles
from ui.theme import is_dark

require_router("overview")
found = demo_outputs()
dark = is_dark()

st.title("What did each channel bring?")
st.caption(
    "Marketing Mix Studio says what each channel brought, how sure it is, and when the data cannot tell. "
    "This is the demo: three years of an invented brand whose truth is known."
)
headline(found.summary)
tiles(found.summary, found.diagnostics, unit="€")

card(charts.contributions_over_time(found.decomposition, "sales, €", dark=dark))
left, right = st.columns(2)
with left:
    card(charts.shares(found.summary, dark=dark))
    card(charts.waterfall(found.summary, "sales, €", dark=dark))
with right:
    card(charts.roi(found.summary, per="€ of sales per € spent", dark=dark))
    card(charts.fit(found.fitted, "sales, €", dark=dark))
