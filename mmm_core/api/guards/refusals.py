"""Answers of the guards: a request that is refused before any route sees it, as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import Scope, Send

type Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused, and what whoever sent it can do.

    ``headers`` go with the answer, such as ``Retry-After``.
    """

    status: int
    code: str
    message: str
    remedy: str
    headers: Headers = ()

    def body(self) -> bytes:
        """The problem document."""
        kind = "server" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "request"
        return json.dumps(
            {
                "type": f"urn:mmm:{self.code}",
                "title": f"The {kind} is at fault",
                "status": self.status,
                "detail": f"{self.message} {self.remedy}",
                "code": self.code,
                "kind": kind,
                "message": self.message,
                "remedy": self.remedy,
            }
        ).encode()


async def refuse(send: Send, refusal: Refusal, *, last: bool = True) -> None:
    """Send a refusal; with ``last`` false the caller ends the answer, with an empty piece of the body."""
    body = refusal.body()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in refusal.headers),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": not last})


def header(scope: Scope, name: str) -> str | None:
    """A header of the request, if it is there exactly once."""
    values = [value for key, value in scope["headers"] if key == name.encode()]
    return values[0].decode("latin-1") if len(values) == 1 else None


def route_path(scope: Scope) -> str:
    """The path below where the API is mounted: the same whether it stands alone or beside the app."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) or "/" if path.startswith(root) else path
