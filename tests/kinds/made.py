"""Small tables with runs fitted on them, and copies of the shipped run one of whose files says something else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmm_core import __main__ as command_line
from mmm_core import shipped
from mmm_core.runs.folder import change_manifest
from mmm_core.spec import channel_name
from tests.engines import unproved_demo

LONG = "a_channel_with_a_name_that_goes_on_and_on_as_names_of_campaigns_do_in_exports_of_ad_servers_2025_q4_retargeting"
SAMPLER = {"draws": 500, "tune": 500, "chains": 2}
ESTIMATED = {"model": {"kind": "recommended"}}
AS_SET = {"model": {"kind": "fixed"}, "feature_config": {"saturation": {"enabled": False}, "seasonality": {"K": 1}}}


def table(
    channels: tuple[str, ...] = ("tv", "search"), *, rows: int = 80, freq: str = "W-MON", spend: bool = True,
    effect: float = 0.08, seed: int = 1, entity: str = "brand",
) -> pd.DataFrame:  # fmt: skip
    """A table whose channels really work, unless ``effect`` is 0."""
    random = np.random.default_rng(seed)
    dates = pd.date_range("2023-01-02" if freq == "W-MON" else "2019-01-01", periods=rows, freq=freq)
    level = 1000 * np.exp(0.1 * np.sin(2 * np.pi * dates.day_of_year / 365.25) + random.normal(0, 0.02, rows))
    columns: dict[str, Any] = {}
    for channel in channels:
        activity = random.gamma(2.0, 50.0, rows).round(1)
        level = level * np.exp(effect * (activity / activity.mean()))
        columns[f"act_{channel}"] = activity
        if spend:
            columns[f"spend_{channel}"] = (activity * 1.7).round(2)
    sales = level.round(2) if effect else (1000 * np.exp(random.normal(0, 0.3, rows))).round(2)
    return pd.DataFrame({"entity_id": entity, "period_start": dates, "sales": sales} | columns)


def fitted(frame: pd.DataFrame, folder: Path, **spec: Any) -> Path:
    """Folder of a run on a table, as the command line makes it."""
    folder.mkdir(parents=True)
    frame.to_csv(folder / "table.csv", index=False)
    drivers = [column for column in frame.columns if column.startswith("act_")]
    assert all(channel_name(driver) for driver in drivers)
    asked = {"dataset_id": "table", "drivers": drivers, "sampler": SAMPLER} | spec
    (folder / "spec.json").write_text(json.dumps(asked))
    out = folder / "run"
    code = command_line.main(
        ["run", str(folder / "table.csv"), "--spec", str(folder / "spec.json"), "--out", str(out), "--json"]
    )
    assert code == 0, folder.name
    return out


def changed_demo(target: Path, file: str, **changes: object) -> Path:
    """A copy of the shipped run one of whose files says something else."""
    folder = unproved_demo(target)
    path = folder / file
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    change_manifest(folder, outputs={})
    return folder


def failed(target: Path) -> Path:
    """A copy of the shipped run whose first check failed."""
    checks = json.loads((unproved_demo(target.with_name("before")) / "diagnostics.json").read_text())
    first, *others = checks["verdicts"]
    first |= {
        "status": "stop",
        "finding": "The 2 chains agree to R-hat 1.400.",
        "advice": "Use more draws.",
        "value": 1.4,
    }
    return changed_demo(target, "diagnostics.json", verdicts=[first, *others], overall="stop")


def at_work(target: Path) -> Path:
    """A copy of the shipped run whose proof has come half way: a part at work, one waiting, one left out."""
    shutil.copytree(shipped.RUNS[shipped.DEMO], target)
    path = target / "proof" / "proof.json"
    found = json.loads(path.read_text())
    working, waiting, left_out, *others = found["parts"]
    working |= {"state": "working", "done": 1}
    waiting |= {"state": "waiting", "done": 0, "told": None}
    left_out |= {"state": "left_out", "told": None, "why": "The table is too short for it."}
    path.write_text(json.dumps(found | {"parts": [working, waiting, left_out, *others], "complete": False}))
    return target


def whole(target: Path) -> Path:
    """A copy of the shipped run, its proof with it."""
    return Path(shutil.copytree(shipped.RUNS[shipped.DEMO], target))
