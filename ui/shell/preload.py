"""The chart's script, 4.7 MB, is named with the page itself: browsers fetch it while the app starts, not after."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PreloadCharts:
    """ASGI middleware that adds a ``Link: …; rel=modulepreload`` header (RFC 8288) to every HTML page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; only the headers of an HTML answer change."""
        link = _link()

        async def send_with_link(message: Message) -> None:
            if link and message["type"] == "http.response.start" and _is_html(message):
                message = {**message, "headers": [*message["headers"], (b"link", link)]}
            await send(message)

        await self._app(scope, receive, send_with_link if scope["type"] == "http" else send)


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in value for name, value in message["headers"])


@cache
def _link() -> bytes | None:
    """The header's value; None where Streamlit keeps its scripts elsewhere than it did."""
    scripts = Path(streamlit.__file__).parent / "static" / "static" / "js"
    chart_scripts = sorted(scripts.glob("PlotlyChart.*.js"))
    return f"<./static/js/{chart_scripts[0].name}>; rel=modulepreload".encode() if chart_scripts else None
