import dataclasses
import re
import typing

import numpy as np
import plotly.graph_objects as go
import pytest

from mmm_core.charts.style import LIGHT, ChartMeta, channel_colours
from mmm_core.exports import gallery
from mmm_core.exports.gallery import GALLERY, Exhibit, charts_of_run, pieces_of
from mmm_core.exports.tables import tables_of_run
from mmm_core.labels import display_names
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_report, read_spec
from mmm_core.runs.outputs import read_outputs
from mmm_core.spec import FixedModel, RecommendedModel, Saturation
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"


@pytest.fixture(scope="module")
def run() -> Exhibit:
    return Exhibit("my run", read_outputs(DEMO), read_spec(DEMO), Units(target="€", spend="€"))


def saturated(run: Exhibit) -> Exhibit:
    config = run.spec.feature_config.model_copy(update={"saturation": Saturation(enabled=True)})
    return dataclasses.replace(run, spec=run.spec.model_copy(update={"feature_config": config}))


def fixed(run: Exhibit) -> Exhibit:
    """The same as if its settings had been taken as they are, without saturation."""
    config = run.spec.feature_config.model_copy(update={"saturation": Saturation(enabled=False)})
    spec = run.spec.model_copy(update={"model": FixedModel(), "feature_config": config})
    return dataclasses.replace(with_summary(run, model="fixed"), spec=spec)


def with_summary(run: Exhibit, **changes: object) -> Exhibit:
    summary = ContributionSummary.model_validate(run.outputs.summary.model_dump() | changes)
    return dataclasses.replace(run, outputs=dataclasses.replace(run.outputs, summary=summary))


def unpaid(run: Exhibit) -> Exhibit:
    bare = {"spend": None, "roi": None, "roi_removal": None, "mroi": None}
    return with_summary(run, channels=[channel.model_dump() | bare for channel in run.outputs.summary.channels])


def test_every_chart_goes_by_its_own_name_and_in_the_units_of_the_table(run):
    charts = charts_of_run(run)
    for name, figure in charts.items():
        assert ChartMeta.of(figure).name == name
        assert figure.layout.title.text
        assert ChartMeta.of(figure).alt
    assert charts["waterfall"].layout.xaxis.title.text.startswith("sales, € in total (begins at ")
    assert charts["roi"].layout.xaxis.title.text.startswith("€ per € spent")


def test_names_are_told_apart_and_every_tab_has_a_chart():
    assert len({piece.name for piece in GALLERY}) == len(GALLERY)
    tabs = typing.get_args(gallery.Tab.__value__)
    assert {piece.tab for piece in GALLERY} == set(tabs)
    assert [piece for tab in tabs for piece in pieces_of(tab)] == sorted(GALLERY, key=lambda each: tabs.index(each.tab))


def test_a_run_has_the_charts_that_its_settings_give_it(run):
    assert "saturation" not in charts_of_run(fixed(run))
    assert "saturation" in charts_of_run(saturated(run))
    assert "roi" not in charts_of_run(unpaid(run))
    assert "other_settings" not in charts_of_run(run)
    asked = dataclasses.replace(run, others={"with saturation": run.outputs.summary})
    assert "other_settings" in charts_of_run(asked)


def test_what_a_run_has_not_is_said_where_a_person_would_look_for_it(run):
    for bare in (run, unpaid(run)):
        for piece in GALLERY:
            if not piece.is_there(bare) and piece.tab != "Other settings":
                assert piece.instead.endswith("."), piece.name


@pytest.mark.parametrize("piece", GALLERY, ids=lambda piece: piece.name)
def test_every_chart_is_drawn_in_both_themes(run, piece):
    full = dataclasses.replace(saturated(run), others={"with saturation": run.outputs.summary})
    light, dark = piece.draw(full, dark=False), piece.draw(full, dark=True)
    assert light.layout.paper_bgcolor != dark.layout.paper_bgcolor
    assert list(ChartMeta.of(light).data) == list(ChartMeta.of(dark).data)


def test_what_stands_under_a_picture_names_period_intervals_and_conditions(run):
    said = fixed(run).source()
    for part in ("my run", "94 % intervals", "2 Jan 2023 to 22 Dec 2025", "without saturation", "Causal only if"):
        assert part in said.replace("\u00a0", " ")
    assert "with the saturation chosen" in saturated(fixed(run)).source()
    assert "Stopped early" in with_summary(run, partial=True).source()


def test_no_sentence_says_of_an_estimated_shape_that_it_was_set(run):
    """Conditions and the words beside curves follow the model that was fitted."""
    estimated = run
    assert "intervals include that" in estimated.conditions()
    for name, figure in charts_of_run(estimated).items():
        assert "not estimated" not in ChartMeta.of(figure).how_to_read, name
    assert "do not include uncertainty" in fixed(run).conditions()
    assert "not estimated" in ChartMeta.of(charts_of_run(saturated(fixed(run)))["saturation"]).how_to_read


def test_what_a_person_holds_is_said_not_to_be_estimated(run):
    def with_freedom(**freedoms: str) -> str:
        model = RecommendedModel.model_validate({"per_channel": freedoms})
        return dataclasses.replace(run, spec=run.spec.model_copy(update={"model": model})).conditions()

    assert "intervals include that. Held as set: TV." in with_freedom(act_tv="fixed")
    assert "Held as set" not in with_freedom(act_tv="near")
    held = with_freedom(**dict.fromkeys(run.spec.drivers, "fixed"))
    assert "carry-over and saturation as set, how effects combine is estimated" in held
    off = run.spec.feature_config.model_copy(update={"saturation": Saturation(enabled=False)})
    bare = dataclasses.replace(run, spec=run.spec.model_copy(update={"feature_config": off}))
    assert "without saturation; carry-over and how effects combine are estimated" in bare.conditions()


def test_brands_that_were_added_up_are_said_under_every_picture(run):
    assert "added up" not in run.source()
    report = read_report(DEMO).model_copy(update={"entities": ("North", "South"), "n_entities": 2})
    several = dataclasses.replace(run, report=report)
    assert several.source().endswith("North and South are added up: the answer is that of their sum.")


def test_a_fit_whose_checks_failed_is_said_so_under_every_picture(run):
    assert "do not use" not in run.source()
    diagnostics = run.outputs.diagnostics.model_copy(update={"overall": "stop"})
    failed = dataclasses.replace(run, outputs=dataclasses.replace(run.outputs, diagnostics=diagnostics))
    assert " · Checks of the fit failed: do not use these numbers. · " in failed.source()


ORDERED = ("print", "social", "tv", "radio", "search", "video")
PLACES = {name: place for place, name in enumerate(("tv", "x", "radio", "video", "y", "print", "search", "social"))}


def in_another_order(run: Exhibit, model: str) -> Exhibit:
    """The run as if its channels had brought otherwise, with a colour each from a table of more channels."""
    made = {channel.channel: channel.model_dump() for channel in run.outputs.summary.channels}
    for size, name in enumerate(reversed(ORDERED), start=1):
        made[name]["additive"] = {"mean": 1e5 * size, "median": 1e5 * size, "low": 1e4 * size, "high": 2e5 * size}
    other = run.outputs.summary.model_copy(update={"interval_prob": 0.94})
    changed = with_summary(saturated(run), channels=list(made.values()), model=model)
    spec = changed.spec if model == "recommended" else changed.spec.model_copy(update={"model": FixedModel()})
    return dataclasses.replace(changed, spec=spec, places=PLACES, others={"with saturation": other})


def named_in(figure: go.Figure, names: dict[str, str]) -> list[str]:
    """Channels in the order in which a chart has them: its rows from above, or its legend and traces."""
    axis = figure.layout.yaxis
    if axis.ticktext is not None:
        rows = list(axis.ticktext)
    elif any(isinstance(label, str) for trace in figure.data for label in (trace.y if trace.y is not None else ())):
        rows = list(dict.fromkeys(label for trace in figure.data for label in trace.y))
        assert axis.autorange == "reversed"
    else:
        rows = [part for trace in figure.data for part in (trace.name or "").split(" (")[0].split(", ")]
    found = [row.replace("<br>", " ") for row in rows]
    return [names[row] for row in found if row in names]


def coloured(figure: go.Figure, names: dict[str, str]) -> list[tuple[str, str]]:
    """Every mark that belongs to one channel, with its colour as it is without an opacity."""
    found = []
    for trace in figure.data:
        marks = [each for part in ("marker", "line") if (each := getattr(trace, part, None)) is not None]
        colours = [each.color for each in marks if each.color is not None]
        labels = labels_of(figure, trace)
        for colour in colours:
            each = colour if isinstance(colour, list | tuple | np.ndarray) else [colour] * len(labels)
            if len(each) == len(labels):
                found += [
                    (names[label], opaque(shade)) for label, shade in zip(labels, each, strict=True) if label in names
                ]
    return found


def labels_of(figure: go.Figure, trace: go.Scatter | go.Bar) -> list[str]:
    """What the chart calls each mark of a trace: its row, or the trace's name."""
    rows = figure.layout.yaxis.ticktext
    if rows is not None:
        return [rows[int(place)] for place in trace.y]
    return list(trace.y) if trace.y is not None and isinstance(trace.y[0], str) else [trace.name or ""]


def opaque(colour: str) -> str:
    parts = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),[\d.]+\)", colour)
    return colour if parts is None else "#{:02X}{:02X}{:02X}".format(*map(int, parts.groups()))


WITHOUT_CHANNELS = {"fit", "residuals", "seasonality", "events"}
NEUTRAL = {LIGHT.muted, LIGHT.ink, LIGHT.card}
"""What was believed before, the ink of marks that are told apart by their shape, and the ground in a hollow dot."""


@pytest.mark.parametrize("model", ["fixed", "recommended"])
@pytest.mark.parametrize("name", [piece.name for piece in GALLERY if piece.name not in WITHOUT_CHANNELS])
def test_every_chart_has_channels_in_one_order_and_in_their_colours(run, name, model):
    changed = in_another_order(run, model)
    (piece,) = (each for each in GALLERY if each.name == name)
    assert piece.is_there(changed)
    figure = piece.draw(changed)
    names = {label: bare for bare, label in display_names(ORDERED).items()}
    shown = named_in(figure, names)
    if name == "saturation":  # one line for all: they have one curve in the demo
        assert [trace.name for trace in figure.data] == ["All 6 channels"]
        assert figure.data[0].line.color == channel_colours(ORDERED, PLACES)["print"]
        return
    assert shown == [each for each in ORDERED if each in shown]
    assert len(shown) > 1 or name in ("adstock",)
    colours = channel_colours(ORDERED, PLACES)
    marks = [(channel, colour) for channel, colour in coloured(figure, names) if colour not in NEUTRAL]
    assert marks or name == "adstock"
    assert {(channel, colour) for channel, colour in marks} <= set(colours.items())


def test_the_order_and_the_colours_of_a_run_are_those_that_its_table_gave(run):
    changed = in_another_order(run, "fixed")
    assert tuple(changed.channels) == ORDERED
    assert changed.colours == {name: PLACES[name] for name in changed.outputs.scaler.channels}
    assert run.colours == {name: place for place, name in enumerate(run.outputs.scaler.channels)}


def test_tables_and_sheets_have_the_order_of_the_charts(run):
    changed = in_another_order(run, "fixed")
    tables = tables_of_run(changed.outputs)
    assert tuple(tables["channels"].frame["channel"]) == ORDERED
    for stem, column in (("contributions", "channel"), ("decomposition", "component")):
        shown = [name for name in tables[stem].frame[column] if name in ORDERED]
        assert tuple(shown[:6]) == ORDERED
        assert shown == list(ORDERED) * (len(shown) // 6)
    for kind in ("share", "decay"):
        rows = [row for row in tables["parameters"].frame["name"] if row.startswith(f"{kind}[")]
        assert rows == [f"{kind}[{name}]" for name in ORDERED]
