"""A run in a real database of MLflow, read back by MLflow's own client."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import arviz
import numpy as np
import pandas as pd
import pytest

from mmm_core import __main__ as command_line
from mmm_core import shipped
from mmm_core.errors import TrackingError
from mmm_core.exports.tracking.address import place_of
from mmm_core.exports.tracking.exported import EXPERIMENT, export_run
from mmm_core.exports.tracking.names import as_key, from_key
from mmm_core.exports.tracking.record import record_of
from mmm_core.exports.tracking.store import connected
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import FILES
from mmm_core.runs.manifest import Label
from mmm_core.runs.outputs import read_summary
from mmm_core.workspace import status, storage
from tests.conftest import PROJECT
from tests.engines import unproved_demo

DEMO = shipped.RUNS[shipped.DEMO]
EUROS = Units(target="€", spend="€")
ODD = {"tv": "TV & Radio (€)", "search": "Außen/Plakat.low"}
"""Channels of a table that nobody has tidied up."""


@contextmanager
def client(address: str) -> Iterator:
    with connected(place_of(address)) as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    """A database in a folder whose name is no address."""
    folder = tmp_path_factory.mktemp("tracked") / "Runs & more #1"
    folder.mkdir()
    return f"sqlite:///{folder}/mlflow.db"


@pytest.fixture(scope="module")
def sent(address):
    """The demo's run, sent for the first time."""
    return export_run(DEMO, address, units=EUROS)


def files_of(exported) -> Path:
    return Path(unquote(urlsplit(exported.artifacts).path))


def test_parameters_figures_and_sentences_are_read_back_as_they_are(sent, address):
    record = record_of(DEMO, units=EUROS)
    with client(address) as found:
        run = found.get_run(sent.run_id)
        experiment = found.get_experiment(run.info.experiment_id)
    assert sent.is_new
    assert experiment.name == EXPERIMENT
    assert run.data.params == record.params
    assert run.data.metrics == record.metrics
    assert record.tags.items() <= run.data.tags.items()
    assert run.info.run_name == "mmm_demo.csv"
    assert run.info.status == "FINISHED"
    current = status.get_status(DEMO)
    assert run.info.start_time == round(1000 * current.started_at.timestamp())
    assert run.info.end_time == round(1000 * current.updated_at.timestamp())
    assert (sent.params, sent.metrics) == (len(record.params), len(record.metrics))


def test_files_are_those_of_the_run_and_arviz_opens_the_draws(sent, address, tmp_path):
    with client(address) as found:
        taken = Path(found.download_artifacts(sent.run_id, "", str(tmp_path)))
    for file in FILES:
        if (DEMO / file.name).is_file():
            assert (taken / file.name).read_bytes() == (DEMO / file.name).read_bytes(), file.name
    draws, own = (arviz.from_netcdf(folder / "posterior.nc") for folder in (taken, DEMO))
    assert {"posterior", "log_likelihood", "observed_data"} <= set(draws.children)
    for name, values in own["posterior"].data_vars.items():
        np.testing.assert_array_equal(draws["posterior"][name], values)
    assert {"README.txt", "tables.xlsx", "reproduce.py", "proof.json"} <= {path.name for path in taken.iterdir()}
    assert (taken / "charts" / "shares.html").is_file()
    assert sum(path.is_file() for path in taken.rglob("*")) == sent.files
    # They lie beside the database, in a folder that its name cannot lead astray.
    assert files_of(sent).parents[1] == place_of(address).database.parent / "mlartifacts"


def test_twice_is_one_run_that_is_brought_up_to_date(tmp_path, fresh):
    folder = unproved_demo(tmp_path / "run")
    storage.write_json(folder / "label.json", Label(name="Spring", note="First."))
    first = export_run(folder, fresh)
    with client(fresh) as found:
        # What a stop leaves behind, and what somebody has changed.
        found.delete_tag(first.run_id, "mmm.answer")
        found.set_tag(first.run_id, "mmm.gone", "of an earlier version")
        found.set_tag(first.run_id, "team", "theirs")
        found.log_metric(first.run_id, "share.tv", 0.9, step=0, timestamp=1)
        found.update_run(first.run_id, status="RUNNING")
        (files_of(first) / "posterior.nc").unlink()
    storage.write_json(folder / "label.json", Label(name="Summer", note="Second."))
    second = export_run(folder.rename(tmp_path / "moved"), fresh)
    assert second.run_id == first.run_id
    assert not second.is_new
    with client(fresh) as found:
        assert len(found.search_runs([first.experiment_id])) == 1
        run = found.get_run(first.run_id)
        assert len(found.get_metric_history(first.run_id, "media_share")) == 1
    assert run.info.run_name == "Summer"
    assert run.info.status == "FINISHED"
    assert "Second." in run.data.tags["mlflow.note.content"]
    assert "mmm.answer" in run.data.tags
    assert "mmm.gone" not in run.data.tags
    assert run.data.tags["team"] == "theirs"
    assert (files_of(first) / "posterior.nc").is_file()


def test_a_figure_that_was_changed_becomes_that_of_the_run_again(fresh):
    sent = export_run(DEMO, fresh)
    ended = round(1000 * status.get_status(DEMO).updated_at.timestamp())
    with client(fresh) as found:
        found.log_metric(sent.run_id, "share.tv", 0.9, step=0, timestamp=ended + 1)
    export_run(DEMO, fresh)
    with client(fresh) as found:
        run = found.get_run(sent.run_id)
    assert run.data.metrics["share.tv"] == record_of(DEMO, units=Units()).metrics["share.tv"]


def test_another_experiment_has_a_run_of_its_own_and_a_deleted_run_is_made_anew(sent, address):
    other = export_run(DEMO, address, experiment=" Frühling/2026 ")
    assert other.is_new
    assert other.experiment == "Frühling/2026"
    with client(address) as found:
        found.delete_run(other.run_id)
    again = export_run(DEMO, address, experiment="Frühling/2026")
    assert again.is_new
    assert again.run_id not in (other.run_id, sent.run_id)


def test_a_deleted_experiment_and_a_name_that_is_none_are_refused_in_words(fresh):
    with client(fresh) as found:
        found.delete_experiment(found.create_experiment("Old"))
    with pytest.raises(TrackingError, match=r"'Old' of .* was deleted") as error:
        export_run(DEMO, fresh, experiment="Old")
    assert error.value.code == "experiment_deleted"
    assert "mlflow experiments restore --experiment-id 1" in error.value.remedy
    for name in (" ", "x" * 251):
        with pytest.raises(TrackingError, match="1 to 250 characters"):
            export_run(DEMO, fresh, experiment=name)


@pytest.mark.slow
def test_channels_with_odd_names_keep_their_figures_under_keys_that_are_read_back(tmp_path, fresh, capsys):
    table = pd.read_csv(PROJECT / "sample_data" / "mmm_demo.csv")
    named = {f"{kind}_{old}": f"{kind}_{new}" for old, new in ODD.items() for kind in ("act", "spend")}
    (tmp_path / "table.csv").write_text(table.rename(columns=named).to_csv(index=False))
    spec = {
        "dataset_id": "Umsätze: 50 % & mehr", "drivers": [f"act_{name}" for name in ODD.values()], "controls": [],
        "sampler": {"draws": 100, "tune": 100, "chains": 2},
        "feature_config": {"adstock": {"per_channel": {"act_TV & Radio (€)": {"decay": 0.7}}}},
    }  # fmt: skip
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    run = ["run", str(tmp_path / "table.csv"), "--spec", str(tmp_path / "spec.json"), "--out", str(tmp_path / "out")]
    assert command_line.main(run) == 0, capsys.readouterr().err
    sent = export_run(tmp_path / "out", fresh)
    summary = read_summary(tmp_path / "out")
    with client(fresh) as found:
        data = found.get_run(sent.run_id).data
    assert summary.model == "fixed"
    keys = {name.split(".")[1] for name in data.metrics if name.startswith("share.")}
    assert {from_key(key) for key in keys} == set(summary.names)
    for channel in summary.channels:
        key = as_key(channel.channel)
        assert data.metrics[f"share.{key}"] == channel.share.shown
        assert data.metrics[f"share.{key}.low"] == channel.share.low
        assert data.params.get(f"name.{key}", key) == channel.channel
    assert data.params["dataset_id"] == spec["dataset_id"]
    assert "0.7" in {value for name, value in data.params.items() if name.endswith(".decay")}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "posterior" in arviz.from_netcdf(files_of(sent) / "posterior.nc").children
