"""What a message calls a setting is not what the screen calls it: fields and options become places on the Data page."""

from __future__ import annotations

import re

READING, ROLES = "“How it was read”", "“What each column is”"
_RULES = (
    # Whoever looks at a screen presses a button for a fix, and has no command line.
    (r" Fix: (?:'\w+'(?: or )?)+ under dataset\.fixes\.", ""),
    (r",? or choose it: --[\w-]+ (?:NAME|'[^']*')", ""),
    (r"; --[\w-]+ (?:NAME|'[^']*')(?=\))", ""),
    (r" ?\(--[\w-]+ [^()]*\)", ""),
    (r"\(dataset\.reading\.\w+\)", f"(under {READING})"),
    (r"set dataset\.reading\.\w+", f"set it under {READING}"),
    (r"dataset\.reading(?:\.\w+)?", READING),
    (r"under dataset\.(?:columns|left_out)", f"under {ROLES}"),
    (r"\(dataset\.(?:columns|left_out)\)", f"(under {ROLES})"),
    (r"dataset\.(?:columns|left_out)", ROLES),
    (r" ?\(dataset\.pivot; [^()]*\)", ""),
    (r" ?\(dataset\.(?:rates|keep_currency|week_start)\)", ""),
    (r"\bdataset\.(?:rates|keep_currency|pivot|week_start|fixes)\b", "the Data page"),
)
_PATTERNS = tuple((re.compile(pattern), place) for pattern, place in _RULES)


def on_screen(text: str) -> str:
    """A message in the words of the screen."""
    for pattern, place in _PATTERNS:
        text = pattern.sub(place, text)
    return text
