"""Small worlds as an earlier and a later table, and finished runs on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.worlds import world
from mmm_core.model.structure import Structure
from mmm_core.runs import execution, fits
from mmm_core.sampler.sampling import CompiledModel
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.typed import CanonicalData

type Compiled = Callable[[Structure], CompiledModel]

SAMPLER = {"draws": 400, "tune": 400, "chains": 2}


def small_world(seed: int = 5, weeks: int = 80) -> pd.DataFrame:
    """A canonical table of a simulated world."""
    return world(seed, weeks=weeks).frame


def spec_of(frame: pd.DataFrame, **changes: Any) -> RunSpec:
    """Fixed settings on every channel and control of a table."""
    columns = [str(column) for column in frame]
    return spec_from(
        {
            "dataset_id": "world",
            "drivers": [column for column in columns if column.startswith("act_")],
            "controls": [column for column in columns if column.startswith("ctrl_")],
            "feature_config": {"saturation": {"enabled": False}, "seasonality": {"K": 1}},
            "model": {"kind": "fixed"},
            "sampler": SAMPLER,
        }
        | changes
    )


def fitted(folder: Path, frame: pd.DataFrame, spec: RunSpec, compiled: Compiled, *, owner: str = "local") -> Path:
    """Folder of a finished run."""
    folder.mkdir(parents=True)
    fits.create(folder, CanonicalData(frame, "WEEK"), spec, fits.Origin("world.csv", "sha256:0", owner))
    fits.build(folder)
    execution.execute_run(folder, compiled=compiled)
    return folder


def with_sales_revised(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The same with a channel's activity and spend moved by two weeks in a third of the table."""
    moved = frame.copy()
    rows = slice(len(frame) // 3, 2 * len(frame) // 3)
    for each in (f"act_{column}", f"spend_{column}"):
        moved.loc[moved.index[rows], each] = 1.6 * frame[each].iloc[rows].to_numpy()[::-1]
    return moved
