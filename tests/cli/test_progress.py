from __future__ import annotations

import argparse
import io

import pytest

from mmm_core.cli.progress import is_quiet, progress_bar


@pytest.mark.parametrize(
    ("json", "terminal", "quiet"), [(False, True, False), (True, True, True), (False, False, True)]
)
def test_only_a_terminal_sees_a_bar(json, terminal, quiet, monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr("sys.stderr", stream)
    assert is_quiet(argparse.Namespace(json=json)) is quiet


def test_a_bar_says_the_step_how_far_it_is_and_that_it_is_done(capsys):
    with progress_bar(quiet=False) as show:
        show("Fitting the model", 0.4)
    said = capsys.readouterr().err
    assert "Fitting the model" in said
    assert " 40%" in said
    assert said.rstrip().split("\r")[-1].startswith("Done")
    assert "100%" in said.split("\r")[-1]


def test_what_was_stopped_is_not_said_to_be_done(capsys):
    def work() -> None:
        with progress_bar(quiet=False) as show:
            show("Fitting the model", 0.4)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert "Done" not in capsys.readouterr().err


def test_nothing_is_said_where_a_program_reads(capsys):
    with progress_bar(quiet=True) as show:
        show("Fitting the model", 0.4)
    assert capsys.readouterr().err == ""
