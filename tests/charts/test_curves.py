import numpy as np
import pandas as pd

from mmm_core.charts import curves
from mmm_core.charts.style import ChartMeta, channel_colours
from mmm_core.exports import formats
from mmm_core.spec import spec_from
from tests.engines import demo_spec


def test_channels_with_equal_settings_share_a_line_that_names_them_all():
    spec = spec_from(
        {
            "dataset_id": "t",
            "drivers": ["tv", "radio", "print"],
            "feature_config": {"adstock": {"max_lag": 8, "per_channel": {"radio": 0.2}}},
        }
    )
    figure = curves.adstock(spec, ["tv", "radio", "print"], None)
    assert [trace.name for trace in figure.data] == ["TV, Print (half-life 1.0 weeks)", "Radio (half-life 0.4 weeks)"]
    assert list(formats.chart_data(figure).columns) == ["tv", "radio", "print", "lag"]
    curve = pd.DataFrame({"activity": [0.0, 1.0, 2.0], "effect": [0.0, 0.5, 0.67]})
    assert [trace.name for trace in curves.saturation({"a": curve, "b": curve}, None).data] == ["All 2 channels"]


def test_what_is_left_begins_whole_and_is_named_in_periods_of_the_grain():
    figure = curves.adstock(demo_spec(), ["tv"], None, grain="DAY")
    assert figure.data[0].y[0] == 100
    assert figure.layout.xaxis.title.text == "days after the activity"
    assert "days" in ChartMeta.of(figure).alt


def test_a_channel_without_memory_is_said_to_have_none():
    spec = spec_from(
        {
            "dataset_id": "t",
            "drivers": ["tv"],
            "feature_config": {"adstock": {"max_lag": 8, "per_channel": {"tv": 0}}},
        }
    )
    figure = curves.adstock(spec, ["tv"], None)
    assert figure.data[0].name == "TV (no carry-over)"
    np.testing.assert_array_equal(figure.data[0].y, [100] + 8 * [0])


def test_saturation_says_where_the_mean_lies_on_the_curve():
    bent = pd.DataFrame({"activity": [0.0, 1.0, 2.0], "effect": [0.0, 0.5, 0.67]})
    straight = bent.assign(effect=[0.0, 0.3, 0.6])
    figure = curves.saturation({"tv": bent, "radio": straight}, None)
    assert ChartMeta.of(figure).alt.endswith(
        "TV: 50\u00a0% at its mean activity; Radio: 30\u00a0% at its mean activity."
    )
    colours = channel_colours(["tv", "radio"])
    assert [trace.line.color for trace in figure.data] == [colours["tv"], colours["radio"]]
    assert len(formats.chart_data(figure)) == 6


def test_a_long_list_of_names_goes_on_in_another_line():
    names = {f"regional_newspapers_{number}": (number > 0) for number in range(6)}
    one = pd.DataFrame({"activity": [0.0, 1.0], "effect": [0.0, 0.5]})
    figure = curves.saturation(
        {name: one.assign(effect=[0.0, 0.4 if other else 0.5]) for name, other in names.items()}, None
    )
    legend = figure.data[1].name
    assert all(len(line) <= curves.LEGEND_WIDTH for line in legend.split("<br>"))
    assert legend.count("Regional newspapers") == 5
