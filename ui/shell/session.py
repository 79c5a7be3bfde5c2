"""What a session knows: ids, never data. Everything else is on disk, so that a refresh loses nothing.

The address holds ``?dataset=``, ``?draft=``, ``?run=`` and, among the demo's things, ``?demo=1``; a fresh session takes
them from there, and the router writes them back, because the navigation menu drops them. ``?draft=`` names a lineage of
drafts, not one of them: every change of the address is a step of the browser's *Back*, and moving a slider is none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import drafts
from mmm_core.runs.drafts import Draft
from mmm_core.settings import artifacts_dir
from mmm_core.workspace import worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from ui.shell import leaving, login
from ui.shell.markdown import plain
from ui.shell.wording import on_screen

type IdName = Literal["dataset", "draft", "run"]
ID_NAMES: tuple[IdName, ...] = ("dataset", "draft", "run")
KEPT_ON_A_SIDE = ("id_dataset", "id_draft", "id_run", "lineage")
"""Keys of what is at hand, among the demo's things or one's own."""
RESULTS_TAB = "results_tab"
"""Key of the tab of the results that is open."""
COMPARED_WITH = "compare_with"
"""Key of the runs that were last held beside a run, by its id."""
DEMO = "demo"
"""Id of the shipped table and of the finished run on it."""


def desk() -> Desk:
    """The workspace of this server, and the owner who looks at the page (``local`` where there is no login)."""
    return Desk(Workspace(artifacts_dir()), login.owner())


def take_ids_from_address() -> None:
    """Take what the address names; call it before any page runs.

    If the address names anything, ids that it leaves out are forgotten, so that going back in the browser leads to what
    was there. If it names nothing, as after the menu has dropped it, the session keeps what it knows.
    """
    asked = st.query_params
    if not any(name in asked for name in (*ID_NAMES, "demo")):
        st.session_state.setdefault("in_demo", False)
        return
    # A first slider may be moved before the browser has learned of the draft.
    same_table = asked.get("dataset") == get_id("dataset")
    if "draft" in asked or not same_table:
        _take_draft(asked.get("draft"))
    for name in ("dataset", "run"):
        st.session_state[f"id_{name}"] = asked.get(name)
    st.session_state["in_demo"] = "demo" in asked or (asked.get("run") or asked.get("dataset")) == DEMO


def _take_draft(lineage: str | None) -> None:
    """The newest draft of a lineage; the session knows its own without looking."""
    if lineage == st.session_state.get("lineage"):
        return
    draft = drafts.newest(desk(), lineage) if lineage else None
    st.session_state["id_draft"] = draft.draft_id if draft else None
    st.session_state["lineage"] = draft.lineage if draft else None


def write_ids_to_address() -> None:
    """Make the address name the ids at hand and no others, in one step of the browser's history."""
    known, now = _address(), st.query_params.to_dict()
    wanted = {name: value for name, value in now.items() if name not in (*ID_NAMES, "demo")} | known
    if wanted != now:
        st.query_params.from_dict(wanted)


def in_demo() -> bool:
    """Whether the person looks at the demo's things rather than at her own."""
    return bool(st.session_state.get("in_demo"))


def look_at_demo(wanted: bool) -> None:
    """Change between the demo's things and one's own; each side keeps what was at hand there."""
    if wanted == in_demo():
        return
    left = {name: st.session_state.get(name) for name in KEPT_ON_A_SIDE}
    fresh = dict.fromkeys(("id_dataset", "id_run"), DEMO if wanted else None)
    st.session_state.update(dict.fromkeys(KEPT_ON_A_SIDE) | (st.session_state.get("other_side") or fresh))
    st.session_state["other_side"] = left
    st.session_state["in_demo"] = wanted
    st.session_state.pop("spec_to_train", None)
    write_ids_to_address()


def get_id(name: IdName) -> str | None:
    """Id of the dataset, draft or run at hand."""
    id_at_hand = st.session_state.get(f"id_{name}")
    return str(id_at_hand) if id_at_hand else None


def set_ids(**ids: str | None) -> None:
    """Remember ids, here and in the address; None forgets one."""
    _remember(ids)
    write_ids_to_address()


def set_draft(draft: Draft) -> None:
    """Let a draft be the one at hand."""
    st.session_state["lineage"] = draft.lineage
    set_ids(draft=draft.draft_id)


def _remember(ids: dict[str, str | None]) -> None:
    for name in ID_NAMES:
        if name in ids:
            st.session_state[f"id_{name}"] = ids[name]
    if not st.session_state.get("id_draft"):
        st.session_state["lineage"] = None


def take_table(dataset_id: str) -> None:
    """Let a table be the one at hand: settings tried on another are put away."""
    if get_id("dataset") != dataset_id:
        set_ids(dataset=dataset_id, draft=None)


def go(page: str, **ids: str | None) -> None:
    """Go to a page, with ids; None forgets one."""
    _remember(ids)
    leaving.stop_asking()
    st.switch_page(f"pages/{page}.py", query_params=_address())


def open_tab(tab: str) -> None:
    """Let the results show a tab; call it before they are drawn."""
    st.session_state[RESULTS_TAB] = st.session_state["last_tab"] = tab


def _address() -> dict[str, str]:
    known = {"dataset": get_id("dataset"), "draft": st.session_state.get("lineage"), "run": get_id("run")}
    return {name: str(value) for name, value in known.items() if value} | ({"demo": "1"} if in_demo() else {})


def here(instant: datetime) -> datetime:
    """An instant in the browser's time zone; in UTC where the browser does not say its own."""
    try:
        return instant.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return instant


def wake_worker() -> None:
    """Start a worker unless one is there; if the workspace cannot be written, the page says so.

    On the first page of a session nothing is started yet: drawing it wants the same cores.
    """
    if not st.session_state.get("second_look"):
        st.session_state["second_look"] = True
        return
    try:
        worker_door.ensure_worker(desk().workspace)
    except MMMError as error:
        say(error)


def say(error: MMMError) -> None:
    """Show what went wrong and what to do."""
    message, remedy = (plain(on_screen(text)) for text in (error.message, error.remedy))
    st.error(f"{message}\n\n{remedy}", icon=":material/error:")
