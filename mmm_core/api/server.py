"""The API without the app: ``python -m mmm_core serve``."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mmm_core.api import binding
from mmm_core.api.app import create_api
from mmm_core.api.guards.guards import guarded
from mmm_core.api.guards.mounting import ApiMount
from mmm_core.api.guards.server_settings import SECONDS_KEPT
from mmm_core.api.sockets import listening
from mmm_core.errors import StorageError
from mmm_core.workspace import worker_door
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.watch import keep_watch

SECONDS_TO_FINISH = 10
"""How long answers under way may take once the server is asked to end."""


def create_server(workspace: Workspace, *, host: str = "127.0.0.1") -> Starlette:
    """The API at ``/api`` behind its guards; the bare address leads to its document page."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            worker_door.ensure_worker(workspace)
        except StorageError as error:
            # Results can still be read, and every write says the same.
            logging.getLogger(__name__).error("%s", error)
        over = threading.Event()
        keep_watch(workspace, over)
        yield
        over.set()

    def to_the_document(_: Request) -> RedirectResponse:
        return RedirectResponse("/api/docs")

    api = guarded(create_api(workspace), workspace=workspace, address=host)
    return Starlette(routes=[Route("/", to_the_document), ApiMount("/api", app=api)], lifespan=lifespan)


def serve(workspace: Workspace, *, host: str, port: int) -> None:
    """Answer requests until the process is asked to end.

    Raises
    ------
    BindingError
        Other machines would reach the server, and nobody has said that they may.
    OSError
        The address cannot be bound: the port is taken, or the host is not this machine's.
    """
    binding.require_safe_binding(host)
    with listening(host, port) as bound:
        config = uvicorn.Config(
            create_server(workspace, host=host),
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
            timeout_keep_alive=SECONDS_KEPT,
            forwarded_allow_ips=binding.trusted_proxies(),
        )
        uvicorn.Server(config).run(sockets=[bound])
