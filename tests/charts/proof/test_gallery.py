import pytest

from mmm_core.charts.proof import gallery
from mmm_core.charts.style import ChartMeta, theme
from mmm_core.proof.catalogue import PARTS
from tests.charts.proof import reports


def test_every_part_of_a_proof_has_its_chart_in_the_order_of_the_catalogue():
    assert list(gallery.CHARTS) == [part.name for part in PARTS]
    assert set(gallery.CHARTS) >= gallery.IN_UNITS


@pytest.mark.parametrize("part", [reports.foresight(), reports.refreshes()], ids=lambda part: part.name)
def test_a_chart_is_drawn_in_both_themes_under_the_part_s_question(part):
    for dark in (False, True):
        figure = gallery.chart_of(part, sales="sales, €", per="€ per € spent", dark=dark)
        assert figure.layout.title.text == part.question
        assert ChartMeta.of(figure).name == f"proof_{part.name}"


def test_channels_stand_and_are_coloured_as_in_the_run_s_other_charts():
    part = reports.refreshes()
    names = list(dict.fromkeys(row["channel"] for row in part.told.tables["returns"]))
    figure = gallery.chart_of(part, sales="", per="", places={names[0]: 5, names[1]: 3}, order=names[::-1])
    titles = [note.text.lower() for note in figure.layout.annotations][: len(names)]
    assert [name.lower() for name in names[::-1]] == titles
    colours = list(dict.fromkeys(trace.line.color for trace in figure.data if trace.mode == "lines+markers"))
    assert colours[:2] == [theme(dark=False).palette[place] for place in (3, 5)][: len(colours)]


def test_what_is_not_answered_or_has_no_chart_has_none():
    assert gallery.has_chart(reports.foresight())
    assert not gallery.has_chart(reports.report("foresight", {}))
    assert not gallery.has_chart(reports.report("another", {"rows": ({"x": 1.0},)}))
    assert not gallery.has_chart(reports.report("foresight", {"periods": ()}))
