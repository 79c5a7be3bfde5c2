"""The chart of each part of a proof, by the part's name and in the order of the page.

A new chart is a function of the part's report that takes the theme (``dark``), in a file of its part's name, and a line
here. Its title is the part's question, how to read it what the part says of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import plotly.graph_objects as go

from mmm_core.charts.proof import foresight, ghosts, looks, months, priors, receipt, recovery, refreshes, settings
from mmm_core.charts.style import Places
from mmm_core.proof.part import PartReport

CHARTS: dict[str, Callable[..., go.Figure]] = {
    "foresight": foresight.predictions,
    "refreshes": refreshes.returns,
    "ghosts": ghosts.floor,
    "months": months.pulls,
    "recovery": recovery.found_and_true,
    "priors": priors.before_and_after,
    "settings": settings.specification_curve,
    "looks": looks.checks,
    "receipt": receipt.answers,
}
IN_UNITS = frozenset({"foresight", "refreshes", "ghosts", "recovery", "priors"})
"""Parts whose chart also takes what sales (``sales``) and returns (``per``) are counted in."""
IN_COLOURS = frozenset({"refreshes", "recovery", "priors", "settings", "receipt"})
"""Parts whose chart also takes the places of the channels' colours (``places``)."""


def has_chart(part: PartReport) -> bool:
    """Whether there is something to draw of a part, as far as it is answered."""
    return part.name in CHARTS and part.told is not None and any(part.told.tables.values())


def chart_of(
    part: PartReport, *, sales: str, per: str, places: Places = None, order: Sequence[str] = (), dark: bool = False
) -> go.Figure:
    """The chart of a part that has one, its channels in the order and the colours of the run's other charts.

    Parameters
    ----------
    sales, per
        What an axis of sales is called, and the unit of a return.
    places
        Of the channels' colours (:mod:`mmm_core.lineup`).
    order
        Bare names of the channels, the largest first.
    """
    words = {"sales": sales, "per": per} if part.name in IN_UNITS else {}
    colours = {"places": places} if part.name in IN_COLOURS else {}
    return CHARTS[part.name](_in_order(part, order), **words, **colours, dark=dark)


def charts_of(
    parts: Iterable[PartReport], *, sales: str, per: str, places: Places = None, order: Sequence[str] = ()
) -> dict[str, go.Figure]:
    """The charts that a proof has by their names, in the light theme; see :func:`chart_of`."""
    return {
        f"proof_{part.name}": chart_of(part, sales=sales, per=per, places=places, order=order)
        for part in parts
        if has_chart(part)
    }


def _in_order(part: PartReport, order: Sequence[str]) -> PartReport:
    """The same with the rows of each table as channels stand; those of all media come first."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    ranks = {channel: rank for rank, channel in enumerate(order)}
    tables = {
        name: tuple(sorted(rows, key=lambda row: ranks.get(str(row.get("channel")), -1)))
        for name, rows in part.told.tables.items()
    }
    return part.model_copy(update={"told": part.told.model_copy(update={"tables": tables})})
