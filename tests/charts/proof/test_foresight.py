from mmm_core.charts.proof import foresight
from mmm_core.charts.style import ChartMeta
from mmm_core.exports.formats import chart_data
from tests.charts.proof import reports


def test_each_date_has_its_line_and_what_missed_its_band_has_a_ring():
    figure = foresight.predictions(reports.foresight(), sales="sales, €", dark=True)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [len(line.x) for line in lines] == [3, 3]
    assert len({line.line.dash for line in lines}) == 2
    (missed,) = [trace for trace in figure.data if trace.name == "Outside its band"]
    assert list(missed.y) == [140.0]
    assert figure.layout.yaxis.title.text == "sales, €"


def test_the_error_of_each_forecast_is_a_share_of_sales_and_told_apart_by_shape():
    figure = foresight.predictions(reports.foresight())
    errors = {trace.name: trace for trace in figure.data if trace.yaxis == "y2"}
    assert [round(trace.y[0], 6) for trace in errors.values()] == [2.0, 3.0, 6.0]
    assert len({trace.marker.symbol for trace in errors.values()}) == 3
    assert "2.0" in errors["Error of this model"].customdata[0][0]


def test_the_figures_go_along_and_the_sentence_is_read_aloud():
    part = reports.foresight()
    figure = foresight.predictions(part)
    table = chart_data(figure)
    assert list(table.columns) == [
        "fold", "period_start", "observed", "median", "low", "high", "crps_model", "crps_naive", "crps_without_media"
    ]  # fmt: skip
    assert len(table) == 6
    assert ChartMeta.of(figure).alt.startswith(part.told.sentence)
    assert figure.layout.title.text == part.question
