import pytest

from mmm_core.charts.proof.settings import specification_curve
from mmm_core.charts.style import ChartMeta, theme
from mmm_core.exports.formats import chart_data
from mmm_core.proof.measure import measured
from mmm_core.proof.parts import settings
from mmm_core.proof.parts.settings import SETTINGS, Answer, Figure
from tests.proof.subjects import report_of, subject_of


@pytest.fixture
def report(fit):
    subject = subject_of(fit)
    shares = [subject.summary.media_share, *(each.share for each in subject.summary.channels)]

    def answer(name: str, factor: float, *, refuted: bool = False) -> Answer:
        figures = [
            Figure(
                channel=channel,
                measure=measure,
                there=own.model_copy(update={"median": factor * own.shown}),
                share=share.model_copy(update={"median": factor * share.shown}),
            )
            for (channel, measure, own), share in zip(measured(subject.summary), shares, strict=True)
        ]
        return Answer(name=name, group="baseline", refuted=refuted, figures=tuple(figures))

    found = {"a": answer("no trend", 1.02), "b": answer("no season", 0.98), "c": answer("no noise", 1.3, refuted=True)}
    return report_of(SETTINGS, settings.tell(subject, found))


def test_settings_stand_in_the_order_of_their_answers_with_the_runs_own_in_bold(report):
    figure = specification_curve(report)
    curve = figure.data[-1]
    assert list(figure.layout.yaxis2.ticktext) == ["no season", "<b>as it is</b>", "no trend", "no noise"]
    assert list(curve.x) == sorted(curve.x)
    # Hollow: the table speaks against it.
    assert [colour == theme(dark=False).card for colour in curve.marker.color] == [False, False, False, True]
    assert ChartMeta.of(figure).alt.startswith(report.told.sentence)


def test_channels_show_what_is_judged_on_their_own_interval(report):
    figure = specification_curve(report, dark=True)
    marks = [trace for trace in figure.data if trace.mode == "markers" and trace.marker.symbol == "line-ns-open"]
    assert [str(trace.y[0]) for trace in marks] == ["C0", "C1", "C2", "C3"]
    assert [list(trace.customdata) for trace in marks] == [["no trend", "no season"]] * 4
    assert len(chart_data(figure)) == 4 * 5


def test_names_that_are_too_long_do_not_fall_together(report):
    long = "a setting of which there is much to be said, "
    rows = tuple(
        row | {"setting": long + str(row["setting"])} if row["group"] else row for row in report.told.tables["answers"]
    )
    told = report.told.model_copy(update={"tables": {"answers": rows}})
    figure = specification_curve(report.model_copy(update={"told": told}))
    assert len(set(figure.data[-1].y)) == 4
    assert all(len(name) < 50 for name in figure.layout.yaxis2.ticktext)
