"""A person's logo: looked at, and drawn anew, so that nothing of the file but its picture gets into a report.

A file that says it is a picture may hold anything. It is opened as PNG or JPEG and as nothing else, within limits of
bytes and pixels, and written again as PNG. SVG is refused: it is a document that can hold scripts and addresses, and
slides cannot show it everywhere.
"""

from __future__ import annotations

import base64
import binascii
import io
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from mmm_core.errors import DataError

MOST_BYTES = 500_000
MOST_TEXT = 4 * -(-MOST_BYTES // 3)
"""Characters of the largest logo in base64."""
MOST_PIXELS = 4_000_000
LARGEST_SIDE = 600
"""Pixels of the longer side as it is kept: sharp at the size it is shown."""
KINDS = ("PNG", "JPEG")
REMEDY = f"Give a PNG or JPEG picture of at most {MOST_BYTES // 1000} kB and {MOST_PIXELS // 1_000_000} million pixels."


class Logo(NamedTuple):
    """A picture as PNG, and its size in pixels."""

    png: bytes
    width: int
    height: int


def logo_from(text: str) -> Logo | None:
    """A logo of base64; None: there is none. See :func:`checked` for the errors."""
    if not text:
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError("The logo is not written in base64.", code="bad_logo", remedy=REMEDY) from error
    return checked(content)


def checked(content: bytes) -> Logo:
    """A file's picture, drawn anew.

    Raises
    ------
    DataError
        It is no PNG or JPEG, too large, or damaged.
    """
    if len(content) > MOST_BYTES:
        size = f"{len(content) / 1000:,.0f} kB"
        raise DataError(f"The logo is too large: {size}.", code="bad_logo", remedy=REMEDY)
    if b"<svg" in content[:1000].lower() or content.lstrip()[:5].lower() == b"<?xml":
        raise DataError(
            "The logo is an SVG file, which can hold scripts.", code="bad_logo", remedy=f"Save it as PNG. {REMEDY}"
        )
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as image:
            if image.width * image.height > MOST_PIXELS:
                found = f"{image.width:,} × {image.height:,} pixels"
                raise DataError(f"The logo has {found}.", code="bad_logo", remedy=REMEDY)
            shown = image.convert("RGBA")
    except DataError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError("The logo cannot be read as a PNG or JPEG picture.", code="bad_logo", remedy=REMEDY) from error
    shown.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    written = io.BytesIO()
    shown.save(written, "PNG")
    return Logo(written.getvalue(), shown.width, shown.height)
