"""PyMC-Marketing's optimiser on the worlds of ``benchmarks.plan_worlds``; run in an environment of its own.

``.venv-bench/bin/python benchmarks/peer_plans.py --fits 30 > FILE`` prints a line of JSON a world: money per channel
over the 13 weeks that come, in the table's order. Its own defaults (geometric adstock, logistic saturation, both
estimated, a yearly season of four waves, nutpie, two chains of 1,000 draws; the mean response as what is made large),
the same money and the same limits as ours. ``python -m benchmarks.plans --beside FILE`` holds it against the truth.
"""

import argparse
import json
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
import xarray as xr
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.plan_worlds import FIRST, HORIZON, LEAST, MOST, world


def main() -> None:
    """Fit world after world, and split its money."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fits", type=int, default=30)
    parser.add_argument("--first", type=int, default=FIRST)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for seed in range(options.first, options.first + options.fits):
        print(json.dumps({"seed": seed} | _planned(world(seed).frame)), flush=True)


def _planned(frame: pd.DataFrame) -> dict[str, object]:
    started = time.perf_counter()
    channels = [str(name) for name in frame if str(name).startswith("spend_")]
    model = MMM(
        date_column="period_start",
        channel_columns=channels,
        target_column="sales",
        adstock=GeometricAdstock(l_max=14),
        saturation=LogisticSaturation(),
        yearly_seasonality=4,
    )
    model.fit(
        frame[["period_start", *channels]], frame["sales"], draws=1000, tune=1000, chains=2, target_accept=0.9,
        nuts_sampler="nutpie", random_seed=1, progressbar=False,
    )  # fmt: skip
    fitted = time.perf_counter() - started
    # Needed by its optimiser: contributions in the unit of sales.
    model.add_original_scale_contribution_variable(var=["channel_contribution"])
    week = frame[channels].tail(HORIZON).mean()
    first = frame["period_start"].max() + pd.Timedelta(weeks=1)
    optimizer = model.budget_optimizer(str(first.date()), str((first + pd.Timedelta(weeks=HORIZON - 1)).date()))
    limits = xr.DataArray(
        [[LEAST * money, MOST * money] for money in week],
        dims=["channel", "bound"],
        coords={"channel": channels, "bound": ["lower", "upper"]},
    )
    found = optimizer.allocate_budget(float(week.sum()), budget_bounds=limits)
    split = found.budgets.sel(channel=channels).to_numpy() * HORIZON
    return {
        "spend": [float(money) for money in split],
        "fit, seconds": round(fitted, 1),
        "plan, seconds": round(time.perf_counter() - started - fitted, 1),
    }


if __name__ == "__main__":
    main()
