"""One process for both doors: the app at ``/``, the HTTP API at ``/api``."""

import asyncio
import gc
import importlib
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mmm_core import logs, settings
from mmm_core.api import binding
from mmm_core.api.guards.mounting import ApiMount
from mmm_core.api.guards.origins import page_guard
from mmm_core.api.guards.response_headers import page_headers
from mmm_core.api.guards.server_settings import ServerSettings
from mmm_core.api.sockets import answer_at_once
from mmm_core.errors import BindingError, SettingError, StorageError
from ui.shell.first_page import FirstPage

HEAD_START_SECONDS = 3.0
PAGE_MODULES = (
    "ui.shell.session",
    "ui.shell.run_list",
    "ui.shell.finished",
    "ui.shell.cards",
    "ui.results.results",
    "ui.data.table",
)
"""What pages import, in the order in which a first visitor needs it."""
_loading = asyncio.Lock()
_api: ASGIApp | None = None
_over = threading.Event()
"""Set when the server ends."""


def _refuse_to_start() -> None:
    """End the process before it serves anything, if a setting is at fault, or if nobody would have to log in."""
    try:
        settings.check()
        binding.require_safe_binding(st.get_option("server.address"))
    except (BindingError, SettingError) as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(2)


def _load_pages() -> None:
    for name in PAGE_MODULES:
        importlib.import_module(name)
    # After every run of a page, Streamlit looks for garbage among all objects of the process: 160,000 of them are what
    # was just imported, never garbage, and looking through them took longer than drawing most answers.
    gc.freeze()


def _start_worker() -> None:
    from mmm_core.workspace import worker_door
    from mmm_core.workspace.storage import Workspace
    from mmm_core.workspace.watch import keep_watch

    workspace = Workspace(settings.artifacts_dir())
    keep_watch(workspace, _over)
    try:
        worker_door.ensure_worker(workspace)
    except StorageError as error:
        # The pages can still show the demo, and say the same where something is to be written.
        logging.getLogger(__name__).error("%s", error)


def _load_api() -> ASGIApp:
    from mmm_core.api.app import create_api
    from mmm_core.api.guards.guards import guarded
    from mmm_core.workspace.storage import Workspace

    workspace = Workspace(settings.artifacts_dir())
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
    # The port is open before pandas and Plotly are loaded: the browser fetches the page's scripts meanwhile.
    threading.Thread(target=_load_pages, daemon=True).start()
    # The first page and the worker want the same cores: the page goes first.
    asyncio.get_running_loop().call_later(HEAD_START_SECONDS, _start_worker)
    yield
    _over.set()


_refuse_to_start()
logs.configure()
app = st.App(
    "app.py",
    routes=[ApiMount("/api", app=api)],
    middleware=[
        Middleware(ServerSettings, proxies=binding.trusted_proxies()),
        Middleware(page_headers),
        Middleware(page_guard, address=st.get_option("server.address")),
        Middleware(FirstPage),
    ],
    lifespan=lifespan,
)
