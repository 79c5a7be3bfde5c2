"""Servers behind the guards that several files ask, and a way to ask an application without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import httpx
import pytest
from starlette.types import ASGIApp

from mmm_core.workspace.storage import Workspace
from tests.guarded import Guarded, running


@pytest.fixture(scope="session")
def open_server(tmp_path_factory) -> Iterator[Guarded]:
    """A server at loopback, without keys."""
    root = tmp_path_factory.mktemp("open")
    with running(Workspace(root / "workspace"), root, MMM_CORS_ORIGINS="https://bi.example.com") as found:
        yield found


def asked(
    app: ASGIApp,
    path: str = "/",
    *,
    method: str = "GET",
    headers: Mapping[str, str | bytes] | None = None,
    client: str = "127.0.0.1",
    times: int = 1,
) -> httpx.Response:
    """The (last) answer of an application that is called directly, as a server at localhost would."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            answers = [await http.request(method, path, headers=headers) for _ in range(times)]
        return answers[-1]

    return asyncio.run(ask())


def bearer(secret: str) -> dict[str, str]:
    """Headers that show a key."""
    return {"authorization": f"Bearer {secret}"}
