"""The table's figures among those of the model's data sets."""

import pytest

from mmm_core.charts.proof.looks import checks
from mmm_core.charts.style import ChartMeta
from mmm_core.proof.part import PartReport
from mmm_core.proof.parts.looks import LOOKS, WORDS, Check, Looks


def report(**observed: float) -> PartReport:
    found = Looks(
        data_sets=1000,
        checks=tuple(
            Check(
                name=name, tail=0.002 if name in observed else 0.4, observed=observed.get(name, 2.0), low=1.0,
                quarter=1.5, median=2.0, three_quarters=2.5, high=4.0, finding=f"what {name} found",
            )
            for name in WORDS
        ),
    )  # fmt: skip
    told = LOOKS.tell(None, {"all": found})
    return PartReport(name="looks", question="Is it?", how_to_read="So.", state="complete", told=told)


@pytest.mark.parametrize("dark", [False, True])
def test_the_middle_is_nought_and_the_end_of_nine_in_ten_one(dark):
    figure = checks(report(season=8.0), dark=dark)
    band, half, dots = figure.data
    assert list(dots.x) == [0.0, 0.0, 0.0, 0.0, 3.0]
    assert list(band.base + band.x) == [1.0] * 5
    assert list(half.base) == [-0.25] * 5
    assert list(figure.layout.yaxis.ticktext)[-1] == "The season"
    assert dots.customdata[4][2] == "what season found"
    said = ChartMeta.of(figure)
    assert "the season: 0.2" in said.alt
    assert figure.layout.title.text == "Is it?"


def test_data_sets_that_are_all_alike_have_no_width():
    alike = report()
    rows = tuple({**row, "low": 2.0, "high": 2.0, "observed": 2.5} for row in alike.told.tables["checks"])
    told = alike.told.model_copy(update={"tables": {"checks": rows}})
    assert list(checks(alike.model_copy(update={"told": told})).data[2].x) == [0.5] * 5
