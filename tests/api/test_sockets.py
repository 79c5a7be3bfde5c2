"""Connections send small answers at once, whoever bound the socket."""

import socket

from mmm_core.api.sockets import answer_at_once, listening


def accepted_sends_at_once(bound: socket.socket) -> bool:
    with socket.create_connection(bound.getsockname()[:2]):
        connection, _ = bound.accept()
        with connection:
            return bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_socket_of_ours_sends_at_once():
    with listening("127.0.0.1", 0) as bound:
        assert accepted_sends_at_once(bound)


def test_sockets_that_others_have_bound_are_changed():
    with socket.create_server(("127.0.0.1", 0)) as bound:
        assert not accepted_sends_at_once(bound)
        answer_at_once()
        assert accepted_sends_at_once(bound)
