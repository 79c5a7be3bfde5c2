"""How far a command is, on a terminal; silent where its output is read by a program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

STEP_WIDTH = 44
"""Characters of the longest step; the bar begins behind it."""


def is_quiet(options: argparse.Namespace) -> bool:
    """Whether nobody looks at a bar: JSON was asked for, or the errors go to no terminal."""
    return bool(options.json) or not sys.stderr.isatty()


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar for the step at work (its name, and how far it is as a fraction); done where nothing went wrong."""
    with tqdm(
        total=100, disable=quiet, bar_format=f"{{desc:<{STEP_WIDTH}}} {{percentage:3.0f}}% |{{bar:24}}| {{elapsed}}"
    ) as bar:

        def show(step: str, fraction: float) -> None:
            bar.set_description_str(step, refresh=False)
            bar.n = round(100 * fraction)
            bar.refresh()

        yield show
        show("Done", 1.0)
