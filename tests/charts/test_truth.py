import dataclasses

import pytest

from mmm_core import shipped
from mmm_core.charts.truth import DRAWN, NAME, with_truth
from mmm_core.exports.gallery import GALLERY, Exhibit
from mmm_core.exports.truth import truth_of
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_spec
from mmm_core.runs.outputs import read_outputs

FOLDER = shipped.RUNS[shipped.DEMO]
RUN = Exhibit("demo", read_outputs(FOLDER), read_spec(FOLDER), Units(target="€", spend="€"))
TRUTH = truth_of(RUN)


def drawn(name: str, *, dark: bool = False):
    piece = next(piece for piece in GALLERY if piece.name == name)
    return with_truth(name, piece.draw(RUN, dark=dark), TRUTH, dark=dark)


@pytest.mark.parametrize("name", ["shares", "totals", "roi", "removal_and_additive", "waterfall"])
def test_each_channel_has_a_star_in_its_row(name):
    star = next(trace for trace in drawn(name).data if trace.name == NAME)
    assert {label.replace("<br>", " ") for label in star.y} == {"TV", "Search", "Social", "Video", "Radio", "Print"}


def test_the_demo_s_truth_lies_inside_every_interval():
    for channel in RUN.outputs.summary.channels:
        assert channel.share.low <= TRUTH.channels[channel.channel]["share"] <= channel.share.high
        assert channel.roi.low <= TRUTH.channels[channel.channel]["roi"] <= channel.roi.high
    media = RUN.outputs.summary.media_share
    assert media.low <= TRUTH.media_share <= media.high


def test_stars_stand_where_the_truth_is():
    star = next(trace for trace in drawn("shares").data if trace.name == NAME)
    assert dict(zip(star.y, star.x, strict=True))["TV"] == pytest.approx(100 * TRUTH.channels["tv"]["share"])
    figure = drawn("waterfall")
    bars, star = figure.data
    begins = dict(zip(bars.y, bars.base, strict=True))
    ends = dict(zip(star.y, star.x, strict=True))
    assert ends["TV"] - begins["TV"] == pytest.approx(TRUTH.channels["tv"]["additive"])


def test_true_sales_are_drawn_over_single_weeks_and_not_over_months():
    weeks = [trace.name for trace in drawn("contributions_over_time").data]
    assert weeks[-2:] == ["True baseline", "True sales without noise"]
    piece = next(piece for piece in GALLERY if piece.name == "contributions_over_time")
    months = with_truth(piece.name, piece.draw(RUN, freq="month"), TRUTH)
    assert "True baseline" not in [trace.name for trace in months.data]


def test_a_chart_without_a_truth_stays_as_it_is():
    for piece in GALLERY:
        if piece.name not in DRAWN and piece.is_there(RUN):
            assert with_truth(piece.name, piece.draw(RUN), TRUTH) == piece.draw(RUN)


def test_a_run_on_fewer_weeks_has_the_truth_of_those():
    fitted = RUN.outputs.fitted.tail(52)
    short = dataclasses.replace(RUN, outputs=dataclasses.replace(RUN.outputs, fitted=fitted))
    assert len(truth_of(short).weekly) == 52
    assert truth_of(short).channels["tv"]["additive"] < TRUTH.channels["tv"]["additive"]


def test_of_other_tables_nobody_knows():
    other = RUN.spec.model_copy(update={"dataset_id": "data-abc"})
    assert truth_of(dataclasses.replace(RUN, spec=other)) is None
