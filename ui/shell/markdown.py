"""Text from people and files inside Markdown."""

from __future__ import annotations

import re

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>$:~-])")


def plain(text: str) -> str:
    """Text from a person or a file, safe inside Markdown: a name must not become a link or a picture from outside."""
    return MARKDOWN.sub(r"\\\1", text)
