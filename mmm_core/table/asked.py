"""The part of a specification that can change what is said about a table.

Checks are given this part and nothing else, so that a report stays right whichever slider is moved, and can be
remembered for the same table and the same part.
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
