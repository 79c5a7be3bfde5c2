"""Fit the shipped demo anew, with what this version writes, prove it, and record what the API says of it.

Run ``python -m sample_data.fit_demo`` after the model, the outputs or the demo's table have changed.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from functools import cache
from pathlib import Path

from mmm_core import shipped
from mmm_core.proof import kept, work
from mmm_core.proof.subject import refitter
from mmm_core.runs import execution, fits
from mmm_core.runs.folder import LABEL
from mmm_core.runs.manifest import Label
from mmm_core.sampler.sampling import compile_structure
from mmm_core.spec import parse_spec
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.keys import LOCAL_OWNER
from mmm_core.workspace.storage import Workspace
from sample_data.record_answers import record, write


def main() -> None:
    """Replace the shipped run."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "run"
        folder.mkdir()
        fits.fill(folder, Desk(Workspace(Path(root)), LOCAL_OWNER), parse_spec(shipped.DEMO_SPEC.read_bytes()))
        fits.build(folder)
        execution.execute_run(folder)
        storage.write_json(folder / LABEL, Label(name="", note=""))
        prove(folder)
        target = shipped.RUNS[shipped.DEMO]
        shutil.rmtree(target)
        shutil.copytree(folder, target)
    write(asyncio.run(record()))


def prove(run: Path) -> None:
    """Answer every question of a run's proof; what each unit found stays out, since nothing goes on from there."""
    list(work.answer(run, refitter(cache(compile_structure))))
    (kept.folder_of(run) / kept.UNITS).unlink()


if __name__ == "__main__":
    main()
