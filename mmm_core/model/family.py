"""Which model is it? A family is its terms, link and noise: declared once, read by all that fits, explains or checks.

:func:`family_of` is the only place that asks which kind of model a specification means.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.likelihood import Noise
from mmm_core.model.link import BoxCoxLink, LogLink
from mmm_core.model.parameters import Parameter
from mmm_core.model.priors import Beta, Exponential, HalfNormal, LogNormal, Normal
from mmm_core.model.terms import ESTIMATED, Columns, EstimatedMedia, FixedMedia, Values
from mmm_core.spec import Grain, LinkName

if TYPE_CHECKING:
    from mmm_core.model.features import FeatureMatrix

type Array = NDArray[np.float64]
type Link = LogLink | BoxCoxLink

INTERCEPT = partial(
    Parameter,
    "intercept",
    dim=None,
    label="Intercept",
    meaning="level of sales at mean activity, against their mean",
)
POWER = Parameter(
    "lambda", Beta(1.0, 1.0), None, "How parts combine", "1: effects add up; 0: they multiply; between: in between"
)

FIXED_INTERCEPT = Normal(0.0, np.float64(2.0))
FIXED_GAMMA_SCALE = np.float64(0.5)
FIXED_SIGMA = HalfNormal(np.float64(1.0))
FIXED_NU = Exponential(np.float64(10.0))
"""Priors of the fixed model: log units, per standard deviation of a column for gamma. They are NumPy's float64 because
PyTensor would take a plain 0.5 as single precision, and compute its logarithm so."""


@dataclass(frozen=True, slots=True)
class Family:
    """A model of one table.

    Attributes
    ----------
    intercept
        Prior of the level.
    media, columns
        The terms.
    noise
        How observations scatter around the predictor.
    target
        ``(row)``, in its unit.
    link_name
        ``log`` with offset for the fixed model; else which powers the link may have.
    level
        Mean of the target over estimation rows, in its unit: the recommended model counts in shares of it.
    offset, log_mean
        eps in ``log(target + eps)``, in the target's unit, and the mean of that log: the fixed model's origin.
    """

    intercept: Normal
    media: FixedMedia | EstimatedMedia
    columns: Columns
    noise: Noise
    target: Array
    link_name: LinkName
    level: float
    offset: float = 0.0
    log_mean: float = 0.0

    @property
    def is_estimated(self) -> bool:
        """Whether carry-over, saturation and link are estimated (the recommended model)."""
        return isinstance(self.media, EstimatedMedia)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All of them, in the order of every file."""
        power = (POWER,) if self.is_estimated and self.link_name == "estimated" else ()
        return (
            INTERCEPT(prior=self.intercept),
            *self.media.parameters,
            *self.columns.parameters,
            *power,
            *self.noise.parameters,
        )

    def link(self, values: Values) -> Link:
        """The link of these draws."""
        if not self.is_estimated:
            return LogLink(self.offset)
        power = {"log": 0.0, "identity": 1.0}.get(self.link_name)
        count = values["intercept"].shape[-1]
        return BoxCoxLink(self.level, values["lambda"] if power is None else np.full(count, power))

    def observed(self, link: Link, rows: slice = slice(None)) -> Array:
        """The target on the predictor's scale: ``(row, 1)`` or ``(row, sample)``."""
        found = link.scale(self.target[rows])
        return found[:, None] if found.ndim == 1 else found


def family_of(features: FeatureMatrix) -> Family:
    """The model that a feature matrix was built for."""
    scaler, target = features.scaler, features.target.to_numpy()
    kinds = np.array(list(scaler.control_kind.values()), dtype=str)
    matrix = features.controls_scaled.to_numpy()
    begins = begins_of(features)
    if scaler.estimated is None:
        sds = np.array([channel.sd for channel in scaler.channels.values()])
        return Family(
            intercept=FIXED_INTERCEPT,
            media=FixedMedia(
                felt=features.transformed.to_numpy() / sds,
                felt_rise=(features.transformed_more - features.transformed).to_numpy() / sds,
                zero=np.array([channel.zero_scaled for channel in scaler.channels.values()]),
            ),
            columns=Columns(matrix, kinds, FIXED_GAMMA_SCALE),
            noise=Noise(FIXED_SIGMA, FIXED_NU, begins),
            target=target,
            link_name="log",
            level=float(target.mean()),
            offset=scaler.target_offset,
            log_mean=scaler.target_log_mean,
        )
    found = scaler.estimated
    model, baseline = found.model, found.model.baseline
    scales = {
        "trend": baseline.trend,
        "seasonality": baseline.season,
        "control": baseline.controls,
        "event": baseline.events,
    }
    return Family(
        intercept=Normal(0.0, baseline.level),
        media=found.media(features.activity.to_numpy()),
        columns=Columns(
            matrix - matrix.mean(axis=0), kinds, np.array([scales[kind] for kind in kinds]), -matrix.mean(axis=0)
        ),
        noise=Noise(HalfNormal(baseline.noise), LogNormal(2.3, 1.0, above=2.0), begins, model.noise, model.tails),
        target=target,
        link_name=model.link,
        level=float(target.mean()),
    )


def declared_parameters() -> dict[str, Parameter]:
    """Parameters of either model that no column has, by name: what they are called, for those who have names only."""
    one = np.ones(1)
    estimated = EstimatedMedia(
        activity=one[None], rows=np.zeros(1, np.intp), lags=0, weight=one, delayed=one, saturated=one,
        priors={name: LogNormal(0.0, 1.0) for name, *_ in ESTIMATED if name != "effect"},
    )  # fmt: skip
    noise = Noise(FIXED_SIGMA, FIXED_NU, np.zeros(1, bool), memory="arma")
    found = (INTERCEPT(prior=FIXED_INTERCEPT), *FixedMedia.parameters, *estimated.parameters, POWER, *noise.parameters)
    return {parameter.name: parameter for parameter in found if parameter.dim is None}


def begins_of(features: FeatureMatrix) -> NDArray[np.bool_]:
    """Whether each row ``(row)`` has no neighbour in time before it: the first of an entity, or after a hole.

    Truth values: no unit.
    """
    return np.concatenate([[True], ~are_neighbours(features.entities, features.dates, features.scaler.grain)])


def are_neighbours(entities: NDArray[np.str_], dates: NDArray[np.datetime64], grain: Grain) -> NDArray[np.bool_]:
    """Whether each row but the first ``(row − 1)`` follows the one before it in time and entity.

    Truth values: no unit. Rows ``(row)`` are entities one after the other, each in the order of time.
    """
    # Months of a retail calendar are four or five weeks long, and two of them may begin in one of the calendar's.
    shortest, longest = (28, 35) if grain == "MONTH" else (7, 7)
    apart = np.diff(dates.astype("datetime64[D]")).astype(int)
    return np.asarray((entities[1:] == entities[:-1]) & (apart >= shortest) & (apart <= longest))
