"""Who asks, and how often: keys (``Authorization: Bearer …``) and rates.

Sets ``scope["state"]["owner"]``, whose data the request sees, and ``scope["state"]["client"]``, which the log names. A
key is needed once there has been any, and wherever others than the people at this machine are meant to reach the
server.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from mmm_core.api.guards.rates import RateLimiter
from mmm_core.api.guards.refusals import Refusal, header, refuse, route_path
from mmm_core.errors import StorageError
from mmm_core.workspace import keys
from mmm_core.workspace.desk import LOCAL_OWNER
from mmm_core.workspace.keys import ApiKey
from mmm_core.workspace.storage import Workspace

OPEN_PATHS = frozenset({"/health", "/api/health"})
"""Paths that may be asked for without a key, so that a monitor needs none."""
OPEN_BELOW = ("/shared/", "/api/shared/")
"""What is below may be read without a key: a link to a report is a key of its own, to one page."""
LONGEST_KEY = 200


class IdentityGuard:
    """Recognises keys (401) and limits rates (429).

    Parameters
    ----------
    workspace
        Where the keys are.
    needs_key
        Whether a key is needed even while there is none.
    per_minute
        Requests a minute and client.
    """

    def __init__(self, app: ASGIApp, *, workspace: Workspace, needs_key: bool, per_minute: float) -> None:
        self.app = app
        self.workspace = workspace
        self.needs_key = needs_key
        self.limiter = RateLimiter(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as its owner's, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            # One look at a file's date: a thread would cost more than it.
            known = keys.list_keys(self.workspace)
            key = self._shown(scope) if known else None
            closed = self.needs_key or keys.were_made(self.workspace)
        except StorageError as error:
            # Keys that cannot be read must not stand for no keys.
            await refuse(send, Refusal(503, error.code, error.message, error.remedy))
            return
        client = f"key:{key.id}" if key else f"address:{(scope.get('client') or ('unknown', 0))[0]}"
        state = scope.setdefault("state", {})
        state["owner"] = key.owner if key else LOCAL_OWNER
        state["client"] = client
        wait = self.limiter.take(client)
        if wait:
            await refuse(send, _too_often(wait))
        elif key is None and closed and not _is_open(scope):
            state["owner"] = "unknown"
            await refuse(send, _no_key(shown="authorization" in {name.decode() for name, _ in scope["headers"]}))
        else:
            await self.app(scope, receive, send)

    def _shown(self, scope: Scope) -> ApiKey | None:
        scheme, _, secret = (header(scope, "authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(secret) <= LONGEST_KEY:
            return None
        return keys.recognise(self.workspace, secret.strip())


def _is_open(scope: Scope) -> bool:
    """Health, links to reports, and the question of a browser whether it may ask at all, which never carries a key."""
    if scope["method"] == "OPTIONS":
        return header(scope, "access-control-request-method") is not None
    path = route_path(scope)
    return scope["method"] in ("GET", "HEAD") and (path in OPEN_PATHS or path.startswith(OPEN_BELOW))


def _no_key(*, shown: bool) -> Refusal:
    return Refusal(
        401,
        "unknown_key" if shown else "key_needed",
        "The key is not one of this server's." if shown else "This server answers only requests with a key.",
        "Send 'Authorization: Bearer KEY'; whoever runs the server makes a key by: python -m mmm_core keys create NAME",
        (("WWW-Authenticate", 'Bearer realm="mmm"' + (', error="invalid_token"' if shown else "")),),
    )


def _too_often(wait: int) -> Refusal:
    return Refusal(
        429,
        "too_many_requests",
        "This client asks more often than the server allows.",
        f"Ask again in {wait} s, and less often; whoever runs the server sets MMM_RATE_PER_MINUTE.",
        (("Retry-After", str(wait)),),
    )
