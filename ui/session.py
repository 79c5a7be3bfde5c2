"""What a session knows: ids, never data. Everything else is on disk, so that a refresh loses nothing.

The address holds ``?dataset=``, ``?draft=``, ``?run=`` and, among the demo's things, ``?demo=1``; a fresh session takes
them from there, and the router writes them back, because the navigation menu drops them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from mmm_core import engine
from mmm_core.errors import MMMError
from mmm_core.settings import artifacts_dir
from mmm_core.storage import Workspace
from ui import login

type IdName = Literal["dataset", "draft", "run"]
ID_NAMES: tuple[IdName, ...] = ("dataset", "draft", "run")
DEMO = "demo"
"""Id of the shipped table and of the finished run on it."""


def workspace() -> Workspace:
    """The workspace of this server."""
    return Workspace(artifacts_dir())


def owner() -> str:
    """Who the datasets and runs belong to; everybody is ``local`` where there is no login."""
    return login.owner()


def take_ids_from_address() -> None:
    """Take what the address names; call it before any page runs.

    An address that names anything is all there is, so that going back in the browser leads to what was there. The menu
    drops the address as a whole: then everything stays as the session knows it.
    """
    asked = st.query_params
    if not any(name in asked for name in (*ID_NAMES, "demo")):
        st.session_state.setdefault("in_demo", False)
        return
    # A first slider may be moved before the browser has learned the draft's id.
    same_table = asked.get("dataset") == get_id("dataset")
    for name in ID_NAMES:
        if name in asked or not (name == "draft" and same_table):
            st.session_state[f"id_{name}"] = asked.get(name)
    st.session_state["in_demo"] = "demo" in asked or (asked.get("run") or asked.get("dataset")) == DEMO


def write_ids_to_address() -> None:
    """Put the ids back that the menu dropped."""
    for name, known in _address().items():
        if st.query_params.get(name) != known:
            st.query_params[name] = known


def in_demo() -> bool:
    """Whether the person looks at the demo's things rather than at her own."""
    return bool(st.session_state.get("in_demo"))


def look_at_demo(wanted: bool) -> None:
    """Change between the demo's things and one's own; what was at hand on either side is found again."""
    if wanted == in_demo():
        return
    left = {name: get_id(name) for name in ID_NAMES}
    at_hand = st.session_state.get("other_side") or {
        "dataset": DEMO if wanted else None,
        "run": DEMO if wanted else None,
    }
    st.session_state["other_side"] = left
    st.session_state["in_demo"] = wanted
    st.session_state.pop("spec_to_train", None)
    for name in ID_NAMES:
        set_id(name, at_hand.get(name))
    if wanted:
        st.query_params["demo"] = "1"
    elif "demo" in st.query_params:
        del st.query_params["demo"]


def get_id(name: IdName) -> str | None:
    """Id of the dataset, draft or run at hand."""
    found = st.session_state.get(f"id_{name}")
    return str(found) if found else None


def set_id(name: IdName, value: str | None) -> None:
    """Remember an id, here and in the address."""
    st.session_state[f"id_{name}"] = value
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def take_table(dataset_id: str) -> None:
    """Let a table be the one at hand: settings and results of another are put away."""
    if get_id("dataset") != dataset_id:
        set_id("dataset", dataset_id)
        set_id("draft", None)


def go(page: str, **ids: str | None) -> None:
    """Go to a page, with ids; None forgets one."""
    for name in ID_NAMES:
        if name in ids:
            st.session_state[f"id_{name}"] = ids[name]
    st.switch_page(f"pages/{page}.py", query_params=_address())


def _address() -> dict[str, str]:
    ids: dict[str, str] = {name: found for name in ID_NAMES if (found := get_id(name))}
    return ids | ({"demo": "1"} if in_demo() else {})


def here(instant: datetime) -> datetime:
    """An instant in the browser's time zone; in UTC where the browser does not say its own."""
    try:
        return instant.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return instant


def wake_worker() -> None:
    """See to it that a worker is there; a workspace that cannot be written is said in words.

    The first page of a session goes first: it wants the same cores.
    """
    if not st.session_state.get("second_look"):
        st.session_state["second_look"] = True
        return
    try:
        engine.ensure_worker(workspace())
    except MMMError as error:
        say(error)


def say(error: MMMError) -> None:
    """Show what went wrong and what to do."""
    from ui.layout import plain

    st.error(f"{plain(error.message)}\n\n{plain(error.remedy)}", icon=":material/error:")
