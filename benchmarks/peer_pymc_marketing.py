"""A refit of the demo with PyMC-Marketing, in a running process; run in an environment of its own.

``.venv-bench/bin/python benchmarks/peer_pymc_marketing.py TABLE.csv SPEC.json --sampler pymc`` (or nutpie) prints JSON.
Its own defaults (geometric adstock, logistic saturation, both estimated), the same data, draws, chains and seasonality.
"""

import argparse
import json
import statistics
import time
import warnings

import arviz
import pandas as pd
import psutil
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

TARGET_ACCEPT = 0.9


def main() -> None:
    """Fit once, then refit with other seeds, as somebody who changes a setting does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("spec")
    parser.add_argument("--sampler", choices=["pymc", "nutpie"], default="pymc")
    parser.add_argument("--refits", type=int, default=3)
    parser.add_argument("--draws", type=int, default=1000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with open(options.spec) as file:  # noqa: PTH123 - this script is on its own
        spec = json.load(file)
    frame = pd.read_csv(options.table, parse_dates=["period_start"])
    seconds, ess, of_totals = [], [], []
    for seed in range(options.refits + 1):
        started = time.perf_counter()
        model = MMM(
            date_column="period_start",
            channel_columns=spec["drivers"],
            control_columns=spec["controls"],
            target_column="sales",
            adstock=GeometricAdstock(l_max=spec["feature_config"]["adstock"]["max_lag"] + 1),
            saturation=LogisticSaturation(),
            yearly_seasonality=spec["feature_config"]["seasonality"]["K"],
        )
        tree = model.fit(
            frame[["period_start", *spec["drivers"], *spec["controls"]]],
            frame["sales"],
            draws=options.draws,
            tune=options.draws,
            chains=2,
            target_accept=TARGET_ACCEPT,
            nuts_sampler=options.sampler,
            random_seed=seed,
            progressbar=False,
        )
        seconds.append(time.perf_counter() - started)
        names = [str(variable) for variable in model.model.free_RVs]
        found = arviz.ess(tree["posterior"].to_dataset()[names])
        ess.append(min(float(found[name].min()) for name in found.data_vars))
        totals = tree["posterior"].to_dataset()["channel_contribution"].sum("date")
        of_totals.append(float(arviz.ess(totals.to_dataset(name="total"))["total"].min()))
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
