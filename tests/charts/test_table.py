import pytest

from mmm_core.charts import settings, table
from mmm_core.charts.style import ChartMeta
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
        lambda dark: table.missingness({"act_tv": 0.2, "sales": 0.0}, dark=dark),
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


def test_a_column_without_blanks_is_left_out_of_the_gaps():
    assert list(table.missingness({"a": 0.5, "b": 0.0}).data[0].y) == ["a"]


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
