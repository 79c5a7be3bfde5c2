"""What of a specification can change what is said of a table.

Checks are given this and nothing else of a specification, so that no slider can make a report stale, and what was found
can be remembered under it.
"""

from __future__ import annotations

from typing import NamedTuple, Self

from mmm_core.spec import Grain, RunSpec


class Asked(NamedTuple):
    """Columns that a specification names, and what the model wants of them.

    Attributes
    ----------
    fourier_pairs
        K; 0 without a season.
    """

    target: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    grain: Grain | None
    target_offset: float
    fourier_pairs: int
    has_trend: bool

    @classmethod
    def of(cls, spec: RunSpec) -> Self:
        """What a specification asks of its table."""
        season = spec.feature_config.seasonality
        return cls(
            target=spec.target_col,
            drivers=spec.drivers,
            controls=spec.controls,
            grain=spec.grain,
            target_offset=spec.target_offset,
            fourier_pairs=season.K if season.enabled else 0,
            has_trend=spec.feature_config.trend.enabled,
        )
