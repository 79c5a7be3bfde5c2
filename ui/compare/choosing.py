"""Which results are held beside the one at hand."""

from __future__ import annotations

import streamlit as st

from mmm_core.compare.compared import MOST
from mmm_core.errors import MMMError
from mmm_core.runs import datasets, runs
from mmm_core.runs.runs import RunEntry
from ui.shell import finished, run_list, session

WITH = session.COMPARED_WITH


def others(run_id: str) -> list[str]:
    """Runs that somebody chose to hold beside a run; to begin with the one before it on its table."""
    entries = _finished()
    names = _names(run_id, entries)
    kept: dict[str, list[str]] = st.session_state.setdefault(WITH, {})
    if run_id not in kept:
        asked = [each for each in st.query_params.get_all("with") if each in names]
        first = _before(run_id, entries)
        kept[run_id] = asked or ([first] if first is not None else [])
    chosen = st.multiselect(
        "Compare with", list(names), default=[each for each in kept[run_id] if each in names][: MOST - 1],
        format_func=names.__getitem__, max_selections=MOST - 1, key=f"with-{run_id}",
        placeholder="Choose one or more finished runs",
        help="The first is what the others are set against, and what the moves are explained from.",
    )  # fmt: skip
    kept[run_id] = list(chosen)
    return list(chosen)


def none_chosen() -> None:
    """What to do where nothing is chosen, or there is nothing to choose."""
    st.info(
        "Choose another finished run above: what differs stands here, and why. The same table under other settings is "
        "another run (Results, *Change its settings*), and so is a longer table (*Add newer rows*).",
        icon=":material/compare_arrows:",
    )


def _finished() -> list[RunEntry]:
    """Finished runs of the person, newest first."""
    newest = runs.list_page(session.desk(), limit=finished.MOST_LISTED).entries
    return [entry for entry in newest if entry.state.phase == "finished"]


def _names(run_id: str, entries: list[RunEntry]) -> dict[str, str]:
    """Names of the runs but for the one at hand, and of the demo's own, by id."""
    names = run_list.run_names(entries) | {session.DEMO: "Demo brand"}
    return {each: name for each, name in names.items() if each != run_id}


def _before(run_id: str, entries: list[RunEntry]) -> str | None:
    """The newest run that was made before the one at hand: on its table, or the table before."""
    own = next((entry.manifest for entry in entries if entry.state.run_id == run_id), None)
    if own is None:
        return None
    earlier = [entry for entry in entries if entry.manifest.created_at < own.created_at]
    tables = [own.dataset_hash, _followed(run_id)]
    of_table = [entry for table in tables for entry in earlier if entry.manifest.dataset_hash == table]
    named = [entry for entry in earlier if entry.manifest.source_name == own.source_name]
    first = next(iter([*of_table, *named]), None)
    return first.state.run_id if first else None


def _followed(run_id: str) -> str | None:
    """Content hash of the table that a run's table goes on from; None: it goes on from none, or one is gone."""
    desk = session.desk()
    try:
        follows = datasets.get_dataset(desk, runs.get_spec(desk, run_id).dataset_id).follows
        return datasets.get_dataset(desk, follows).content_hash if follows else None
    except MMMError:
        return None
