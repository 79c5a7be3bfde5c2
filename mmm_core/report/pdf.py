"""A report as PDF: its page, printed by Chromium.

Charts are drawn by a script, so what prints them must run one; a library that draws none would leave them out
(``docs/decisions/0033``). Where there is no Chromium that is said, with the way out. The browser gets a folder of its
own, no network, and one minute.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from mmm_core.errors import RunError
from mmm_core.report.content import Report
from mmm_core.report.page import page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
SECONDS = 60
SCRIPTS_MS = 20_000
"""Time that the page's scripts are given, as the browser counts it: it goes on as soon as nothing is left to do."""
PATIENCE = 30
"""Seconds to wait for others' reports."""
_TURN = threading.Lock()
"""Held while one is printed: a browser takes some hundred megabytes."""


def browser() -> str | None:
    """The program that prints; None: there is none on this machine."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def pdf(report: Report) -> bytes:
    """The report on pages of A4.

    Raises
    ------
    RunError
        There is no Chromium, others are being printed for too long, or it did not print in time.
    """
    program = browser()
    if program is None:
        raise RunError(
            "A PDF is printed by Chromium, and this machine has none.",
            code="no_browser",
            remedy="Install it (apt-get install chromium), or take the report as HTML and print that in your browser.",
        )
    content = page(report, paper=True)
    # Whoever waits holds a thread that others need: after a while they are told to come again.
    if not _TURN.acquire(timeout=PATIENCE):
        raise RunError("Other reports are being printed.", code="queue_busy", remedy="Ask again in a few seconds.")
    try:
        return _printed(program, content)
    finally:
        _TURN.release()


def _printed(program: str, content: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="report-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_bytes(content)
        command = [
            program, "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile",
            *(["--no-sandbox"] if _is_root() else []), "--window-size=794,1123",
            f"--virtual-time-budget={SCRIPTS_MS}", "--no-pdf-header-footer", f"--print-to-pdf={target}",
            source.as_uri(),
        ]  # fmt: skip
        _run(command)
        if not target.is_file() or not target.stat().st_size:
            raise _failed()
        return target.read_bytes()


def _run(command: list[str]) -> None:
    """Run the browser; where it takes too long, it and all that it started are ended."""
    try:
        process = subprocess.Popen(  # noqa: S603 - a program that was found, and paths of ours
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise _failed() from error
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise _failed() from error


def _is_root() -> bool:
    """Whether this process is the superuser's, under whom the browser's own sandbox does not start."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _failed() -> RunError:
    return RunError(
        "Chromium did not print the report.",
        code="pdf_failed",
        remedy="Try again, or take the report as HTML and print that in your browser.",
    )
