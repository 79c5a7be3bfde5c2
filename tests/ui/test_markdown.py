"""Text from people and files inside Markdown."""

from __future__ import annotations

import pytest

from ui.shell.markdown import JOINER, plain


@pytest.mark.parametrize(
    "name",
    ["https://evil.example/a", "http://evil.example", "ftp://evil.example", "www.evil.example", "WWW.evil.example",
     "a@evil.example", "see www.evil.example, or mail a.b+c@evil.example"],
)  # fmt: skip
def test_an_address_in_a_name_is_cut_where_markdown_would_make_a_link_of_it(name):
    written = plain(name)
    read = written.replace(JOINER, "").replace("\\", "")
    assert read == name
    for whole in ("://", "www.", "WWW.", "a@", "c@"):
        assert whole not in written.replace("\\", "")


@pytest.mark.parametrize(
    "name", ["TV (national)", "a_b*c", "100 % [x](http://y)", "<b>", "# 1", "$x$", ":smile:", "`a`", "a\\b"]
)
def test_marks_of_markdown_are_letters(name):
    written = plain(name)
    for place, character in enumerate(written):
        if character in "`*_{}[]()#|<>$:~":
            assert written[place - 1] == "\\"


def test_a_plain_name_stays_as_it_is():
    assert plain("TV Spend 2024, net") == "TV Spend 2024, net"
