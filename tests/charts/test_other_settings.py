from mmm_core.charts import other_settings
from mmm_core.charts.style import ChartMeta
from mmm_core.exports.formats import chart_data as table_of
from mmm_core.results import variants
from mmm_core.spec import spec_from


def test_settings_are_told_apart_by_shape_and_their_numbers_go_along(demo):
    own = demo.summary
    figure = other_settings.shares_by_setting(own, {"with saturation": own, "sharper season (K = 4)": own}, dark=True)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.name for trace in marks] == [variants.OWN, "with saturation", "sharper season (K = 4)"]
    assert len({trace.marker.symbol for trace in marks}) == 3
    drawn = marks[0].x[0] / 100
    assert table_of(figure).query("settings == @variants.OWN")["median"].iloc[0] == drawn == own.channels[0].share.shown
    table = table_of(figure)
    assert list(table.columns) == ["channel", "settings", "mean", "median", "low", "high"]
    assert len(table) == 3 * len(own.channels)
    assert own.channels[0].channel in set(table["channel"])


def test_a_channel_that_another_setting_does_not_know_has_no_mark_there(demo):
    own = demo.summary
    fewer = own.model_copy(update={"channels": own.channels[1:]})
    figure = other_settings.shares_by_setting(own, {"without TV": fewer})
    mine, other = (trace for trace in figure.data if trace.mode == "markers")
    assert len(mine.x) == len(other.x) + 1
    assert figure.layout.xaxis.range[1] > 100 * max(channel.share.high for channel in own.channels)
    assert ChartMeta.of(figure).alt.startswith("Share of sales under 2 settings.")


def test_every_variant_of_either_model_has_a_mark_of_its_own(demo):
    spec = spec_from({"dataset_id": "t", "drivers": ["act_tv"], "model": {"kind": "recommended"}})
    names = [each.name for each in variants.variants_of(spec, "WEEK")]
    figure = other_settings.shares_by_setting(demo.summary, dict.fromkeys(names, demo.summary))
    symbols = [trace.marker.symbol for trace in figure.data if trace.mode == "markers"][1:]
    assert len(set(symbols)) == len(names) == 6
