"""May the server stand open to other machines? Only if people log in, or if somebody has said that they need not.

The app and the API ask before they listen. Login is Streamlit's own (OpenID Connect), set up in
``.streamlit/secrets.toml``; keys of the API do not replace it, because they open no page.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mmm_core import settings
from mmm_core.errors import BindingError, RunError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names under which only programs of the same machine reach a server."""
PROVIDER_FIELDS = ("client_id", "client_secret", "server_metadata_url")
COMMON_FIELDS = ("redirect_uri", "cookie_secret")
SHORTEST_COOKIE_SECRET = 32
"""Characters; whoever guesses the secret can log in as anybody."""


def is_loopback(address: str | None) -> bool:
    """Whether a server at this address is reached from its own machine only; no address means all of them."""
    if not address:
        return False
    bare = address.strip().strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def require_safe_binding(address: str | None) -> None:
    """Refuse to listen beyond this machine without login.

    Parameters
    ----------
    address
        What the server is about to listen at; None: every address of the machine.

    Raises
    ------
    BindingError
        Other machines would reach the server, login is not set up, and ``MMM_ALLOW_ANONYMOUS`` is not set.
    """
    if is_loopback(address) or login_configured() or settings.anonymous_allowed():
        return
    problem = login_problem()
    raise BindingError(
        f"The server would listen at {address or 'every address of this machine'}, where other machines reach it, "
        f"and login is not set up{f' ({problem})' if problem else ''}.",
        remedy="Listen at 127.0.0.1 (--server.address 127.0.0.1, or --host 127.0.0.1); or set up login in "
        ".streamlit/secrets.toml, as docs/deployment.md shows; or set MMM_ALLOW_ANONYMOUS=1 if whoever reaches it may "
        "see and change everything.",
    )


def require_shareable(address: str) -> None:
    """Refuse links where everybody who reaches the server sees all of it anyway, and nobody has said who may.

    Raises
    ------
    RunError
        The server listens beyond this machine, and nobody logs in.
    """
    if not (is_loopback(address) or login_configured()):
        raise RunError(
            "Reports are shared by links only where people log in, or from this machine alone.",
            code="not_shareable",
            remedy="Whoever runs the server sets up login, as docs/deployment.md shows; or send the report as a file.",
        )


def login_configured() -> bool:
    """Whether people must log in to the app."""
    return bool(_auth_section()) and login_problem() is None


def login_providers() -> tuple[str | None, ...]:
    """Names of the providers that a person can choose from; None is the only, unnamed one."""
    section = _auth_section()
    named = tuple(name for name, value in section.items() if isinstance(value, dict) and "client_id" in value)
    return named if "client_id" not in section else (None, *named)


def login_problem() -> str | None:
    """What is missing in the settings of login, in words; None: nothing, or there are none at all."""
    section = _auth_section()
    if not section:
        return None
    missing = [name for name in COMMON_FIELDS if not section.get(name)]
    providers: list[dict[str, Any]] = [section if name is None else section[name] for name in login_providers()]
    if not providers:
        missing.append("client_id")
    missing += [name for provider in providers for name in PROVIDER_FIELDS if not provider.get(name)]
    if missing:
        return f"[auth] in secrets.toml lacks {', '.join(dict.fromkeys(missing))}"
    if len(str(section["cookie_secret"])) < SHORTEST_COOKIE_SECRET:
        return f"cookie_secret in secrets.toml has fewer than {SHORTEST_COOKIE_SECRET} characters"
    return None


def is_exposed(address: str | None) -> bool:
    """Whether others than the people at this machine are meant to reach the server: its API then asks for a key."""
    return not is_loopback(address) or login_configured() or bool(settings.allowed_hosts() - LOOPBACK_NAMES)


def own_names() -> frozenset[str]:
    """Names, beside loopback's, under which this server answers: those that are set, and that of the login."""
    redirect = urlsplit(str(_auth_section().get("redirect_uri", "")))
    return settings.allowed_hosts() | (frozenset({redirect.hostname}) if redirect.hostname else frozenset())


def trusted_proxies() -> str:
    """``FORWARDED_ALLOW_IPS``: proxies whose ``X-Forwarded-…`` is believed; none unless set, on this machine neither.

    uvicorn reads the variable itself, and without it believes whatever runs on this machine.
    """
    return os.environ.setdefault("FORWARDED_ALLOW_IPS", "")


def _auth_section() -> dict[str, Any]:
    """``[auth]`` of the files that Streamlit reads, the project's over the user's."""
    auth: dict[str, Any] = {}
    for path in _secrets_files():
        try:
            section = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
        except (OSError, ValueError):
            continue
        if isinstance(section, dict):
            auth = section
    return auth


def _secrets_files() -> list[Path]:
    project = settings.PROJECT / ".streamlit" / "secrets.toml"
    try:
        return [Path.home() / ".streamlit" / "secrets.toml", project]
    except RuntimeError:  # a user without a home
        return [project]
