"""How often a client may ask: bursts pass, floods wait, and one client's flood is not another's."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse

from mmm_core.api.guards.identity import IdentityGuard
from mmm_core.api.guards.rates import BURST_SECONDS, MOST_CLIENTS, RateLimiter
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked, bearer
from tests.doors import problem
from tests.guarded import running


def test_a_client_that_asks_too_often_waits_and_others_do_not(tmp_path):
    workspace = Workspace(tmp_path / "w")
    ann, bob = (keys.create(workspace, name, owner=name).secret for name in ("ann", "bob"))
    with running(workspace, tmp_path, MMM_RATE_PER_MINUTE="30") as server:
        echo = f"{server.address}/api/echo"
        answers = [httpx.get(echo, headers=bearer(ann), timeout=120) for _ in range(10)]
        assert [each.status_code for each in answers[:5]] == [200] * 5
        problem(answers[-1], 429, "too_many_requests")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
        assert httpx.get(echo, headers=bearer(bob), timeout=120).status_code == 200


def test_buckets_fill_by_time_and_their_number_is_bounded():
    now = 0.0
    limiter = RateLimiter(60, clock=lambda: now)
    assert [limiter.take("a") for _ in range(12)] == [0] * int(BURST_SECONDS) + [1, 1]
    now = 2.0
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 1]
    for number in range(MOST_CLIENTS + 50):
        limiter.take(f"address:{number}")
    assert len(limiter) == MOST_CLIENTS


@pytest.mark.parametrize(("per_minute", "wait"), [(60, 1), (30, 2), (7.5, 6), (3.75, 16)])
def test_whoever_waits_as_long_as_was_said_passes_and_a_moment_earlier_does_not(per_minute, wait):
    now = 0.0
    limiter = RateLimiter(per_minute, clock=lambda: now)
    while not (said := limiter.take("a")):
        pass
    assert said == wait
    now = wait - 0.01
    assert limiter.take("a") == 1
    now = float(wait)
    assert limiter.take("a") == 0


def test_asking_while_one_has_to_wait_does_not_lengthen_the_wait():
    now = 0.0
    limiter = RateLimiter(7.5, clock=lambda: now)
    assert [limiter.take("a") for _ in range(2)] == [0, 6]
    waits = []
    for second in range(1, 7):
        now = float(second)
        waits.append(limiter.take("a"))
    assert waits == [5, 4, 3, 2, 1, 0]


def test_a_pause_earns_no_more_than_one_burst():
    now = 0.0
    limiter = RateLimiter(60, clock=lambda: now)
    limiter.take("a")
    now = 1e6
    assert [limiter.take("a") for _ in range(11)].count(0) == int(BURST_SECONDS)


def test_each_client_has_a_bucket_of_its_own():
    limiter = RateLimiter(6, clock=lambda: 0.0)
    assert [limiter.take(name) for name in ("a", "a", "b", "b", "a")] == [0, 10, 0, 10, 10]


def test_a_client_without_a_key_is_known_by_its_address_even_where_it_is_refused(tmp_path):
    app = IdentityGuard(PlainTextResponse("reached"), workspace=Workspace(tmp_path), needs_key=True, per_minute=1)
    problem(asked(app, client="10.0.0.1"), 401, "key_needed")
    limited = asked(app, client="10.0.0.1")
    problem(limited, 429, "too_many_requests")
    assert 1 <= int(limited.headers["retry-after"]) <= 60
    problem(asked(app, client="10.0.0.2"), 401, "key_needed")
