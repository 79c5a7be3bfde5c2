import pytest

from mmm_core.charts import parameters
from mmm_core.charts.style import LIGHT, ChartMeta
from mmm_core.exports import formats


def test_the_forest_has_effects_alone_by_their_names_with_a_line_at_zero(demo):
    figure = parameters.forest(demo.parameters.parameters, demo.summary.names, None)
    shown = {trace.y[0] for trace in figure.data}
    assert {"TV", "Price", "Season, cos 1", "Trend"} <= shown
    assert not shown & {"Intercept", "Noise", "Tails of the noise", "nu"}
    assert [line.x0 for line in figure.layout.shapes] == [0]
    assert "share[tv]" in set(formats.chart_data(figure)["parameter"])


def test_before_and_after_the_data_are_two_marks_of_one_row(demo):
    rows = demo.diagnostics.prior_posterior
    figure = parameters.prior_and_posterior(rows, demo.summary.names, None)
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == ["Before the data", "With the data"]
    after = [trace for trace in figure.data if trace.mode == "markers" and trace.marker.symbol != "diamond"]
    rows = sorted(rows, key=lambda row: (None, *demo.summary.names).index(row.channel))
    assert [trace.x[0] for trace in after] == pytest.approx([100 * row.posterior.mean for row in rows])
    assert (after[0].y[0], after[0].marker.color) == ("All channels", LIGHT.ink)
    table = formats.chart_data(figure)
    assert list(table["channel"]) == ["all", *(row.channel for row in rows[1:])]
    assert {"prior_mean", "posterior_mean"} <= set(table.columns)


def test_what_the_data_hardly_narrowed_is_read_aloud(demo):
    rows = demo.diagnostics.prior_posterior
    same = [row.model_copy(update={"posterior": row.prior}) for row in rows]
    said = ChartMeta.of(parameters.prior_and_posterior(same, demo.summary.names, None)).alt
    assert "More than half as wide as before: All channels" in said


def test_too_few_independent_draws_lie_left_of_the_line(demo):
    rows = demo.parameters.parameters
    figure = parameters.diagnostics(rows, demo.summary.names, None, chains=4)
    assert [line.x0 for line in figure.layout.shapes] == [400]
    assert "400 are enough" in ChartMeta.of(figure).alt
    unknown = [row.model_copy(update={"ess_bulk": None, "ess_tail": None}) for row in rows]
    assert "fewest unknown" in ChartMeta.of(parameters.diagnostics(unknown, demo.summary.names, None, chains=4)).alt
