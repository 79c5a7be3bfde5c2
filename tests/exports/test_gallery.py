import dataclasses

import pytest

from mmm_core.exports import gallery
from mmm_core.runs.datasets import Units
from mmm_core.runs.outputs import Outputs, read_outputs
from mmm_core.spec import RunSpec, Saturation
from mmm_core.workspace import storage
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"


@pytest.fixture(scope="module")
def found() -> Outputs:
    return read_outputs(DEMO)


@pytest.fixture(scope="module")
def spec() -> RunSpec:
    return storage.read_json(DEMO / "run_spec.json", RunSpec)


def saturated(spec: RunSpec) -> RunSpec:
    features = spec.feature_config.model_copy(update={"saturation": Saturation(enabled=True)})
    return spec.model_copy(update={"feature_config": features})


def test_every_chart_goes_by_its_own_name_and_in_the_units_of_the_table(found, spec):
    charts = gallery.charts_of_run(found, spec, Units(target="€", spend="€"))
    for name, figure in charts.items():
        assert figure.layout.meta["name"] == name
        assert figure.layout.title.text
    assert charts["waterfall"].layout.xaxis.title.text == "sales, € in total"
    assert charts["roi"].layout.xaxis.title.text.startswith("€ per € spent")


def test_a_run_has_the_charts_that_its_settings_give_it(found, spec):
    units = Units()
    assert "saturation" not in gallery.charts_of_run(found, spec, units)
    assert "saturation" in gallery.charts_of_run(found, saturated(spec), units)
    channels = tuple(
        channel.model_copy(update={"spend": None, "roi": None, "mroi": None}) for channel in found.summary.channels
    )
    unpaid = dataclasses.replace(found, summary=found.summary.model_copy(update={"channels": channels}))
    assert "roi" not in gallery.charts_of_run(unpaid, spec, units)


def test_what_stands_under_a_picture_names_period_intervals_and_conditions(found, spec):
    said = gallery.source("my run", found, spec)
    for part in ("my run", "94 % intervals", "2 Jan 2023 to 22 Dec 2025", "without saturation", "Causal only if"):
        assert part in said.replace("\u00a0", " ")
    assert "with the saturation chosen" in gallery.source("my run", found, saturated(spec))
    early = dataclasses.replace(found, summary=found.summary.model_copy(update={"partial": True}))
    assert "Stopped early" in gallery.source("my run", early, spec)
