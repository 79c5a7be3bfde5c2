"""What is kept of the question before a fit, in a folder within a draft's, and how it is answered in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import median

from pydantic import Field

from mmm_core.errors import StorageError
from mmm_core.labels import counted
from mmm_core.proof.parts.recovery import Precision, RecoveredWorld, largest_in_words, precision
from mmm_core.schema import Strict
from mmm_core.spec import Grain
from mmm_core.workspace import storage

FILE = "outlook.json"
WORLDS = 10
"""Worlds of each length: the half-width of an interval varies less from one to the next than its place."""
FEWEST_WORLDS = 3
"""Fewer say nothing yet."""
SMALLEST = 1e-12
"""An interval that is narrower is as good as none."""


class Outlook(Strict):
    """The file ``outlook.json``: worlds of the prior on a table's design that were fitted."""

    format_version: int = 1
    grain: Grain
    periods: int = Field(description="Periods that are estimated.")
    periods_later: int = Field(description="The same with one more year.")
    now: tuple[RecoveredWorld, ...] = Field((), description="Worlds of as many periods as the table has.")
    later: tuple[RecoveredWorld, ...] = Field((), description="Worlds with one more year like the last.")

    @property
    def done(self) -> int:
        """Worlds that were fitted."""
        return len(self.now) + len(self.later)

    @property
    def is_complete(self) -> bool:
        """Whether nothing more will come."""
        return self.done == 2 * WORLDS

    @property
    def fraction(self) -> float:
        """How much of the work is done (fraction)."""
        return self.done / (2 * WORLDS)

    def sentences(self) -> list[str]:
        """How near what is largest will be found, now and with one more year; nothing while too few worlds say so."""
        found = self.channels()
        if not found:
            return []
        what, near = largest_in_words([now for now, _ in found])
        said = [f"With {counted(self.periods, self.grain.lower())} like these {what} will be found to about {near}."]
        later = [each for _, each in found if each is not None]
        if later:
            _, near = largest_in_words(later)
            said.append(f"With one more year, {counted(self.periods_later, self.grain.lower())}: {near}.")
        return said

    def channels(self) -> list[tuple[Precision, Precision | None]]:
        """How near each channel will be found, now and with one more year; largest first.

        A world has the same parameters at both lengths: the second is the first times the median of the worlds' own
        ratios, which is told by far fewer of them than two widths apart.
        """
        if len(self.now) < FEWEST_WORLDS:
            return []
        found = precision(self.now)
        later: list[Precision | None] = [None] * len(found)
        if len(self.later) >= FEWEST_WORLDS:
            later = [
                replace(each, reach=each.reach * factor) for each, factor in zip(found, self._factors(), strict=True)
            ]
        return sorted(zip(found, later, strict=True), key=lambda pair: -pair[0].brought)

    def _factors(self) -> list[float]:
        """How wide each channel's interval is with one more year, of what it is without (fractions)."""
        pairs = list(zip(self.now, self.later, strict=False))  # the newest may be fitted at one length alone
        return [
            median(
                (longer.high - longer.low) / max(own.high - own.low, SMALLEST)
                for own, longer in ((now.channels[place], later.channels[place]) for now, later in pairs)
            )
            for place in range(len(self.now[0].channels))
        ]


def read(folder: Path) -> Outlook | None:
    """What is kept in a folder; None: nothing that could be read."""
    try:
        return storage.read_json(folder / FILE, Outlook)
    except StorageError:
        return None
