"""Text from people and files inside Markdown."""

from __future__ import annotations

import re

BECOMES_LINK = re.compile(r"(?i)(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=[\w.+-])(?=@\w)")
"""Where an address is cut, so that it is none: a backslash does not keep Markdown from making a link of one."""
JOINER = "\u2060"
"""Has no width, and allows no break of the line."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>$:~-])")


def plain(text: str) -> str:
    """Text from a person or a file, safe inside Markdown: a name must not become a link or a picture from outside."""
    return MARKDOWN.sub(r"\\\1", BECOMES_LINK.sub(JOINER, text))
