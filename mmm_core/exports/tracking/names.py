"""Names of channels and columns as keys that MLflow takes, and back again.

MLflow takes letters and digits of any language, ``_``, ``-``, ``.``, blanks, ``:`` and ``/`` in a key. Here ``.`` parts
the figure from the channel and its end of the interval (``share.tv.low``), ``/`` would make folders in MLflow's page,
and ``:`` is refused on Windows: in a name each of them, and whatever MLflow does not take at all, is written as the
code of its sign between ``_x`` and ``_``, as spreadsheets do in their files (ECMA-376, part 1, 22.4.2.4):
``TV & Radio`` becomes ``TV _x0026_ Radio``.
"""

from __future__ import annotations

import re

from mmm_core.workspace import storage

LONGEST_KEY = 250
"""Characters of a key that MLflow's database has room for."""
ROOM_FOR_FIGURE = 60
"""Characters that are left for what stands before and behind a name."""
LONGEST_NAME = LONGEST_KEY - ROOM_FOR_FIGURE
HASH_SIGNS = 12

_CODE = re.compile(r"_x([0-9A-F]{4,6})_")
_NOT_KEPT = re.compile(r"[^\w \-]|_(?=x[0-9A-F]{4,6}_)|^ | $")


def as_key(name: str) -> str:
    """The name with every sign that a key cannot hold written as its code; :func:`from_key` reads it back.

    A name that is longer than a key may be is cut, with the hash of the whole name at its end: that alone cannot be
    read back.
    """
    key = _NOT_KEPT.sub(lambda found: f"_x{ord(found[0]):04X}_", name)
    if len(key) <= LONGEST_NAME:
        return key
    digest = storage.content_hash(name.encode("utf-8", "surrogatepass")).removeprefix("sha256:")[:HASH_SIGNS]
    return f"{key[: LONGEST_NAME - HASH_SIGNS - 1]}-{digest}"


def from_key(key: str) -> str:
    """The name that :func:`as_key` made a key of."""
    return _CODE.sub(lambda found: chr(int(found[1], 16)), key)
