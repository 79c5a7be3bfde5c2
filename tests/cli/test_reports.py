"""A report on the command line."""

import pytest

from mmm_core import __main__ as command_line
from mmm_core import shipped
from tests.report.test_logo import picture


def report(*arguments: object) -> int:
    return command_line.main(["report", "demo", "--section", "fit", *map(str, arguments)])


def test_a_report_is_written_in_the_form_that_its_file_s_name_says(tmp_path, capsys):
    logo = tmp_path / "logo.png"
    logo.write_bytes(picture())
    target = tmp_path / "out.pptx"
    assert report("--out", target, "--logo", logo, "--note", "fit=Mine = ours", "--numbers", "1.234,5") == 0
    assert target.read_bytes()[:2] == b"PK"
    assert capsys.readouterr().out.startswith(f"Written to {target} (")


def test_a_folder_is_reported_under_a_name_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = str(shipped.RUNS["demo"])
    assert command_line.main(["report", folder, "--section", "data", "--title", "Spring"]) == 0
    assert (tmp_path / "report_Spring.html").read_bytes().startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--section", "weather"], "sections"),
        (["--note", "fit"], "--note fit: not understood"),
        (["--note", "weather=x"], "no chart or section"),
        (["--logo", "nothing.png"], "cannot be read"),
        (["--logo", __file__], "logo cannot be read"),
        (["--margin", "7"], "margin"),
        (["--out", "nowhere/out.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_in_words(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert report(*arguments) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
