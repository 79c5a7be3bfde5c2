"""A plan as a workbook: opened again, its formulas are formulas, and they come to what stands beside them."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
import pytest
import python_calamine

from mmm_core.exports import plans as sheet
from mmm_core.planning.request import PlanRequest
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.scenarios.made import plan_for
from mmm_core.workspace.storage import Workspace
from tests.engines import desk
from tests.planning.demo import response, subject


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> kept.Scenario:
    request = PlanRequest.model_validate({"own": {"tv": 50000}, "timing": "last_year"})
    plan = plan_for(subject(), response(), request)
    workspace = Workspace(tmp_path_factory.mktemp("plans"))
    return kept.save(desk(workspace), "demo", request, Label(name="=cmd()|' /C calc'!A0", note="for the board"), plan)


def cells(scenario: kept.Scenario, label: str) -> list[list[object]]:
    """What a program without formulas sees in a sheet."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet.workbook(scenario)))
    return book.get_sheet_by_name(label).to_python(skip_empty_area=False)


def formulas(scenario: kept.Scenario, number: int) -> dict[str, str]:
    """Formulas of a sheet by cell, as they stand in the file."""
    with zipfile.ZipFile(io.BytesIO(sheet.workbook(scenario))) as book:
        page = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    return dict(re.findall(r'<c r="(\w+)"[^>]*><f>(.*?)</f>', page))


def test_sums_and_returns_are_formulas_with_their_values(scenario):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet.workbook(scenario)))
    assert book.sheet_names == ["Plan", "Today by week", "Plan by week", "Mine by week", "About"]
    live, shown = formulas(scenario, 1), cells(scenario, "Plan")
    heads = shown[3]
    assert heads[:5] == ["Channel", "Today, €", "Plan, €", "Mine, €", "Plan less today"]
    rows = len(scenario.plan.splits[0].channels)
    assert live[f"B{5 + rows}"] == f"SUM(B5:B{4 + rows})"
    for column, split in enumerate(scenario.plan.splits, start=1):
        assert shown[4 + rows][column] == pytest.approx(split.spend)
        assert sum(shown[4 + row][column] for row in range(rows)) == pytest.approx(split.spend)
    assert live["E5"] == "C5-B5"
    assert shown[4][4] == pytest.approx(shown[4][2] - shown[4][1])
    returned = heads.index("Plan: € per €")
    assert live[f"{chr(65 + returned)}5"].startswith("IF(C5=0")
    assert shown[4][returned] == pytest.approx(shown[4][6] / shown[4][2])


def test_weeks_add_up_both_ways(scenario):
    split = scenario.plan.splits[2]
    rows = cells(scenario, "Mine by week")[4 : 5 + scenario.plan.periods]
    assert [row[0] for row in rows] == [*scenario.plan.dates, "Sum"]
    assert rows[-1][-1] == pytest.approx(split.spend)
    for row in rows[:-1]:
        assert sum(row[1:-1]) == pytest.approx(row[-1])
    assert formulas(scenario, 4)["B18"] == "SUM(B5:B17)"


def test_no_text_of_a_person_becomes_a_formula(scenario):
    assert cells(scenario, "Plan")[0][0].startswith("'=")
    assert "A1" not in formulas(scenario, 1)


def test_the_file_of_weeks_has_every_split_channel_and_week(scenario):
    found = pd.read_csv(io.BytesIO(sheet.weeks_csv(scenario.plan)))
    assert list(found) == ["split", "channel", "period_start", "spend"]
    sums = found.groupby("split")["spend"].sum()
    for split in scenario.plan.splits:
        assert sums[split.name] == pytest.approx(split.spend)
    assert found["period_start"].nunique() == scenario.plan.periods
