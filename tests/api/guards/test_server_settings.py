"""Idle connections are kept as long as programs pause, whoever has started the server."""

from __future__ import annotations

import threading

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from mmm_core.api.guards.server_settings import SECONDS_KEPT, ServerSettings
from mmm_core.api.sockets import listening
from tests.api.guards.conftest import asked
from tests.engines import until

APP = ServerSettings(PlainTextResponse("reached"), proxies="")


def idle_seconds(**config: int) -> int:
    """How long a real server keeps idle connections once it runs."""
    settings = uvicorn.Config(APP, log_level="critical", ws="none", **config)
    with listening("127.0.0.1", 0) as bound:
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            until(lambda: server.started, seconds=120)
        finally:
            server.should_exit = True
            thread.join(20)
    return settings.timeout_keep_alive


def test_a_server_that_somebody_else_started_keeps_them_longer_than_its_own_five_seconds():
    assert uvicorn.Config(APP).timeout_keep_alive == 5
    assert idle_seconds() == SECONDS_KEPT >= 60


@pytest.mark.parametrize(("said", "kept"), [(1, SECONDS_KEPT), (600, 600)])
def test_a_longer_time_that_somebody_has_chosen_stays(said, kept):
    assert idle_seconds(timeout_keep_alive=said) == kept


def test_requests_pass_unchanged_and_a_server_of_another_kind_is_left_alone():
    assert asked(APP).text == "reached"
