"""PyMC-Marketing on simulated worlds: do its intervals hold the truth? Run in an environment of its own.

``.venv-bench/bin/python benchmarks/peer_worlds.py --fits 40`` prints JSON in the terms of ``python -m benchmarks.verify
worlds``: the same worlds by the same seeds, its own defaults (geometric adstock, logistic saturation, both estimated),
a yearly season of four waves, nutpie, two chains of 1,000 draws. Totals are shares of observed sales.
"""

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import arviz
import numpy as np
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.worlds import FIRST_WORLD, World, crps, world


def main() -> None:
    """Fit world after world; each is told on a line of its own, and all of them at the end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fits", type=int, default=40)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = []
    for seed in range(FIRST_WORLD, FIRST_WORLD + options.fits):
        rows.append(_score(world(seed)))
        print(seed, json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(
        json.dumps(
            {
                "fits": len(rows),
                "channels": sum(len(row["covered"]) for row in rows),
                "coverage_90": float(np.mean([held for row in rows for held in row["covered"]])),
                "error_of_median": float(np.mean([row["error"] for row in rows])),
                "crps_1000": 1000 * float(np.mean([value for row in rows for value in row["crps"]])),
                "totals_r_hat_within_1.01": float(np.mean([row["r_hat"] <= 1.01 for row in rows])),
            },
            indent=1,
        )
    )


def _score(made: World) -> dict[str, Any]:
    spec: dict[str, Any] = made.spec
    frame = made.frame
    model = MMM(
        date_column="period_start",
        channel_columns=spec["drivers"],
        control_columns=spec["controls"] or None,
        target_column="sales",
        adstock=GeometricAdstock(l_max=14),
        saturation=LogisticSaturation(),
        yearly_seasonality=4,
    )
    tree = model.fit(
        frame[["period_start", *spec["drivers"], *spec["controls"]]], frame["sales"], draws=1000, tune=1000, chains=2,
        target_accept=0.9, nuts_sampler="nutpie", random_seed=1, progressbar=False,
    )  # fmt: skip
    # Its contributions are in units of the largest sales of a week.
    contribution = tree["posterior"].to_dataset()["channel_contribution"].sum("date")
    totals = contribution * float(frame["sales"].max() / frame["sales"].sum())
    r_hat = float(arviz.rhat(totals.to_dataset(name="total"))["total"].max())
    draws = totals.transpose("channel", "chain", "draw").to_numpy().reshape(len(spec["drivers"]), -1)
    truth = made.truth / frame["sales"].sum()
    low, median, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=1)
    return {
        "covered": [bool(held) for held in (low <= truth) & (truth <= high)],
        "error": float(np.abs(median - truth).sum() / truth.sum()),
        "crps": [crps(each, value) for each, value in zip(draws, truth, strict=True)],
        "r_hat": r_hat,
    }


if __name__ == "__main__":
    main()
