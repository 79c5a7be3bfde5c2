"""Four owners do things at random while processes are killed and stopped; afterwards everything is whole.

``python -m benchmarks.chaos [--rounds N] [--seed K]``; exit code 1 if anything was lost, came back or was left over.

A round: each hand of each owner does one thing over HTTP (uploads, validates, creates, trains, cancels, labels,
downloads, deletes), and in some of them a worker, an executor or the server is killed or stopped meanwhile. Each owner
keeps a ledger of what was answered. What got no answer, because the server was gone, may have happened or not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.endurance import Server
from mmm_core.errors import MMMError
from mmm_core.runs import runs
from mmm_core.runs.manifest import Label
from mmm_core.runs.outputs import read_outputs
from mmm_core.workspace import folders, keys, queueing, worker_door
from mmm_core.workspace.storage import Workspace
from tests.engines import desk, ready, stop, until
from tests.malformed import good_rows, table

OWNERS = ("anna", "bertrand", "chiara", "dmitri")
HANDS = 2
"""Things that one owner does at once: what is deleted while it is trained needs two."""
ROUNDS = 1_000
ROUNDS_TO_LOOK = 50
"""After so many everything must have come to rest, and is looked at whole."""
DISTURBED = 0.12
"""Share of rounds in which a process is killed or stopped."""
ANSWER_SECONDS = 30.0
REST_SECONDS = 180.0
NOT_ANSWERED = 0
SPEC = {
    "drivers": ["act_tv", "act_radio"],
    "sampler": {"draws": 200, "tune": 200, "chains": 2},
}


def main() -> int:
    """Run the rounds asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        found = rounds(Workspace(Path(root)), options.rounds, seed=options.seed)
    print("chaos", json.dumps(found, indent=1), flush=True)
    return 0 if found["passed"] else 1


@dataclass
class Ledger:
    """What an owner was told: ids that are there, those that were deleted for good, and runs that were accepted.

    ``unsure`` are those whose deletion got no answer.
    """

    name: str
    secret: str
    datasets: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, identifier: str) -> None:
        """Something was made, or given again."""
        with self.lock:
            getattr(self, kind).add(identifier)

    def strike(self, identifier: str, *, answered: bool) -> None:
        """Something was deleted, or may have been."""
        with self.lock:
            self.datasets.discard(identifier)
            self.runs.discard(identifier)
            (self.deleted if answered else self.unsure).add(identifier)

    def one_of(self, kind: str, chance: random.Random) -> str | None:
        """Something of that kind, or None where there is nothing."""
        with self.lock:
            known = sorted(getattr(self, kind))
        return chance.choice(known) if known else None


class Hand:
    """Does one thing after the other for an owner."""

    def __init__(self, ledger: Ledger, workspace: Workspace, seed: int) -> None:
        self.ledger, self._workspace = ledger, workspace
        self._chance = random.Random(seed)  # noqa: S311 - things to do, not secrets
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []

    def do_something(self, address: str) -> None:
        """One thing at random, likelier what makes others possible."""
        thing = self._chance.choices(
            (self.upload, self.validate, self.create, self.train, self.cancel, self.label, self.download, self.delete),
            weights=(3, 3, 5, 5, 2, 2, 4, 3),
        )[0]
        headers = {"Authorization": f"Bearer {self.ledger.secret}"}
        with httpx.Client(base_url=f"{address}/api", headers=headers, timeout=ANSWER_SECONDS) as http:
            thing(http)

    def upload(self, http: httpx.Client) -> None:
        """A good table, a table with errors, or no table."""
        rows = good_rows(self._chance.choice((60, 70)))
        if self._chance.random() < 0.2:
            rows[7][2] = "many"
        content = table(rows) if self._chance.random() < 0.9 else b"\x00\x01\x02"
        answer = self._ask(http, "POST", "/datasets/upload", files={"file": ("table.csv", content)})
        if answer is not None and answer.status_code == 201:
            self.ledger.note("datasets", answer.json()["dataset_id"])

    def validate(self, http: httpx.Client) -> None:
        """Look at a table's content."""
        if dataset_id := self.ledger.one_of("datasets", self._chance):
            self._ask(http, "POST", f"/datasets/{dataset_id}/validate")

    def create(self, http: httpx.Client) -> None:
        """A run on a table; often one that is there already."""
        if dataset_id := self.ledger.one_of("datasets", self._chance):
            spec = SPEC | {"dataset_id": dataset_id, "random_seed": self._chance.randrange(4)}
            fresh = self._chance.random() < 0.3
            answer = self._ask(http, "POST", "/runs/create", json=spec, params={"fresh": fresh})
            if answer is not None and answer.is_success:
                self._made(answer.json()["run_id"])

    def _made(self, run_id: str) -> None:
        with self.ledger.lock:
            # A run that was given again may have been deleted by the other hand since.
            if run_id not in self.ledger.deleted | self.ledger.unsure:
                self.ledger.runs.add(run_id)

    def train(self, http: httpx.Client) -> None:
        """Queue a run."""
        if run_id := self.ledger.one_of("runs", self._chance):
            answer = self._ask(http, "POST", f"/runs/{run_id}/train")
            if answer is not None and answer.status_code == 202:
                self.ledger.note("accepted", run_id)

    def cancel(self, http: httpx.Client) -> None:
        """End a run."""
        if run_id := self.ledger.one_of("accepted", self._chance):
            self._ask(http, "POST", f"/runs/{run_id}/cancel", params={"keep": self._chance.random() < 0.3})

    def label(self, _: httpx.Client) -> None:
        """Name a run, as the Overview does: in a process that is not the server's."""
        if run_id := self.ledger.one_of("runs", self._chance):
            try:
                runs.relabel(desk(self._workspace, self.ledger.name), run_id, Label(name=f"Run {run_id[-3:]}"))
                self.answers["label done"] += 1
            except MMMError as error:
                self.answers[f"label {error.code}"] += 1

    def download(self, http: httpx.Client) -> None:
        """Take a run's zip with you, and open it."""
        if run_id := self.ledger.one_of("runs", self._chance):
            answer = self._ask(http, "GET", f"/runs/{run_id}/download")
            if answer is not None and answer.status_code == 200:
                try:
                    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                        damaged = archive.testzip()
                except zipfile.BadZipFile as error:
                    damaged = str(error)
                if damaged:
                    self.faults.append(f"zip of {run_id}: {damaged}")

    def delete(self, http: httpx.Client) -> None:
        """Remove a run, or now and then a table."""
        kind = "datasets" if self._chance.random() < 0.3 else "runs"
        identifier = self.ledger.one_of(kind, self._chance)
        if identifier is None:
            return
        answer = self._ask(http, "DELETE", f"/{kind}/{identifier}")
        if answer is None or answer.status_code in (204, 404):
            # 404: the other hand was first.
            self.ledger.strike(identifier, answered=answer is not None)

    def _ask(self, http: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response | None:
        """The answer; None: the server went while it was asked."""
        what = f"{method} {path.split('/')[1]}/{path.rpartition('/')[2] if method != 'DELETE' else ''}"
        try:
            answer = http.request(method, path, **more)
        except httpx.HTTPError as error:
            self.answers[f"{type(error).__name__}"] += 1
            return None
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == 500 or (answer.is_error and "problem+json" not in answer.headers["content-type"]):
            self.faults.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        return answer


class Disturbance:
    """Kills and stops processes at random."""

    def __init__(self, workspace: Workspace, server: Server, seed: int) -> None:
        self._workspace, self.server = workspace, server
        self._chance = random.Random(seed)  # noqa: S311 - moments, not secrets
        self.done: Counter[str] = Counter()
        self._stopped: list[psutil.Process] = []

    def strike(self) -> None:
        """Kill or stop one process; what is stopped goes on some seconds later, or stays as it is."""
        time.sleep(self._chance.uniform(0.0, 0.4))
        target = self._chance.choice(("worker", "executor", "server"))
        kill = self._chance.random() < 0.7
        process = self._process(target)
        if process is None:
            return
        self.done[f"{target} {'killed' if kill else 'stopped'}"] += 1
        with suppress(psutil.Error):
            process.send_signal(signal.SIGKILL if kill else signal.SIGSTOP)
        if kill or target == "server":
            if not kill:
                time.sleep(self._chance.uniform(0.5, 4.0))
                process.resume()
        elif self._chance.random() < 0.5:
            time.sleep(self._chance.uniform(0.5, 4.0))
            with suppress(psutil.Error):
                process.resume()
        else:
            self._stopped.append(process)

    def _process(self, target: str) -> psutil.Process | None:
        if target == "server":
            return psutil.Process(self.server.process.pid)
        beat = worker_door.read_heartbeat(self._workspace)
        if beat is None:
            return None
        pids = [beat.process.pid] if target == "worker" else [slot.pid for slot in beat.slots if slot.pid]
        try:
            return psutil.Process(self._chance.choice(pids)) if pids else None
        except psutil.NoSuchProcess:
            return None

    def server_again(self) -> Server:
        """The server, started again if it was killed, as whatever keeps it running would."""
        if self.server.process.poll() is not None:
            self.server = Server(self._workspace, port=self.server.port, settings=SETTINGS)
        return self.server

    def left_stopped(self) -> list[int]:
        """Processes that still stand where they were stopped."""
        return [each.pid for each in self._stopped if each.is_running() and each.status() == psutil.STATUS_STOPPED]


SETTINGS = {"MMM_RATE_PER_MINUTE": "1000000"}
"""What is looked for here is not how fast one may ask."""


def rounds(workspace: Workspace, number: int, *, seed: int = 1) -> dict[str, Any]:
    """Do so many rounds; what was found, and whether it passed."""
    secrets = {name: keys.create(workspace, "chaos", owner=name).secret for name in OWNERS}
    ledgers = [Ledger(name, secret) for name, secret in secrets.items()]
    hands = [
        Hand(ledger, workspace, seed * 1000 + place)
        for place, ledger in enumerate(ledger for ledger in ledgers for _ in range(HANDS))
    ]
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    started = time.monotonic()
    faults: list[str] = []
    disturbance = Disturbance(workspace, Server(workspace, settings=SETTINGS), seed)
    slowest_rest = 0.0
    try:
        ready(workspace)
        with ThreadPoolExecutor(len(hands) + 1) as pool:
            for turn in range(1, number + 1):
                address = disturbance.server_again().address
                done = [pool.submit(hand.do_something, address) for hand in hands]
                if chance.random() < DISTURBED:
                    done.append(pool.submit(disturbance.strike))
                for each in done:
                    each.result()
                if turn % ROUNDS_TO_LOOK == 0 or turn == number:
                    disturbance.server_again()
                    slowest_rest = max(slowest_rest, _rest(workspace, ledgers))
                    faults += [f"after {turn}: {fault}" for fault in look(workspace, ledgers, disturbance.server)]
    finally:
        disturbance.server.end()
        left = _processes_of(workspace)
        with suppress(psutil.Error, AssertionError):
            stop(workspace)
        over = _processes_of(workspace)
    faults += [fault for hand in hands for fault in hand.faults]
    faults += [f"process left behind: {each}" for each in over]
    return {
        "rounds": number,
        "answers": dict(sum((hand.answers for hand in hands), Counter[str]()).most_common()),
        "disturbed": dict(disturbance.done),
        "datasets": sum(len(ledger.datasets) for ledger in ledgers),
        "runs": sum(len(ledger.runs) for ledger in ledgers),
        "accepted": sum(len(ledger.accepted) for ledger in ledgers),
        "deleted": sum(len(ledger.deleted) for ledger in ledgers),
        "unsure": sum(len(ledger.unsure) for ledger in ledgers),
        "slowest_rest_seconds": round(slowest_rest, 1),
        "processes_before_the_end": len(left),
        "seconds": round(time.monotonic() - started),
        "faults": faults[:50],
        "passed": not faults,
    }


def _rest(workspace: Workspace, ledgers: list[Ledger]) -> float:
    """Wait until nothing waits or works; seconds that took."""
    started = time.monotonic()

    def is_quiet() -> bool | None:
        if queueing.waiting(workspace) or queueing.claimed(workspace):
            return None
        for ledger in ledgers:
            for run_id in sorted(ledger.accepted & ledger.runs):
                with suppress(MMMError):
                    if not runs.state(desk(workspace, ledger.name), run_id).is_over:
                        return None
        return True

    until(is_quiet, seconds=REST_SECONDS)
    return time.monotonic() - started


def look(workspace: Workspace, ledgers: list[Ledger], server: Server) -> list[str]:
    """Everything that is not as it should be, in words: call it at rest."""
    faults: list[str] = []
    listed: dict[str, set[str]] = {"datasets": set(), "runs": set()}
    for ledger in ledgers:
        headers = {"Authorization": f"Bearer {ledger.secret}"}
        with httpx.Client(base_url=f"{server.address}/api", headers=headers, timeout=ANSWER_SECONDS) as http:
            for kind, known in (("datasets", ledger.datasets), ("runs", ledger.runs)):
                there = set(_listed(http, kind, faults))
                faults += [f"{ledger.name} lost {each}" for each in sorted(known - there)]
                faults += [f"{each} of {ledger.name} is back" for each in sorted(there & ledger.deleted)]
                listed[kind] |= there
                for each in sorted(there):
                    answer = http.get(f"/{kind}/{each}")
                    if answer.status_code != 200:
                        faults.append(f"{kind}/{each}: {answer.status_code} {answer.text[:200]}")
            for run_id in sorted(_listed(http, "runs", faults)):
                faults += _not_whole(workspace, ledger, run_id)
    folders.sweep_leftovers(workspace, older_than=timedelta(0))
    for kind in ("datasets", "runs", "drafts"):
        parent = workspace.root / kind
        on_disk = {each.name for each in parent.iterdir()} if parent.is_dir() else set()
        orphans = on_disk - listed.get(kind, set())
        faults += [f"{kind}/{each} is on no list" for each in sorted(orphans)]
    half = workspace.root.rglob(".*.tmp")
    faults += [f"{path.relative_to(workspace.root)} is half of something" for path in half]
    return faults


def _listed(http: httpx.Client, kind: str, faults: list[str]) -> Iterator[str]:
    """Ids of one's own things, page by page."""
    offset = 0
    while True:
        page = http.get(f"/{kind}", params={"limit": 100, "offset": offset}).raise_for_status().json()
        faults += [f"{each} cannot be read" for each in page.get("unreadable", [])]
        yield from (each[f"{kind[:-1]}_id"] for each in page[kind] if not each.get("read_only"))
        offset += len(page[kind])
        if not page[kind] or offset >= page["total"]:
            return


def _not_whole(workspace: Workspace, ledger: Ledger, run_id: str) -> list[str]:
    """What is wrong with a run at rest."""
    try:
        state = runs.state(desk(workspace, ledger.name), run_id)
        if state.phase in ("queued", "running"):
            return [f"{run_id} is {state.phase}, and nobody works"]
        if state.phase == "finished":
            read_outputs(desk(workspace, ledger.name).run_dir(run_id))
    except MMMError as error:
        return [f"{run_id}: {error}"]
    return []


def _processes_of(workspace: Workspace) -> list[str]:
    """Processes that work on this workspace."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get("MMM_ARTIFACTS") == str(workspace.root):
                found.append(f"{process.pid} {' '.join(process.cmdline())[:120]}")
    return found


if __name__ == "__main__":
    sys.exit(main())
