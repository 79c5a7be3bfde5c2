"""How a table is made to fit the size of a compiled model: unused columns are zeros. Needs no sampler."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.features import FeatureMatrix
from mmm_core.model.structure import AnySize, Bucket, Structure, bucket_for

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ModelData:
    """What the compiled model reads, padded to its bucket.

    Attributes
    ----------
    channels
        ``(row, channel)``: scaled activity, no unit, zeros in padded columns.
    controls
        ``(row, control)``: scaled controls, Fourier terms and trend, no unit, zeros in padded columns.
    target
        ``(row)``: ``log(y + eps) − m``, log scale.
    real
        ``(channel)``: 1 for a real channel, 0 for a padded one.
    bucket
        Lengths of ``channel`` and ``control``.
    """

    channels: Array
    controls: Array
    target: Array
    real: Array
    bucket: Bucket

    def as_dict(self) -> dict[str, Array]:
        """Values by the names of the model's data containers.

        ``X_channels (row, channel)``, ``X_controls (row, control)`` and ``real_channel (channel)`` have no unit,
        ``target_scaled (row)`` is on the log scale.
        """
        return {
            "X_channels": self.channels,
            "X_controls": self.controls,
            "target_scaled": self.target,
            "real_channel": self.real,
        }


def structure_of(features: FeatureMatrix) -> Structure:
    """What has to be compiled for a feature matrix."""
    return AnySize() if features.scaler.estimated else bucket_of(features)


def bucket_of(features: FeatureMatrix) -> Bucket:
    """Padded size that a feature matrix asks for under the fixed model."""
    return bucket_for(features.channels_scaled.sizes["channel"], features.controls_scaled.sizes["control"])


def model_data(features: FeatureMatrix, bucket: Bucket) -> ModelData:
    """Rows of all entities one after the other, padded to ``bucket``.

    Raises
    ------
    ValueError
        The features have more columns than the bucket has room for.
    """
    channels = features.channels_scaled.to_numpy()
    return ModelData(
        channels=_pad_columns(channels, bucket.channels),
        controls=_pad_columns(features.controls_scaled.to_numpy(), bucket.controls),
        target=features.target_scaled.to_numpy(),
        real=(np.arange(bucket.channels) < channels.shape[-1]).astype(float),
        bucket=bucket,
    )


def blank_data(bucket: Bucket, rows: int = 8) -> ModelData:
    """Data of the right size and no meaning: what a bucket is compiled with before any table is known.

    Every column is real. The number of rows is free: other data may have another.
    """
    values = np.linspace(-1.0, 1.0, rows)
    return ModelData(
        channels=np.tile(values[:, None], (1, bucket.channels)),
        controls=np.tile(values[:, None], (1, bucket.controls)),
        target=values,
        real=np.ones(bucket.channels),
        bucket=bucket,
    )


def _pad_columns(values: Array, width: int) -> Array:
    if values.shape[-1] > width:
        raise ValueError(f"values must have at most {width} columns; got {values.shape[-1]}")
    return np.pad(values, ((0, 0), (0, width - values.shape[-1])))
