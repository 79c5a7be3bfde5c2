"""The one stylesheet and the icon; colours and fonts are in ``.streamlit/config.toml``."""

from pathlib import Path

import streamlit as st

from mmm_core.charts.style import theme

STATIC = Path(__file__).resolve().parent.parent.parent / "static"

STYLE = """
<style>
[class*="st-key-card"], [data-testid="stMetric"] { background: CARD; border-radius: 10px; }
[data-testid="stMain"] h2 { font-size: 1.5rem; padding: 0.75rem 0 0.6rem; }
[data-testid="stMain"] h3 { font-size: 1.15rem; padding: 0.4rem 0 0; }
[data-testid="stMain"] [class*="st-key-card"] h2,
[data-testid="stMain"] [class*="st-key-inner"] h2 { font-size: 1.15rem; padding: 0 0 0.4rem; }
[data-testid="stMainBlockContainer"] { padding-top: 4rem; padding-bottom: 3rem; max-width: 1240px; }
.st-key-header h1 { font-size: 2.1rem; padding: 0; }
.st-key-header h1:focus { outline: none; }
@media (min-width: 641px) {
  [data-testid="stColumn"]:has(.st-key-sticky) {
    position: sticky; top: 3.75rem; align-self: flex-start; max-height: calc(100vh - 4.5rem); overflow-y: auto;
  }
}
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; font-size: 1.9rem; font-weight: 500; }
[data-testid="stMetric"] :is([data-testid="stMarkdownContainer"], p) { white-space: normal; overflow: visible; }
[data-testid="stMetricValue"] { line-height: 1.15; overflow-wrap: anywhere; }
[data-testid="stMetricValue"] p { text-wrap: balance; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { color: MUTED; opacity: 1; }
[data-testid="stBaseButton-primary"]:not(:disabled) * { color: ON_ACCENT; }
.st-key-sticky:has(.st-key-card-changed [data-testid="stProgress"]) .st-key-card-estimate > * { opacity: 0.4; }
.st-key-upload [role="alert"] {
  position: static; width: auto; height: auto; margin: 0; clip: auto; clip-path: none; white-space: normal;
  font-size: 0.8rem;
}
.st-key-danger button { background: #B44739; border-color: #B44739; }
.st-key-danger button * { color: #FFFFFF; }
@media (min-width: 1000px) {
  [data-testid="stHeader"] :has(> [data-testid="stHeaderLogo"]) { display: flex; align-items: center; gap: 0.6rem; }
  [data-testid="stHeader"] :has(> [data-testid="stHeaderLogo"])::after {
    content: "Marketing Mix Studio"; font-weight: 650; white-space: nowrap; margin-right: 1rem;
  }
}
[data-testid="stTopNavLink"]:focus-visible, [data-testid="stSidebarNavLink"]:focus-visible {
  outline: 2px solid ACCENT; outline-offset: -2px;
}
.stCheckbox label:has(input:not(:checked)) > span + div { border-color: MUTED; }
[data-testid="stTable"] > div {
  background:
    linear-gradient(to right, var(--ground, GROUND) 40%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--ground, GROUND) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, SHADE, transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, SHADE, transparent) right / 0.9rem 100% no-repeat scroll;
}
[class*="st-key-card"] [data-testid="stTable"] > div { --ground: CARD; }
@media (max-width: 640px) { [data-testid="stTable"] :is(td, th) { min-width: 6.5rem; } }
.st-key-state-of-costs { min-height: 1.5rem; }
[class*="st-key-costs-"] li { min-height: 2lh; }
@media (max-width: 640px) {
  .st-key-state-of-costs { min-height: 4.5rem; }
  [class*="st-key-costs-"] li { min-height: 5lh; }
}
[data-testid="stStatusWidget"] > * { display: none; }
[data-testid="stStatusWidget"]::after { content: "Working…"; color: MUTED; font-size: 0.85rem; padding: 0 0.75rem; }
.st-key-redraw, [data-testid="stElementContainer"]:has([data-drawn-for]) { display: none; }
</style>
"""


def apply_style() -> None:
    """White cards on paper, less empty space above the title."""
    dark = is_dark()
    tokens = theme(dark=dark)
    # Streamlit's own greys and white buttons fall below a contrast of 4.5 on these grounds.
    values = {
        "CARD": tokens.card,
        "MUTED": tokens.muted,
        "GROUND": tokens.paper,
        "SHADE": "rgba(255, 255, 255, 0.22)" if dark else "rgba(31, 38, 48, 0.22)",
        "ON_ACCENT": "#15191E" if dark else "#FFFFFF",
        "ACCENT": tokens.accent,
    }
    style = STYLE
    for name, value in values.items():
        style = style.replace(name, value)
    st.html(style)


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def page_icon() -> str:
    """Path of the favicon, served by us."""
    return str(STATIC / "favicon.png")
