"""One process for the app; the HTTP API joins it here, under ``/api``."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from mmm_core import engine
from mmm_core.errors import StorageError
from mmm_core.settings import artifacts_dir
from mmm_core.storage import Workspace


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Begin to warm the worker with the server; it is a process of its own and stays when the server goes."""
    try:
        engine.ensure_worker(Workspace(artifacts_dir()))
    except StorageError as error:
        # The pages can still show the demo, and say the same where something is to be written.
        logging.getLogger(__name__).error("%s", error)
    yield


app = st.App("app.py", lifespan=lifespan)
