"""The API without the app: ``python -m mmm_core serve``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

from mmm_core import engine
from mmm_core.api.app import create_api
from mmm_core.errors import StorageError
from mmm_core.sockets import listening
from mmm_core.storage import Workspace

SECONDS_TO_FINISH = 10
"""How long answers under way may take once the server is asked to end."""


def create_server(workspace: Workspace) -> Starlette:
    """The API at ``/api``; the bare address leads to its document page."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            engine.ensure_worker(workspace)
        except StorageError as error:
            # Results can still be read, and every write says the same.
            logging.getLogger(__name__).error("%s", error)
        yield

    def to_the_document(_: Request) -> RedirectResponse:
        return RedirectResponse("/api/docs")

    return Starlette(
        routes=[Route("/", to_the_document), Mount("/api", app=create_api(workspace))],
        lifespan=lifespan,
    )


def serve(workspace: Workspace, *, host: str, port: int) -> None:
    """Answer requests until the process is asked to end.

    Raises
    ------
    OSError
        The address cannot be bound: the port is taken, or the host is not this machine's.
    """
    with listening(host, port) as bound:
        config = uvicorn.Config(
            create_server(workspace),
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
        uvicorn.Server(config).run(sockets=[bound])
