"""Every setting of the process: the ``MMM_…`` environment variables, read in this one place."""

from __future__ import annotations

import math
import os
from pathlib import Path

from mmm_core.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
"""Folder that holds ``app.py`` and ``sample_data/``."""


def artifacts_dir() -> Path:
    """``MMM_ARTIFACTS``: the workspace; ``artifacts/`` beside ``app.py`` unless set."""
    return Path(os.environ.get("MMM_ARTIFACTS") or PROJECT / "artifacts")


def compile_cache_dir() -> Path:
    """``MMM_COMPILE_CACHE``: where compiled models are kept; inside the project's environment unless set.

    The default follows the installed libraries, not the workspace or HOME: a cache that ``make setup``
    has filled serves every workspace and every user of that installation.
    """
    return Path(os.environ.get("MMM_COMPILE_CACHE") or PROJECT / ".venv" / "compile-cache")


def backend_url() -> str:
    """``MMM_BACKEND_URL``: where the Python client finds the API; ``http://localhost:8501/api`` unless set."""
    return (os.environ.get("MMM_BACKEND_URL") or "http://localhost:8501/api").rstrip("/")


def api_key() -> str | None:
    """``MMM_API_KEY``: the key that the Python client sends; none unless set."""
    return os.environ.get("MMM_API_KEY") or None


def worker_idle_seconds() -> float:
    """``MMM_WORKER_IDLE_SECONDS``: the worker ends after so long without anybody wanting anything; 1800 unless set."""
    return _positive("MMM_WORKER_IDLE_SECONDS", 1800)


def allowed_hosts() -> frozenset[str]:
    """``MMM_ALLOWED_HOSTS``: names, beside loopback's, under which this server answers; comma-separated, no ports."""
    return frozenset(name.lower().strip("[]") for name in _list("MMM_ALLOWED_HOSTS"))


def cors_origins() -> tuple[str, ...]:
    """``MMM_CORS_ORIGINS``: origins (``https://bi.example.com``) whose pages may use ``/api``; comma-separated."""
    return _list("MMM_CORS_ORIGINS")


def rate_per_minute() -> float:
    """``MMM_RATE_PER_MINUTE``: requests to ``/api`` a minute and client, a key or an address; 6000 unless set."""
    return _positive("MMM_RATE_PER_MINUTE", 6000)


def queued_per_owner() -> int:
    """``MMM_QUEUED_PER_OWNER``: runs of one owner that may wait at a time; 100 unless set."""
    return int(_positive("MMM_QUEUED_PER_OWNER", 100))


def run_seconds() -> float:
    """``MMM_RUN_SECONDS``: longest time that a run may be at work; 7200 unless set."""
    return _positive("MMM_RUN_SECONDS", 7200)


def anonymous_allowed() -> bool:
    """``MMM_ALLOW_ANONYMOUS``: whether the app may be reached from other machines without login."""
    return _switch("MMM_ALLOW_ANONYMOUS")


def logs_as_json() -> bool:
    """``MMM_LOG_JSON``: whether log lines are JSON objects, for programs that collect them."""
    return _switch("MMM_LOG_JSON")


def check() -> None:
    """Read what could be refused; call it before a server or worker begins.

    Raises
    ------
    SettingError
        A variable does not hold what it should.
    """
    worker_idle_seconds()
    rate_per_minute()
    queued_per_owner()
    run_seconds()


def _positive(name: str, usual: float) -> float:
    given = os.environ.get(name, "").strip()
    if not given:
        return usual
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise SettingError(
            f"{name} is '{given[:40]}'; it must be a number above 0.",
            remedy=f"Set it to a number, or unset it: then it is {usual:g}.",
        )
    return value


def _list(name: str) -> tuple[str, ...]:
    return tuple(part for each in os.environ.get(name, "").split(",") if (part := each.strip()))


def _switch(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in ("1", "true", "yes", "on")
