"""A refit of the demo with Google Meridian, in a running process; run in an environment of its own.

``.venv-meridian/bin/python benchmarks/peer_meridian.py TABLE.csv SPEC.json`` prints JSON. Its own defaults, our data.
"""

import argparse
import json
import statistics
import time
import warnings

import arviz
import pandas as pd
import psutil
from meridian.data import data_frame_input_data_builder as builder_module
from meridian.model import model
from meridian.model import spec as model_spec


def main() -> None:
    """Fit once, then refit with other seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("spec")
    parser.add_argument("--refits", type=int, default=2)
    parser.add_argument("--draws", type=int, default=1000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with open(options.spec) as file:  # noqa: PTH123 - this script is on its own
        spec = json.load(file)
    frame = pd.read_csv(options.table)
    frame = frame.assign(time=frame["period_start"], geo="national_geo", revenue_per_kpi=1.0)
    channels = [name.removeprefix("act_") for name in spec["drivers"]]
    builder = builder_module.DataFrameInputDataBuilder(
        kpi_type="revenue", default_kpi_column="sales", default_media_time_column="time"
    )
    builder = builder.with_kpi(frame).with_controls(frame, control_cols=spec["controls"])
    builder = builder.with_media(
        frame,
        media_cols=spec["drivers"],
        media_spend_cols=[f"spend_{name}" for name in channels],
        media_channels=channels,
    )
    data = builder.build()
    seconds, ess, of_totals = [], [], []
    for seed in range(options.refits + 1):
        started = time.perf_counter()
        fitted = model.Meridian(input_data=data, model_spec=model_spec.ModelSpec(knots=1))
        fitted.sample_posterior(
            n_chains=2, n_adapt=options.draws // 2, n_burnin=options.draws // 2, n_keep=options.draws, seed=seed
        )
        seconds.append(time.perf_counter() - started)
        posterior = fitted.inference_data.posterior
        names = [name for name in ("roi_m", "alpha_m", "ec_m", "sigma", "gamma_c", "knot_values") if name in posterior]
        found = arviz.ess(posterior[names])
        ess.append(min(float(found[name].min()) for name in found.data_vars))
        # Its return is its parameter, so a channel's total is that return times spend: as many independent draws.
        of_totals.append(float(found["roi_m"].min()))
    print(
        json.dumps(
            {
                "first_seconds": seconds[0],
                "refit_seconds": statistics.median(seconds[1:]),
                "min_ess": statistics.median(ess[1:]),
                "min_ess_of_totals": statistics.median(of_totals[1:]),
                "memory_mb": psutil.Process().memory_info().rss / 2**20,
            }
        )
    )


if __name__ == "__main__":
    main()
