"""Sampling through C functions: reproducible, parallel, and draws that are what was declared."""

import os
import subprocess
import sys

import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.model.padding import structure_of
from mmm_core.model.structure import AnySize
from mmm_core.results.effects import values_of
from mmm_core.sampler import density, native
from mmm_core.sampler.sampling import sample
from tests.conftest import PROJECT, Fit

SHORT = {"draws": 100, "tune": 100, "chains": 2}


def draw(fit: Fit, compiled, *, seed: int):
    settings = fit.spec.sampler.model_copy(update=SHORT)
    return sample(compiled(structure_of(fit.features)), fit.features, settings=settings, seed=seed)


def test_it_is_compiled_once_for_every_size(estimated_fit: Fit):
    assert structure_of(estimated_fit.features) == AnySize()
    assert estimated_fit.posterior.structure == AnySize()


def test_the_same_seed_gives_the_same_draws_and_another_others(estimated_fit: Fit, compiled):
    one, same, other = (draw(estimated_fit, compiled, seed=seed).draws for seed in (3, 3, 4))
    for name in one:
        np.testing.assert_array_equal(one[name], same[name])
    assert not np.array_equal(one["intercept"], other["intercept"])
    assert not np.array_equal(one["intercept"].sel(chain=0), one["intercept"].sel(chain=1))


def test_chains_begin_at_different_places_with_little_noise():
    one, two = (native.start_position(30, seed) for seed in (1, 2))
    assert not np.array_equal(one, two)
    assert one[density.SIGMA] == two[density.SIGMA] == np.log(0.08)


def test_parameters_lie_where_they_may(estimated_fit: Fit):
    values = values_of(estimated_fit.posterior)
    for name in ("media_share", "share", "decay", "delay", "rho", "kappa", "lambda"):
        assert ((values[name] >= 0) & (values[name] <= 1)).all(), name
    for name in ("tau", "half_saturation", "slope", "beta", "sigma"):
        assert (values[name] > 0).all(), name
    assert (values["nu"] > 2).all()


def test_parameters_are_made_of_positions_in_pieces_as_at_once(estimated_fit: Fit, monkeypatch):
    family = family_of(estimated_fit.features)
    size = density.dimension(4, family.columns.matrix.shape[1])
    positions = np.random.default_rng(2).normal(size=(2, 7, size)) * 0.3
    names = np.array(["c0", "c1", "c2", "c3"]), np.array(family.columns.kinds)
    whole = native.parameters_of(positions, family, *names)
    monkeypatch.setattr(native, "DRAWS_AT_ONCE", 3)
    pieces = native.parameters_of(positions, family, *names)
    for name in whole:
        np.testing.assert_allclose(whole[name], pieces[name], rtol=1e-12)
    one = native.values_at(positions[1, 4][None], family)
    np.testing.assert_allclose(whole["share"][1, 4], one["share"][:, 0], rtol=1e-12)


def test_what_is_set_is_named_and_not_summarised(estimated_fit: Fit):
    fixed = estimated_fit.posterior.fixed
    assert fixed == {"decay[c2]", "delay[c2]", *fixed & {"half_saturation[c2]", "slope[c2]"}}
    assert "half_saturation[c2]" in fixed


def test_a_fixed_model_has_nothing_that_is_set(fit: Fit):
    assert fit.posterior.fixed == frozenset()


@pytest.mark.parametrize("wish", ["keep", "discard"])
def test_it_can_be_stopped(estimated_fit: Fit, compiled, wish):
    from mmm_core.errors import RunCancelledError

    settings = estimated_fit.spec.sampler.model_copy(update={"draws": 20_000, "tune": 100})
    seen: list[int] = []

    def note(chains) -> None:
        seen.append(min(chain.draws_done - 100 for chain in chains))

    def stop() -> str | None:
        return wish if seen and seen[-1] > 150 else None

    model = compiled(AnySize())
    if wish == "discard":
        with pytest.raises(RunCancelledError):
            sample(model, estimated_fit.features, settings=settings, seed=1, on_progress=note, should_stop=stop)
    else:
        found = sample(model, estimated_fit.features, settings=settings, seed=1, on_progress=note, should_stop=stop)
        assert found.partial
        assert 100 <= found.draws.sizes["draw"] < 20_000


EVALUATED = """
import sys
from hashlib import sha256
import numpy as np
from mmm_core.sampler import native
said = np.load(sys.argv[1])
model = native.NativeModel(dims={}, buffer=said["buffer"], size=said["positions"].shape[1], start=None)
found = [native.evaluate(model, position) for position in said["positions"]]
print(sha256(b"".join(np.float64(value).tobytes() + slope.tobytes() for value, slope in found)).hexdigest())
"""


@pytest.mark.slow
def test_a_process_that_compiles_it_and_one_that_reads_it_from_the_disk_agree_to_the_last_bit(
    estimated_fit: Fit, tmp_path
):
    """Else a run made again in a new environment would have other draws than the same one a minute later."""
    model = native.model_on(family_of(estimated_fit.features))
    positions = np.random.default_rng(0).normal(0, 0.5, (50, model.size))
    np.savez(tmp_path / "said.npz", buffer=model.buffer, positions=positions)
    command = [sys.executable, "-c", EVALUATED, str(tmp_path / "said.npz")]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    answers, files = [], []
    for _ in range(2):
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
        answers.append(done.stdout)
        files.append({each.name: each.stat().st_mtime_ns for each in (tmp_path / "cache").rglob("*.nbc")})
    assert len(files[0]) == 2
    assert files[1] == files[0], "the second process has compiled it too"
    assert answers[0] == answers[1]
