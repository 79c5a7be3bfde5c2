import numpy as np

from mmm_core.charts.proof.months import pulls
from mmm_core.charts.style import ChartMeta
from mmm_core.exports.formats import chart_data
from mmm_core.proof.parts import months
from mmm_core.proof.parts.months import MONTHS, WEIGHTS, Month, Months
from tests.proof.subjects import report_of, subject_of


def test_a_month_that_cannot_be_weighed_is_grey_and_others_say_what_would_be(estimated_fit):
    subject = subject_of(estimated_fit)
    found = months.work(subject, WEIGHTS, None).months
    blank = Month(month=found[3].month, rows=4, by="weights", k=0.9, effective=3.0, moved=())
    known = Months(months=(*found[:3], blank, *(each for each in found[4:] if each.moved)))
    told = months.tell(subject, {WEIGHTS: known})
    figure = pulls(report_of(MONTHS, told), dark=True)
    ground, cells = figure.data
    assert list(cells.y) == ["All media", "C0", "C1", "C2", "C3"]
    assert len(cells.x) == len(known.months)
    assert np.isnan(np.array(cells.z, float)[:, 3]).all()
    assert np.isfinite(np.array(ground.z, float)).all()
    assert str(cells.customdata[1][0]).startswith("C0 without Jan 2021: ")
    weighed = next(place for place, each in enumerate(known.months) if each.moved)
    assert " instead of " in str(cells.customdata[1][weighed])
    assert (cells.zmin, cells.zmax) == (-1, 1)
    table = chart_data(figure)
    assert list(table["channel"].head(2)) == ["all", "c0"]
    assert "not weighed" in ChartMeta.of(figure).alt
    assert figure.layout.title.text == MONTHS.question
