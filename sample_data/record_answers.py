"""Record what the API says of the shipped run: the client shows it where no server answers.

Run ``python -m sample_data.record_answers`` after the demo run or the API has changed; a test compares.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import httpx

from mmm_core.api.app import create_api
from mmm_core.shipped import DEMO_ANSWERS
from mmm_core.workspace.storage import Workspace

OF_A_RUN = (
    "/status", "/outputs", "/posterior_summary", "/diagnostics", "/contributions", "/fitted", "/decomposition",
    "/proof",
)  # fmt: skip
PATHS = ("/datasets", "/datasets/demo", "/runs", "/runs/demo", *(f"/runs/demo{name}" for name in OF_A_RUN))


async def record() -> dict[str, Any]:
    """Answers of an API on an empty workspace, by path."""
    with tempfile.TemporaryDirectory() as root:
        transport = httpx.ASGITransport(create_api(Workspace(Path(root))), root_path="/api")
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api") as api:
            return {path: (await api.get(path)).raise_for_status().json() for path in PATHS}


def write(answers: dict[str, Any]) -> None:
    """Keep the answers; the same ones make the same bytes."""
    text = json.dumps(answers, separators=(",", ":"), ensure_ascii=False)
    DEMO_ANSWERS.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    write(asyncio.run(record()))
