"""What the client gives holds what the server says, and survives a newer server."""

import pytest
from pydantic import BaseModel

from mmm_core.api import datasets, outputs, runs
from mmm_core.client import replies
from mmm_core.proof.verdict import Line, ProofVerdict
from mmm_core.runs.doubts.asking import DoubtCosts
from mmm_core.runs.doubts.costs import Cost
from mmm_core.table import validation
from mmm_core.table.checks.issues import Issue
from mmm_core.table.fixes.preview import ChangedRow, Preview
from mmm_core.table.suggestions import Suggestion

PAIRS: list[tuple[type[BaseModel], type[BaseModel]]] = [
    (replies.Dataset, datasets.DatasetInfo),
    (replies.DatasetList, datasets.DatasetList),
    (replies.Report, validation.ValidationReport),
    (replies.Issue, Issue),
    (replies.Suggestion, Suggestion),
    (replies.Doubts, DoubtCosts),
    (replies.Cost, Cost),
    (replies.Preview, Preview),
    (replies.ChangedRow, ChangedRow),
    (replies.CreatedRun, runs.CreatedRun),
    (replies.RunProgress, runs.RunStatus),
    (replies.Run, runs.RunInfo),
    (replies.RunProof, runs.RunProof),
    (replies.ProofVerdict, ProofVerdict),
    (replies.ProofLine, Line),
    (replies.RunOutlook, runs.RunOutlook),
    (replies.ChannelOutlook, runs.ChannelOutlook),
    (replies.RunListEntry, runs.RunListEntry),
    (replies.RunList, runs.RunList),
    (replies.Outputs, outputs.OutputList),
    (replies.OutputFile, outputs.OutputLink),
    (replies.Table, outputs.ContributionTable),
]


@pytest.mark.parametrize(("ours", "server"), PAIRS, ids=lambda kind: kind.__name__)
def test_every_field_is_one_of_the_server_s(ours, server):
    assert set(ours.model_fields) - {"demo"} <= set(server.model_fields)


def test_fields_of_a_newer_server_are_left_alone():
    made = replies.CreatedRun.model_validate({"run_id": "r", "reused": False, "stage": "CREATED", "later": 1})
    assert not hasattr(made, "later")
    assert not made.demo
