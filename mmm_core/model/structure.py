"""The size of a model: what decides a compilation, and how many parameters a specification asks for.

A new number of columns needs a new compilation (seconds), new values and dates do not. So a model has the size of a
*bucket*, and unused columns are zeros; :mod:`mmm_core.sampler.model_pymc` says why that is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from mmm_core.errors import DataError
from mmm_core.labels import counted
from mmm_core.model.parameters import BESIDE_COLUMNS
from mmm_core.spec import RunSpec


@dataclass(frozen=True, slots=True, order=True)
class Bucket:
    """Padded size of a model: how many channels and control columns it has room for.

    ``controls`` counts Fourier terms and the trend too. Written as ``16x24``.
    """

    channels: int
    controls: int

    def __str__(self) -> str:
        return f"{self.channels}x{self.controls}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The bucket that ``str`` wrote so.

        Raises
        ------
        ValueError
            The text is not two whole numbers with an x between them.
        """
        channels, _, controls = text.partition("x")
        return cls(int(channels), int(controls))


@dataclass(frozen=True, slots=True, order=True)
class AnySize:
    """The model whose density takes tables of every size: compiled once. Written as ``any``."""

    def __str__(self) -> str:
        return "any"


type Structure = Bucket | AnySize
"""What decides a compilation."""


def parse_structure(text: str) -> Structure:
    """The structure that ``str`` wrote so.

    Raises
    ------
    ValueError
        The text is neither ``any`` nor the size of a bucket.
    """
    return AnySize() if text == str(AnySize()) else Bucket.parse(text)


BUCKETS = (Bucket(16, 24), Bucket(48, 64))
"""Sizes that are compiled ahead, smallest first."""
ROUND_UP_TO = 32
"""Beyond the last bucket sizes are rounded up to a multiple of this, so that neighbours share a compilation."""


def bucket_for(n_channels: int, n_controls: int) -> Bucket:
    """Smallest size that holds the structure; depends on nothing else, so that a run is reproducible.

    Parameters
    ----------
    n_controls
        Control columns, Fourier terms and trend together.
    """
    for bucket in BUCKETS:
        if n_channels <= bucket.channels and n_controls <= bucket.controls:
            return bucket
    return Bucket(_round_up(n_channels), _round_up(n_controls))


def _round_up(size: int) -> int:
    return max(ROUND_UP_TO, -(-size // ROUND_UP_TO) * ROUND_UP_TO)


def parameter_count(columns: int, fourier_pairs: int, has_trend: bool) -> int:
    """Parameters of a model: one a column, two a Fourier pair, one for a trend, and those beside the columns.

    Parameters
    ----------
    columns
        Channels and controls together, without season and trend.
    """
    return columns + 2 * fourier_pairs + has_trend + BESIDE_COLUMNS


def require_rows(rows: int, spec: RunSpec, *, events: int = 0) -> None:
    """Refuse a window that has no more rows (entity by period) than the model has parameters.

    Parameters
    ----------
    events
        Columns of events, also those that are controls of the table.

    Raises
    ------
    DataError
        The data could not decide between the columns.
    """
    season, also_events = spec.feature_config.seasonality, len(spec.feature_config.events.columns)
    columns = len(spec.drivers) + len(spec.controls) - also_events + events
    parameters = parameter_count(columns, season.K if season.enabled else 0, spec.feature_config.trend.enabled)
    if rows <= parameters:
        raise DataError(
            f"{counted(rows, 'row')} (one for each entity and period) {'is' if rows == 1 else 'are'} to be estimated, "
            f"and the model has {parameters} parameters.",
            code="too_few_rows",
            remedy="Widen the estimation window, add periods, or leave out channels, controls, events or Fourier "
            "pairs.",
        )
