"""One test a threat, over real HTTP: what a stranger, a web page, a flood or a slow sender gets."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mmm_core.api.guards.origins import host_name
from mmm_core.api.guards.rates import BURST_SECONDS, MOST_CLIENTS, RateLimiter
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.engines import until
from tests.guarded import Guarded, running

MB = 2**20
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "kind", "message", "remedy"}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory) -> Iterator[Guarded]:
    """A server at loopback, without keys."""
    root = tmp_path_factory.mktemp("open")
    with running(Workspace(root / "workspace"), root, MMM_CORS_ORIGINS="https://bi.example.com") as found:
        yield found


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == PROBLEM_FIELDS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["message"]
    assert problem["remedy"]
    assert answer.headers["x-request-id"]


# Other pages in the same browser.


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost@evil", "10.0.0.7", ""]
)
def test_a_host_that_is_not_ours_is_refused_as_dns_rebinding_would_send_it(open_server, host):
    answer = httpx.post(f"{open_server.address}/api/echo", headers={"host": host, "origin": f"http://{host}"})
    if host:
        assert_problem(answer, 421, "unknown_host")
    else:
        assert answer.status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:8501", "localhost."])
def test_loopback_goes_by_all_its_names(open_server, host):
    assert httpx.get(f"{open_server.address}/api/echo", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "file://localhost", "http://user@localhost"],
)
def test_a_form_that_another_site_sends_is_refused(open_server, origin):
    headers = {"origin": origin, "sec-fetch-site": "cross-site"}
    form = httpx.post(f"{open_server.address}/api/echo", headers=headers, data={"field": "value"})
    assert_problem(form, 403, "cross_site")


def test_a_page_that_hides_its_origin_is_refused_by_what_the_browser_says(open_server):
    answer = httpx.get(f"{open_server.address}/api/echo", headers={"sec-fetch-site": "cross-site"})
    assert_problem(answer, 403, "cross_site")
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert httpx.get(f"{open_server.address}/api/docs", headers=link).status_code == 200
    assert_problem(httpx.post(f"{open_server.address}/api/echo", headers=link), 403, "cross_site")


def test_our_own_page_and_the_origins_that_were_named_may_ask(open_server):
    for origin in (open_server.address, "http://localhost:8501", "https://bi.example.com"):
        assert httpx.post(f"{open_server.address}/api/echo", headers={"origin": origin}).status_code == 200


def test_names_are_taken_apart_as_browsers_do():
    assert host_name("Example.COM:80") == "example.com"
    assert host_name("[::1]:8501") == "::1"
    assert [host_name(bad) for bad in ("a@b", "a/b", "a:b:c", "[::1", "a b", "a\\b")] == [None] * 6


# Keys.


@pytest.fixture(scope="module")
def key_server(tmp_path_factory) -> Iterator[tuple[Guarded, Workspace, str]]:
    """A server at loopback with one key."""
    root = tmp_path_factory.mktemp("keys")
    workspace = Workspace(root / "workspace")
    secret = keys.create(workspace, "test", owner="ann").secret
    with running(workspace, root) as found:
        yield found, workspace, secret


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_without_the_right_key_nothing_but_health_answers(key_server):
    server, _, secret = key_server
    echo = f"{server.address}/api/echo"
    missing = httpx.get(echo)
    assert_problem(missing, 401, "key_needed")
    assert missing.headers["www-authenticate"].startswith("Bearer")
    for wrong in ("wrong", secret[:-1], secret + "x", secret.swapcase(), "x" * 5000):
        assert_problem(httpx.get(echo, headers=bearer(wrong)), 401, "unknown_key")
    assert_problem(httpx.get(echo, headers={"authorization": f"Basic {secret}"}), 401, "unknown_key")
    assert httpx.get(f"{server.address}/api/health").status_code == 200
    assert_problem(httpx.post(f"{server.address}/api/health"), 401, "key_needed")
    assert_problem(httpx.get(f"{server.address}/api/health/../echo".replace("..", "%2e%2e")), 401, "key_needed")


def test_a_key_acts_for_its_owner_until_it_is_revoked(key_server):
    server, workspace, secret = key_server
    echo = f"{server.address}/api/echo"
    assert httpx.get(echo, headers=bearer(secret)).json() == {"owner": "ann"}
    other = keys.create(workspace, "other", owner="bob")
    assert httpx.get(echo, headers=bearer(other.secret)).json() == {"owner": "bob"}
    keys.revoke(workspace, other.key.id)
    assert_problem(httpx.get(echo, headers=bearer(other.secret)), 401, "unknown_key")


def test_a_server_beyond_loopback_asks_for_a_key_even_while_there_is_none(tmp_path):
    with running(Workspace(tmp_path / "w"), tmp_path, "--address", "0.0.0.0") as server:  # noqa: S104 - only said, it listens at loopback
        assert_problem(httpx.get(f"{server.address}/api/echo"), 401, "key_needed")


def test_keys_that_cannot_be_read_open_nothing(tmp_path):
    workspace = Workspace(tmp_path / "w")
    workspace.root.mkdir()
    (workspace.root / keys.FILE).write_text("{broken")
    with running(workspace, tmp_path) as server:
        assert httpx.get(f"{server.address}/api/echo").status_code == 503


# Rates.


def test_a_client_that_asks_too_often_waits_and_others_do_not(tmp_path):
    workspace = Workspace(tmp_path / "w")
    ann, bob = (keys.create(workspace, name, owner=name).secret for name in ("ann", "bob"))
    with running(workspace, tmp_path, MMM_RATE_PER_MINUTE="30") as server:
        echo = f"{server.address}/api/echo"
        answers = [httpx.get(echo, headers=bearer(ann)) for _ in range(10)]
        assert [each.status_code for each in answers[:5]] == [200] * 5
        assert_problem(answers[-1], 429, "too_many_requests")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
        assert httpx.get(echo, headers=bearer(bob)).status_code == 200


def test_buckets_fill_by_time_and_their_number_is_bounded():
    now = 0.0
    limiter = RateLimiter(60, clock=lambda: now)
    assert [limiter.take("a") for _ in range(12)] == [0] * int(BURST_SECONDS) + [1, 1]
    now = 2.0
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 1]
    for number in range(MOST_CLIENTS + 50):
        limiter.take(f"address:{number}")
    assert len(limiter) == MOST_CLIENTS


# Bodies.


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


def test_an_upload_of_a_gigabyte_is_refused_by_its_announced_size(open_server):
    before = open_server.peak_mb()
    head = f"POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {1024 * MB}"
    answer, _ = send_raw(open_server, head, gigabyte(chunked=False))
    assert b"413" in answer.split(b"\r\n", 1)[0]
    assert b"too_large" in answer
    assert open_server.peak_mb() - before < 50


def test_an_upload_of_a_gigabyte_that_does_not_say_its_size_is_refused_once_it_passes_the_cap(open_server):
    before = open_server.peak_mb()
    head = "POST /api/count HTTP/1.1\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked"
    answer, _ = send_raw(open_server, head, gigabyte(chunked=True))
    assert b"413" in answer.split(b"\r\n", 1)[0]
    form = "POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked"
    opening = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield f"{len(opening):x}\r\n".encode() + opening + b"\r\n"
        yield from gigabyte(chunked=True)

    answer, _ = send_raw(open_server, form, pieces())
    assert b"413" in answer.split(b"\r\n", 1)[0]
    assert open_server.peak_mb() - before < 150


def test_a_table_of_the_allowed_size_passes(open_server):
    answer = httpx.post(f"{open_server.address}/api/upload", files={"file": b"a" * (MAX_BYTES // 10)}, timeout=60)
    assert answer.json() == {"fields": 1, "size": MAX_BYTES // 10}


def test_a_form_of_a_thousand_parts_is_refused(open_server):
    files = [("file", (f"{number}.csv", b"a,b")) for number in range(1000)]
    assert_problem(httpx.post(f"{open_server.address}/api/upload", files=files), 413, "too_many_parts")
    few = httpx.post(f"{open_server.address}/api/upload", files=files[:16])
    assert few.json()["size"] == 3
    cut = httpx.post(f"{open_server.address}/api/upload", files=files[:17])
    assert_problem(cut, 413, "too_many_parts")


def test_delimiters_cut_in_two_are_counted(open_server):
    mark = b'--xyz\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
    body = mark * 20 + b"--xyz--\r\n"
    head = (
        f"POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: {len(body)}"
    )
    answer, _ = send_raw(open_server, head, (body[i : i + 3] for i in range(0, len(body), 3)))
    assert b"too_many_parts" in answer


def test_a_body_that_never_comes_is_given_up_and_others_are_served_meanwhile(tmp_path):
    with running(Workspace(tmp_path / "w"), tmp_path, "--idle", "1") as server:

        def drip() -> Iterator[bytes]:
            yield b"--x\r\n"

        head = "POST /api/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000"
        with ThreadPoolExecutor(8) as pool:
            slow = [pool.submit(send_raw, server, head, drip()) for _ in range(8)]
            assert httpx.get(f"{server.address}/api/echo").status_code == 200
            answers = [each.result()[0] for each in slow]
    assert [(b" 408 " in answer, b"too_slow" in answer) for answer in answers] == [(True, True)] * 8, answers


def test_a_body_that_only_drips_is_given_up(tmp_path):
    with (
        running(Workspace(tmp_path / "w"), tmp_path, "--idle", "1") as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection,
    ):
        connection.sendall(b"POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
        connection.settimeout(0.2)

        def dripped() -> bytes | None:
            # A byte each fifth of a second is progress, and too little of it.
            try:
                return connection.recv(4096)
            except TimeoutError:
                connection.send(b"a")
                return None

        assert b"408" in until(dripped, seconds=20)


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
                answer = httpx.post(upload, files={"file": b"a" * (2 * MB)})
                return answer if answer.status_code == 503 else None

            answer = until(put_off, seconds=10)
            assert_problem(answer, 503, "busy")
            assert answer.headers["retry-after"] == "5"
            assert httpx.post(upload, files={"file": b"a"}).status_code == 200
        finally:
            for connection in held:
                connection.close()
        until(lambda: httpx.post(upload, files={"file": b"a" * (2 * MB)}).is_success or None, seconds=10)


# Headers and log lines.


def test_browsers_are_told_what_an_answer_may_not_be_used_for(open_server):
    data = httpx.get(f"{open_server.address}/api/echo").headers
    assert data["x-content-type-options"] == "nosniff"
    assert data["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert data["x-frame-options"] == "DENY"
    assert data["cache-control"] == "private, no-cache"
    page = httpx.get(f"{open_server.address}/api/docs").headers["content-security-policy"]
    assert "script-src 'self';" in page
    refused = httpx.get(f"{open_server.address}/api/echo", headers={"host": "evil.example"}).headers
    assert refused["x-content-type-options"] == "nosniff"
    assert refused["cache-control"] == "no-store"


def test_each_write_leaves_one_line_that_says_who_and_what(tmp_path):
    workspace = Workspace(tmp_path / "w")
    made = keys.create(workspace, "test", owner="ann")
    with running(workspace, tmp_path, MMM_LOG_JSON="1") as server:
        echo = f"{server.address}/api/echo"
        given = {"x-request-id": "from-the-client-1", **bearer(made.secret)}
        assert httpx.post(echo, headers=given).headers["x-request-id"] == "from-the-client-1"
        httpx.post(f"{server.address}/api/nowhere", headers={"x-request-id": "bad id"})
        httpx.get(echo, headers=given)
    text = server.log.read_text()
    done, refused = (json.loads(line) for line in text.splitlines())
    del done["at"], done["milliseconds"]
    assert done == {
        "level": "info", "event": "api", "who": "ann", "client": f"key:{made.key.id}", "method": "POST",
        "path": "/api/echo", "status": 200, "what": "thing made thing-1", "request_id": "from-the-client-1",
    }  # fmt: skip
    assert (refused["who"], refused["status"], refused["what"]) == ("unknown", 401, "nothing")
    assert made.secret not in text


def test_plain_log_lines_cannot_be_forged(tmp_path):
    with running(Workspace(tmp_path / "w"), tmp_path) as server:
        httpx.post(f"{server.address}/api/x%20who=root%0D2026-01-01T00:00:00.000Z%20INFO")
    (line,) = server.log.read_text().splitlines()
    assert 'path="/api/x who=root\\r2026' in line
