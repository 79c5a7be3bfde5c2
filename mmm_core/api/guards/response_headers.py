"""Headers that tell a browser what an answer may not be used for."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
DOCUMENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the API's document page: its own scripts, and nothing from anywhere else."""
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; frame-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
"""For the app's pages: nothing from outside hosts, no frame elsewhere. Streamlit's scripts need the rest."""


class ResponseHeaders:
    """Adds security headers to the answers of an application, keeping those that it sets itself.

    Parameters
    ----------
    policy, html_policy
        Content-Security-Policy of data, and of HTML pages.
    extra
        Further headers.
    """

    def __init__(
        self, app: ASGIApp, *, policy: str = DATA_POLICY, html_policy: str = DOCUMENT_POLICY,
        extra: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.app = app
        self.policy, self.html_policy = policy, html_policy
        self.headers = {**COMMON, **(extra or {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._completed(message["headers"])}
            await send(message)

        await self.app(scope, receive, with_headers)

    def _completed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower(): value for name, value in headers}
        is_page = present.get(b"content-type", b"").startswith(b"text/html")
        wanted = {**self.headers, "content-security-policy": self.html_policy if is_page else self.policy}
        added = [(n.encode(), value.encode()) for n, value in wanted.items() if n.encode() not in present]
        return [*headers, *added]


def page_headers(app: ASGIApp) -> ASGIApp:
    """The app's pages with the headers that Streamlit bears."""
    return ResponseHeaders(app, policy=PAGE_POLICY, html_policy=PAGE_POLICY, extra={"x-frame-options": "SAMEORIGIN"})
