import numpy as np
import pytest

from mmm_core.charts import contributions, settings
from mmm_core.charts.style import LIGHT, ChartMeta
from mmm_core.exports import formats
from mmm_core.model import preview
from mmm_core.model.features import build_features
from mmm_core.runs import tables
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT
from tests.engines import demo_spec

DATA = tables.read_file(PROJECT / "sample_data" / "mmm_demo.csv").canonical()
FEATURES = build_features(DATA, demo_spec())
SUMMARY = read_outputs(PROJECT / "sample_data" / "demo_run").summary


def test_the_setting_before_is_a_diamond_and_on_the_same_scale():
    alone = settings.live_shares(SUMMARY, None)
    both = settings.live_shares(SUMMARY, SUMMARY)
    symbols = [trace.marker.symbol for trace in both.data if trace.mode.startswith("markers")]
    assert symbols.count("diamond") == len(SUMMARY.channels)
    assert len(both.data) == 2 * len(alone.data)


def test_what_cannot_be_told_looks_the_same_on_the_live_estimate_as_in_the_results():
    live = {trace.y[0]: trace for trace in settings.live_shares(SUMMARY, SUMMARY).data if trace.mode != "lines"}
    results = {trace.y[0]: trace for trace in contributions.shares(SUMMARY).data if trace.mode != "lines"}
    for name in ("Print", "TV"):
        assert live[name].marker == results[name].marker
        assert live[name].text == results[name].text
    assert live["Print"].marker.color == LIGHT.card
    assert "begins below a tenth of" in ChartMeta.of(settings.live_shares(SUMMARY, None)).how_to_read


def test_bought_and_felt_are_on_one_scale_and_in_the_data_beneath():
    frame = preview.felt_activity(FEATURES, "tv")
    figure = settings.felt(frame, "tv", "#123456")
    bought, felt = figure.data
    assert np.mean(felt.y) == pytest.approx(np.mean(bought.y))
    assert ChartMeta.of(figure).name == "felt_tv"
    assert list(formats.chart_data(figure).columns) == list(frame.columns)


@pytest.mark.parametrize(("lags", "ending"), [(3, "25\u00a0%."), (9, "3\u00a0% and so on.")])
def test_a_long_memory_is_read_aloud_up_to_its_sixth_period(lags, ending):
    figure = settings.impulse(0.5 ** np.arange(lags), "#123456", "WEEK")
    assert ChartMeta.of(figure).alt.endswith(ending)
    assert figure.layout.xaxis.title.text == "weeks later"


def test_the_season_s_sketch_names_its_reach():
    sketch = preview.season_curve(FEATURES)
    figure = settings.season(sketch, "€")
    assert [trace.name for trace in figure.data] == ["Observed", "Season and trend"]
    assert figure.layout.yaxis.title.text == "€"
