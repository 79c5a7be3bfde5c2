"""How often a client may ask: a token bucket each, in memory of this process.

A bucket holds ten seconds' worth of requests and fills all the time, so that a burst passes and a flood does not.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

BURST_SECONDS = 10.0
MOST_CLIENTS = 10_000
"""Buckets that are kept; the one longest unused goes first, and would be full again by then."""


ROUNDING = 1e-6
"""Seconds that sums of fractions may be off: whoever waits as long as was said is not to be refused again."""


class RateLimiter:
    """Tokens of each client.

    Parameters
    ----------
    per_minute
        Requests a minute that a client may keep up.
    clock
        Seconds that only go forward.
    """

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_minute / 60
        self.capacity = max(1.0, self.per_second * BURST_SECONDS)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> int:
        """Take a token; 0, or the whole seconds after which there is one again."""
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.pop(client, (self.capacity, now))
            tokens = min(self.capacity, tokens + (now - since + ROUNDING) * self.per_second)
            wait = 0 if tokens >= 1 else math.ceil((1 - tokens) / self.per_second - ROUNDING)
            self._buckets[client] = (tokens if wait else tokens - 1, now)
            while len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        return wait

    def __len__(self) -> int:
        """Number of clients that are remembered."""
        return len(self._buckets)
