"""What a finished run leaves behind, and that what is read is what was written."""

import arviz
import numpy as np
import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.errors import StorageError
from mmm_core.results import diagnostics, posterior_summary
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import ABOVE_AVERAGE
from mmm_core.runs import outputs
from mmm_core.runs.folder import FEATURES, OUTPUT_FILES, SCALER, change_manifest, read_spec
from mmm_core.workspace import folders, storage
from mmm_core.workspace.storage import Workspace
from tests.engines import finished_as_set

DEMO = shipped.RUNS[shipped.DEMO]


@pytest.mark.slow
def test_what_is_written_of_a_fit_is_what_is_read(fit, tmp_path):
    outputs.write_features(tmp_path, fit.features)
    assert {path.name for path in tmp_path.iterdir()} == {FEATURES, SCALER}
    summary = posterior_summary.summarise_posterior(fit.posterior)
    outputs.write_answer(tmp_path, fit.contributions, summary)
    checks = diagnostics.diagnose(
        fit.features, fit.posterior, fit.contributions, summary, settings=fit.spec.sampler, seed=fit.spec.random_seed
    )
    outputs.write_outputs(
        tmp_path, features=fit.features, posterior=fit.posterior, contributions=fit.contributions, diagnostics=checks
    )
    assert {path.name for path in tmp_path.iterdir()} == {FEATURES, SCALER, *OUTPUT_FILES}
    found = outputs.read_outputs(tmp_path)
    for name in ("contributions", "fitted", "decomposition"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(fit.contributions, name))
    assert (found.summary, found.parameters, found.scaler) == (fit.contributions.summary, summary, fit.features.scaler)
    draws = storage.read_netcdf(tmp_path / "posterior.nc")
    for name, values in fit.posterior.draws.items():
        np.testing.assert_array_equal(draws["posterior"][name].to_numpy(), values.to_numpy())


@pytest.fixture(scope="module")
def demo() -> outputs.Outputs:
    return outputs.read_outputs(DEMO)


def test_the_tables_of_a_run_are_of_the_same_periods_and_channels(demo):
    spec = read_spec(DEMO)
    channels = [driver.removeprefix("act_") for driver in spec.drivers]
    assert len(demo.fitted) == 156
    assert set(demo.contributions["channel"]) == set(channels)
    assert len(demo.contributions) == 156 * len(channels)
    assert [channel.channel for channel in demo.summary.channels] == channels
    for table in (demo.contributions, demo.decomposition):
        assert set(table["period_start"]) == set(demo.fitted["period_start"])


def test_the_parts_of_the_fitted_line_add_up_to_it(demo):
    keys = ["entity_id", "period_start"]
    parts = demo.decomposition.groupby(keys)["mean"].sum()
    fitted = demo.fitted.set_index(keys)["y_hat_mean"]
    # The line's middle is a median and the parts' are means: close, not equal.
    np.testing.assert_allclose(parts.loc[fitted.index], fitted, rtol=0.02)


def test_draws_are_read_by_plain_arviz_with_names_and_dates_of_the_table(demo):
    tree = arviz.from_netcdf(str(DEMO / "posterior.nc"))
    assert set(tree.children) == {"posterior", "sample_stats", "log_likelihood", "observed_data", "constant_data"}
    assert list(tree["posterior"]["channel"].to_numpy()) == [each.channel for each in demo.summary.channels]
    likelihood = tree["log_likelihood"]["obs"]
    assert likelihood.dtype == np.float32
    assert likelihood.dims == ("chain", "draw", "row")
    np.testing.assert_array_equal(likelihood["date"], demo.fitted["period_start"])
    np.testing.assert_allclose(tree["constant_data"]["target"], demo.fitted["y"])


def test_numbers_in_the_summary_are_those_of_the_draws(demo):
    draws = storage.read_netcdf(DEMO / "posterior.nc")["posterior"]["beta"]
    means = {row.name: row.mean for row in demo.parameters.parameters}
    for channel in demo.summary.channels:
        mean = float(draws.sel(channel=channel.channel).mean())
        assert means[f"beta[{channel.channel}]"] == pytest.approx(mean)


READ = [name for name in (*OUTPUT_FILES, SCALER) if name != "posterior.nc"]


@pytest.fixture
def unrecorded(tmp_path):
    """A copy of the demo whose manifest holds no hashes of its outputs, as of a run that is not finished."""
    folders.copy_files(DEMO, tmp_path, leaving=())
    change_manifest(tmp_path, outputs={})
    return tmp_path


@pytest.mark.parametrize("name", READ)
def test_a_run_that_lacks_an_output_is_told_by_its_name(name, unrecorded):
    (unrecorded / name).unlink()
    with pytest.raises(StorageError, match=f"'{name}' is not there yet"):
        outputs.read_outputs(unrecorded)


@pytest.mark.parametrize("name", [name for name in READ if name != SCALER])
def test_a_finished_run_that_has_lost_an_output_says_so(name, tmp_path):
    folders.copy_files(DEMO, tmp_path, leaving=(name,))
    with pytest.raises(StorageError, match=f"'{name}' is missing: the run was finished"):
        outputs.read_outputs(tmp_path)


@pytest.mark.parametrize("name", ["channel_summary.json", "diagnostics.json", "posterior_summary.json", SCALER])
def test_a_damaged_output_is_told_by_its_name(name, unrecorded):
    (unrecorded / name).write_bytes((DEMO / name).read_bytes()[:-20])
    with pytest.raises(StorageError, match=f"'{name}' is not what it should be"):
        outputs.read_outputs(unrecorded)


@pytest.mark.parametrize(("saturation", "note"), [(None, ABOVE_AVERAGE), (1.5, "")])
def test_an_earlier_version_s_marginal_returns_are_told_what_they_assume(tmp_path, saturation, note):
    folder = finished_as_set(Workspace(tmp_path), "run-set", saturation=saturation)
    assert storage.read_json(folder / "channel_summary.json", ContributionSummary).mroi_note is None
    assert outputs.read_summary(folder).mroi_note == outputs.read_outputs(folder).summary.mroi_note == note
