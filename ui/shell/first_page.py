"""The page that a browser gets first: what it shows before the app has come, and what it never shows of the framework.

Streamlit ships one HTML page for every address. It is called Streamlit, has its icon, and shows its own signs and
colours until the app's style arrives, which takes a first visitor seconds. We send it with our name, our icon, a style
and a script (``static/words.js``) that are there before anything is drawn: our name covers the page until the app shows
something. The page also names the chart's script, 4.7 MB, so that browsers fetch it while the app starts, not after.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mmm_core.charts.style import theme
from ui.shell.theme import STATIC

STREAMLIT = Path(streamlit.__file__).parent / "static"
NAME = "Marketing Mix Studio"
SAYS = "Bayesian marketing mix models: what did each channel bring, how sure are we, and what should we do next?"
"""What the page is, for programs that list pages."""
NOT_PAGES = ("/api/", "/_stcore/", "/component/", "/static/", "/app/static/", "/media/")
"""Beginnings of addresses under which no page of the app is."""
REPLACED = {b"content-length", b"content-encoding", b"etag", b"last-modified", b"accept-ranges", b"vary"}
"""Headers of the page as it ships that do not hold of ours."""
CONDITIONS = {b"if-none-match", b"if-modified-since"}
"""Headers of a request that would have a browser keep the page as it shipped, from before ours was sent."""
WITHOUT_SCRIPTS = (
    "<style>.first-words { display: none; }</style>"
    f"<p>{NAME} needs JavaScript. Programs use the <a href='./api/docs'>HTTP API</a>.</p>"
)
BASE = '<script>window.__streamlit = {BACKEND_BASE_URL: new URL("./", location.href).href}</script>'
"""Tells the app where its server is. Otherwise it asks below the page's own address first (``/results/_stcore/…``), and
again when that is answered with 404."""
LIGHT, DARK = theme(dark=False), theme(dark=True)
STYLE = f"""
.first-words {{
  position: fixed; inset: 0; z-index: 1000000; margin: 0; display: grid; place-items: center; pointer-events: none;
  font: 1rem system-ui, sans-serif; color-scheme: light dark;
  background: light-dark({LIGHT.paper}, {DARK.paper}); color: light-dark({LIGHT.muted}, {DARK.muted});
}}
[data-first-words="light"] .first-words {{ color-scheme: light; }}
[data-first-words="dark"] .first-words {{ color-scheme: dark; }}
[data-testid="stStatusWidget"] > *, [data-testid="stMainMenuList"] ~ *, [data-testid="stAppDeployButton"],
[data-testid="stMainMenuRecordingIndicator"] {{ display: none !important; }}
[data-testid="stStatusWidget"]::after {{ content: "Working…"; opacity: 0.75; font-size: 0.85rem; padding: 0 0.75rem; }}
.stApp:not([data-test-connection-state="CONNECTED"]) [data-testid="stStatusWidget"]::after {{ content: "Connecting…"; }}
"""


class FirstPage:
    """ASGI middleware that sends our first page in place of Streamlit's, with a header for the chart's script.

    The header is ``Link: …; rel=modulepreload`` (RFC 8288).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; of its answer only an HTML page changes."""
        body: bytes | None = None

        async def send_ours(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and message["status"] == 200 and _is_html(message):
                body = b"" if scope["method"] == "HEAD" else first_page()
                message = {**message, "headers": _headers(message["headers"])}
            elif message["type"] == "http.response.body" and body is not None:
                if message.get("more_body"):
                    return  # of the page as it ships; ours goes out with the last of it
                message = {"type": "http.response.body", "body": body}
            await send(message)

        # A slash behind it: /apis is no address of the API.
        is_page = scope["type"] == "http" and not f"{scope['path']}/".startswith(NOT_PAGES)
        if is_page:
            asked = [(name, value) for name, value in scope["headers"] if name.lower() not in CONDITIONS]
            await self._app({**scope, "headers": asked}, receive, send_ours)
        else:
            await self._app(scope, receive, send)


@cache
def first_page() -> bytes:
    """Streamlit's page with our name, icon, style and script; whatever of it is not found stays as it ships."""
    page = (STREAMLIT / "index.html").read_text()
    script = f"<script>{(STATIC / 'words.js').read_text()}</script>"
    root = '<div id="root"></div>'
    changes = {
        r"<title>.*?</title>": f'<title>{NAME}</title><meta name="description" content="{SAYS}"><style>{STYLE}</style>',
        r'href="\./favicon\.png"': 'href="./app/static/favicon.png"',
        # Our own font; the one that ships is never shown.
        r'<link\s+rel="preload"[^>]*as="font"[^>]*>': "",
        r'<link rel="service-desc"[^>]*>': "",
        r"<noscript>.*?</noscript>": f"<noscript>{WITHOUT_SCRIPTS}</noscript>",
        # The script is before what it colours, and before the app's, which wait for the whole page.
        root: f'{BASE}{script}<p class="first-words">{NAME} is loading…</p>{root}',
    }
    for pattern, ours in changes.items():
        page = re.sub(pattern, ours.replace("\\", r"\\"), page, flags=re.DOTALL)
    return page.encode()


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in value for name, value in message["headers"])


def _headers(shipped: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in shipped if name.lower() not in REPLACED]
    link = _link()
    return [*kept, (b"content-length", str(len(first_page())).encode()), *([(b"link", link)] if link else [])]


@cache
def _link() -> bytes | None:
    """The header's value; None where Streamlit keeps its scripts elsewhere than it did."""
    chart_scripts = sorted((STREAMLIT / "static" / "js").glob("PlotlyChart.*.js"))
    return f"<./static/js/{chart_scripts[0].name}>; rel=modulepreload".encode() if chart_scripts else None
