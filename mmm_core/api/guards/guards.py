"""What stands between the network and the HTTP API, outermost first.

::

    request ─► RequestLog ─► ResponseHeaders ─► OriginGuard ─► IdentityGuard ─► BodyGuard ─► routes
               id, one line   nosniff, policy    Host, Origin    key, rate       size, pace

    page, file, web socket ─► OriginGuard ─► Streamlit

All of it is plain ASGI, so that a body passes through piece by piece and nothing is kept.
"""

from __future__ import annotations

from starlette.types import ASGIApp

from mmm_core import logs, settings
from mmm_core.api import binding
from mmm_core.api.bodies import BodyGuard, BodyLimits
from mmm_core.api.guards.identity import IdentityGuard
from mmm_core.api.guards.origins import OriginGuard
from mmm_core.api.guards.request_log import RequestLog
from mmm_core.api.guards.response_headers import ResponseHeaders
from mmm_core.workspace.storage import Workspace

API_HEADERS = {
    "cache-control": "private, no-cache",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


def guarded(app: ASGIApp, *, workspace: Workspace, address: str | None, limits: BodyLimits | None = None) -> ASGIApp:
    """The API behind all of its guards, set up by the ``MMM_…`` variables.

    Parameters
    ----------
    workspace
        Where the keys are.
    address
        What the server listens at; None: every address of the machine. Beyond loopback a key is needed.
    limits
        Limits of bodies; default: those of :class:`~mmm_core.api.bodies.BodyLimits`.
    """
    logs.configure()
    app = BodyGuard(app, limits=limits)
    app = IdentityGuard(
        app, workspace=workspace, needs_key=binding.is_exposed(address), per_minute=settings.rate_per_minute()
    )
    app = OriginGuard(
        app, hosts=binding.own_names(), origins=settings.cors_origins(), addresses=not binding.is_loopback(address)
    )
    app = ResponseHeaders(app, extra=API_HEADERS)
    return RequestLog(app)
