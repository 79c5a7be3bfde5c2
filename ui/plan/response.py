"""What a channel brings at any spend: its response curve, for the pages that show one."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mmm_core.charts import plan as charts
from mmm_core.errors import MMMError
from mmm_core.labels import display_name, ratio, short
from mmm_core.planning.request import USUAL
from ui.plan import basis
from ui.shell import cards, session
from ui.shell.finished import Opened
from ui.shell.markdown import plain


def show(run_id: str, opened: Opened, horizon: int = USUAL) -> None:
    """The curve of one channel at a time, with a slider of its spend and what that brings in words."""
    try:
        found, spending = basis.curves(run_id, opened, horizon)
    except MMMError as error:
        session.say(error)
        return
    if not found:  # no channel has spend
        return
    channels = [curve.channel for curve in found]
    with st.container(border=True, key="card-curves"):
        chosen = st.segmented_control(
            "Channel", channels, default=channels[0], format_func=display_name, key="curve-channel",
            label_visibility="collapsed", required=True,
        )  # fmt: skip
        curve = found[channels.index(chosen or channels[0])]
        place = list(basis.response(run_id, opened, horizon).channels).index(curve.channel)
        units, grain = opened.run.units, basis.subject(run_id, opened).table.grain.lower()
        cards.card(
            cards.drawn(
                "response", f"{opened.key}/{horizon}/{curve.channel}",
                lambda *, dark: charts.response(
                    curve, today=float(spending.today[place]), seen=float(spending.most[place]), sales=units.target,
                    spend=units.spend, period=grain, interval_prob=opened.run.outputs.summary.interval_prob,
                    places=opened.run.places, dark=dark,
                ),
            ),
            stem=opened.stem, key="response", tight=True, origin=opened.origin,
        )  # fmt: skip
        top = float(curve.spend[-1])
        at = st.slider(
            f"{display_name(curve.channel)}: spend, {units.spend} a {grain}", 0.0, top, float(spending.today[place]),
            step=top / 200, format="compact", key=f"spend-{curve.channel}",
        )  # fmt: skip
        brings = np.array([np.interp(at, curve.spend, draws) for draws in curve.steady.T])
        margin = np.array([np.interp(at, curve.spend, draws) for draws in curve.marginal.T])
        average = f"{ratio(float(np.median(brings)) / at)} each" if at > 0 else "nothing yet"
        beyond = " That is beyond what was seen." if at > spending.most[place] else ""
        st.markdown(
            plain(
                f"At {short(at)} {units.spend} a {grain} {display_name(curve.channel)} brings "
                f"{short(float(np.median(brings)))} {units.target}: {average}; the next unit brings "
                f"{ratio(float(np.median(margin)))}.{beyond}"
            )
        )
