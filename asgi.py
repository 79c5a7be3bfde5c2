"""One process for both doors: the app at ``/``, the HTTP API at ``/api``."""

import asyncio
import importlib
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from mmm_core import binding, engine, logs
from mmm_core.api.response_headers import page_headers
from mmm_core.errors import BindingError, StorageError
from mmm_core.settings import artifacts_dir
from mmm_core.sockets import answer_at_once
from mmm_core.storage import Workspace

HEAD_START_SECONDS = 1.5
_loading = asyncio.Lock()
_api: ASGIApp | None = None


def _refuse_unsafe_binding() -> None:
    """End the process before it serves anything, if other machines would reach it and nobody would log in."""
    try:
        binding.require_safe_binding(st.get_option("server.address"))
    except BindingError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(2)


def _start_worker() -> None:
    try:
        engine.ensure_worker(Workspace(artifacts_dir()))
    except StorageError as error:
        # The pages can still show the demo, and say the same where something is to be written.
        logging.getLogger(__name__).error("%s", error)


def _load_api() -> ASGIApp:
    from mmm_core.api.app import create_api
    from mmm_core.api.guards import guarded

    workspace = Workspace(artifacts_dir())
    return guarded(create_api(workspace), workspace=workspace, address=st.get_option("server.address"))


async def api(scope: Scope, receive: Receive, send: Send) -> None:
    """The HTTP API. Its first request loads it: that takes longer than a page may wait, and few need it at once."""
    global _api
    async with _loading:
        if _api is None:
            _api = await asyncio.to_thread(_load_api)
        loaded = _api
    await loaded(scope, receive, send)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Begin to warm the worker with the server; it is a process of its own and stays when the server goes."""
    answer_at_once()
    # Loaded while the browser still fetches the page's own scripts.
    threading.Thread(target=importlib.import_module, args=("ui.data_panels",), daemon=True).start()
    # The first page and the worker want the same cores: the page goes first.
    asyncio.get_running_loop().call_later(HEAD_START_SECONDS, _start_worker)
    yield


_refuse_unsafe_binding()
logs.configure()
app = st.App("app.py", routes=[Mount("/api", app=api)], middleware=[Middleware(page_headers)], lifespan=lifespan)
