"""Finished runs on small worlds, fitted once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.pairs import Compiled, fitted, small_world, spec_of, with_sales_revised


@pytest.fixture(scope="package")
def frame() -> pd.DataFrame:
    """The table of the later runs."""
    return small_world()


@pytest.fixture(scope="package")
def run_folders(tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame, compiled: Compiled) -> dict[str, Path]:
    """Runs on the shorter table, on the longer, on one that was revised, under other settings, and all at once."""
    root = tmp_path_factory.mktemp("runs")
    spec, shorter, revised = spec_of(frame), frame.iloc[:-8].reset_index(drop=True), with_sales_revised(frame, "c0")
    other = {"saturation": {"enabled": False}, "seasonality": {"K": 1}, "adstock": {"decay_default": 0.85}}
    settings = spec_of(frame, feature_config=other)
    made = {
        "before": (shorter, spec),
        "longer": (frame, spec),
        "revised": (revised.iloc[:-8].reset_index(drop=True), spec),
        "settings": (shorter, settings),
        "again": (shorter, spec_of(frame, random_seed=7)),
        "everything": (revised, settings),
    }
    return {name: fitted(root / f"run-{name}", *each, compiled) for name, each in made.items()}
