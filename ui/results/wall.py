"""Where the charts of a result hang: tab by tab, each in its card, as :mod:`mmm_core.exports.gallery` lists them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.truth import Truth, with_truth
from mmm_core.exports.gallery import Exhibit, Piece, Tab, pieces_of
from mmm_core.exports.origins import Origin
from mmm_core.runs.outputs import Outputs
from mmm_core.table.checks.issues import Issue
from ui.shell.cards import card, drawn


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run as the page shows it.

    Attributes
    ----------
    key
        Names all that its charts are drawn from.
    own_margin
        Margin on sales that its table has (fraction); ``run`` may be shown with another.
    origin
        Where its numbers come from.
    """

    run_id: str
    key: str
    stem: str
    run: Exhibit
    conditions: str
    questions: tuple[Issue, ...]
    own_margin: float | None
    origin: Origin
    truth: Truth | None = None

    @property
    def outputs(self) -> Outputs:
        """Tables and summaries of the run."""
        return self.run.outputs

    def with_truth(self, truth: Truth | None) -> Result:
        """The same with what is true of its table drawn on its charts."""
        return replace(self, truth=truth, key=f"{self.key}/{truth is not None}")


def _drawn(piece: Piece, result: Result, **choices: str | bool) -> go.Figure:
    figure, dark = piece.draw(result.run, **choices), bool(choices.get("dark"))
    return figure if result.truth is None else with_truth(piece.name, figure, result.truth, dark=dark)


class Wall:
    """The charts of a tab, hung one by one; what is left hangs below, so that a new chart needs no place of its own."""

    def __init__(self, result: Result, tab: Tab) -> None:
        self._result = result
        self._left = {piece.name: piece for piece in pieces_of(tab)}

    def hang(self, name: str, **choices: str) -> None:
        """A chart in its card, or what is said in its place; ``choices`` are what a person chose of it."""
        piece, result = self._left.pop(name), self._result
        if not piece.is_there(result.run):
            if piece.instead:
                st.info(piece.instead)
            return
        build = partial(_drawn, piece, result, **choices)
        content = "/".join([result.key, *choices.values(), *result.run.others])
        card(drawn(name, content, build), stem=result.stem, source=result.run.source(), origin=result.origin)

    def leave_out(self, name: str) -> None:
        """A chart that a person has not chosen now."""
        self._left.pop(name)

    def hang_rest(self) -> None:
        """Every chart that has no place yet."""
        for name in list(self._left):
            self.hang(name)
