"""How much a request may carry, how slowly, and in how many parts: judged while it arrives.

The size that a request announces is judged before anything of it is read; one that announces none is counted piece by
piece, so that no more than the cap ever reaches memory or disk. A body that hardly moves (slow loris) is given up.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mmm_core.api.guards.refusals import Refusal, header, refuse
from mmm_core.table.reading.limits import MAX_BYTES

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Limits of a request's body.

    Attributes
    ----------
    upload_bytes, other_bytes
        Largest multipart body (a table and what is around it), and largest of any other kind.
    parts
        Most parts of a multipart body.
    idle_seconds, grace_seconds, total_seconds
        Longest pause, time before progress is judged, longest time in all.
    bytes_per_second
        Least progress after the grace.
    large_bytes, large_uploads
        Size from which a body is large, and how many of these are taken at a time: each may need memory many times its
        size once it is read.
    linger_seconds
        How long after a refusal the rest of the body is read and thrown away, so that the sender gets to read why.
    """

    upload_bytes: int = MAX_BYTES + 2**20
    other_bytes: int = 2**20
    parts: int = 16
    idle_seconds: float = 10.0
    grace_seconds: float = 15.0
    total_seconds: float = 900.0
    bytes_per_second: float = 8 * 2**10
    large_bytes: int = 2**20
    large_uploads: int = 8
    linger_seconds: float = 2.0


TWO_LENGTHS = Refusal(
    400,
    "two_lengths",
    "The request says the length of its body in two ways, of which a proxy may read one and this server the other.",
    "Send Content-Length or Transfer-Encoding, not both.",
)


class BodyRefusedError(Exception):
    """Ends the route that reads a body which is refused; never seen outside this module."""


class BodyGuard:
    """Refuses bodies that are too large or in too many parts (413), too slow (408), and too many at a time (503)."""

    def __init__(self, app: ASGIApp, *, limits: BodyLimits | None = None) -> None:
        self.app = app
        self.limits = limits or BodyLimits()
        self._large = _Places(self.limits.large_uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body under watch, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kind = header(scope, "content-type") or ""
        is_upload = kind.lower().startswith("multipart/")
        most = self.limits.upload_bytes if is_upload else self.limits.other_bytes
        if {b"content-length", b"transfer-encoding"} <= {key for key, _ in scope["headers"]}:
            await self._refuse_and_linger(receive, send, TWO_LENGTHS)
            return
        announced = header(scope, "content-length") or ""
        if announced.isdecimal() and int(announced) > most:
            await self._refuse_and_linger(receive, send, _too_large(most))
            return
        body = _Body(
            receive, send, self.limits, most=most, boundary=_boundary(kind) if is_upload else None, places=self._large
        )
        try:
            with suppress(BodyRefusedError):
                await self.app(scope, body.receive, body.send)
        finally:
            body.leave()
        if body.refusal is not None and not body.answered:
            await self._refuse_and_linger(receive, send, body.refusal, linger=body.goes_on)

    async def _refuse_and_linger(self, receive: Receive, send: Send, refusal: Refusal, *, linger: bool = True) -> None:
        """Refuse, then throw away what still comes: a connection closed in the sender's face loses the answer."""
        closing = Refusal(
            refusal.status, refusal.code, refusal.message, refusal.remedy, (*refusal.headers, ("Connection", "close"))
        )
        await refuse(send, closing, last=False)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.linger_seconds if linger else 0):
                while (await receive()).get("more_body"):
                    pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class _Places:
    """Places for large bodies; used by one event loop, so that nothing comes between a look and a change."""

    def __init__(self, free: int) -> None:
        self.free = free

    def take(self) -> bool:
        """Take a place, if there is one."""
        if self.free < 1:
            return False
        self.free -= 1
        return True


class _Body:
    """A body under watch: counts what arrives, and takes the answer over once it is refused."""

    def __init__(
        self, receive: Receive, send: Send, limits: BodyLimits, *, most: int, boundary: bytes | None, places: _Places
    ) -> None:
        self._receive, self._send, self._limits, self._most = receive, send, limits, most
        self._places, self._is_large = places, False
        self._boundary, self._tail, self._parts = boundary, b"", 0
        self._started_at: float | None = None
        self._bytes = 0
        self._complete = False
        self.refusal: Refusal | None = None
        self.answered = False

    async def receive(self) -> Message:
        """The next piece; raises once the body is refused."""
        if self._complete:
            return await self._receive()  # after the whole body, a route that asks waits for the client to go away
        try:
            async with asyncio.timeout(self._seconds_left()):
                message = await self._receive()
        except TimeoutError:
            raise self._refused(TOO_SLOW) from None
        if message["type"] == "http.request":
            piece = message.get("body", b"")
            self._bytes += len(piece)
            self._complete = not message.get("more_body", False)
            if self._bytes > self._most:
                raise self._refused(_too_large(self._most))
            if self._bytes > self._limits.large_bytes and not self._is_large:
                if not self._places.take():
                    raise self._refused(BUSY)
                self._is_large = True
            if self._boundary and self._count_parts(piece) > self._limits.parts:
                raise self._refused(_too_many_parts(self._limits.parts))
        return message

    def leave(self) -> None:
        """Give back the place that a large body took."""
        if self._is_large:
            self._places.free += 1
            self._is_large = False

    @property
    def goes_on(self) -> bool:
        """Whether more of it is on its way."""
        return not self._complete and self.refusal is not TOO_SLOW

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless the body was refused: then whatever the route made of that is dropped."""
        if self.refusal is not None and not self.answered:
            return
        self.answered = True
        await self._send(message)

    def _refused(self, refusal: Refusal) -> BodyRefusedError:
        self.refusal = refusal
        return BodyRefusedError(refusal.code)

    def _seconds_left(self) -> float:
        now = time.monotonic()
        self._started_at = self._started_at or now
        limits = self._limits
        until_judged = self._started_at + limits.grace_seconds + self._bytes / limits.bytes_per_second
        until_end = self._started_at + limits.total_seconds
        return max(0.0, min(limits.idle_seconds, until_judged - now, until_end - now))

    def _count_parts(self, piece: bytes) -> int:
        """Delimiters so far, those cut in two by pieces of the body included; the closing one counts too."""
        mark = self._boundary or b""
        seen = self._tail + piece
        self._parts += seen.count(mark)
        self._tail = seen[-(len(mark) - 1) :] if len(mark) > 1 else b""
        # The closing delimiter is no part of its own.
        return self._parts - 1


TOO_SLOW = Refusal(
    408, "too_slow", "The request's body arrived too slowly, or stopped.", "Send it again over a faster connection."
)
BUSY = Refusal(
    503,
    "busy",
    "The server is taking as many large uploads as it can at a time.",
    "Send it again in a few seconds.",
    (("Retry-After", "5"),),
)


def _boundary(content_type: str) -> bytes | None:
    match = _BOUNDARY.search(content_type)
    return b"--" + match.group(1).strip().encode("latin-1") if match else None


def _too_large(most: int) -> Refusal:
    return Refusal(
        413,
        "too_large",
        f"The request's body has more than {most / 2**20:.0f} MB.",
        "Leave out rows or columns that the model does not need, or sum to weeks first.",
    )


def _too_many_parts(most: int) -> Refusal:
    return Refusal(
        413,
        "too_many_parts",
        f"The form has more than {most} parts.",
        "Send one table, in the field 'file'.",
    )
