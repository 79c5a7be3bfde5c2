"""What a server must be told that somebody else has made: how long idle connections are kept, and whom it believes.

If a server is busy when a connection's idle time ends, it closes the connection even though a request has come in
meanwhile, and the client sees a broken connection. Many clients pause for about 5 s, which is uvicorn's own idle time.
And uvicorn believes whatever runs on its machine when it names another client's address.
"""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

SECONDS_KEPT = 75


class ServerSettings:
    """ASGI middleware that sets the uvicorn server it runs under, whoever has started that.

    The app's framework makes its server itself, before the app is loaded, and has no settings for this. What uvicorn
    passes as ``receive`` of the ``lifespan`` call is a method of an object that holds the configuration, and each new
    connection reads that. Any other server is left as it is.

    Parameters
    ----------
    proxies
        Addresses, with commas between, whose ``X-Forwarded-…`` is believed; empty: nobody's.
    """

    def __init__(self, app: ASGIApp, *, proxies: str) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on unchanged."""
        if scope["type"] == "lifespan":
            config = getattr(getattr(receive, "__self__", None), "config", None)
            if isinstance(config, uvicorn.Config):
                config.timeout_keep_alive = max(config.timeout_keep_alive, SECONDS_KEPT)
                if isinstance(config.loaded_app, ProxyHeadersMiddleware):
                    believed = ProxyHeadersMiddleware(config.loaded_app.app, self._proxies)
                    config.loaded_app.trusted_hosts = believed.trusted_hosts
        await self._app(scope, receive, send)
