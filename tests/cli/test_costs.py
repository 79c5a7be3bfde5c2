"""What each repair would do, on the command line."""

import json
from pathlib import Path

import pytest

from mmm_core.__main__ import main
from mmm_core.cli import costs
from mmm_core.runs.doubts.weighing import Weighed
from tests.malformed import good_rows, table
from tests.runs.doubts.tables import world_with_total


@pytest.fixture
def doubtful(tmp_path) -> Path:
    path = tmp_path / "total.csv"
    path.write_bytes(world_with_total())
    return path


def test_costs_follow_the_report_worst_first(doubtful, capsys):
    assert main(["validate", "--cost", str(doubtful)]) == 1
    report, told = capsys.readouterr().out.split("What each fix would do")
    assert "Not ready to fit" in report
    first, second = told.strip().splitlines()[1:]
    assert first.startswith("  leave_out_total_entities: ")
    assert "would bring" in first
    assert "rows go from 312 to 208." in first
    assert second.startswith("  each_entity_has_its_own_sales: ")


def test_as_json_they_stand_beside_the_report(doubtful, capsys):
    main(["validate", "--json", str(doubtful)])
    alone = json.loads(capsys.readouterr().out)
    assert main(["validate", "--json", "--cost", str(doubtful)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["fix"] for each in told.pop("costs")] == ["leave_out_total_entities", "each_entity_has_its_own_sales"]
    assert told.pop("not_tried") == []
    # A suggestion says the command that was typed, with its repair: here it was another.
    commands = [suggestion.pop("command") for report in (told, alone) for suggestion in report["suggestions"]]
    assert ["--cost" in command for command in commands] == [True, True, False, False]
    assert told == alone


def test_a_table_without_a_doubt_costs_nothing(tmp_path, capsys):
    path = tmp_path / "good.csv"
    path.write_bytes(table(good_rows(104)))
    assert main(["validate", "--cost", str(path)]) == 0
    assert "What each fix would do" not in capsys.readouterr().out


def test_what_was_not_tried_is_named():
    told = costs.in_words(Weighed((), (), ("sum_days_to_weeks",)))
    assert told == "  Not tried, because the table is too large: sum_days_to_weeks."
