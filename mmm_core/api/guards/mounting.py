"""Where the API stands in a server."""

from __future__ import annotations

import re

from starlette.routing import Mount
from starlette.types import ASGIApp


class ApiMount(Mount):
    """All addresses below a path, whatever characters they hold.

    Starlette's own mount does not know an address with a line break in it (``/api/runs/a%0Ab``): such a request would
    pass by the API and its guards, and be answered by what stands beside it.
    """

    def __init__(self, path: str, *, app: ASGIApp) -> None:
        super().__init__(path, app=app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)
