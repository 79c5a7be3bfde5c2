"""What the browser does for us that Streamlit does not: follow a change of theme, and keep one step a page.

The scripts stand in the page itself, as its Content-Security-Policy asks; each runs once as long as the page lives.
"""

from __future__ import annotations

import streamlit as st

from ui.theme import STATIC, is_dark

PAGE = """
<div data-drawn-for="THEME"></div>
<script>SCRIPTS</script>
"""
SCRIPTS = "\n".join((STATIC / name).read_text() for name in ("history.js", "theme.js"))


def start() -> None:
    """Start the scripts, and say for which theme the page was drawn.

    ``theme.js`` presses a button that nobody sees when the browser shows another theme.
    """
    st.button("Draw again in the other colours", key="redraw")
    drawn = "dark" if is_dark() else "light"
    st.html(PAGE.replace("THEME", drawn).replace("SCRIPTS", SCRIPTS), unsafe_allow_javascript=True)
