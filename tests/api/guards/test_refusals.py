"""What whoever is refused is told, in which form, and which header counts."""

from __future__ import annotations

import json

import pytest
from starlette.types import Receive, Scope, Send

from mmm_core.api.guards.refusals import Refusal, header, refuse, route_path
from mmm_core.api.problems import TITLES, Problem
from tests.api.guards.conftest import asked
from tests.doors import problem

TOO_OFTEN = Refusal(429, "too_many_requests", "Too often.", "Wait.", (("Retry-After", "3"),))
BROKEN = Refusal(503, "file_damaged", "The keys cannot be read.", "Restore the file.")


def answering(refusal: Refusal):
    """An application that refuses everything."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await refuse(send, refusal)

    return app


def test_a_refusal_is_a_problem_document_with_its_headers_that_nobody_keeps():
    answer = asked(answering(TOO_OFTEN))
    found = problem(answer, 429, "too_many_requests")
    assert found["message"] == "Too often."
    assert found["remedy"] == "Wait."
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize(("refusal", "kind"), [(TOO_OFTEN, "request"), (BROKEN, "server")])
def test_a_refusal_says_whose_fault_it_is_in_the_words_of_the_routes(refusal, kind):
    found = asked(answering(refusal)).json()
    assert (found["kind"], found["title"]) == (kind, TITLES[kind])
    # The document that the API publishes for its problems describes these too.
    assert Problem.model_validate(found).code == refusal.code


def test_words_beyond_ascii_and_quotes_are_said_as_they_are():
    words = 'Host "münchen"\n is not ours — ☂'
    assert json.loads(Refusal(421, "unknown_host", words, "").body())["message"] == words


def test_a_header_counts_only_where_it_is_there_once():
    scope = {"headers": [(b"host", b"localhost"), (b"origin", b"a"), (b"origin", b"b"), (b"accept", b"caf\xe9")]}
    assert [header(scope, name) for name in ("host", "origin", "cookie", "accept")] == ["localhost", None, None, "café"]


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("/api/health", "/api", "/health"),
        ("/health", "", "/health"),
        ("/api", "/api", "/"),
        ("/other/health", "/api", "/other/health"),
    ],
)
def test_a_path_is_the_same_wherever_the_api_is_mounted(path, root, below):
    assert route_path({"path": path, "root_path": root}) == below
