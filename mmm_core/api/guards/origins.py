"""Who may ask from where: the Host header and, from browsers, the page that makes the request.

A browser lets any web page send a form to ``localhost``, and a page whose name is made to point here (DNS rebinding)
even read the answer. The first names its own origin, the second a host of its own: both are refused. Allowed are pages
of an allowed host, and of an origin in ``MMM_CORS_ORIGINS``. The guard stands before pages, web sockets and the API.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from mmm_core.api import binding
from mmm_core.api.binding import LOOPBACK_NAMES
from mmm_core.api.guards.refusals import Refusal, header, refuse

API_PATH = "/api"
UNQUESTIONED = frozenset({"localhost", "127.0.0.1"})
"""Origins that Streamlit knows without asking anybody."""
POLICY_VIOLATION = 1008
"""Code with which a web socket is closed (RFC 6455)."""


class OriginGuard:
    """Refuses foreign hosts (421) and foreign pages (403).

    Parameters
    ----------
    hosts
        Names allowed beside loopback's.
    origins
        Origins of other hosts whose pages may ask.
    addresses
        Whether bare IP addresses are allowed as hosts: nobody can point a name of theirs at those.
    beside
        A path whose application has a guard of its own, behind its log.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        origins: tuple[str, ...],
        addresses: bool = False,
        beside: str | None = None,
    ) -> None:
        self.app = app
        self.hosts = LOOPBACK_NAMES | hosts
        self.origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self.addresses = addresses
        self.beside = beside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or self._is_beside(str(scope["path"])):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(_as_own(scope) if scope["type"] == "websocket" else scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the question whether it may open
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": refusal.code})
        else:
            await refuse(send, refusal)

    def _is_beside(self, path: str) -> bool:
        return self.beside is not None and (path == self.beside or path.startswith(f"{self.beside}/"))

    def _refusal(self, scope: Scope) -> Refusal | None:
        host = host_name(header(scope, "host") or "")
        if not self._is_own(host):
            return Refusal(
                421,
                "unknown_host",
                f"The request is addressed to '{(host or 'no host')[:100]}', under which this server does not answer.",
                "Use localhost, or let whoever runs the server add the name to MMM_ALLOWED_HOSTS.",
            )
        origins = [value.decode("latin-1") for key, value in scope["headers"] if key == b"origin"]
        if not all(self._is_allowed(origin, host) for origin in origins):
            return _cross_site(f"a page of {origins[0][:100]}")
        # A browser says so even where it sends no Origin, as with pictures and scripts of a page.
        if header(scope, "sec-fetch-site") == "cross-site" and not origins and not _is_followed_link(scope):
            return _cross_site("a page of another site")
        return None

    def _is_allowed(self, origin: str, host: str | None) -> bool:
        """Whether a page of this origin may ask: one of ours, of the very host that is asked, or of a list."""
        if origin.lower() in self.origins:
            return True
        scheme, _, authority = origin.partition("://")
        name = host_name(authority) if scheme.lower() in ("http", "https") else None
        return name is not None and (name in self.hosts or name == host)

    def _is_own(self, host: str | None) -> bool:
        return host is not None and (host in self.hosts or (self.addresses and _is_address(host)))


def page_guard(app: ASGIApp, *, address: str | None) -> ASGIApp:
    """What is not the API behind the same guard of hosts and origins: pages, files, web sockets."""
    return OriginGuard(
        app, hosts=binding.own_names(), origins=(), addresses=not binding.is_loopback(address), beside=API_PATH
    )


def host_name(authority: str) -> str | None:
    """The name in ``name:port`` or ``[address]:port``, lower case; None if it is no such thing."""
    if set(authority) & set("/@?# \\"):
        return None
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return parts.hostname.rstrip(".") if parts.hostname else None


def _as_own(scope: Scope) -> Scope:
    """A web socket whose origin, which was judged here, names the host that is asked.

    Streamlit judges once more, and where the two differ by as little as a port it asks a server of another company for
    its own address, in the event loop.
    """
    host = header(scope, "host") or ""
    scheme, _, authority = (header(scope, "origin") or "").partition("://")
    if authority in ("", host) or host_name(authority) in UNQUESTIONED:
        return scope
    own = (b"origin", f"{scheme}://{host}".encode("latin-1"))
    return {**scope, "headers": [own if key == b"origin" else (key, value) for key, value in scope["headers"]]}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_followed_link(scope: Scope) -> bool:
    """Whether a person followed a link from elsewhere: the page that holds it sees nothing of the answer."""
    return (
        scope.get("method") == "GET"
        and header(scope, "sec-fetch-mode") == "navigate"
        and header(scope, "sec-fetch-dest") == "document"
    )


def _cross_site(source: str) -> Refusal:
    return Refusal(
        403,
        "cross_site",
        f"The request comes from {source}, which may not use this server.",
        "Open this server's own page, or let whoever runs it add the page's origin to MMM_CORS_ORIGINS.",
    )
