"""Beyond loopback the server does not start without login, and says what to do."""

import os
import subprocess
import sys

import pytest

from mmm_core import settings
from mmm_core.api import binding
from mmm_core.errors import BindingError
from tests.conftest import PROJECT

SECRETS = """
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "studio"
client_secret = "s"
server_metadata_url = "https://login.example.com/.well-known/openid-configuration"
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder and a home without login."""
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MMM_ALLOW_ANONYMOUS", raising=False)
    (tmp_path / ".streamlit").mkdir()
    return tmp_path


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.9.1"])
def test_loopback_is_safe(project, address):
    binding.require_safe_binding(address)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.5", "myhost", "127.0.0.1.example.com"])  # noqa: S104
def test_beyond_loopback_login_is_needed(project, address, monkeypatch):
    with pytest.raises(BindingError, match="login is not set up") as refused:
        binding.require_safe_binding(address)
    assert "MMM_ALLOW_ANONYMOUS=1" in refused.value.remedy
    monkeypatch.setenv("MMM_ALLOW_ANONYMOUS", "1")
    binding.require_safe_binding(address)
    monkeypatch.delenv("MMM_ALLOW_ANONYMOUS")
    (project / ".streamlit" / "secrets.toml").write_text(SECRETS)
    binding.require_safe_binding(address)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SECRETS.replace('client_secret = "s"', ""), "lacks client_secret"),
        (SECRETS.replace("client_id", "client"), "lacks client_id"),
        (SECRETS.replace("0123456789abcdef0123456789abcdef", "short"), "fewer than 32"),
        ("[auth", "not set up"),
        ("[other]\na = 1", "not set up"),
    ],
)
def test_half_a_login_is_none_and_says_what_is_missing(project, text, words):
    (project / ".streamlit" / "secrets.toml").write_text(text)
    with pytest.raises(BindingError, match=words):
        binding.require_safe_binding(None)


def test_providers_by_name_are_found(project):
    named = SECRETS.replace("client_id", "[auth.firm]\nclient_id")
    (project / ".streamlit" / "secrets.toml").write_text(named)
    assert binding.login_configured()
    assert binding.login_providers() == ("firm",)


def test_whoever_is_meant_to_be_reached_from_elsewhere_asks_for_keys(project, monkeypatch):
    assert not binding.is_exposed("127.0.0.1")
    assert binding.is_exposed("0.0.0.0")  # noqa: S104
    monkeypatch.setenv("MMM_ALLOWED_HOSTS", "localhost")
    assert not binding.is_exposed("127.0.0.1")
    monkeypatch.setenv("MMM_ALLOWED_HOSTS", "studio.example.com")
    assert binding.is_exposed("127.0.0.1")


STREAMLIT = ["streamlit", "run", "asgi.py", "--server.port", "0", "--server.headless", "true"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        [*STREAMLIT, "--server.address", "0.0.0.0"],  # noqa: S104 - it must not start
        STREAMLIT,
        ["mmm_core", "serve", "--host", "0.0.0.0", "--port", "0"],  # noqa: S104 - it must not start
    ],
)
def test_no_server_starts_beyond_loopback_without_login(tmp_path, command):
    environment = {name: value for name, value in os.environ.items() if name != "MMM_ALLOW_ANONYMOUS"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT, capture_output=True, text=True, timeout=60,
        env=environment | {"HOME": str(tmp_path), "MMM_ARTIFACTS": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "login is not set up" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
