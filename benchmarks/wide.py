"""What does a table of 35 MB cost, and does anybody else notice?

Usage: ``python -m benchmarks.wide [--rows N --columns K]``. A table is uploaded and validated over HTTP, through the
server that ``make run`` starts, while another client asks for its health.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import psutil

from benchmarks.endurance import Server
from mmm_core.workspace.storage import Workspace
from tests.engines import ready, stop

WEEKS = 160
ANSWER_SECONDS = 300.0
PAUSE_SECONDS = 0.02


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=16_000)
    parser.add_argument("--columns", type=int, default=294)
    options = parser.parse_args()
    content = table(options.rows, options.columns)
    with tempfile.TemporaryDirectory() as root:
        workspace = Workspace(Path(root))
        server = Server(workspace)
        try:
            ready(workspace)
            print(json.dumps(_measured(server, content), indent=1))
        finally:
            server.end()
            stop(workspace)


def table(rows: int, columns: int) -> bytes:
    """Entities of 160 weeks each, with as many channels as controls."""
    chance = np.random.default_rng(1)
    entities = rows // WEEKS
    dates = pd.date_range("2020-01-06", periods=WEEKS, freq="7D").strftime("%Y-%m-%d")
    frame = {
        "entity_id": np.repeat([f"region {number}" for number in range(entities)], WEEKS),
        "period_start": np.tile(dates, entities),
        "sales": chance.gamma(5, 100, entities * WEEKS).round(2),
    }
    for number in range(columns - len(frame)):
        name = f"{'spend' if number % 2 else 'ctrl'}_c{number}"
        frame[name] = chance.gamma(2, 5000, entities * WEEKS).round(2)
    return pd.DataFrame(frame).to_csv(index=False).encode()


def _measured(server: Server, content: bytes) -> dict[str, float]:
    web = psutil.Process(server.process.pid)
    over = threading.Event()
    waits: list[float] = []
    memory: list[int] = []
    with httpx.Client(base_url=f"{server.address}/api", timeout=ANSWER_SECONDS) as http:
        for _ in range(20):
            http.get("/health").raise_for_status()  # whatever is loaded once is loaded
        before = web.memory_info().rss

        def look() -> None:
            with httpx.Client(base_url=f"{server.address}/api", timeout=ANSWER_SECONDS) as other:
                while not over.wait(PAUSE_SECONDS):
                    started = time.perf_counter()
                    other.get("/health").raise_for_status()
                    waits.append(time.perf_counter() - started)
                    memory.append(web.memory_info().rss)

        thread = threading.Thread(target=look)
        thread.start()
        started = time.perf_counter()
        answer = http.post("/datasets/upload", files={"file": ("wide.csv", io.BytesIO(content))}).raise_for_status()
        uploaded = time.perf_counter()
        report = http.post(f"/datasets/{answer.json()['dataset_id']}/validate").raise_for_status().json()
        validated = time.perf_counter()
        over.set()
        thread.join()
    return {
        "megabytes": round(len(content) / 2**20, 1),
        "upload_seconds": round(uploaded - started, 1),
        "validate_seconds": round(validated - uploaded, 1),
        "together_seconds": round(validated - started, 1),
        "issues": len(report["issues"]),
        "web_process_more_mb": round((max(memory) - before) / 2**20),
        "health_p95_ms": round(1000 * float(np.percentile(waits, 95))),
        "health_slowest_ms": round(1000 * max(waits)),
    }


if __name__ == "__main__":
    main()
