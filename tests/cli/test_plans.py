"""A plan is made on the command line: an answer, its limits kept, and refusals that name both numbers."""

import json
import shutil

import pytest

from mmm_core import __main__ as command_line
from mmm_core import shipped
from mmm_core.planning.answer import Plan


def plan(*arguments: object) -> int:
    return command_line.main(["plan", "demo", *map(str, arguments)])


def test_it_opens_with_an_answer_and_has_a_line_a_channel(capsys):
    assert plan() == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(("Move ", "Leave it as it is"))
    assert said[1].startswith("13 weeks from 2025-12-29 to 2026-03-23, budget ")
    assert [line.split()[0] for line in said[3:9]] == ["tv", "search", "social", "video", "radio", "print"]
    assert "cannot be told: stays" in said[8]


def test_limits_locks_and_steps_are_kept_to_the_cent(capsys):
    arguments = ("--bounds", "tv=0:50000", "--step", "act_search=10000", "--lock", "video", "--budget", "120000")
    assert plan(*arguments, "--timing", "last_year", "--aim", "cautious", "--horizon", "8", "--json") == 0
    made = Plan.model_validate(json.loads(capsys.readouterr().out))
    channels = {each.channel: each for each in made.channels}
    assert channels["tv"].plan <= 50000
    assert channels["search"].plan % 10000 == pytest.approx(0, abs=0.01)
    assert channels["video"].plan == channels["video"].today
    assert round(sum(each.plan for each in made.channels), 2) == 120000
    assert (made.periods, made.aim) == (8, "cautious")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--budget", "9e9"), "The budget is 9,000,000,000.00, and all channels together may have at most"),
        (("--bounds", "tv=9:3"), "TV is to have at least 9.00 and at most 3.00."),
        (("--bounds", "tv=-1:3"), "bounds.tv.low: input should be greater than or equal to 0"),
        (("--bounds", "tv=much:3"), "'much' is no number"),
        (("--bounds", "tv=5"), "--bounds …=5: not understood"),
        (("--bounds", "fax=0:5"), "the run has no channel 'fax'. Channels are tv, search"),
        (("--lock", "fax"), "the run has no channel 'fax'"),
        (("--step", "tv"), "--step tv: not understood"),
        (("--horizon", "3"), "horizon: input should be greater than or equal to 4"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(arguments, words, capsys):
    assert plan(*arguments) == 1
    assert words in capsys.readouterr().err


def test_a_fit_whose_checks_failed_is_planned_with_a_word_about_it(tmp_path, capsys):
    folder = shutil.copytree(shipped.RUNS[shipped.DEMO], tmp_path / "out")
    checks = json.loads((folder / "diagnostics.json").read_text())
    (folder / "diagnostics.json").write_text(json.dumps(checks | {"overall": "stop"}))
    assert command_line.main(["plan", str(folder)]) == 0
    assert capsys.readouterr().err == "Checks of the fit failed: do not use these numbers.\n"


def test_a_run_that_is_not_there_or_not_finished_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    assert command_line.main(["plan", "run-nowhere"]) == 1
    assert command_line.main(["plan", str(tmp_path)]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_what_cannot_be_told_is_moved_where_somebody_says_so(capsys):
    assert command_line.main(["plan", "demo", "--horizon", "4", "--move-untold", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert "untold" not in {each["held"] for each in plan["channels"]}
    assert plan["if_moved"] is None
