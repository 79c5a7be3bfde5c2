"""What the widgets of the settings hold. A value that code has set wins over what the browser still believes.

A browser sends the values of all its widgets with every request, also with those of a fragment that only asks for news.
One that was on its way, or that goes out before the browser has drawn the page anew, brings back the value from before
a press of *Reset* or *As set*: the specification would move twice, or back. A widget whose value is set anew therefore
gets another key, under which the browser knows nothing; what it sends under the one before is nobody's.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

VERSIONS = "setting_versions"


def key(name: str) -> str:
    """The key under which the widget of a setting is drawn now."""
    version = _versions().get(name, 0)
    return f"{name}-v{version}" if version else name


def held(name: str) -> dict[str, Any]:
    """What a setting's widget is given beside its label: its key, and that the session holds what is set."""
    return {"key": key(name), "persist_state": "session"}


def get(name: str, default: Any = None) -> Any:
    """Value of a setting; ``default`` where nobody has set it."""
    return st.session_state.get(key(name), default)


def put(name: str, value: Any) -> None:
    """Set a setting; its widget is drawn anew if it shows another value."""
    state, before = st.session_state, key(name)
    if before in state:
        if state[before] == value:
            return
        del state[before]
        _versions()[name] = _versions().get(name, 0) + 1
    state[key(name)] = value


def put_all(values: dict[str, Any]) -> None:
    """Set several settings; see :func:`put`."""
    for name, value in values.items():
        put(name, value)


def _versions() -> dict[str, int]:
    found: dict[str, int] = st.session_state.setdefault(VERSIONS, {})
    return found
