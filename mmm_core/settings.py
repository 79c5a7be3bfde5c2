"""Every setting of the process: the ``MMM_…`` environment variables, read in this one place."""

from __future__ import annotations

import os
from pathlib import Path

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


def cors_origins() -> tuple[str, ...]:
    """``MMM_CORS_ORIGINS``: addresses of other sites whose pages may call the API, by commas; none unless set."""
    return tuple(origin.strip() for origin in os.environ.get("MMM_CORS_ORIGINS", "").split(",") if origin.strip())


def backend_url() -> str:
    """``MMM_BACKEND_URL``: where the Python client finds the API; ``http://localhost:8501/api`` unless set."""
    return (os.environ.get("MMM_BACKEND_URL") or "http://localhost:8501/api").rstrip("/")


def api_key() -> str | None:
    """``MMM_API_KEY``: the key that the Python client sends; none unless set."""
    return os.environ.get("MMM_API_KEY") or None


def worker_idle_seconds() -> float:
    """``MMM_WORKER_IDLE_SECONDS``: the worker ends after so long without anybody wanting anything; 1800 unless set."""
    return float(os.environ.get("MMM_WORKER_IDLE_SECONDS") or 1800)
