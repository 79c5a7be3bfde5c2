"""Who may ask from where: the Host header and, from browsers, the page that makes the request.

A browser lets any web page send a form to ``localhost``, and a page whose name is made to point here (DNS rebinding)
even read the answer. The first names its own origin, the second a host of its own: both are refused. Allowed are pages
of an allowed host, and of an origin in ``MMM_CORS_ORIGINS``.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from mmm_core.api.binding import LOOPBACK_NAMES
from mmm_core.api.guards.refusals import Refusal, header, refuse


class OriginGuard:
    """Refuses foreign hosts (421) and foreign pages (403).

    Parameters
    ----------
    hosts
        Names allowed beside loopback's.
    origins
        Origins of other hosts whose pages may ask.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], origins: tuple[str, ...]) -> None:
        self.app = app
        self.hosts = LOOPBACK_NAMES | hosts
        self.origins = frozenset(origin.rstrip("/").lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is not None:
            await refuse(send, refusal)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        host = host_name(header(scope, "host") or "")
        if host not in self.hosts:
            return Refusal(
                421,
                "unknown_host",
                f"The request is addressed to '{(host or 'no host')[:100]}', under which this server does not answer.",
                "Use localhost, or let whoever runs the server add the name to MMM_ALLOWED_HOSTS.",
            )
        origins = [value.decode("latin-1") for key, value in scope["headers"] if key == b"origin"]
        if not all(self._is_allowed(origin) for origin in origins):
            return _cross_site(f"a page of {origins[0][:100]}")
        # A browser says so even where it sends no Origin, as with pictures and scripts of a page.
        if header(scope, "sec-fetch-site") == "cross-site" and not origins and not _is_followed_link(scope):
            return _cross_site("a page of another site")
        return None

    def _is_allowed(self, origin: str) -> bool:
        if origin.lower() in self.origins:
            return True
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and host_name(parts.netloc) in self.hosts


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


def _is_followed_link(scope: Scope) -> bool:
    """Whether a person followed a link from elsewhere: the page that holds it sees nothing of the answer."""
    return (
        scope["method"] == "GET"
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
