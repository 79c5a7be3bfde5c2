"""Results side by side: what differs in words, each channel with its intervals, and fit, checks and proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.compare import side_by_side
from mmm_core.compare import compared as comparing
from mmm_core.compare.compared import Comparison, Side
from mmm_core.compare.tables import MOST_LISTED, TableChange, column_in_words, row_in_words
from mmm_core.errors import MMMError
from mmm_core.exports import origins
from mmm_core.labels import counted, days, in_full, per_spend, percent, percent_span
from ui.shell import finished, glossary, session
from ui.shell.cards import card, drawn
from ui.shell.finished import Opened
from ui.shell.layout import VERDICT_BADGES, empty_state
from ui.shell.markdown import plain


def look(run_ids: Sequence[str]) -> Comparison:
    """The comparison of some runs; ends the page in words where there is none."""
    desk = session.desk()
    try:
        return _compared(desk.owner, tuple(run_ids), comparing.stamp(desk, run_ids))
    except MMMError as error:
        empty_state(error.message, error.remedy, action="See the runs", page="overview")


@st.cache_resource(max_entries=32, ttl=3600, show_spinner="Reading the results…")
def _compared(owner: str, run_ids: tuple[str, ...], stamp: str) -> Comparison:  # noqa: ARG001 - keys of the cache
    return comparing.compare(session.desk(), run_ids)


def of_both(compared: Comparison, opened: Opened) -> Opened:
    """The newest result, with all that are compared as where the numbers come from."""
    named = dict(zip(told_apart(compared), (side.run_id for side in compared.sides), strict=True))
    try:
        found = {plain(name): finished.read(run_id).origin for name, run_id in named.items()}
    except MMMError:  # one was deleted a moment ago: the page says so when it is drawn again
        return opened
    return opened._replace(origin=origins.of_results(found))


def show(compared: Comparison, opened: Opened) -> None:
    """What differs, the charts, and the figures of fit, checks and proof."""
    names = told_apart(compared)
    _differences(compared, names)
    key = f"{opened.key}/{'/'.join(side.run_id for side in compared.sides)}"
    with st.grid(2, min_column_width=520):
        for name, figure in _charts(compared, names, opened).items():
            card(drawn(name, key, figure), stem=opened.stem, key=name, origin=opened.origin)
    with st.container(border=True, key="card-fit-and-checks"):
        st.header("Fit, checks and proof", anchor=False, help=glossary.of_number("compared", opened.origin))
        st.caption("How near each result comes to its own sales, what its checks say, and what its proof says.")
        st.table(_figures(compared, names), border="horizontal")


def told_apart(compared: Comparison) -> list[str]:
    """Names of the results as the lists have them: where two share one, with when each was made, or its number."""
    names = ["Demo brand" if side.run_id == session.DEMO else side.name for side in compared.sides]
    made = [session.here(side.created_at) for side in compared.sides]
    dated = [f"{name} \u00b7 {at.day} {at:%b, %H:%M}" for name, at in zip(names, made, strict=True)]
    return [
        name if names.count(name) == 1 else when if dated.count(when) == 1 else f"{name} ({number})"
        for number, (name, when) in enumerate(zip(names, dated, strict=True), 1)
    ]


def _differences(compared: Comparison, names: Sequence[str]) -> None:
    with st.container(border=True, key="card-differences"):
        st.header("What differs", anchor=False)
        st.caption(f"Each result against the first, {plain(names[0])}.")
        for against, name in zip(compared.against, names[1:], strict=True):
            if len(compared.against) > 1:
                st.markdown(f"**{plain(name)}**")
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in against.sentences))
            if against.table is not None and against.table.revisions:
                with st.expander(counted(against.table.revised, "revised cell"), icon=":material/edit_note:"):
                    st.table(revisions(against.table), border="horizontal", hide_index=True)
                    if against.table.revised > MOST_LISTED:
                        st.caption(f"The first {MOST_LISTED} of {against.table.revised:,}.")


def revisions(table: TableChange) -> pd.DataFrame:
    """Revised cells, as a person reads them."""
    return pd.DataFrame(
        [
            {
                "Where": plain(row_in_words(each, table.grain)),
                "Column": plain(column_in_words(each.column)),
                "Before": "blank" if each.before is None else in_full(each.before),
                "Now": "blank" if each.now is None else in_full(each.now),
            }
            for each in table.revisions
        ]
    )


def _charts(compared: Comparison, names: Sequence[str], opened: Opened) -> dict[str, Callable[..., go.Figure]]:
    """What draws shares, and returns where there are any, by the charts' names."""
    places, prob = opened.run.places, compared.sides[-1].interval_prob
    per = per_spend(opened.run.units.target, opened.run.units.spend)
    shares = {row.channel: row.shares for row in compared.channels}
    found: dict[str, Callable[..., go.Figure]] = {
        "compared_shares": partial(side_by_side.shares, names, shares, prob=prob, places=places)
    }
    returns = {row.channel: row.returns for row in compared.channels if any(each for each in row.returns)}
    if returns:
        found["compared_returns"] = partial(side_by_side.returns, names, returns, prob=prob, per=per, places=places)
    return found


def _figures(compared: Comparison, names: Sequence[str]) -> pd.DataFrame:
    """A row a figure, a column a result."""
    return pd.DataFrame({plain(name): _column(side) for name, side in zip(names, compared.sides, strict=True)})


def _column(side: Side) -> dict[str, str]:
    share = side.media_share
    checks = VERDICT_BADGES[side.checks]
    return {
        "Fitted periods": f"{side.rows:,}: {days(side.first, side.last)}",
        "Model": "settings estimated" if side.model == "recommended" else "settings fixed",
        "Media's share of sales": f"{percent(share.shown, 1)} ({percent_span(share.low, share.high)})",
        "Typical miss": percent(side.typical_miss, 1),
        "Log sales explained": "–" if side.explained is None else percent(side.explained),
        "Checks": f"{checks} {counted(side.to_look_at, 'check')} to look at" if side.to_look_at else checks,
        "Largest R-hat": "–" if side.max_r_hat is None else f"{side.max_r_hat:.3f}",
        "Divergences": f"{side.divergences:,}",
        "Proof": plain(side.proof[:1].upper() + side.proof[1:]),
    }
