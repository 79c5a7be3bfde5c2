"""Limits of channels together: a group has a name, its channels, and least and most money over the whole time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from mmm_core.labels import counted, display_names
from mmm_core.planning.request import GroupBounds, PlanRequest
from mmm_core.planning.task import Task
from mmm_core.runs.datasets import Units
from ui.shell.markdown import plain

NAME, CHANNELS, LOW, HIGH = "Group", "Channels", "At least", "At most"


def show(set_: PlanRequest, task: Task, units: Units, *, key: str) -> dict[str, GroupBounds]:
    """A table of groups that can be edited; a row without channels, or without a limit, is none yet."""
    places = [place for place, planned in enumerate(task.planned) if planned]
    names = display_names([task.response.channels[place] for place in places])
    today = {task.response.channels[place]: float(task.today[place]) for place in places}
    said = f": {counted(len(set_.groups), 'group')}" if set_.groups else ""
    with st.expander(f"Channels with a total together{said}", icon=":material/join:"):
        st.caption(
            f"Such as TV and radio together between two amounts ({units.spend}, over the whole time). One empty: no "
            "limit on that side. A new one is typed in the empty row."
        )
        first: pd.DataFrame = st.session_state.setdefault(f"plan-groups-start-{key}", _rows(set_.groups, names))
        edited = st.data_editor(
            first, num_rows="dynamic", hide_index=True, key=f"plan-groups-{key}", placeholder="–",
            alt="Channels with a total together",
            column_config={
                NAME: st.column_config.TextColumn(NAME, max_chars=60, help="Empty: called by its channels."),
                CHANNELS: st.column_config.MultiselectColumn(CHANNELS, options=list(names.values()), width="large"),
                LOW: st.column_config.NumberColumn(LOW, min_value=0.0, format="%.2f"),
                HIGH: st.column_config.NumberColumn(HIGH, min_value=0.0, format="%.2f"),
            },
        )  # fmt: skip
        found = groups_of(edited, names)
        for name, group in found.items():
            now = sum(today[channel] for channel in group.channels)
            st.caption(f"{plain(name)}: {now:,.2f} today.")
    return found


def _rows(groups: Mapping[str, GroupBounds], names: Mapping[str, str]) -> pd.DataFrame:
    """A row a group; an empty table has its columns and their kinds."""
    return pd.DataFrame({
        NAME: pd.Series(list(groups), dtype="object"),
        CHANNELS: pd.Series(
            [[names.get(channel, channel) for channel in group.channels] for group in groups.values()], dtype="object"
        ),
        LOW: pd.Series([group.low for group in groups.values()], dtype="float"),
        HIGH: pd.Series([group.high for group in groups.values()], dtype="float"),
    })  # fmt: skip


def groups_of(edited: pd.DataFrame, names: Mapping[str, str]) -> dict[str, GroupBounds]:
    """Groups of the rows that say channels and a limit; a name that is given twice is told apart."""
    bare = {shown: channel for channel, shown in names.items()}
    found: dict[str, GroupBounds] = {}
    for name, chosen, low, high in zip(edited[NAME], edited[CHANNELS], edited[LOW], edited[HIGH], strict=True):
        channels = tuple(bare[each] for each in dict.fromkeys(_listed(chosen)) if each in bare)
        limits = {side: float(value) for side, value in (("low", low), ("high", high)) if not pd.isna(value)}
        if not channels or not limits:
            continue
        called = wanted = str(name).strip() if isinstance(name, str) and name.strip() else " + ".join(
            names[channel] for channel in channels
        )  # fmt: skip
        number = 1
        while called in found:
            number += 1
            called = f"{wanted} ({number})"
        found[called] = GroupBounds(channels=channels, low=limits.get("low"), high=limits.get("high"))
    return found


def _listed(chosen: object) -> Sequence[str]:
    return [str(each) for each in chosen] if isinstance(chosen, (list, tuple)) else []
