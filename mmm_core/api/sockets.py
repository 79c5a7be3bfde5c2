"""Sockets that send small answers at once.

A socket holds back the second half of an answer until the other side has confirmed the first one (Nagle), and the
other side waits 40 ms before it confirms (delayed ACK): every answer on a kept connection takes that long. asyncio
turns the first habit off only for sockets that it made itself, and a server that binds its own is not among them.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

import psutil


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound and listens; port 0 chooses a free one.

    Raises
    ------
    OSError
        The port is taken, or the host is not this machine's.
    """
    bound = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    _send_at_once(bound)
    return bound


def answer_at_once() -> None:
    """Change the sockets that this process listens at already; the connections that they accept inherit it."""
    with suppress(psutil.Error, OSError):  # a slower server is no failure
        for connection in psutil.Process().net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:
                # The copy is closed, the socket stays.
                with socket.socket(fileno=os.dup(connection.fd)) as copy:
                    _send_at_once(copy)


def _send_at_once(opened: socket.socket) -> None:
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
