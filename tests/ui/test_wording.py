"""Nobody who looks at a screen is sent to a command line, or to a field of a file."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import PROJECT
from ui.shell.wording import on_screen

OPTION = re.compile(r"(?<![\w-])--[a-z]+|\bdataset\.[a-z]")
COMMAND_LINE_ALONE = "tracking"
"""A room whose errors no page shows: runs are sent to MLflow by the command line."""
ROOMS = ("table", "runs", "model", "results", "sampler", "exports")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Leave one of them out (dataset.left_out).", "Leave one of them out (under “What each column is”)."),
        ("Map the columns under dataset.columns.", "Map the columns under “What each column is”."),
        ("Choose one (dataset.reading.sheet; --sheet NAME).", "Choose one (under “How it was read”)."),
        ("Save it, or choose it: --sheet 'Sheet 1'.", "Save it."),
        ("Choose one of these sheets (--sheet NAME).", "Choose one of these sheets."),
        ("Say it (or set dataset.reading.date_order).", "Say it (or set it under “How it was read”)."),
        ("Drop them. Fix: 'a_b' or 'c' under dataset.fixes.", "Drop them."),
        ("Say what one is worth (dataset.rates), or not.", "Say what one is worth, or not."),
        ("A name -- with dashes, and a dataset of 3.", "A name -- with dashes, and a dataset of 3."),
    ],
)
def test_fields_and_options_become_places_on_the_page(said, shown):
    assert on_screen(said) == shown


def messages() -> Iterator[str]:
    """Every text of ours that names a field or an option, and is no description; what is filled in is a name."""
    for room in ROOMS:
        for path in (PROJECT / "mmm_core" / room).rglob("*.py"):
            if COMMAND_LINE_ALONE in path.parts:
                continue
            every = list(ast.walk(ast.parse(path.read_text())))
            pieces = {id(part) for node in every if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in every:
                if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in pieces:
                    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
                    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "name" for part in parts)
                    if "`" not in text and OPTION.search(text) and not text.endswith(".json"):
                        yield text


def test_no_message_of_ours_sends_a_person_elsewhere():
    every = set(messages())
    assert len(every) > 10
    assert [text for text in sorted(every) if OPTION.search(on_screen(text))] == []
