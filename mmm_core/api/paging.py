"""Lists come in pages: ``limit`` and ``offset``, and how many there are in all.

Offsets, not cursors: a workspace's list is read whole and sorted by date in any case, nothing is inserted in its
middle, and a person may want to jump. A list that grows while it is paged shows an entry twice, and loses none.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from mmm_core.schema import Strict

LARGEST_PAGE = 200

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Most entries in the answer.")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="Entries to leave out at the beginning.")]


class Page(Strict):
    """Which part of a list an answer holds."""

    total: int = Field(ge=0, description="Entries in the whole list.")
    limit: int
    offset: int
