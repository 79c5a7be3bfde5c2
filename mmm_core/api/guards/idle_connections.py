"""How long idle connections are kept.

If a server is busy when a connection's idle time ends, it closes the connection even though a request has come in
meanwhile, and the client sees a broken connection. Many clients pause for about 5 s, which is uvicorn's own idle time.
"""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

SECONDS_KEPT = 75


class KeepIdleConnections:
    """ASGI middleware that lengthens the idle time of the uvicorn server it runs under, whoever has started that.

    The app's framework makes its server itself and has no setting for this. What uvicorn passes as ``receive`` of the
    ``lifespan`` call is a method of an object that holds the configuration, and each new connection reads that. Any
    other server is left as it is.
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
