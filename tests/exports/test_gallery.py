import dataclasses
import typing

import pytest

from mmm_core.charts.style import ChartMeta
from mmm_core.exports import gallery
from mmm_core.exports.gallery import GALLERY, Exhibit, charts_of_run, pieces_of
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_report, read_spec
from mmm_core.runs.outputs import read_outputs
from mmm_core.spec import FixedModel, Saturation
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


def test_brands_that_were_added_up_are_said_under_every_picture(run):
    assert "added up" not in run.source()
    report = read_report(DEMO).model_copy(update={"entities": ("North", "South"), "n_entities": 2})
    several = dataclasses.replace(run, report=report)
    assert several.source().endswith("North and South are added up: the answer is that of their sum.")
