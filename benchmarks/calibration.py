"""Are the recommended model's intervals right where it is right? Ranks of prior draws among posterior draws.

Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari, Gelman 2018): parameters are drawn from the declared
prior, sales from the parameters, and the parameters' ranks among posterior draws of these sales must be uniform. Sales
that a link cannot have (at or below zero) are drawn again and counted: where many are, the prior is not quite the
declared one. Called by ``python -m benchmarks.verify calibration_recommended``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.family import Family, family_of
from mmm_core.model.features import build_features
from mmm_core.model.parameters import draw_prior
from mmm_core.model.terms import EstimatedMedia
from mmm_core.results.effects import additive, effects
from mmm_core.sampler import native, sampling
from mmm_core.spec import SamplerSettings, spec_from
from mmm_core.table.typed import CanonicalData
from tests.worlds import simulate

type Array = NDArray[np.float64]

DRAWS = 99
"""Posterior draws that a prior draw is ranked among."""
SAMPLER = SamplerSettings(draws=1000, tune=1000, target_accept=0.95)
MOST_TRIES = 200


def ranks_of(number: int) -> tuple[list[dict[str, int]], int]:
    """Ranks of ``number`` prior draws by quantity, and how many draws had sales that no link can have."""
    family = _family()
    found, thrown = [], 0
    for seed in range(number):
        values, sales, tries = _possible(family, seed)
        thrown += tries
        found.append(_ranks(family, values, sales, seed))
    return found, thrown


def _family() -> Family:
    """A table of two years with three channels and one control; the noise's prior is narrower than the default's."""
    world = simulate(5, weeks=104, channels=3)
    model = {"kind": "recommended", "baseline": {"noise": 0.08}}
    config = {"seasonality": {"K": 2}}
    spec = spec_from(world.spec | {"model": model, "feature_config": config})
    return family_of(build_features(CanonicalData(world.frame, "WEEK"), spec))


def _possible(family: Family, seed: int) -> tuple[dict[str, Array], Array, int]:
    for tries in range(MOST_TRIES):
        values = _prior_draw(family, 1000 * seed + tries)
        sales = _sales(family, values, np.random.default_rng([seed, tries]))
        if sales is not None:
            return values, sales, tries
    raise RuntimeError(f"no possible sales in {MOST_TRIES} draws")


def _prior_draw(family: Family, seed: int) -> dict[str, Array]:
    """One draw ``(1)`` or ``(member, 1)`` of every parameter, with what follows from it."""
    assert isinstance(family.media, EstimatedMedia)  # noqa: S101 - for the type checker
    sizes = {"channel": len(family.media.weight), "control": family.columns.matrix.shape[1]}
    drawn = draw_prior(family.parameters, sizes=sizes, draws=1, seed=seed)
    return drawn | family.media.derived(drawn, family.media.curve(drawn))


def _sales(family: Family, values: Mapping[str, Array], rng: np.random.Generator) -> Array | None:
    """Sales ``(row)`` in units of the level; None: the link has no sales for this predictor and noise."""
    mu = effects(family, values).mu[:, 0]
    rho, kappa = float(values["rho"][0]), float(values["kappa"][0])
    innovation = float(values["sigma"][0]) * rng.standard_t(float(values["nu"][0]), len(mu))
    residual = np.empty(len(mu))
    residual[0] = innovation[0] / np.sqrt(1 - rho**2)
    for row in range(1, len(mu)):
        residual[row] = rho * residual[row - 1] + innovation[row] - rho * kappa * innovation[row - 1]
    power = float(values["lambda"][0])
    grown = 1 + power * (mu + residual)
    if (grown <= 1e-6).any():
        return None
    sales = np.asarray(grown ** (1 / power))
    return sales if np.isfinite(sales).all() and sales.max() < 1e6 else None


def _ranks(family: Family, values: dict[str, Array], sales: Array, seed: int) -> dict[str, int]:
    simulated = replace(family, target=sales, level=1.0)
    draws, _, _ = sampling._run(native.model_on(simulated), SAMPLER, seed, simulated, None, None)
    positions = draws[native.POSITION].to_numpy()
    flat = positions.reshape(-1, positions.shape[-1])
    chosen = flat[np.linspace(0, len(flat) - 1, DRAWS).astype(int)]
    posterior = native.values_at(chosen, simulated)
    truth, seen = _quantities(simulated, values), _quantities(simulated, posterior)
    return {name: int((seen[name] < truth[name][0]).sum()) for name in truth}


def _quantities(family: Family, values: Mapping[str, Array]) -> dict[str, Array]:
    """Every quantity that is ranked ``(sample)``; of channels the first, and every channel's share and total."""
    found = {
        name: values[name] for name in ("intercept", "media_share", "tau", "lambda", "sigma", "nu", "rho", "kappa")
    }
    for name in ("effect", "decay", "delay", "half_saturation", "slope", "gamma"):
        found[f"{name}[0]"] = values[name][0]
    totals = additive(effects(family, values), family.link(values)).sum(axis=1)
    for place, (share, total) in enumerate(zip(values["share"], totals, strict=True)):
        found[f"share[{place}]"], found[f"total[{place}]"] = share, total
    return found


def summary(fits: int | None, inside_band: Any) -> dict[str, Any]:
    """Which quantities stay inside the simultaneous band; ``inside_band`` is :func:`benchmarks.verify.inside_band`."""
    ranks, thrown = ranks_of(fits or 300)
    inside = inside_band(np.array([list(row.values()) for row in ranks]), prob=0.99)
    names = list(ranks[0])
    return {
        "fits": len(ranks),
        "drawn_again": thrown,
        "inside_99_band": dict(zip(names, (bool(value) for value in inside), strict=True)),
        "mean_rank_share": {name: round(float(np.mean([row[name] for row in ranks])) / DRAWS, 3) for name in names},
        "passed": bool(inside.mean() >= 0.95),
    }
