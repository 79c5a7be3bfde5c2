"""How numbers are written: 1,234.5 or 1.234,5, in sentences that have the first.

Names that people gave are left alone: a file called ``sales_1.5.csv`` keeps its name in every language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from mmm_core.report.request import Numbers

NUMBER = re.compile(r"(?<![\w.,#])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?!\d|[.,]\d)")
"""A number that a comma or a point is in; versions (1.2.3), codes (v1.5) and formats (.2f) are none."""
SWAP = str.maketrans(",.", ".,")
SEPARATORS: dict[Numbers, str] = {"1,234.5": ".,", "1.234,5": ",."}
"""Of Plotly: the decimal mark, and what stands between thousands."""
TEXTS = frozenset({"text", "hovertext", "customdata", "ticktext", "hovertemplate", "labelalias", "title", "name"})
"""Properties of a figure that hold words."""


class Writing:
    """Writes texts and figures in one form of numbers.

    Parameters
    ----------
    numbers
        The form.
    keep
        Names of people: runs, files, channels, units.
    """

    def __init__(self, numbers: Numbers, keep: Collection[str] = ()) -> None:
        self.numbers = numbers
        named = sorted((name for name in set(keep) if NUMBER.search(name)), key=lambda name: -len(name))
        self._keep = re.compile(f"({'|'.join(map(re.escape, named))})") if named else None

    def text(self, text: str) -> str:
        """The same words with numbers in this form."""
        if self.numbers == "1,234.5":
            return text
        parts = self._keep.split(text) if self._keep else [text]
        # Of a split by one group every second part is what was found.
        return "".join(part if place % 2 else NUMBER.sub(_swapped, part) for place, part in enumerate(parts))

    def figure(self, figure: Mapping[str, Any]) -> dict[str, Any]:
        """A figure of Plotly as JSON, its own ticks and the words in it in this form."""
        written: dict[str, Any] = figure if self.numbers == "1,234.5" else self._walked(figure)  # type: ignore[assignment]
        return {**written, "layout": {**written["layout"], "separators": SEPARATORS[self.numbers]}}

    def _walked(self, value: Any, *, words: bool = False) -> Any:
        if isinstance(value, str):
            return self.text(value) if words else value
        if isinstance(value, Mapping):
            return {
                (self.text(key) if words else key): self._walked(each, words=key in TEXTS or (words and key != "font"))
                for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._walked(each, words=words) for each in value]
        return value


def _swapped(found: re.Match[str]) -> str:
    return found[0].translate(SWAP)


def printable(text: str) -> str:
    """A text without characters that no document may hold."""
    return "".join(
        each
        for each in text
        if each in "\n\t" or (each >= " " and not "\ud800" <= each <= "\udfff" and each not in "\ufffe\uffff")
    )
