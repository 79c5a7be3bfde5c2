"""Answers that were seen before, and this run among them."""

from dataclasses import replace
from datetime import UTC, datetime

from mmm_core.charts.proof.receipt import answers
from mmm_core.charts.style import ChartMeta
from mmm_core.proof.part import PartReport
from mmm_core.proof.parts.receipt import RECEIPT
from mmm_core.proof.subject import Subject
from mmm_core.proof.tried import Tried
from tests.proof.subjects import subject_of


def report(subject: Subject) -> PartReport:
    told = RECEIPT.tell(subject, {"all": RECEIPT.work(subject, "all", None)})
    return PartReport(name="receipt", question="What?", how_to_read="So.", state="complete", told=told)


def test_each_answer_has_a_mark_and_the_run_the_widest(fit):
    own = subject_of(fit)
    fewer = own.summary.model_copy(update={"channels": own.summary.channels[1:]})
    other = Tried("draft", datetime(2026, 1, 2, tzinfo=UTC), ("decay of C1: 0.7 instead of 0.5",), fewer)
    figure = answers(report(replace(own, tried=(other,))))
    before, here = (trace for trace in figure.data if trace.mode == "markers")
    assert len(here.x) == 1 + len(own.channels)
    assert len(before.x) == len(own.channels)  # one channel was not in that model
    assert list(before.customdata[0]) == ["All media", "2026-01-02", "decay of C1: 0.7 instead of 0.5"]
    assert figure.layout.yaxis.ticktext[0] == "All media"
    assert "Shares of sales in 1 answers" not in ChartMeta.of(figure).alt


def test_a_run_before_which_nothing_was_tried_stands_alone(fit):
    figure = answers(report(subject_of(fit)), dark=True)
    assert "before" not in ChartMeta.of(figure).alt.partition("in this run.")[2]
    assert len(next(trace for trace in figure.data if trace.name == "tried before").x) == 0
