"""How long idle connections are kept.

A server that is held up when a connection's idle time is over closes it although a question came in meanwhile, and the
program that asked meets a broken connection. uvicorn's own 5 s are what many programs pause.
"""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

SECONDS_KEPT = 75


class KeepIdleConnections:
    """ASGI middleware that lengthens the idle time of the uvicorn server it runs under, whoever has started that.

    The app's framework makes its server itself and has no setting for this. uvicorn hands ``lifespan`` calls a method
    of an object that knows the configuration, which each new connection reads; another server is left as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on unchanged."""
        if scope["type"] == "lifespan":
            config = getattr(getattr(receive, "__self__", None), "config", None)
            if isinstance(config, uvicorn.Config):
                config.timeout_keep_alive = max(config.timeout_keep_alive, SECONDS_KEPT)
        await self._app(scope, receive, send)
