"""What is kept of a run is what its own files say, under names that say what it is."""

import json

import numpy as np
import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.errors import StorageError
from mmm_core.exports.tracking import record
from mmm_core.exports.tracking.record import LONGEST_PARAMETER, in_sample_mape, record_of
from mmm_core.results.conditions import FAILED_CHECKS
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import change_manifest, read_manifest, read_spec
from mmm_core.runs.manifest import Label
from mmm_core.runs.outputs import read_outputs
from mmm_core.workspace import storage
from tests.engines import unproved_demo

DEMO = shipped.RUNS[shipped.DEMO]
EUROS = Units(target="€", spend="€", margin=0.4)


@pytest.fixture(scope="module")
def found() -> record.Record:
    return record_of(DEMO, units=EUROS)


def ends(metrics, name):
    return [metrics[f"{name}{end}"] for end in ("", ".low", ".high")]


def test_figures_are_those_of_the_run(found):
    summary, metrics = read_outputs(DEMO).summary, found.metrics
    share = summary.media_share
    assert ends(metrics, "media_share") == [share.median, share.low, share.high]
    for channel in summary.channels:
        name = channel.channel
        assert ends(metrics, f"share.{name}") == [channel.share.median, channel.share.low, channel.share.high]
        assert ends(metrics, f"roi.{name}") == [channel.roi.median, channel.roi.low, channel.roi.high]
        assert ends(metrics, f"mroi.{name}") == [channel.mroi.median, channel.mroi.low, channel.mroi.high]
        additive = channel.additive
        assert ends(metrics, f"contribution.{name}") == [additive.mean, additive.low, additive.high]
        assert metrics[f"spend.{name}"] == channel.spend
        assert metrics[f"cannot_be_told.{name}"] == channel.cannot_be_told
    checks = read_outputs(DEMO).diagnostics
    assert metrics["check.max_r_hat"] == checks.max_r_hat
    assert metrics["check.min_ess_bulk"] == checks.min_ess_bulk
    assert metrics["check.divergences"] == checks.divergences
    assert metrics["fit.coverage"] == checks.coverage
    assert metrics["fit.explained"] == read_outputs(DEMO).quality.explained
    assert metrics["seconds.all"] == pytest.approx(sum(read_manifest(DEMO).seconds.values()))
    assert np.isfinite(list(metrics.values())).all()


def test_parts_add_up(found):
    names = read_outputs(DEMO).summary.names
    parts = [name for name in found.metrics if name.startswith("baseline.") and not name.endswith((".low", ".high"))]
    media = sum(found.metrics[f"contribution.{name}"] for name in names)
    assert media == pytest.approx(found.metrics["media"])
    assert media + sum(found.metrics[name] for name in parts) == pytest.approx(found.metrics["fitted"])


def leaves(value) -> int:
    return sum(map(leaves, value.values())) if isinstance(value, dict) and value else 1


def test_every_field_of_the_specification_is_a_parameter(found):
    spec = json.loads(read_spec(DEMO).model_dump_json(by_alias=True))
    own = [name for name in found.params if not name.startswith(("run.", "version.", "name."))]
    assert len(own) == leaves(spec)
    assert found.params["model.kind"] == "recommended"
    assert json.loads(found.params["drivers"]) == spec["drivers"]
    assert json.loads(found.params["feature_config.seasonality.K"]) == 4
    assert found.params["run.data_hash"] == read_manifest(DEMO).dataset_hash
    assert found.params["run.spec_hash"] == read_manifest(DEMO).spec_hash
    assert found.params["version.pymc"] == read_manifest(DEMO).versions["pymc"]


def test_what_is_set_for_one_channel_stands_under_its_path_and_a_long_value_is_cut(tmp_path):
    folder = unproved_demo(tmp_path / "run")
    spec = json.loads((folder / "run_spec.json").read_text())
    spec["feature_config"]["adstock"]["per_channel"] = {"act_tv": {"decay": 0.7}}
    own = [{"name": f"Sale {number}", "dates": ["2024-02-05"]} for number in range(40)]
    spec["feature_config"]["events"]["own"] = own
    (folder / "run_spec.json").write_text(json.dumps(spec))
    change_manifest(folder, spec_hash=storage.file_hash(folder / "run_spec.json"))
    params = record_of(folder, units=EUROS).params
    assert params["feature_config.adstock.per_channel.act_tv.decay"] == "0.7"
    events = params["feature_config.events.own"]
    assert len(events) == LONGEST_PARAMETER
    assert events.startswith('[{"name": "Sale 0"')
    assert events.endswith("(the whole is in run_spec.json)")


def test_sentences_say_on_what_conditions_figures_hold(found):
    assert found.tags["mmm.demo"] == "true"
    assert found.tags["mmm.dataset"] == "mmm_demo.csv"
    assert found.tags["mmm.verdict"] == "pass"
    assert "Causal only if spend was not set by expected sales" in found.tags["mmm.conditions"]
    assert found.tags["mmm.cannot_be_told"] == "Print cannot be told from no effect"
    assert found.tags["mmm.unit.sales"] == "€"
    assert found.tags["mmm.proof.foresight"] == "pass"
    said = found.tags["mlflow.note.content"]
    assert said.startswith("**mmm_demo.csv: what each channel brought**")
    assert "94 % of the posterior" in said
    assert "medians" in said


def test_a_fit_whose_checks_failed_says_so_first_and_the_note_of_a_person_is_kept(tmp_path):
    folder = unproved_demo(tmp_path / "run")
    checks = json.loads((folder / "diagnostics.json").read_text())
    (folder / "diagnostics.json").write_text(json.dumps(checks | {"overall": "stop"}))
    storage.write_json(folder / "label.json", Label(name="Spring", note="x" * 5000))
    change_manifest(folder, outputs={}, dataset_hash="sha256:other")
    found = record_of(folder, units=Units())
    said = found.tags["mlflow.note.content"]
    assert said.startswith(f"**{FAILED_CHECKS}**")
    assert "**Note.** xxx" in said
    assert len(said) == record.LONGEST_TAG
    assert found.name == "Spring"
    assert found.tags["mmm.verdict"] == "stop"
    assert found.tags["mmm.demo"] == "false"
    assert "mmm.unit.spend" not in found.tags


def test_the_identity_is_that_of_the_result_and_not_of_its_folder_or_name(tmp_path, found):
    folder = unproved_demo(tmp_path / "elsewhere")
    storage.write_json(folder / "label.json", Label(name="Renamed"))
    assert record_of(folder, units=Units()).identity == found.identity
    change_manifest(folder, owner="somebody else")
    assert record_of(folder, units=Units()).identity != found.identity


def test_a_damaged_run_is_refused(tmp_path):
    folder = unproved_demo(tmp_path / "run")
    (folder / "channel_summary.json").write_text("{}")
    with pytest.raises(StorageError, match="damaged"):
        record_of(folder, units=Units())


def test_the_mean_error_is_relative_to_what_was_sold():
    table = pd.DataFrame({"y": [100.0, 50.0, 0.0, np.nan], "y_hat_mean": [90.0, 60.0, 5.0, 7.0]})
    assert in_sample_mape(table) == pytest.approx((0.1 + 0.2) / 2)
    assert in_sample_mape(table[2:]) is None
