"""The page that a browser gets first, whatever it asked for and however it wants it."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from ui.shell.first_page import NAME, STREAMLIT, FirstPage, first_page

SHIPPED = (STREAMLIT / "index.html").read_text()


async def shipped(request: Request) -> Response:
    if request.url.path == "/health":
        return PlainTextResponse("ok")
    if request.headers.get("if-none-match") == '"theirs"' or "if-modified-since" in request.headers:
        return Response(status_code=304)
    return HTMLResponse(SHIPPED, 404 if "gone" in request.url.path else 200, headers={"etag": '"theirs"'})


INNER = Starlette(
    routes=[Route("/{path:path}", shipped, methods=["GET"])],
    middleware=[Middleware(FirstPage), Middleware(GZipMiddleware, minimum_size=100)],
)


def asked(path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
    """The answer of a small app behind the middleware."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=INNER)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(ask())


def words(page: str) -> str:
    """What of a page can be read: no comment, script, style or mark."""
    for hidden in (r"<!--.*?-->", r"<script.*?</script>", r"<style.*?</style>"):
        page = re.sub(hidden, " ", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", page)


def test_the_first_page_is_ours_and_loads_what_streamlit_s_does():
    ours = first_page().decode()
    assert "streamlit" not in words(ours).lower()
    assert "Streamlit" in words(SHIPPED)
    assert f"<title>{NAME}</title>" in ours
    assert re.search(r'<meta name="description" content="Bayesian marketing mix models: [^"]*">', ours)
    assert f"{NAME} is loading…" in ours
    assert ours.index("window.__streamlit = ") < ours.index('<div id="root">')
    assert "./app/static/favicon.png" in ours
    assert "service-desc" not in ours
    assert "SourceSans" not in ours
    loaded = re.compile(r'(?:src|href)="(\./static/(?:js|css)/[^"]+)"')
    assert loaded.findall(ours) == loaded.findall(SHIPPED) != []
    # The cover is there before what would be drawn below it, and the script that colours it before both.
    assert 0 < ours.index("MutationObserver") < ours.index('<p class="first-words">') < ours.index('<div id="root">')


@pytest.mark.parametrize("path", ["/", "/data", "/results?run=demo", "/apis"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_every_address_of_a_page_gets_it_with_headers_that_hold_of_it(path, encoding):
    answer = asked(path, **{"accept-encoding": encoding})
    assert answer.content == first_page()
    assert answer.headers["content-length"] == str(len(first_page()))
    assert not {"etag", "content-encoding"} & set(answer.headers)
    assert "rel=modulepreload" in answer.headers["link"]
    head = asked(path, method="HEAD")
    assert (head.content, head.headers["content-length"]) == (b"", answer.headers["content-length"])


@pytest.mark.parametrize("condition", ["if-none-match", "if-modified-since"])
def test_a_browser_that_kept_the_page_as_it_ships_gets_ours(condition):
    assert asked("/data", **{condition: '"theirs"'}).content == first_page()
    assert asked("/static/x.js", **{condition: '"theirs"'}).status_code == 304


@pytest.mark.parametrize("path", ["/api/docs", "/_stcore/host-config", "/static/x.html", "/health", "/gone"])
def test_what_is_no_page_stays_as_it_is(path):
    answer = asked(path)
    assert answer.text in (SHIPPED, "ok")
    assert "link" not in answer.headers
