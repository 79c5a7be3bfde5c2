"""Settings of the process: ``MMM_…`` variables, and what holds where they are not set."""

import ast
import re
from pathlib import Path

import pytest

from mmm_core import settings
from mmm_core.settings import PROJECT
from tests.conftest import PROJECT as CHECKOUT

DEFAULTS = [
    ("MMM_ARTIFACTS", settings.artifacts_dir, PROJECT / "artifacts"),
    ("MMM_COMPILE_CACHE", settings.compile_cache_dir, PROJECT / ".venv" / "compile-cache"),
    ("MMM_BACKEND_URL", settings.backend_url, "http://localhost:8501/api"),
    ("MMM_API_KEY", settings.api_key, None),
    ("MMM_WORKER_IDLE_SECONDS", settings.worker_idle_seconds, 1800),
    ("MMM_ALLOWED_HOSTS", settings.allowed_hosts, frozenset()),
    ("MMM_CORS_ORIGINS", settings.cors_origins, ()),
    ("MMM_RATE_PER_MINUTE", settings.rate_per_minute, 6000),
    ("MMM_QUEUED_PER_OWNER", settings.queued_per_owner, 100),
    ("MMM_RUN_SECONDS", settings.run_seconds, 7200),
    ("MMM_ALLOW_ANONYMOUS", settings.anonymous_allowed, False),
    ("MMM_LOG_JSON", settings.logs_as_json, False),
]


@pytest.mark.parametrize(("name", "read", "default"), DEFAULTS)
def test_a_variable_that_is_not_set_or_empty_gives_the_default(monkeypatch, name, read, default):
    monkeypatch.delenv(name, raising=False)
    assert read() == default
    # As a line without a value in a file of variables.
    monkeypatch.setenv(name, "")
    assert read() == default


def test_every_setting_says_its_variable_and_is_tried_here():
    functions = [
        node for node in ast.parse(Path(settings.__file__).read_text()).body if isinstance(node, ast.FunctionDef)
    ]
    said = {
        node.name: re.findall(r"``(MMM_[A-Z_]+)``", ast.get_docstring(node) or "")
        for node in functions
        if not node.name.startswith("_") and node.name != settings.check.__name__
    }
    assert said == {read.__name__: [name] for name, read, _ in DEFAULTS}


@pytest.mark.parametrize(
    ("name", "value", "read", "found"),
    [
        ("MMM_ARTIFACTS", "/srv/studio", settings.artifacts_dir, Path("/srv/studio")),
        ("MMM_COMPILE_CACHE", "/var/cache/mmm", settings.compile_cache_dir, Path("/var/cache/mmm")),
        ("MMM_BACKEND_URL", "https://studio.example.com/api//", settings.backend_url, "https://studio.example.com/api"),
        ("MMM_API_KEY", "mmm_x", settings.api_key, "mmm_x"),
        ("MMM_WORKER_IDLE_SECONDS", "0.5", settings.worker_idle_seconds, 0.5),
        ("MMM_RATE_PER_MINUTE", "30", settings.rate_per_minute, 30),
        ("MMM_QUEUED_PER_OWNER", "3", settings.queued_per_owner, 3),
        ("MMM_RUN_SECONDS", "90", settings.run_seconds, 90),
        ("MMM_ALLOWED_HOSTS", " Studio.Example.com, [::1] ,,a", settings.allowed_hosts,
         {"studio.example.com", "::1", "a"}),
        ("MMM_CORS_ORIGINS", "https://a.example, https://b.example,", settings.cors_origins,
         ("https://a.example", "https://b.example")),
    ],
)  # fmt: skip
def test_a_variable_is_read_as_it_is_written(monkeypatch, name, value, read, found):
    monkeypatch.setenv(name, value)
    assert read() == found


@pytest.mark.parametrize("read", [settings.anonymous_allowed, settings.logs_as_json])
@pytest.mark.parametrize(
    ("value", "on"),
    [("1", True), ("true", True), (" Yes ", True), ("ON", True), ("0", False), ("false", False), ("no", False),
     ("off", False), ("2", False), ("please", False)],
)  # fmt: skip
def test_a_switch_is_on_only_where_it_is_said_plainly(monkeypatch, read, value, on):
    for name, reader, _ in DEFAULTS:
        if reader is read:
            monkeypatch.setenv(name, value)
    assert read() is on


def test_a_change_of_a_variable_counts_from_the_next_look_on(monkeypatch, tmp_path):
    for name in ("first", "second"):
        monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path / name))
        assert settings.artifacts_dir() == tmp_path / name


def test_the_project_is_the_folder_of_the_app():
    assert PROJECT == CHECKOUT
    assert (PROJECT / "app.py").is_file()


def test_nobody_else_reads_the_environment_for_a_setting():
    readers = {
        path.relative_to(PROJECT).as_posix()
        for folder in ("mmm_core", "ui", "pages")
        for path in (PROJECT / folder).rglob("*.py")
        if re.search(r"environ[^\n]*MMM_|getenv", path.read_text())
    }
    assert readers == {"mmm_core/settings.py"}
