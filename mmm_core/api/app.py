"""The HTTP API as one ASGI application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from mmm_core import __version__
from mmm_core.api import datasets, health, outputs, pages, runs
from mmm_core.api.compare import routes as compare
from mmm_core.api.plans import routes as plans
from mmm_core.api.problems import Problem, handle_problems
from mmm_core.api.reports import routes as reports
from mmm_core.api.reports import sharing
from mmm_core.settings import artifacts_dir, cors_origins
from mmm_core.workspace.storage import Workspace

DESCRIPTION = """
From a table of sales and media to what each channel brought, with intervals.

Upload a table, validate it, create a run from a specification, train it, follow its status, take its outputs. Training
answers at once; the run is fitted by a worker of its own and outlives the connection. Errors are
`application/problem+json` with a stable `code`, a `message` and a `remedy`. The dataset `sample_001` and the finished
run `demo` are in every workspace.
"""
TAGS = [
    {"name": "datasets", "description": "Tables: upload, validate, list, delete."},
    {"name": "runs", "description": "Fits: create, train, follow, cancel, list, delete."},
    {"name": "outputs", "description": "What a finished run says."},
    {"name": "plans", "description": "What to do next: response curves, the best split of the money, saved plans."},
    {"name": "compare", "description": "What differs between runs, why, and newer rows for a table."},
    {"name": "health", "description": "Whether the service can do its work."},
]
EXPOSED_HEADERS = ("ETag", "Location", "Retry-After", "Content-Disposition")


def create_api(workspace: Workspace | None = None) -> FastAPI:
    """The API on a workspace (default: that of the settings), to be mounted at ``/api``."""
    api = FastAPI(
        title="Marketing Mix Studio",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        # The document pages of the framework load scripts from other hosts: ours is in `pages`.
        docs_url=None,
        redoc_url=None,
        # What is sent and what is answered have the same fields: one name a model.
        separate_input_output_schemas=False,
        # A redirect would answer a POST with 307, and hide a wrong address.
        redirect_slashes=False,
        middleware=_middleware(),
        # Nothing is reported to anybody.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    api.state.workspace = workspace or Workspace(artifacts_dir())
    for module in (datasets, runs, outputs, reports, sharing, plans, compare, health, pages):
        api.include_router(module.router)
    pages.mount_assets(api)
    handle_problems(api)
    _finish_document(api)
    return api


def _middleware() -> list[Middleware]:
    """What stands before the routes, outermost first."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=cors_origins(),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "If-None-Match"],
        expose_headers=EXPOSED_HEADERS,
        max_age=600,
    )
    return [cors] if cors_origins() else []


def _finish_document(api: FastAPI) -> None:
    """Let the document say what errors look like here, which the framework cannot know."""
    generate = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            document = generate()
            schemas = document["components"]["schemas"]
            for left_out in ("HTTPValidationError", "ValidationError"):
                schemas.pop(left_out, None)
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs", {}) | {"Problem": problem}
            for operation in (each for path in document["paths"].values() for each in path.values()):
                # Declared by the framework where only the address can be wrong: that is a 404 here.
                if "HTTPValidationError" in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]
        return generate()

    api.openapi = openapi  # type: ignore[method-assign] # the documented way to extend the document
