import pytest

from mmm_core.charts.proof.priors import before_and_after
from mmm_core.charts.style import ChartMeta
from mmm_core.exports.formats import chart_data
from mmm_core.proof.parts import priors
from mmm_core.proof.parts.priors import DRAWS, PRIORS
from tests.proof.subjects import report_of, subject_of


@pytest.fixture
def report(fit):
    subject = subject_of(fit)
    return report_of(PRIORS, priors.tell(subject, {DRAWS: priors.work(subject, DRAWS, None)}))


def test_shares_and_returns_have_an_axis_each_and_priors_are_named_once(report):
    figure = before_and_after(report, per="EUR per EUR spent", dark=True)
    assert "share of sales" in figure.layout.xaxis.title.text
    assert figure.layout.xaxis2.title.text == "EUR per EUR spent"
    assert [trace.name for trace in figure.data if trace.showlegend] == ["before the table"]
    dots = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert [str(dot.y[0]) for dot in dots] == ["All media", "C0", "C1", "C2", "C3"]
    assert all(str(dot.text[0]).endswith("% data") for dot in dots)
    assert dots[0].xaxis == "x"
    assert {dot.xaxis for dot in dots[1:]} == {"x2"}
    table = chart_data(figure)
    assert list(table["channel"]) == ["all", "c0", "c1", "c2", "c3"]
    assert "Decided by the data: All media" in ChartMeta.of(figure).alt


def test_without_spend_there_is_one_axis(report):
    rows = tuple(row | {"measure": "share"} for row in report.told.tables["believed"])
    told = report.told.model_copy(update={"tables": {"believed": rows}})
    figure = before_and_after(report.model_copy(update={"told": told}))
    assert {trace.xaxis for trace in figure.data} == {"x"}
    assert figure.layout.yaxis.domain == (0, 1)
