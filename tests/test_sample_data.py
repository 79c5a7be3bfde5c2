import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmm_core.spec import parse_spec

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"
TRUTH = json.loads((SAMPLES / "true_parameters.json").read_text())


def test_the_samples_are_what_the_generator_makes(tmp_path):
    copy = tmp_path / "generate.py"
    copy.write_bytes((SAMPLES / "generate.py").read_bytes())
    subprocess.run([sys.executable, str(copy)], check=True)
    made = sorted(path.name for path in tmp_path.iterdir() if path != copy)
    assert made == [
        "mmm_demo.csv",
        "mmm_demo_spec.json",
        "mmm_demo_truth.csv",
        "mmm_sample.csv",
        "run_spec.json",
        "true_parameters.json",
    ]
    assert [name for name in made if (tmp_path / name).read_bytes() != (SAMPLES / name).read_bytes()] == []


def test_the_sample_has_the_first_plans_header_and_size():
    header = (SAMPLES / "mmm_sample.csv").read_text().splitlines()[0]
    assert header == (
        "entity_id,period_start,sales,act_tv,act_digital,act_social,ctrl_price,ctrl_promo,"
        "spend_tv,spend_digital,spend_social"
    )
    assert len(pd.read_csv(SAMPLES / "mmm_sample.csv")) == 52


def test_the_demo_has_three_years_six_channels_and_silent_weeks():
    demo = pd.read_csv(SAMPLES / "mmm_demo.csv")
    spends = demo.filter(like="spend_")
    assert len(demo) == 156
    assert spends.shape[1] == 6
    assert ((spends == 0).sum() > 10).sum() >= 4
    peak = demo.loc[demo["ctrl_holiday"] == 1, "sales"].median()
    assert peak > 1.1 * demo.loc[demo["ctrl_holiday"] == 0, "sales"].median()


@pytest.mark.parametrize("name", ["run_spec.json", "mmm_demo_spec.json"])
def test_the_specifications_are_accepted(name):
    spec = parse_spec((SAMPLES / name).read_text())
    assert spec.random_seed == 42


@pytest.mark.parametrize("name", TRUTH)
def test_the_truth_adds_up(name):
    truth = TRUTH[name]
    channels = truth["channels"].values()
    assert truth["baseline"] + sum(c["additive"] for c in channels) == pytest.approx(truth["median_sales"], rel=1e-9)
    assert all(channel["removal"] >= channel["additive"] for channel in channels)
    observed = pd.read_csv(SAMPLES / f"{name}.csv")["sales"].sum()
    assert observed == pytest.approx(truth["median_sales"], rel=0.02)
    assert all(np.isfinite(list(channel.values())).all() for channel in channels)
