"""Every error as ``application/problem+json`` (RFC 9457): what happened, and what to do.

The tree of :mod:`mmm_core.errors` becomes status codes here and nowhere else. What is our own fault (5xx) names no
file and shows no traceback: the answer carries a reference under which the server's log has the details.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException

from mmm_core.errors import DataError, MMMError, RunError, SpecError, StorageError
from mmm_core.schema import Strict, describe_found

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
type Kind = Literal["data", "spec", "run", "storage", "request", "server"]

KINDS: dict[type[MMMError], tuple[Kind, HTTPStatus]] = {
    DataError: ("data", HTTPStatus.UNPROCESSABLE_CONTENT),
    SpecError: ("spec", HTTPStatus.UNPROCESSABLE_CONTENT),
    RunError: ("run", HTTPStatus.CONFLICT),
    StorageError: ("storage", HTTPStatus.INTERNAL_SERVER_ERROR),
}
"""Status of each branch of the error tree, unless its code has one of its own."""
STATUS_OF_CODE: dict[str, HTTPStatus] = {
    "bad_id": HTTPStatus.NOT_FOUND,
    "no_dataset": HTTPStatus.NOT_FOUND,
    "no_run": HTTPStatus.NOT_FOUND,
    "no_plan": HTTPStatus.NOT_FOUND,
    "too_many_plans": HTTPStatus.TOO_MANY_REQUESTS,
    "no_share": HTTPStatus.NOT_FOUND,
    "too_many_shares": HTTPStatus.TOO_MANY_REQUESTS,
    "not_shareable": HTTPStatus.FORBIDDEN,
    "bad_days": HTTPStatus.UNPROCESSABLE_CONTENT,
    "no_draft": HTTPStatus.NOT_FOUND,
    "not_found": HTTPStatus.NOT_FOUND,
    "read_only": HTTPStatus.FORBIDDEN,
    "too_large": HTTPStatus.CONTENT_TOO_LARGE,
    "file_too_large": HTTPStatus.CONTENT_TOO_LARGE,
    "gone": HTTPStatus.NOT_FOUND,
    "queue_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "queue_full": HTTPStatus.TOO_MANY_REQUESTS,
    "no_browser": HTTPStatus.NOT_IMPLEMENTED,
    "pdf_failed": HTTPStatus.INTERNAL_SERVER_ERROR,
    # These speak of the server's own files: a request cannot name one.
    "file_unreadable": HTTPStatus.INTERNAL_SERVER_ERROR,
    "not_a_file": HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "sampler_failed": HTTPStatus.INTERNAL_SERVER_ERROR,
}
TITLES: dict[Kind, str] = {
    "data": "The table is at fault",
    "spec": "The specification is at fault",
    "run": "The run cannot do that now",
    "storage": "Not there, or not to be changed",
    "request": "The request is at fault",
    "server": "The server is at fault",
}
CODE_OF_STATUS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "no_such_address",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
    HTTPStatus.CONTENT_TOO_LARGE: "too_large",
}
REMEDY_OF_STATUS: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "See the API's document page for the addresses that there are.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Use a method that the header Allow names.",
}
RETRY_AFTER_SECONDS = "1"


class Problem(Strict):
    """Why a request failed, and what to do about it (RFC 9457)."""

    type: str = Field(description="urn:mmm: and the code: identifies the kind of problem.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="Message and remedy in one.")
    code: str = Field(description="Stable identifier of the problem, for programs.")
    kind: Kind = Field(description="What is at fault: data, spec, run, storage, request or server.")
    message: str = Field(description="What happened, where, what was expected and what was found.")
    remedy: str = Field(description="What to do.")
    column: str | None = Field(None, description="Column of the table that is at fault.")
    row: int | None = Field(None, description="Row of the table that is at fault, numbered as in the file.")
    reference: str | None = Field(None, description="Where to look in the server's log; only with status 5xx.")


EXAMPLE = {
    "type": "urn:mmm:no_run",
    "title": TITLES["storage"],
    "status": 404,
    "detail": "There is no run 'run-k3v9x0q2m7ab' here. Choose one from the list of runs.",
    "code": "no_run",
    "kind": "storage",
    "message": "There is no run 'run-k3v9x0q2m7ab' here.",
    "remedy": "Choose one from the list of runs.",
}


def problem_response(
    status: int,
    code: str,
    *,
    kind: Kind,
    message: str,
    remedy: str,
    headers: Mapping[str, str] | None = None,
    **place: Any,
) -> Response:
    """An answer that says what is wrong; middleware in front of the routes uses it too."""
    problem = Problem(
        type=f"urn:mmm:{code}",
        title=TITLES[kind],
        status=status,
        detail=_printable(f"{message} {remedy}".strip()),
        code=code,
        kind=kind,
        message=_printable(message),
        remedy=_printable(remedy),
        **place,
    )
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def status_of(error: MMMError) -> tuple[Kind, HTTPStatus]:
    """What is at fault, and the status that says so."""
    kind, usual = next(
        (kind_and_status for branch, kind_and_status in KINDS.items() if isinstance(error, branch)),
        ("server", HTTPStatus.INTERNAL_SERVER_ERROR),
    )
    status = STATUS_OF_CODE.get(error.code, usual)
    return ("server" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else kind), status


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declarations of the problems that a route may answer with, for the OpenAPI document."""
    return {
        int(status): {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": EXAMPLE if status == HTTPStatus.NOT_FOUND else None,
                }
            },
        }
        for status in sorted({*statuses, 500})
    }


def handle_problems(api: FastAPI) -> None:
    """Register the handlers that turn every failure into a problem."""
    api.add_exception_handler(MMMError, _of_ours)
    api.add_exception_handler(RequestValidationError, _of_request)
    api.add_exception_handler(HTTPException, _of_http)
    api.add_exception_handler(Exception, _of_surprise)


def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, MMMError)  # noqa: S101 - registered for nothing else
    kind, status = status_of(error)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {"Retry-After": RETRY_AFTER_SECONDS}
        return problem_response(
            status, error.code, kind=kind, message=error.message, remedy=error.remedy, headers=headers
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _our_fault(request, error, error.code)
    return problem_response(
        status,
        error.code,
        kind=kind,
        message=error.message,
        remedy=error.remedy,
        column=_printable(error.column) if error.column else None,
        row=error.row,
    )


def _of_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    problems: Sequence[Any] = error.errors()
    if any(problem["loc"][0] == "path" for problem in problems):
        return problem_response(
            HTTPStatus.NOT_FOUND,
            "bad_id",
            kind="storage",
            message="The address names nothing that could be here: the id or name does not have the form of ours.",
            remedy="Use an id from the list of datasets or runs, and a name from the list of outputs.",
        )
    code = "body_not_json" if any(problem["type"] == "json_invalid" for problem in problems) else "invalid_request"
    return problem_response(
        HTTPStatus.UNPROCESSABLE_CONTENT,
        code,
        kind="spec" if any(problem["loc"][0] == "body" for problem in problems) else "request",
        message=f"The request has {len(problems)} problem(s): {describe_found(problems)}.",
        remedy="Correct what is named; the API's document page lists every field with its bounds.",
    )


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    phrase = HTTPStatus(error.status_code).phrase
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := _methods_at(request)):
        headers["Allow"] = allowed
    return problem_response(
        error.status_code,
        CODE_OF_STATUS.get(error.status_code, phrase.lower().replace(" ", "_")),
        kind="request",
        message=f"{phrase}." if error.detail == phrase else str(error.detail),
        remedy=REMEDY_OF_STATUS.get(error.status_code, "Correct the request; see the API's document page."),
        headers=headers,
    )


def _methods_at(request: Request) -> str:
    """All methods of an address: the framework names those of the first route that it finds there."""
    documented = request.app.openapi()["paths"]
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    fitting = [template for template in documented if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)]
    # "/datasets/upload" is an address of its own, and no dataset of that name.
    nearest = min(fitting, key=lambda template: template.count("{"), default=None)
    return ", ".join(sorted(documented[nearest])).upper() if nearest else ""


def _of_surprise(request: Request, error: Exception) -> Response:
    return _our_fault(request, error, "internal")


def _our_fault(request: Request, error: Exception, code: str) -> Response:
    reference = secrets.token_hex(6)
    log.error("%s %s failed, reference %s", request.method, request.url.path, reference, exc_info=error)
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code,
        kind="server",
        message=OUR_FAULT.get(code, "Something broke on the server's side."),
        remedy=f"Try again; if it fails again, the server's log has the reason, reference {reference}.",
        reference=reference,
    )


OUR_FAULT = {
    "write_failed": "The server could not write to its workspace.",
    "folder_unwritable": "The server could not write to its workspace.",
    "not_deleted": "It could not be deleted as a whole: the server cannot remove some of its files, and tries again.",
    "file_damaged": "A file in the server's workspace is damaged.",
    "newer_format": "A file in the server's workspace was written by a newer version.",
}


def _printable(text: str) -> str:
    """The text without what no file can keep: half a surrogate pair or a null character in what was sent."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
