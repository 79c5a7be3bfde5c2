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
@media (min-width: 1600px) {
  [data-testid="stMainBlockContainer"] { max-width: 1560px; }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"]:has(> div > .st-key-summary) {
    display: grid; grid-template-columns: 25.5rem minmax(0, 1fr); column-gap: 2rem; align-items: start;
  }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"]:has(> div > .st-key-summary) > * {
    grid-column: 1 / -1;
  }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] > div:has(> .st-key-summary) {
    grid-column: 1; position: sticky; top: 3.75rem;
  }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] > div:has(> .st-key-detail) {
    grid-column: 2; margin-top: -0.75rem;
  }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] > div:has(> .st-key-answers) {
    grid-column: 2;
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
[data-testid="stSkeleton"], [data-testid="stSkeleton"] * { animation: none; }
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
[data-testid="stFileUploader"] button:focus-visible { outline: 2px solid ACCENT; outline-offset: 1px; }
button[aria-label^="Help for"] { min-width: 24px; min-height: 24px; margin: -4px; }
.stCheckbox label:has(input:not(:checked)) > span + div { border-color: MUTED; }
:is([data-testid="stTable"] > div, .stHtml .first-rows) {
  background:
    linear-gradient(to right, var(--ground, GROUND) 40%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--ground, GROUND) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, SHADE, transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, SHADE, transparent) right / 0.9rem 100% no-repeat scroll;
}
[class*="st-key-card"] :is([data-testid="stTable"] > div, .first-rows) { --ground: CARD; }
@media (max-width: 640px) { [data-testid="stTable"] :is(td, th) { min-width: 6.5rem; } }
[class*="st-key-card-issue-error"], .st-key-card-stop { border-left: 6px solid $STOP; background: $STOP_TINT; }
[class*="st-key-card-issue-warning"], .st-key-card-units, .st-key-card-question { border-left: 6px solid $ASK; }
.st-key-card-known { background: transparent; border: 1px dashed MUTED; }
[class*="st-key-known-"] { border-top: 1px solid $LINE; padding-top: 0.75rem; }
.stHtml .first-rows { overflow-x: auto; max-width: 100%; border: 1px solid $LINE; border-radius: 8px; }
.stHtml .first-rows:focus-visible { outline: 2px solid ACCENT; }
.stHtml .first-rows table { border-collapse: collapse; margin: 0; width: 100%; font-size: 0.875rem; }
.stHtml .first-rows :is(th, td) {
  border: 0; border-bottom: 1px solid $LINE; padding: 0.4rem 0.75rem; text-align: left; white-space: nowrap; color: INK;
}
.stHtml .first-rows thead th { vertical-align: top; font-weight: 650; }
.stHtml .first-rows thead small { display: block; font-size: 0.78rem; font-weight: 400; color: MUTED; }
.stHtml .first-rows tbody tr:last-child :is(th, td) { border-bottom: 0; }
.stHtml .first-rows :is(tbody th, .row-number) {
  position: sticky; left: 0; background: CARD; color: MUTED; font-weight: 400; border-right: 1px solid $LINE;
}
.stHtml .first-rows .number { text-align: right; font-variant-numeric: tabular-nums; }
.stHtml .first-rows :is(.blank, th.unused) { color: MUTED; font-style: italic; }
.stHtml .first-rows td.unread { text-decoration: underline wavy $STOP; }
.stHtml .first-rows th.guessed small:first-of-type { color: $GUESS; }
.st-key-state-of-costs { min-height: 1.5rem; }
[class*="st-key-costs-"] li { min-height: 2lh; }
@media (max-width: 640px) {
  .st-key-state-of-costs { min-height: 4.5rem; }
  [class*="st-key-costs-"] li { min-height: 5lh; }
}
.stHtml ol.run-steps { display: flex; list-style: none; margin: 0 0 0.75rem; padding: 0; counter-reset: step; }
.stHtml .run-steps li { flex: 1; margin: 0; position: relative; padding: 1.9rem 0.5rem 0 0; }
.run-steps li { color: MUTED; font-size: 0.9rem; }
.run-steps li::before {
  counter-increment: step; content: counter(step); position: absolute; top: 0; left: 0; width: 1.5rem; height: 1.5rem;
  border: 2px solid MUTED; border-radius: 50%; background: CARD; z-index: 1;
  display: flex; align-items: center; justify-content: center; font-size: 0.8rem; box-sizing: border-box;
}
.run-steps li:not(:last-child)::after {
  content: ""; position: absolute; top: 0.7rem; left: 1.5rem; right: 0; height: 2px; background: MUTED; opacity: 0.4;
}
.run-steps li:is(.done, .now)::before { border-color: ACCENT; color: ACCENT; }
.run-steps li.done::before { content: "✓"; background: ACCENT; color: ON_ACCENT; }
.run-steps li.done::after { background: ACCENT; opacity: 1; }
.run-steps li.now span { font-weight: 650; color: INK; }
.run-steps small { display: block; color: MUTED; }
@media (max-width: 640px) {
  .stHtml ol.run-steps { flex-direction: column; gap: 0.35rem; }
  .stHtml .run-steps li { padding: 0.15rem 0 0.15rem 2.1rem; min-height: 1.5rem; }
  .run-steps li:not(:last-child)::after { inset: 1.5rem auto -0.35rem 0.7rem; width: 2px; height: auto; }
}
@media (max-width: 640px) {
  [data-testid="stExpandSidebarButton"]::after { content: "Menu"; font-size: 0.9rem; margin-left: 0.25rem; }
  [data-testid="stExpandSidebarButton"] { width: auto; padding: 0 0.5rem; }
  [data-testid="stMetricValue"] { font-size: 1.4rem; }
  [data-testid="stTabs"] [role="tablist"] { flex-wrap: wrap; overflow: visible; height: auto; row-gap: 0.25rem; }
}
.st-key-glance { display: none; }
@media (max-width: 640px) {
  .st-key-glance {
    display: block; position: fixed; inset: auto 0 0; z-index: 90; padding: 0.5rem 1rem 0.6rem; background: CARD;
    border-top: 1px solid $LINE; box-shadow: 0 -0.25rem 0.75rem SHADE; font-variant-numeric: tabular-nums;
  }
  .st-key-glance [data-testid="stElementContainer"] { width: 100% !important; }
  [data-testid="stMainBlockContainer"]:has(.st-key-glance) { padding-bottom: 7rem; }
}
[class*="st-key-tile-"] { position: relative; height: 100%; }
[class*="st-key-tile-"] > :first-child, [class*="st-key-tile-"] [data-testid="stMetric"] { height: 100%; }
[class*="st-key-tile-"] > [data-testid="stElementContainer"]:has(> .stButton) {
  position: absolute; inset: 0; width: 100% !important;
}
[class*="st-key-tile-"] .stButton, [class*="st-key-tile-"] .stButton button { height: 100%; width: 100%; padding: 0; }
[class*="st-key-tile-"] .stButton button { border-radius: 10px; }
[class*="st-key-tile-"] .stButton button, [class*="st-key-tile-"] .stButton button * {
  background: none; color: transparent;
}
[class*="st-key-tile-"] .stButton button:hover { border: 1px solid ACCENT; }
[class*="st-key-tile-"] .stButton button:focus-visible { outline: 2px solid ACCENT; outline-offset: -2px; }
[class*="st-key-tile-"] [data-testid="stTooltipIcon"] { position: relative; z-index: 1; }
/* All of it at a glance: who looks by keyboard cannot scroll in it. */
[data-testid="stTooltipContent"], [data-testid="stTooltipContent"] > div { max-height: min(40rem, 85vh) !important; }
.st-key-show_truth { padding-top: 0.5rem; }
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
        "INK": tokens.ink,
        "$LINE": tokens.line,
        "$STOP_TINT": f"color-mix(in srgb, {tokens.palette[5]} 7%, {tokens.card})",
        "$STOP": tokens.palette[5],
        "$ASK": tokens.palette[4],
        "$GUESS": "#E0A66B" if dark else "#9A4D0B",
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
