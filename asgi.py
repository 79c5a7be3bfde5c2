"""One process for the app; the HTTP API joins it here, under ``/api``."""

import asyncio
import importlib
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from ui.preload import PreloadCharts

HEAD_START_SECONDS = 3.0
PAGE_MODULES = ("ui.session", "ui.run_list", "ui.demo", "ui.cards", "ui.result_panels", "ui.data_panels")
"""What pages import, in the order in which a first visitor needs it."""


def _load_pages() -> None:
    for name in PAGE_MODULES:
        importlib.import_module(name)


def _start_worker() -> None:
    from mmm_core import engine
    from mmm_core.errors import StorageError
    from mmm_core.settings import artifacts_dir
    from mmm_core.storage import Workspace

    try:
        engine.ensure_worker(Workspace(artifacts_dir()))
    except StorageError as error:
        # The pages can still show the demo, and say the same where something is to be written.
        logging.getLogger(__name__).error("%s", error)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Begin to warm the worker with the server; it is a process of its own and stays when the server goes."""
    # The port is open before pandas and Plotly are loaded: the browser fetches the page's scripts meanwhile.
    threading.Thread(target=_load_pages, daemon=True).start()
    # The first page and the worker want the same cores: the page goes first.
    asyncio.get_running_loop().call_later(HEAD_START_SECONDS, _start_worker)
    yield


app = st.App("app.py", lifespan=lifespan, middleware=[Middleware(PreloadCharts)])
