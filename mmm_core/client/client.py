"""A Python client of the HTTP API.

::

    with Client() as client:
        dataset = client.upload_dataset("table.csv")
        client.validate_dataset(dataset.dataset_id)
        run = client.create_run({"dataset_id": dataset.dataset_id, "drivers": ["act_tv"]})
        client.train_model(run.run_id)
        for progress in client.poll_status(run.run_id):
            print(progress.step, progress.fraction)
        rows = client.contributions(run.run_id).rows

What can be asked again without harm is asked again, with growing pauses, when no answer comes or the server is busy.
Errors are those of :mod:`mmm_core.errors`. Where no server answers at all, what only *reads* gives the shipped demo's
results instead, marked ``demo=True`` and with a :class:`DemoWarning`; what writes raises.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import time
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx

from mmm_core import settings
from mmm_core.client.replies import (
    Answer,
    Comparison,
    CreatedRun,
    Dataset,
    DatasetList,
    Document,
    Doubts,
    News,
    Outputs,
    PlanList,
    Preview,
    RefreshedRun,
    Report,
    Run,
    RunCurves,
    RunList,
    RunOutlook,
    RunPlan,
    RunProgress,
    RunProof,
    RunWhy,
    SavedPlan,
    Table,
)
from mmm_core.errors import DataError, MMMError, RunError, ServiceError, SpecError, StorageError
from mmm_core.shipped import DEMO_ANSWERS
from mmm_core.spec import DatasetSettings, RunSpec, spec_from

CONNECT_SECONDS = 5.0
REPORT_FORMS = ("html", "pdf", "pptx")
LONGEST_PAUSE = 30.0
"""Seconds; a server that wants a longer pause is taken to refuse."""
FIRST_PAUSE = 0.2
BRANCHES: dict[str, type[MMMError]] = {"data": DataError, "spec": SpecError, "run": RunError, "storage": StorageError}


class DemoWarning(UserWarning):
    """No server answers: these are the shipped demo's results, not one's own."""


class Client:
    """A connection to the API.

    Parameters
    ----------
    base_url
        Where the API is; default ``MMM_BACKEND_URL``.
    api_key
        Sent with every request; default ``MMM_API_KEY``.
    timeout
        Seconds without a byte from the server after which a request is given up.
    attempts
        How often something is tried that can be tried again.
    demo_fallback
        Whether reads give the demo's results where no server answers.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        attempts: int = 4,
        demo_fallback: bool = True,
    ) -> None:
        key = api_key or settings.api_key()
        self.base_url = (base_url or settings.backend_url()).rstrip("/")
        self._attempts = max(attempts, 1)
        self._demo_fallback = demo_fallback
        self._http = httpx.Client(
            base_url=self.base_url,
            timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS),
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def upload_dataset(self, path: str | Path, *, dataset_settings: DatasetSettings | None = None) -> Dataset:
        """Send a table; the file is read while it is sent.

        Raises
        ------
        DataError
            It is no table, or too large.
        """
        form = {"settings": dataset_settings.model_dump_json()} if dataset_settings else {}
        return Dataset.model_validate(self._send_file("/datasets/upload", path, data=form).json())

    def validate_dataset(self, dataset_id: str, *, dataset_settings: DatasetSettings | None = None) -> Report:
        """Every issue of a table; with settings, how it is read is decided anew."""
        body = {"settings": dataset_settings.model_dump(mode="json")} if dataset_settings else None
        answer = self._send("POST", f"/datasets/{dataset_id}/validate", json=body, again=True)
        return Report.model_validate(answer.json())

    def doubts(self, dataset_id: str) -> Doubts:
        """What each repair that the report offers would do to the answer, the worst doubt first.

        It is computed in the background: ask again until ``state`` is no longer ``computing``.
        """
        return Doubts.model_validate(self._send("GET", f"/datasets/{dataset_id}/doubts", again=True).json())

    def preview_fix(self, dataset_id: str, fix: str) -> Preview:
        """The first rows that a repair would change, before and after; nothing is changed."""
        return Preview.model_validate(self._send("GET", f"/datasets/{dataset_id}/fixes/{fix}", again=True).json())

    def get_dataset(self, dataset_id: str) -> Dataset:
        """What is known of a table."""
        return self._read(f"/datasets/{dataset_id}", Dataset)

    def list_datasets(self, *, limit: int = 50, offset: int = 0) -> DatasetList:
        """Own tables, newest first, then the shipped ones."""
        return self._read("/datasets", DatasetList, limit=limit, offset=offset)

    def delete_dataset(self, dataset_id: str) -> None:
        """Remove a table."""
        self._send("DELETE", f"/datasets/{dataset_id}")

    def create_run(self, spec: RunSpec | Mapping[str, Any], *, fresh: bool = False) -> CreatedRun:
        """Make a run; one with the same answer is given instead, unless ``fresh``.

        Raises
        ------
        DataError, SpecError
            The table has errors, or the specification does not fit it.
        """
        checked = spec if isinstance(spec, RunSpec) else spec_from(dict(spec))
        body = checked.model_dump(mode="json")
        # Without `fresh`, a second attempt finds the run that the first one made.
        answer = self._send("POST", "/runs/create", json=body, params={"fresh": fresh}, again=not fresh)
        return CreatedRun.model_validate(answer.json())

    def build_features(self, run_id: str) -> RunProgress:
        """Build what training reads of the data."""
        answer = self._send("POST", f"/runs/{run_id}/build_features", again=True)
        return RunProgress.model_validate(answer.json())

    def train_model(self, run_id: str) -> RunProgress:
        """Queue a run for fitting; returns at once, see :meth:`poll_status`."""
        return RunProgress.model_validate(self._send("POST", f"/runs/{run_id}/train").json())

    def cancel_run(self, run_id: str, *, keep: bool = False) -> RunProgress:
        """Ask a run to end; with ``keep``, with the draws so far."""
        return RunProgress.model_validate(self._send("POST", f"/runs/{run_id}/cancel", params={"keep": keep}).json())

    def get_status(self, run_id: str) -> RunProgress:
        """Where a run is."""
        return self._read(f"/runs/{run_id}/status", RunProgress)

    def poll_status(self, run_id: str, *, every: float = 0.5, timeout: float | None = None) -> Iterator[RunProgress]:
        """Where a run is, again and again, until it is over: the last one says how it ended.

        Parameters
        ----------
        every, timeout
            Seconds between two looks, and until it is given up; the run goes on nevertheless.

        Raises
        ------
        RunError
            It is not over in time.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            progress = self.get_status(run_id)
            yield progress
            if progress.over:
                return
            if deadline is not None and time.monotonic() > deadline:
                raise RunError(
                    f"The run is not over after {timeout:.0f} s: {progress.step}.",
                    code="not_over",
                    remedy="Wait longer, or cancel it.",
                )
            time.sleep(every)

    def get_proof(self, run_id: str) -> RunProof:
        """What the proof of a run says so far; ask again while ``state`` is ``queued`` or ``running``."""
        return self._read(f"/runs/{run_id}/proof", RunProof)

    def start_proof(self, run_id: str) -> RunProof:
        """Begin the proof of a finished run, or go on where it was stopped; returns at once.

        Raises
        ------
        RunError
            The run is not finished, or it is a shipped one.
        """
        return RunProof.model_validate(self._send("POST", f"/runs/{run_id}/proof", again=True).json())

    def stop_proof(self, run_id: str) -> RunProof:
        """Stop the proof of a run; what it has found is kept."""
        return RunProof.model_validate(self._send("DELETE", f"/runs/{run_id}/proof", again=True).json())

    def get_outlook(self, run_id: str) -> RunOutlook:
        """How near each channel of a run will be found, as far as it is known; the run need not be trained."""
        return self._read(f"/runs/{run_id}/outlook", RunOutlook)

    def start_outlook(self, run_id: str) -> RunOutlook:
        """Begin to fit tables like the run's own whose truth is known, or go on; returns at once.

        Raises
        ------
        RunError
            The run is a shipped one.
        SpecError
            Its settings are fixed: their prior says too little of sales.
        """
        return RunOutlook.model_validate(self._send("POST", f"/runs/{run_id}/outlook", again=True).json())

    def stop_outlook(self, run_id: str) -> RunOutlook:
        """Stop it; what was found is kept."""
        return RunOutlook.model_validate(self._send("DELETE", f"/runs/{run_id}/outlook", again=True).json())

    def get_curves(self, run_id: str, *, horizon: int = 13) -> RunCurves:
        """What each channel of a finished run brings at any spend, per period."""
        return self._read(f"/runs/{run_id}/curves", RunCurves, horizon=horizon)

    def make_plan(self, run_id: str, **request: Any) -> RunPlan:
        """The split of the money that brings most in the periods that come; nothing is kept.

        ``request`` is what is asked (``docs/api.md``): horizon, budget or goal, aim, timing, bounds, own, and so on.

        Raises
        ------
        SpecError
            Two of its numbers contradict each other; it names them.
        RunError
            The run is not finished.
        """
        return RunPlan.model_validate(self._send("POST", f"/runs/{run_id}/plan", json=request, again=True).json())

    def save_plan(self, run_id: str, *, name: str = "", note: str = "", **request: Any) -> SavedPlan:
        """Make a plan, as :meth:`make_plan` does, and keep it."""
        content = {"run_id": run_id, "label": {"name": name, "note": note}, "request": request}
        return SavedPlan.model_validate(self._send("POST", "/plans", json=content).json())

    def get_plan(self, plan_id: str) -> SavedPlan:
        """A plan that was kept: what was asked, and the answer."""
        return self._read(f"/plans/{plan_id}", SavedPlan)

    def list_plans(self, *, run_id: str | None = None, limit: int = 50, offset: int = 0) -> PlanList:
        """Plans that were kept, of one run or of all, the newest first."""
        asked: dict[str, Any] = {"limit": limit, "offset": offset} | ({} if run_id is None else {"run_id": run_id})
        return self._read("/plans", PlanList, **asked)

    def delete_plan(self, plan_id: str) -> None:
        """Remove a plan."""
        self._send("DELETE", f"/plans/{plan_id}")

    def compare(self, *run_ids: str) -> Comparison:
        """Set finished runs side by side, 2 to 6 of them; the others are set against the first."""
        return self._read("/compare", Comparison, run=list(run_ids))

    def get_why(self, run_id: str, before: str) -> RunWhy:
        """Why a run differs from an earlier one; ask again while ``state`` is ``queued`` or ``running``."""
        return self._read(f"/runs/{run_id}/why/{before}", RunWhy)

    def start_why(self, run_id: str, before: str) -> RunWhy:
        """Begin to find out why a run differs from an earlier one, or go on; returns at once.

        Raises
        ------
        DataError
            The two do not explain the same thing.
        RunError
            One is not finished, or the later is a shipped one.
        """
        return RunWhy.model_validate(self._send("POST", f"/runs/{run_id}/why/{before}", again=True).json())

    def stop_why(self, run_id: str, before: str) -> RunWhy:
        """Stop it; what was found is kept."""
        return RunWhy.model_validate(self._send("DELETE", f"/runs/{run_id}/why/{before}", again=True).json())

    def refresh(self, run_id: str, path: str | Path, *, replace: bool = False, train: bool = True) -> RefreshedRun:
        """Make a run of an earlier one's settings on its table and a file, which is longer or has the newer rows.

        ``replace``: the file is the whole table. ``train``: queue the run at once.

        Raises
        ------
        DataError
            The file cannot be read, lacks columns, or says nothing new.
        """
        asked = {"replace": replace, "train": train}
        return RefreshedRun.model_validate(self._send_file(f"/runs/{run_id}/refresh", path, params=asked).json())

    def get_advice(self, run_id: str, before: str) -> News:
        """What a run advises that an earlier one did not, in sentences."""
        return self._read(f"/runs/{run_id}/advice/{before}", News)

    def get_run(self, run_id: str) -> Run:
        """A run with its specification."""
        return self._read(f"/runs/{run_id}", Run)

    def list_runs(self, *, limit: int = 50, offset: int = 0) -> RunList:
        """Own runs, newest first."""
        return self._read("/runs", RunList, limit=limit, offset=offset)

    def delete_run(self, run_id: str) -> None:
        """Remove a run and all its files."""
        self._send("DELETE", f"/runs/{run_id}")

    def get_outputs(self, run_id: str) -> Outputs:
        """Files of a finished run, and totals per channel."""
        return self._read(f"/runs/{run_id}/outputs", Outputs)

    def posterior_summary(self, run_id: str) -> Document:
        """Mean, interval, R-hat and sample size of every parameter."""
        return self._read_document(f"/runs/{run_id}/posterior_summary")

    def diagnostics(self, run_id: str) -> Document:
        """Numbers and verdicts on a fit."""
        return self._read_document(f"/runs/{run_id}/diagnostics")

    def contributions(self, run_id: str) -> Table:
        """What each channel brought, period by period, in the target's unit."""
        return self._read(f"/runs/{run_id}/contributions", Table)

    def fitted(self, run_id: str) -> Table:
        """Observed and fitted target, period by period, in the target's unit."""
        return self._read(f"/runs/{run_id}/fitted", Table)

    def decomposition(self, run_id: str) -> Table:
        """The fitted line taken apart, period by period, in the target's unit."""
        return self._read(f"/runs/{run_id}/decomposition", Table)

    def download_run(self, run_id: str, target: str | Path, *, margin: float | None = None) -> Path:
        """Everything of a finished run, as one zip file at ``target``, which is there whole or not at all.

        Returns are set against break-even at ``margin`` on sales (fraction); None: at that of the table.

        Raises
        ------
        StorageError
            It cannot be written there.
        """
        asked = {} if margin is None else {"margin": margin}
        return self._save("GET", f"/runs/{run_id}/download", target, params=asked)

    def report(self, run_id: str, target: str | Path, **asked: Any) -> Path:
        """A finished run as a document at ``target``, which is there whole or not at all.

        ``asked`` are the fields of a report's request: ``form`` (html, pdf or pptx; left out: by the ending of
        ``target``, or else html), ``sections``, ``title``, ``numbers``, ``notes``, ``margin``, and ``logo``, the path
        of a PNG or JPEG file.

        Raises
        ------
        StorageError
            It cannot be written there, or the logo cannot be read.
        """
        path = Path(target)
        ending = path.suffix.removeprefix(".").lower()
        asked = {"form": ending if ending in REPORT_FORMS else REPORT_FORMS[0]} | asked
        if asked.get("logo"):
            asked["logo"] = base64.b64encode(_read_file(Path(asked["logo"]))).decode()
        return self._save("POST", f"/runs/{run_id}/report", path, json=asked)

    def _save(self, method: str, address: str, target: str | Path, **request: Any) -> Path:
        """What an address answers, as a file that is there whole or not at all; nothing on the server is changed."""
        path = Path(target)
        part = path.with_name(f"{path.name}.part")
        answer = self._send(method, address, again=True, stream=True, **request)
        try:
            with part.open("wb") as file:
                for chunk in answer.iter_bytes():
                    file.write(chunk)
            part.replace(path)
        except httpx.TransportError as error:
            raise _no_answer(self.base_url, error, never_sent=False) from error
        except OSError as error:
            raise StorageError(
                f"'{path}' cannot be written: {error.strerror}.",
                code="write_failed",
                remedy="Check the folder, its permissions and its free space.",
            ) from error
        finally:
            answer.close()
            part.unlink(missing_ok=True)
        return path

    def health(self) -> Document:
        """State of the worker, length of the queue, how much the workspace holds."""
        return Document(content=self._send("GET", "/health", again=True).json())

    def _read[A: Answer](self, path: str, kind: type[A], **query: Any) -> A:
        body, demo = self._get(path, query)
        return kind.model_validate(body | {"demo": demo})

    def _read_document(self, path: str) -> Document:
        body, demo = self._get(path, {})
        return Document(content=body, demo=demo)

    def _get(self, path: str, query: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """What an address says, and whether it is the demo's for want of a server."""
        try:
            answer: dict[str, Any] = self._send("GET", path, params=query, again=True).json()
        except ServiceError as error:
            recorded = _demo_answer(path) if error.code == "no_server" and self._demo_fallback else None
            if recorded is None:
                raise
            warnings.warn(
                f"{error.message} What follows is the shipped demo's result, not yours. {error.remedy}",
                DemoWarning,
                stacklevel=4,
            )
            return recorded, True
        return answer, False

    def _send_file(self, address: str, path: str | Path, **request: Any) -> httpx.Response:
        """Send a table; the file is read while it is sent. Raises DataError where it cannot be read."""
        try:
            with Path(path).open("rb") as file:
                return self._send("POST", address, files={"file": (Path(path).name, file)}, **request)
        except OSError as error:
            raise DataError(
                f"'{path}' cannot be read: {error.strerror}.",
                code="file_unreadable",
                remedy="Check the path and its permissions.",
            ) from error

    def _send(
        self, method: str, path: str, *, again: bool = False, stream: bool = False, **request: Any
    ) -> httpx.Response:
        """Send a request, more than once if need be; ``again``: doing it twice does no harm.

        Raises
        ------
        MMMError
            What the server says is wrong, in the branch that it names; ServiceError if it does not answer.
        """
        for attempt in range(1, self._attempts + 1):
            last = attempt == self._attempts
            try:
                answer = self._http.send(self._http.build_request(method, path, **request), stream=stream)
            except httpx.TransportError as error:
                # What never reached a server has not been done: anything may be tried again.
                never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if last or not (again or never_sent):
                    raise _no_answer(self.base_url, error, never_sent=never_sent) from error
                pause = _growing(attempt)
            else:
                if answer.is_success:
                    return answer
                answer.read()
                # 429 is said before anything is done.
                busy = answer.status_code == 429 or (answer.status_code == 503 and again)
                pause = _asked_pause(answer) or _growing(attempt)
                if last or not busy or pause > LONGEST_PAUSE:
                    raise _error_of(answer)
            time.sleep(pause)
        raise AssertionError("unreachable")


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"'{path}' cannot be read: {error.strerror}.", code="not_found", remedy="Check the path."
        ) from error


def _growing(attempt: int) -> float:
    """Pause after an attempt (seconds): doubled each time, and spread, so that clients do not come back together."""
    return FIRST_PAUSE * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - a pause, not a secret


def _asked_pause(answer: httpx.Response) -> float | None:
    """The pause that the header Retry-After asks for (seconds): a number or a date."""
    asked = answer.headers.get("retry-after", "")
    if asked.isdecimal():
        return float(asked)
    try:
        until: datetime = parsedate_to_datetime(asked)
        seconds: float = (until - datetime.now(UTC)).total_seconds()
        return max(seconds, 0.0)
    except (TypeError, ValueError):
        return None


def _no_answer(base_url: str, error: httpx.TransportError, *, never_sent: bool) -> ServiceError:
    if never_sent:
        return ServiceError(
            f"No server answers at {base_url}.",
            code="no_server",
            remedy="Start one (make run, or python -m mmm_core serve), or set MMM_BACKEND_URL to where it is.",
        )
    return ServiceError(
        f"The server at {base_url} gave no answer: {type(error).__name__}.",
        code="no_answer",
        remedy="Look whether the request was carried out before sending it again.",
    )


def _error_of(answer: httpx.Response) -> MMMError:
    """The error that a problem document tells of."""
    try:
        problem = answer.json()
        branch = BRANCHES.get(problem["kind"], ServiceError)
        return branch(
            problem["message"],
            code=problem["code"],
            remedy=problem["remedy"],
            column=problem.get("column"),
            row=problem.get("row"),
        )
    except (ValueError, KeyError, TypeError):
        return ServiceError(
            f"{answer.request.method} {answer.request.url} was answered {answer.status_code}, without a reason.",
            code="unexpected_answer",
            remedy="Check that MMM_BACKEND_URL leads to the API: it ends in /api.",
        )


def _demo_answer(path: str) -> dict[str, Any] | None:
    """What the API says of the shipped run at the same address, if that was recorded."""
    demo_path = re.sub(r"^/(runs|datasets)/[^/]+", r"/\1/demo", path)
    return _demo_answers().get(demo_path)


@cache
def _demo_answers() -> dict[str, dict[str, Any]]:
    if not DEMO_ANSWERS.is_file():
        return {}
    answers: dict[str, dict[str, Any]] = json.loads(gzip.decompress(DEMO_ANSWERS.read_bytes()))
    return answers
