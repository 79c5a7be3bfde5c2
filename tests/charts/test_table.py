import numpy as np
import pytest

from mmm_core.charts import settings, table
from mmm_core.charts.style import LIGHT, ChartMeta, channel_colours
from mmm_core.labels import display_names
from mmm_core.model import preview
from mmm_core.model.features import build_features
from mmm_core.runs import tables
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT
from tests.engines import demo_spec

PREPARED = tables.read_file(PROJECT / "sample_data" / "mmm_demo.csv")
DATA, REPORT = PREPARED.canonical(), PREPARED.report
FEATURES = build_features(DATA, demo_spec())
SUMMARY = read_outputs(PROJECT / "sample_data" / "demo_run").summary


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "draw",
    [
        lambda dark: table.sales_and_spend(DATA.frame, REPORT.channels, "€", dark=dark),
        lambda dark: table.activity(DATA.frame, REPORT.channels, dark=dark),
        lambda dark: table.missingness({"act_tv": 0.2}, REPORT.channels, {"act_tv": "act_tv"}, dark=dark),
        lambda dark: table.correlations(DATA.frame, REPORT.channels, REPORT.controls, dark=dark),
        lambda dark: settings.felt(preview.felt_activity(FEATURES, "tv"), "tv", "#123456", dark=dark),
        lambda dark: settings.impulse(preview.impulse(demo_spec(), "tv"), "#123456", "WEEK", dark=dark),
        lambda dark: settings.season(preview.season_curve(FEATURES), "€", dark=dark),
        lambda dark: settings.live_shares(SUMMARY, SUMMARY, dark=dark),
    ],
)
def test_every_chart_says_what_it_is(draw, dark):
    figure = draw(dark)
    assert figure.layout.title.text.endswith("?") or "Live estimate" in figure.layout.title.text
    assert all(figure.layout.meta[field] for field in ("name", "how_to_read", "alt"))
    assert len(figure.data) > 0


def test_gaps_are_those_of_columns_that_a_model_reads_the_largest_first():
    shares = {"note": 1.0, "act_tv": 0.1, "temp": 0.3, "sales": 0.0, "act_radio": 0.2}
    sources = {"sales": "sales", "act_tv": "act_tv", "spend_tv": "act_tv", "act_radio": "act_radio", "ctrl_t": "temp"}
    blank = table.blank_shares(shares, sources)
    assert blank == {"temp": 0.3, "act_radio": 0.2, "act_tv": 0.1}
    assert list(blank) == ["temp", "act_radio", "act_tv"]
    bars = table.missingness(blank, ["tv", "radio"], sources, places={"tv": 4, "radio": 2}).data[0]
    assert list(bars.y) == list(blank)
    assert list(bars.marker.color) == [LIGHT.muted, LIGHT.palette[2], LIGHT.palette[4]]


def test_channels_stand_by_spend_in_the_colours_of_their_table():
    frame = DATA.frame.drop(columns="spend_video")
    spent = {name: frame[f"spend_{name}"].sum() for name in REPORT.channels if f"spend_{name}" in frame}
    ordered = [*sorted(spent, key=lambda name: -spent[name]), "video"]
    places = {name: 2 * place + 1 for place, name in enumerate(REPORT.channels)}
    colours = channel_colours(REPORT.channels, places)
    names = display_names(REPORT.channels)
    shuffled = sorted(REPORT.channels)
    assert ordered != shuffled
    bars = table.sales_and_spend(frame, shuffled, "€", places=places).data[1:]
    assert [(bar.name, bar.marker.color) for bar in bars] == [(names[name], colours[name]) for name in ordered[:-1]]
    lines = table.activity(frame, shuffled, places=places)
    assert [(line.name, line.line.color) for line in lines.data] == [(names[name], colours[name]) for name in ordered]
    assert list(lines.layout.yaxis.ticktext) == [names[name] for name in ordered]
    rows = table.correlations(frame, shuffled, ["price"]).data[0].y
    assert list(rows) == ["Sales", *(names[name] for name in ordered), "Price"]


def test_the_closest_pair_is_read_aloud():
    found = ChartMeta.of(table.correlations(DATA.frame, REPORT.channels, REPORT.controls)).alt
    assert "Closest: " in found


def test_many_columns_are_named_once_and_a_few_on_both_sides():
    few = table.correlations(DATA.frame, REPORT.channels, REPORT.controls)
    wide = DATA.frame.assign(**{f"ctrl_c{number}": DATA.frame["sales"] * number for number in range(20)})
    many = table.correlations(wide, REPORT.channels, [f"c{number}" for number in range(20)])
    assert (few.layout.xaxis.showticklabels, many.layout.xaxis.showticklabels) == (True, False)
    assert "order of the rows" in ChartMeta.of(many).how_to_read
    assert many.layout.height < 25 * len(many.data[0].y) + 180


def test_axes_say_what_is_counted_and_in_what():
    figure = table.sales_and_spend(DATA.frame, REPORT.channels, "€", spend="USD")
    assert (figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == ("sales, €", "spend, USD")
    assert figure.layout.xaxis.anchor == "y2"  # below both
    unsaid = table.sales_and_spend(DATA.frame, REPORT.channels, "orders")
    assert (unsaid.layout.yaxis.title.text, unsaid.layout.yaxis2.title.text) == ("orders", "spend")


def test_sales_that_are_not_known_are_a_gap_and_not_zero():
    frame = DATA.frame.copy()
    frame.loc[3:5, "sales"] = np.nan
    sales = np.asarray(table.sales_and_spend(frame, REPORT.channels, "€").data[0].y, float)
    assert np.isnan(sales[3:6]).all()
    assert np.nanmin(sales) == frame["sales"].min() > 0
    known = frame.drop(index=[3, 4, 5])
    whole = table.correlations(frame, REPORT.channels, REPORT.controls).data[0].z
    np.testing.assert_allclose(whole[0], table.correlations(known, REPORT.channels, REPORT.controls).data[0].z[0])


def test_a_table_with_questions_open_says_so():
    how = ChartMeta.of(table.sales_and_spend(DATA.frame, REPORT.channels, "€", is_final=False)).how_to_read
    assert "what is asked is still in it" in how
