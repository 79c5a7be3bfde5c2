"""Which representation a client wants, and whether it has it already.

A finished run never changes, so its identity makes the ETag: an answer "304 Not Modified" reads two small files.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_etags

from mmm_core import __version__
from mmm_core.exports.downloads import Finished
from mmm_core.workspace.storage import content_hash

type Answers = dict[int | str, dict[str, Any]]
NOT_MODIFIED: Answers = {304: {"description": "The ETag in If-None-Match is the present one."}}
"""Declaration of the answer to a client that has it already."""
REVALIDATE = "private, no-cache"
"""The owner's client may keep a copy, but must ask each time whether it still holds: the run can be deleted."""


def media_type(request: Request, offered: tuple[str, ...]) -> str:
    """The offered media type that the Accept header likes best; the first one if it does not care.

    Raises
    ------
    HTTPException
        406: it accepts none of them.
    """
    wanted = request.headers.get("accept")
    if not wanted:
        return offered[0]
    # Parameters such as a charset do not tell our media types apart.
    bare = MIMEAccept([(kind.partition(";")[0].strip(), q) for kind, q in parse_accept_header(wanted, MIMEAccept)])
    best = bare.best_match(offered)
    if best is None:
        raise HTTPException(
            406, f"None of the media types asked for is offered; this address has {', '.join(offered)}."
        )
    return best


def outputs_headers(finished: Finished, variant: str, *, weak: bool = False) -> dict[str, str]:
    """Headers of an answer made from a finished run; ``variant`` says which of its answers, as which media type."""
    tag = content_hash(f"{finished.identity} {variant} {__version__}".encode()).removeprefix("sha256:")[:32]
    return {
        "ETag": f'{"W/" if weak else ""}"{tag}"',
        "Cache-Control": REVALIDATE,
        "Vary": "Accept",
    }


def content_headers(content: bytes) -> dict[str, str]:
    """Headers of an answer that may change at any time: its own bytes make the ETag."""
    tag = content_hash(content).removeprefix("sha256:")[:32]
    return {"ETag": f'"{tag}"', "Cache-Control": REVALIDATE}


def not_modified(request: Request, headers: dict[str, str]) -> Response | None:
    """The answer 304, if the client names the ETag that it would get."""
    known = parse_etags(request.headers.get("if-none-match"))
    tag = headers["ETag"].removeprefix("W/").strip('"')
    return Response(status_code=304, headers=headers) if known.contains_weak(tag) else None
