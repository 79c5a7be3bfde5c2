"""One log line for each write through the API: who, what, with which outcome, under which request id."""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mmm_core import logs
from mmm_core.api.guards.refusals import header

READING = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_PATH = 300
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SECRET = re.compile(r"(/shared/[^./]*).*", flags=re.DOTALL)
"""A link to a report is a key: its secret is in no log."""


class RequestLog:
    """Gives every request an id (the client's ``X-Request-Id``, if it has that form) and logs the writes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and say what came of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", request_id.encode())]}
            await send(message)

        with logs.one_request() as deeds:
            try:
                await self.app(scope, receive, with_id)
            finally:
                if scope["method"] not in READING or status >= 500 or deeds:
                    _write_line(scope, status or 500, deeds, request_id, time.perf_counter() - started)


def _write_line(scope: Scope, status: int, deeds: list[str], request_id: str, seconds: float) -> None:
    state = scope["state"]
    logs.write(
        "api",
        level=logging.ERROR if status >= 500 else logging.INFO,
        who=state.get("owner", "unknown"),
        client=state.get("client", f"address:{(scope.get('client') or ('unknown', 0))[0]}"),
        method=scope["method"],
        path=_SECRET.sub(r"\1…", scope["path"])[:LONGEST_PATH],
        status=status,
        what="; ".join(deeds) or "nothing",
        milliseconds=round(1000 * seconds),
        request_id=request_id,
    )


def _request_id(scope: Scope) -> str:
    given = header(scope, "x-request-id") or ""
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
