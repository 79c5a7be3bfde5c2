"""How much a request may carry, how slowly and in how many parts: over real HTTP, and piece by piece."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from mmm_core.api.bodies import BodyGuard, BodyLimits
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.workspace.storage import Workspace
from tests.doors import problem
from tests.engines import until
from tests.guarded import Guarded, running

MB = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Guarded]:
    """A server at loopback."""
    root = tmp_path_factory.mktemp("bodies")
    with running(Workspace(root / "workspace"), root) as found:
        yield found


@pytest.fixture(scope="module")
def hurried_server(tmp_path_factory) -> Iterator[Guarded]:
    """A server that waits no longer than a second for a body to go on."""
    root = tmp_path_factory.mktemp("hurried")
    with running(Workspace(root / "workspace"), root, "--idle", "1") as found:
        yield found


def send_raw(server: Guarded, head: str, pieces: Iterator[bytes], *, most_seconds: float = 60) -> tuple[bytes, int]:
    """What the server answers, and how many bytes of the body could be sent."""
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=most_seconds) as connection:
        connection.sendall(f"{head}\r\nHost: localhost\r\n\r\n".encode())
        try:
            for piece in pieces:
                connection.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while received := connection.recv(65536):
                answer += received
        except ConnectionResetError:
            pass
    return answer, sent


def gigabyte(chunked: bool) -> Iterator[bytes]:
    piece = b"a" * MB
    for _ in range(1024):
        yield b"100000\r\n" + piece + b"\r\n" if chunked else piece


def test_an_upload_of_a_gigabyte_is_refused_by_its_announced_size(server):
    before = server.peak_mb()
    head = f"POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {1024 * MB}"
    answer, _ = send_raw(server, head, gigabyte(chunked=False))
    assert b"413" in answer.split(b"\r\n", 1)[0]
    assert b"too_large" in answer
    assert server.peak_mb() - before < 50


def test_an_upload_of_a_gigabyte_that_does_not_say_its_size_is_refused_once_it_passes_the_cap(server):
    before = server.peak_mb()
    head = "POST /api/count HTTP/1.1\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked"
    answer, _ = send_raw(server, head, gigabyte(chunked=True))
    assert b"413" in answer.split(b"\r\n", 1)[0]
    form = "POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked"
    opening = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield f"{len(opening):x}\r\n".encode() + opening + b"\r\n"
        yield from gigabyte(chunked=True)

    answer, _ = send_raw(server, form, pieces())
    assert b"413" in answer.split(b"\r\n", 1)[0]
    assert server.peak_mb() - before < 150


def test_a_table_of_the_allowed_size_passes(server):
    answer = httpx.post(f"{server.address}/api/upload", files={"file": b"a" * (MAX_BYTES // 10)}, timeout=60)
    assert answer.json() == {"fields": 1, "size": MAX_BYTES // 10}


def test_a_form_of_a_thousand_parts_is_refused(server):
    files = [("file", (f"{number}.csv", b"a,b")) for number in range(1000)]
    problem(httpx.post(f"{server.address}/api/upload", files=files, timeout=120), 413, "too_many_parts")
    few = httpx.post(f"{server.address}/api/upload", files=files[:16], timeout=120)
    assert few.json()["size"] == 3
    cut = httpx.post(f"{server.address}/api/upload", files=files[:17], timeout=120)
    problem(cut, 413, "too_many_parts")


def test_delimiters_cut_in_two_are_counted(server):
    mark = b'--xyz\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
    body = mark * 20 + b"--xyz--\r\n"
    head = (
        f"POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: {len(body)}"
    )
    answer, _ = send_raw(server, head, (body[i : i + 3] for i in range(0, len(body), 3)))
    assert b"too_many_parts" in answer


def test_a_body_that_never_comes_is_given_up_and_others_are_served_meanwhile(hurried_server):
    def drip() -> Iterator[bytes]:
        yield b"--x\r\n"

    head = "POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000"
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(send_raw, hurried_server, head, drip()) for _ in range(8)]
        assert httpx.get(f"{hurried_server.address}/api/echo", timeout=120).status_code == 200
        answers = [each.result()[0] for each in slow]
    assert [(b" 408 " in answer, b"too_slow" in answer) for answer in answers] == [(True, True)] * 8, answers


def test_a_body_that_only_drips_is_given_up(hurried_server):
    with socket.create_connection(("127.0.0.1", hurried_server.port), timeout=30) as connection:
        connection.sendall(b"POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
        connection.settimeout(0.2)

        def dripped() -> bytes | None:
            # A byte each fifth of a second is progress, and too little of it.
            try:
                return connection.recv(4096)
            except TimeoutError:
                connection.send(b"a")
                return None

        assert b"408" in until(dripped, seconds=120)


def test_more_large_uploads_at_a_time_than_can_be_held_are_put_off_and_small_ones_are_not(tmp_path):
    with running(Workspace(tmp_path / "w"), tmp_path, "--idle", "20") as server:
        opening = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'
        kind = b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"
        head = b"POST /api/upload HTTP/1.1\r\nHost: localhost\r\n" + kind + opening
        held = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(8)]
        try:
            for connection in held:
                connection.sendall(head + b"a" * (2 * MB))
            upload = f"{server.address}/api/upload"

            def put_off() -> httpx.Response | None:
                answer = httpx.post(upload, files={"file": b"a" * (2 * MB)}, timeout=120)
                return answer if answer.status_code == 503 else None

            answer = until(put_off, seconds=120)
            problem(answer, 503, "busy")
            assert answer.headers["retry-after"] == "5"
            assert httpx.post(upload, files={"file": b"a"}, timeout=120).status_code == 200
        finally:
            for connection in held:
                connection.close()
        until(lambda: httpx.post(upload, files={"file": b"a" * (2 * MB)}, timeout=120).is_success or None, seconds=120)


# The same without a network: what the guard does with each piece.


async def size(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the whole body and says its size."""
    body = await Request(scope, receive).body()
    await JSONResponse(len(body))(scope, receive, send)


def sent(pieces: list[bytes], *, kind: str = "text/csv", app=size, announced: str = "", **limits: float) -> tuple:
    """Status and content of the answer to a body that arrives in these pieces."""
    left, answer = list(pieces), []

    async def receive() -> Message:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        answer.append(message)

    headers = [(b"content-type", kind.encode()), *([(b"content-length", announced.encode())] if announced else [])]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(BodyGuard(app, limits=BodyLimits(linger_seconds=0, **limits))(scope, receive, send))
    assert not answer[-1].get("more_body")
    assert [message["type"] for message in answer].count("http.response.start") == 1
    content = b"".join(message.get("body", b"") for message in answer[1:])
    return answer[0]["status"], json.loads(content) if content else None


@pytest.mark.parametrize(("length", "status"), [(99, 200), (100, 200), (101, 413)])
def test_the_largest_allowed_body_passes_and_one_byte_more_does_not(length, status):
    limits = {"other_bytes": 100, "upload_bytes": 1000}
    assert sent([b"a" * 60, b"b" * (length - 60)], **limits)[0] == status
    assert sent([b"a" * length], announced=str(length), **limits)[0] == status
    # A table may be larger than any other body.
    assert sent([b"a" * length], kind="Multipart/Form-Data; boundary=x", **limits)[0] == 200


@pytest.mark.parametrize("announced", ["-5", "1e3", "nonsense", "5"])
def test_a_false_size_does_not_get_a_larger_body_in(announced):
    assert sent([b"a" * 50] * 4, announced=announced, other_bytes=100)[1]["code"] == "too_large"


def test_an_application_that_would_answer_before_the_body_is_read_is_not_stopped():
    async def at_once(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse("early")(scope, receive, send)

    assert sent([b"a" * 200], app=at_once, other_bytes=100) == (200, "early")


def test_an_application_that_hides_the_refusal_cannot_answer_in_its_place():
    async def stubborn(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await Request(scope, receive).body()
        except Exception:  # noqa: BLE001 - as a route does that catches whatever goes wrong
            await JSONResponse("all is well")(scope, receive, send)

    status, found = sent([b"a" * 200], app=stubborn, other_bytes=100)
    assert (status, found["code"]) == (413, "too_large")


@pytest.mark.parametrize("boundary", ["x", '"x"', "x; charset=utf-8"])
def test_parts_are_counted_however_the_boundary_is_written_and_wherever_it_is_cut(boundary):
    kind, body = f"multipart/form-data; boundary={boundary}", b"--x\r\n1\r\n" * 4 + b"--x--"
    for step in (1, 2, 5, len(body)):
        pieces = [body[start : start + step] for start in range(0, len(body), step)]
        assert sent(pieces, kind=kind, parts=4)[0] == 200
        assert sent(pieces, kind=kind, parts=3)[1]["code"] == "too_many_parts"


def test_a_place_for_a_large_body_is_free_again_however_the_one_before_ended():
    app = BodyGuard(size, limits=BodyLimits(large_bytes=10, large_uploads=1, other_bytes=100, linger_seconds=0))
    statuses = []
    for length in (50, 500, 50, 500, 50):

        async def ask(length: int = length) -> int:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:

                async def pieces():
                    for _ in range(length // 10):
                        yield b"a" * 10

                return (await http.post("/", content=pieces())).status_code

        statuses.append(asyncio.run(ask()))
    assert statuses == [200, 413, 200, 413, 200]


def test_a_body_with_two_lengths_is_refused():
    """What a proxy takes for one request and this server for two lets somebody in between."""
    reached = []

    async def app(scope, receive, send) -> None:
        reached.append(scope)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    sent: list[dict[str, object]] = []

    async def send(message) -> None:
        sent.append(message)

    headers = [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(BodyGuard(app)(scope, receive, send))
    assert reached == []
    assert sent[0]["status"] == 400
