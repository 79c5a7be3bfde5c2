"""The document page: every route with its fields and examples, to read and to try; nothing comes from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from mmm_core.settings import PROJECT

router = APIRouter(include_in_schema=False)

ASSETS = PROJECT / "static" / "api"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Marketing Mix Studio: HTTP API</title>
<link rel="icon" href="{root}/assets/favicon.png">
<script type="module" src="{root}/assets/rapidoc-min.js"></script>
</head>
<body>
<rapi-doc spec-url="{root}/openapi.json" load-fonts="false" regular-font="system-ui, sans-serif"
  mono-font="ui-monospace, monospace" theme="light" primary-color="#17685F" bg-color="#F8F6F1" text-color="#1F2630"
  render-style="read" show-header="false" allow-spec-url-load="false" allow-spec-file-load="false"
  allow-server-selection="false" schema-style="table" default-schema-tab="schema"></rapi-doc>
<noscript>This page needs JavaScript. The document itself: <a href="{root}/openapi.json">openapi.json</a></noscript>
</body>
</html>
"""


@router.get("/docs", response_class=HTMLResponse)
def show_document(request: Request) -> HTMLResponse:
    """The page; its script and the document come from this server."""
    return HTMLResponse(PAGE.format(root=request.scope.get("root_path", "")))


@router.get("/", response_class=RedirectResponse)
def show_beginning(request: Request) -> RedirectResponse:
    """The bare address leads to the document page."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


def mount_assets(api: FastAPI) -> None:
    """Serve the page's script, and nothing but that folder."""
    api.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
