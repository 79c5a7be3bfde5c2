"""Padded sizes: what the compiled model reads, and how a table is made to fit. Needs no sampler.

A new number of columns needs a new compilation (seconds), new values and dates do not. So a model has the
size of a *bucket*, and unused columns are zeros; :mod:`mmm_core.sampler.model_pymc` says why that is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.features import FeatureMatrix

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Bucket:
    """Padded size of a model: how many channels and control columns it has room for."""

    channels: int
    controls: int

    def __str__(self) -> str:
        return f"{self.channels}x{self.controls}"


BUCKETS = (Bucket(16, 24), Bucket(48, 64))
"""Sizes that are compiled ahead, smallest first."""
ROUND_UP_TO = 32
"""Beyond the last bucket sizes are rounded up to a multiple of this, so that neighbours share a compilation."""


@dataclass(frozen=True, slots=True)
class ModelData:
    """What the compiled model reads, padded to its bucket.

    Attributes
    ----------
    channels
        ``(row, channel)``, scaled activity, zeros in padded columns.
    controls
        ``(row, control)``, scaled controls, Fourier terms and trend, zeros in padded columns.
    target
        ``(row)``: ``log(y + eps) − m``.
    real
        ``(channel)``: 1 for a real channel, 0 for a padded one.
    """

    channels: Array
    controls: Array
    target: Array
    real: Array
    bucket: Bucket

    def as_dict(self) -> dict[str, Array]:
        """Values by the names of the model's data containers."""
        return {
            "X_channels": self.channels,
            "X_controls": self.controls,
            "target_scaled": self.target,
            "real_channel": self.real,
        }


def bucket_for(n_channels: int, n_controls: int) -> Bucket:
    """Smallest size that holds the structure; depends on nothing else, so that a run is reproducible."""
    for bucket in BUCKETS:
        if n_channels <= bucket.channels and n_controls <= bucket.controls:
            return bucket
    return Bucket(_round_up(n_channels), _round_up(n_controls))


def bucket_of(features: FeatureMatrix) -> Bucket:
    """Padded size that a feature matrix asks for."""
    return bucket_for(features.channels_scaled.sizes["channel"], features.controls_scaled.sizes["control"])


def model_data(features: FeatureMatrix, bucket: Bucket) -> ModelData:
    """Rows of all entities one after the other, padded to ``bucket``."""
    channels = features.channels_scaled.to_numpy()
    controls = features.controls_scaled.to_numpy()
    n_channels, n_controls = channels.shape[-1], controls.shape[-1]
    return ModelData(
        channels=_pad_columns(channels.reshape(-1, n_channels), bucket.channels),
        controls=_pad_columns(controls.reshape(features.target.size, n_controls), bucket.controls),
        target=features.target_scaled.to_numpy().reshape(-1),
        real=(np.arange(bucket.channels) < n_channels).astype(float),
        bucket=bucket,
    )


def blank_data(bucket: Bucket, rows: int = 8) -> ModelData:
    """Data of the right size and no meaning: what a bucket is compiled with before any table is known."""
    values = np.linspace(-1.0, 1.0, rows)
    return ModelData(
        channels=np.tile(values[:, None], (1, bucket.channels)),
        controls=np.tile(values[:, None], (1, bucket.controls)),
        target=values,
        real=np.ones(bucket.channels),
        bucket=bucket,
    )


def _round_up(size: int) -> int:
    return max(ROUND_UP_TO, -(-size // ROUND_UP_TO) * ROUND_UP_TO)


def _pad_columns(values: Array, width: int) -> Array:
    if values.shape[-1] > width:
        raise ValueError(f"values must have at most {width} columns; got {values.shape[-1]}")
    return np.pad(values, ((0, 0), (0, width - values.shape[-1])))
