"""What the browser does for us that Streamlit does not: follow a change of theme, keep one step a page, give a new page
the focus and what follows a button that goes, bring it into a menu that a key opened, bring the tab that a tile opened
into sight, let the keyboard reach a wide table, close the menu of a narrow window, say what became of an upload, load a
page that finds itself empty once more, and remember over a login what somebody came for.

The scripts stand in the page itself, as its Content-Security-Policy asks; each runs once as long as the page lives.
"""

from __future__ import annotations

import streamlit as st

from ui.shell.theme import STATIC, is_dark

PAGE = """
<div data-drawn-for="THEME"></div>
<script>SCRIPTS</script>
"""
SCRIPTS = "\n".join(
    (STATIC / name).read_text()
    for name in (
        "empty.js", "focus.js", "history.js", "lead.js", "menu.js", "popover.js", "tables.js", "theme.js", "upload.js",
    )
)  # fmt: skip
BEFORE_LOGIN = (STATIC / "before_login.js").read_text()
AFTER_LOGIN = (STATIC / "after_login.js").read_text()


def start() -> None:
    """Start the scripts, and say for which theme the page was drawn.

    When the browser changes to the other theme, ``theme.js`` presses a hidden button.
    """
    st.button("Draw again in the other colours", key="redraw")
    drawn = "dark" if is_dark() else "light"
    st.html(PAGE.replace("THEME", drawn).replace("SCRIPTS", SCRIPTS), unsafe_allow_javascript=True)


def before_login() -> None:
    """Keep the address, in the browser and for this tab only."""
    _run(BEFORE_LOGIN)


def after_login() -> None:
    """Go to the address that was kept, once."""
    _run(AFTER_LOGIN)


def _run(script: str) -> None:
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
