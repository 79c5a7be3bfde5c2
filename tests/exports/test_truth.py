import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.truth import truth_of
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_spec
from mmm_core.runs.outputs import read_outputs


def test_the_truth_of_the_demo_adds_up_and_is_of_its_weeks():
    folder = shipped.RUNS[shipped.DEMO]
    run = Exhibit("demo", read_outputs(folder), read_spec(folder), Units())
    truth = truth_of(run)
    assert list(truth.weekly["period_start"]) == list(pd.to_datetime(run.outputs.fitted["period_start"]))
    parts = truth.weekly.drop(columns=["period_start", "median_sales"]).sum(axis=1)
    assert parts.to_numpy() == pytest.approx(truth.weekly["median_sales"].to_numpy(), abs=0.01)
    assert sum(each["share"] for each in truth.channels.values()) == pytest.approx(truth.media_share, abs=1e-6)
