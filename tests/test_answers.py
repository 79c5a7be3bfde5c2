"""What the client gives holds what the server says, and survives a newer server."""

import pytest
from pydantic import BaseModel

from mmm_core import answers, validation
from mmm_core.api import datasets, outputs, runs
from mmm_core.findings import Issue

PAIRS: list[tuple[type[BaseModel], type[BaseModel]]] = [
    (answers.Dataset, datasets.DatasetInfo),
    (answers.DatasetList, datasets.DatasetList),
    (answers.Report, validation.ValidationReport),
    (answers.Issue, Issue),
    (answers.CreatedRun, runs.CreatedRun),
    (answers.RunProgress, runs.RunStatus),
    (answers.Run, runs.RunInfo),
    (answers.RunListEntry, runs.RunListEntry),
    (answers.RunList, runs.RunList),
    (answers.Outputs, outputs.OutputList),
    (answers.OutputFile, outputs.OutputLink),
    (answers.Table, outputs.ContributionTable),
]


@pytest.mark.parametrize(("ours", "server"), PAIRS, ids=lambda kind: kind.__name__)
def test_every_field_is_one_of_the_server_s(ours, server):
    assert set(ours.model_fields) - {"demo"} <= set(server.model_fields)


def test_fields_of_a_newer_server_are_left_alone():
    made = answers.CreatedRun.model_validate({"run_id": "r", "reused": False, "stage": "CREATED", "later": 1})
    assert not hasattr(made, "later")
    assert not made.demo
