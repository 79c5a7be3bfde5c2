"""The hand-written density against the same declarations folded into PyMC, and its gradient against differences."""

import numpy as np
import pytest
from pymc import Model

from mmm_core.model.family import Family, family_of
from mmm_core.sampler import density, native
from mmm_core.sampler.model_pymc import build_oracle
from mmm_core.spec import spec_from
from tests.conftest import features_of
from tests.worlds import simulate

WORLD = simulate(3, weeks=60, channels=3)
HOLES = [20, 21, 44]
OPTIONS = [
    {},
    {"link": "log"},
    {"link": "identity"},
    {"noise": "ar1"},
    {"noise": "independent"},
    {"tails": "normal"},
    {"freedom": "near"},
    {"per_channel": {"c1": "fixed"}},
    {"media": {"share": 0.4, "share_width": 0.5, "spread": 0.3, "spread_width": 0.2}},
    {"baseline": {"level": 0.3, "trend": 0.05, "season": 0.2, "controls": 0.3, "noise": 0.1}},
]


def family(*, holes: bool = False, saturated: bool = True, **model: object) -> Family:
    frame = WORLD.frame.copy()
    if holes:
        frame.loc[HOLES, "sales"] = np.nan
    config = WORLD.spec["feature_config"] | {"saturation": {"enabled": saturated}}
    spec = spec_from(WORLD.spec | {"feature_config": config, "model": {"kind": "recommended"} | model})
    return family_of(features_of(frame, spec))


def hand_written(found: Family, position: np.ndarray) -> tuple[float, np.ndarray]:
    return native.evaluate(native.model_on(found), position)


def point(found: Family, position: np.ndarray, oracle: Model) -> dict[str, np.ndarray]:
    """The same position under the names of the PyMC model's own unconstrained variables."""
    channels, q = len(found.media.weight), position
    values = native.values_at(position[None], found)
    blocks = {name: q[8 + place * channels : 8 + (place + 1) * channels] for place, name in enumerate(
        ("z_decay", "z_delay", "z_half_saturation", "z_slope"), start=1)}  # fmt: skip
    share, prior = values["media_share"][0], found.media.priors["media_share"]
    named = {
        "intercept": values["intercept"][0], "sigma_log__": q[1], "z_nu": (q[2] - 2.3) / 1.0, "rho_logodds__": q[3],
        "kappa_logodds__": q[4], "z_tau": q[6], "lambda_logodds__": q[7], "effect": values["effect"][:, 0],
        "z_media_share": (np.log(share / (1 - share)) - prior.centre) / prior.width,
        "gamma": q[8 + 5 * channels :] * np.broadcast_to(found.columns.scale, found.columns.matrix.shape[1]),
    } | blocks  # fmt: skip
    return {variable.name: np.asarray(named[variable.name]) for variable in oracle.value_vars}


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_is_the_declared_model_up_to_a_constant(options, holes):
    """At 50 points for the default, fewer for each option: 1e-10 between values of hundreds."""
    found = family(holes=holes, **options)
    oracle = build_oracle(found)
    # As it is sampled once; a few points of each option take less time than its machine code.
    compiled = oracle.compile_logp(mode="FAST_COMPILE") if options or holes else oracle.compile_logp()
    size = density.dimension(len(found.media.weight), found.columns.matrix.shape[1])
    used = _used(found)
    gaps = []
    for seed in range(8 if options or holes else 50):
        position = np.random.default_rng(seed).normal(size=size) * 0.8
        spare = _spare_density(position, used)
        spare += float(np.log(_level_spread(position, found)))
        gaps.append(hand_written(found, position)[0] - spare - float(compiled(point(found, position, oracle))))
    assert np.ptp(gaps) <= 1e-10 * max(1.0, np.abs(gaps).max())


def _level_spread(position: np.ndarray, found: Family) -> float:
    """Jacobian of the intercept: what its coordinate is measured in."""
    rho, kappa = (1 / (1 + np.exp(-position[place])) for place in (density.RHO, density.KAPPA))
    return float(native.level_spread(np.exp(position[density.SIGMA]), rho, kappa, found))


def _used(found: Family) -> set[int]:
    """Coordinates before the channels' that this model reads; the others only have a prior."""
    names = {parameter.name for parameter in found.parameters}
    places = {"nu": density.NU, "rho": density.RHO, "kappa": density.KAPPA, "lambda": density.POWER}
    return {place for name, place in places.items() if name in names}


def _spare_density(position: np.ndarray, used: set[int]) -> float:
    """Log prior of the coordinates that options leave unread."""
    found = 0.0
    for place, (a, b) in {density.RHO: (2, 1), density.KAPPA: (1, 1), density.POWER: (1, 1)}.items():
        if place not in used:
            chance = 1 / (1 + np.exp(-position[place]))
            found += a * np.log(chance) + b * np.log1p(-chance)
    if density.NU not in used:
        found -= 0.5 * (position[density.NU] - 2.3) ** 2
    return found


@pytest.mark.parametrize(("holes", "saturated"), [(False, True), (True, True), (False, False), (True, False)])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_gradient_is_that_of_the_value(options, holes, saturated):
    found = family(holes=holes, saturated=saturated, **options)
    size = density.dimension(len(found.media.weight), found.columns.matrix.shape[1])
    for seed in range(3):
        position = np.random.default_rng(seed).normal(size=size) * 0.8
        _, gradient = hand_written(found, position)
        for place in range(size):
            step = np.zeros(size)
            step[place] = 1e-5
            rise = hand_written(found, position + step)[0] - hand_written(found, position - step)[0]
            assert gradient[place] == pytest.approx(rise / 2e-5, rel=1e-6, abs=1e-5), place


def test_channels_that_were_never_on_in_a_stretch_have_a_gradient_too():
    """Carried activity of exactly zero: the curve is flat there, and nothing is infinite."""
    frame = WORLD.frame.copy()
    frame.loc[:30, "act_c0"] = 0.0
    found = family_of(features_of(frame, spec_from(WORLD.spec | {"model": {"kind": "recommended"}})))
    size = density.dimension(3, found.columns.matrix.shape[1])
    value, gradient = hand_written(found, np.random.default_rng(1).normal(size=size) * 0.5)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_where_it_does_not_exist_it_says_so():
    model = native.model_on(family())
    with pytest.raises(ValueError, match="not finite"):
        native.evaluate(model, np.full(model.size, np.nan))
