import numpy as np

from mmm_core.charts import shapes
from mmm_core.charts.style import DARK, LIGHT, ChartMeta
from mmm_core.exports import formats
from mmm_core.model.shapes import Shape

GRID = np.linspace(0.01, 0.99, 161)


def shape(name: str, draws: np.ndarray | None) -> Shape:
    return Shape(name, f"{name.title()}: what it is", 0.5, GRID, np.exp(-8 * np.square(GRID - 0.5)), draws)


def test_each_property_has_a_row_with_what_was_and_what_is():
    draws = np.random.default_rng(1).normal(0.7, 0.05, 2000)
    figure = shapes.moved([shape("decay", draws), shape("delay", None)], "act_tv", LIGHT.palette[0])
    before, after = [trace for trace in figure.data if trace.yaxis == "y"]
    assert (before.line.dash, before.showlegend) == ("dot", True)
    assert GRID[int(np.argmax(after.y))] == np.clip(GRID[int(np.argmax(after.y))], 0.65, 0.75)
    assert len([trace for trace in figure.data if trace.yaxis == "y2"]) == 1
    assert [line.x0 for line in figure.layout.shapes] == [0.5, 0.5]
    table = formats.chart_data(figure)
    assert list(table["property"]) == ["decay", "delay"]
    assert abs(table["median"][0] - 0.7) < 0.01


def test_the_words_say_from_where_to_where_or_that_the_data_tell_little():
    rng = np.random.default_rng(1)
    told = shapes.in_words([shape("decay", rng.normal(0.71, 0.05, 4000)), shape("delay", None)])
    assert told == ["Decay: the data moved it from 0.50 to 0.71 (0.63–0.79)."]
    (open_still,) = shapes.in_words([shape("delay", rng.normal(0.5, 0.24, 4000))])
    assert open_still.startswith("Delay: this table tells little of it; 0.50 (")


def test_draws_that_do_not_vary_and_both_themes_are_drawn():
    same = [shape("decay", np.full(100, 0.5))]
    light = shapes.moved(same, "tv", LIGHT.palette[0])
    dark = shapes.moved(same, "tv", DARK.palette[0], dark=True)
    assert light.layout.paper_bgcolor != dark.layout.paper_bgcolor
    assert "Your setting" in ChartMeta.of(light).how_to_read.replace("your", "Your")
