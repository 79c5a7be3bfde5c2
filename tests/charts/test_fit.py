"""The fit's charts, with one entity and with several."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import fit
from mmm_core.charts.style import ChartMeta
from mmm_core.exports import formats


def two_entities(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows for north and south."""
    return pd.concat([frame.assign(entity_id=entity) for entity in ("north", "south")], ignore_index=True)


def test_observed_fitted_and_both_bands_are_drawn(demo):
    figure = fit.fit(demo.fitted, "sales, €")
    assert [trace.name for trace in figure.data] == [
        "94\u00a0% of periods",
        "94\u00a0% of the median",
        "Fitted median",
        "Observed",
    ]
    assert figure.layout.yaxis.title.text == "sales, €"
    np.testing.assert_array_equal(figure.data[3].y, demo.fitted["y"])


def test_what_lies_in_the_band_is_counted(demo):
    nowhere = demo.fitted.assign(y_pred_low=-2.0, y_pred_high=-1.0)
    assert "; 0\u00a0% of what was observed" in ChartMeta.of(fit.fit(nowhere, "€")).alt
    everywhere = demo.fitted.assign(y_pred_low=0.0, y_pred_high=demo.fitted["y"].max())
    assert "; 100\u00a0% of what was observed" in ChartMeta.of(fit.fit(everywhere, "€")).alt


def test_what_is_left_is_observed_over_fitted_in_percent(demo):
    figure = fit.residuals(demo.fitted.assign(y=1.1 * demo.fitted["y_hat_mean"]))
    np.testing.assert_allclose(figure.data[0].y, 10)
    assert "+10\u00a0%" in ChartMeta.of(figure).alt


def test_the_season_goes_up_and_down_by_what_is_said(demo):
    figure = fit.seasonality(demo.decomposition, "€")
    season = demo.decomposition[demo.decomposition["component"] == "seasonality"]
    np.testing.assert_array_equal(figure.data[1].y, season["mean"])


@pytest.mark.parametrize(
    "draw",
    [
        lambda demo: fit.fit(two_entities(demo.fitted), "€"),
        lambda demo: fit.residuals(two_entities(demo.fitted)),
        lambda demo: fit.seasonality(two_entities(demo.decomposition), "€"),
    ],
)
def test_no_line_runs_from_one_entity_to_the_next(demo, draw):
    figure = draw(demo)
    names = [trace.name for trace in figure.data]
    assert len(names) == len(set(names))
    assert {name.rsplit(", ", 1)[1] for name in names} == {"north", "south"}
    lines = [trace for trace in figure.data if trace.type == "scatter" and trace.mode != "none"]
    assert all(pd.Series(pd.to_datetime(trace.x)).is_monotonic_increasing for trace in lines)
    assert set(formats.chart_data(figure)["entity_id"]) == {"north", "south"}
