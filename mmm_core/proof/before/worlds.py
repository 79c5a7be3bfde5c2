"""Before a fit: how near could it find each channel's return, by the table, the specification and its prior alone?

Worlds are made as for the part *recovery*, with draws of the prior in place of the posterior's, and fitted. A prior is
wide in what the table shows at a glance: of many draws those are taken whose sales vary over time, and from one period
to the next, nearly as much as the table's.

Source: Sunnåker et al. (2013), *Approximate Bayesian Computation*, doi:10.1371/journal.pcbi.1002803 (choosing draws by
summaries of what they make).

With fixed settings that is no use: their prior allows anything of season and noise, and the likest draws still have
sales twice as restless as a table's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import SpecError
from mmm_core.model.family import family_of
from mmm_core.model.features import FeatureMatrix, build_features
from mmm_core.model.parameters import draw_prior
from mmm_core.model.terms import EstimatedMedia, Values
from mmm_core.model.usual import PERIODS_OF_YEAR
from mmm_core.proof.parts.recovery import RecoveredWorld, recovered, simulated, true_totals
from mmm_core.proof.subject import Refitter
from mmm_core.results.effects import effects
from mmm_core.results.future.coming import with_coming
from mmm_core.spec import RecommendedModel, RunSpec
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]

DRAWS = 2000
TAKEN = 0.02
"""Part of the prior's draws that are likest the table."""


@dataclass(frozen=True)
class Design:
    """A table and the settings under which it is to be fitted: activity, controls and dates count, and sales do not.

    Attributes
    ----------
    like
        The same over other periods, whose worlds have the same parameters as this one's; None: it has its own.
    """

    table: CanonicalData
    spec: RunSpec
    like: Design | None = None

    @cached_property
    def features(self) -> FeatureMatrix:
        """What is fitted.

        Raises
        ------
        DataError, SpecError
            The settings do not fit the table, or nothing is estimated under them.
        """
        require_estimated(self.spec)
        return build_features(self.table, self.spec)

    @cached_property
    def values(self) -> dict[str, Array]:
        """Draws of the prior whose sales vary nearly as the table's, in their units: ``([member,] sample)``."""
        taken = (self.like or self).likest
        return {name: value[..., taken] for name, value in self.drawn.items()}

    @cached_property
    def drawn(self) -> dict[str, Array]:
        """Draws of the prior, in their units: ``([member,] sample)``."""
        return prior_values(self.features, DRAWS, self.spec.random_seed)

    @cached_property
    def likest(self) -> NDArray[np.intp]:
        """Places of these draws among those of the prior ``(sample)``."""
        return likest(self.features, self.drawn, self.spec.random_seed)

    def world(self, number: int, refit: Refitter) -> RecoveredWorld:
        """One world of the prior, fitted; the same one for the same number.

        Raises
        ------
        DataError, SpecError, RunError
            As of a fit of the table; or its settings are fixed.
        """
        rng = np.random.default_rng((self.spec.random_seed, 6, number))
        draw = int(rng.integers(len(self.values["intercept"])))
        one = {name: value[..., draw : draw + 1] for name, value in self.values.items()}
        truths, fitted = true_totals(self.features, one)
        return recovered(refit(simulated(self.table, self.features, one, rng), self.spec), truths, fitted)


def require_estimated(spec: RunSpec) -> None:
    """Raise SpecError where settings are fixed: their prior makes no tables like anybody's."""
    if not isinstance(spec.model, RecommendedModel):
        raise SpecError(
            "The prior of fixed settings says too little of sales to make tables like yours.",
            code="not_estimated",
            remedy="Let the data speak, or fit and look at the run's proof.",
        )


def with_another_year(table: CanonicalData) -> CanonicalData:
    """The table at brand level with its last year once more behind it; all of it again, where it is shorter."""
    return with_coming(table, min(PERIODS_OF_YEAR[table.grain], table.frame["period_start"].nunique()))


def likest(features: FeatureMatrix, values: Values, seed: int) -> NDArray[np.intp]:
    """Places of the draws whose sales vary nearly as the table's ``(sample)``, the likest first.

    ``values`` are draws by parameter, ``(sample)`` or ``(member, sample)``, each in its own unit.
    """
    family = family_of(features)
    rng = np.random.default_rng((seed, 7))
    mu, link = effects(family, values).mu, family.link(values)
    new = family.noise.drawn(values, len(mu), rng)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a wide prior has draws beyond all numbers
        sales = link.to_sales(mu + family.noise.residuals(new, values))
        apart = np.abs(np.log(variation(sales) / variation(family.target[:, None]))).sum(axis=0)
    taken = int(TAKEN * apart.size)
    return np.argsort(np.where(np.isfinite(apart), apart, np.inf), kind="stable")[:taken]


def prior_values(features: FeatureMatrix, draws: int, seed: int) -> dict[str, Array]:
    """Draws of the prior, and what follows from them: ``(sample)`` or ``(member, sample)``, each in its own unit."""
    family = family_of(features)
    sizes = {"channel": features.activity.sizes["channel"], "control": features.controls_scaled.sizes["control"]}
    values = draw_prior(family.parameters, sizes=sizes, draws=draws, seed=seed)
    if isinstance(family.media, EstimatedMedia):
        values |= family.media.derived(values, family.media.curve(values))
    return values


def variation(sales: Array) -> Array:
    """Spread of sales ``(row, sample)`` over time, and from one row to the next, over their mean: ``(2, sample)``."""
    level = np.abs(sales.mean(axis=0))
    return np.stack([sales.std(axis=0) / level, np.diff(sales, axis=0).std(axis=0) / level])
