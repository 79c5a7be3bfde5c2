"""What leaving a month out does: by weights as by a refit, and told of the month that decides."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.model.features import build_features
from mmm_core.proof.measure import draws_of, measured
from mmm_core.proof.parts import months
from mmm_core.proof.parts.months import MONTHS, WEIGHTS, Month, Months, Moved
from mmm_core.proof.subject import Subject, refitter
from mmm_core.results.intervals import Estimate
from mmm_core.results.reweighting import LARGEST_K
from mmm_core.table.typed import CanonicalData
from tests.conftest import fit_world
from tests.proof.subjects import subject_of
from tests.worlds import simulate


@pytest.fixture(params=["fit", "estimated_fit"])
def either(request):
    return request.getfixturevalue(request.param)


def test_every_row_is_of_one_month(fit):
    rows = months.rows_of_months(subject_of(fit))
    assert list(rows)[:2] == ["2021-01", "2021-02"]
    assert [index for its in rows.values() for index in range(its.start, its.stop)] == list(range(104))
    dates = pd.DatetimeIndex(fit.features.dates)
    assert all(set(dates[its].strftime("%Y-%m")) == {month} for month, its in rows.items())


def test_what_is_left_is_what_the_run_estimated_but_for_one_month(fit):
    spec = fit.spec.model_copy(
        update={"windows": fit.spec.windows.model_copy(update={"estimation_months": 12, "carryover_months": 3})}
    )
    table = CanonicalData(fit.world.frame, "WEEK")
    features = build_features(table, spec)
    subject = Subject(spec, table, features, {}, fit.contributions.summary, fit.contributions.fitted)
    last = list(months.rows_of_months(subject).values())[-1]
    left = build_features(*months.without_sales(subject, last))
    assert list(left.dates) == list(features.dates[: last.start])
    # What is felt is what it was: the rows before the window and the blank ones still feed carry-over.
    assert left.transformed.to_numpy() == pytest.approx(features.transformed.to_numpy()[: last.start])
    some = list(months.rows_of_months(subject).values())[4]
    inside = build_features(*months.without_sales(subject, some))
    assert inside.transformed.to_numpy() == pytest.approx(np.delete(features.transformed.to_numpy(), some, axis=0))


def test_an_event_of_the_month_that_is_left_out_goes_with_it(fit):
    subject = subject_of(fit)
    rows = months.rows_of_months(subject)["2021-05"]
    frame = fit.world.frame.copy()
    frame["ctrl_once"] = 0.0
    frame.loc[rows.start, "ctrl_once"] = 1.0
    spec = fit.spec.model_copy(update={"controls": (*fit.spec.controls, "ctrl_once")})
    known = replace(subject, table=CanonicalData(frame, "WEEK"), spec=spec)
    assert months.without_sales(known, rows)[1].controls == fit.spec.controls
    other = months.rows_of_months(subject)["2021-08"]
    assert months.without_sales(known, other)[1].controls == spec.controls


def test_weights_agree_with_a_refit(either, compiled):
    subject = subject_of(either)
    weighed = months.work(subject, WEIGHTS, refitter(compiled)).months
    trusted = [each for each in weighed if each.k is not None and each.k < LARGEST_K and each.month > "2021-03"]
    by_weights = max(trusted, key=months._weight)
    (by_refit,) = months.work(subject, by_weights.month, refitter(compiled)).months
    assert (by_weights.by, by_refit.by) == ("weights", "refit")
    assert by_weights.effective is not None
    whole = draws_of(subject.summary, subject.totals.additive, subject.totals.fitted)
    for one, other, draws, figure in zip(
        by_weights.moved, by_refit.moved, whole, measured(subject.summary), strict=True
    ):
        # A median's error is 1.25 times that of a mean; of a refit's thousand draws a third count.
        spread = figure.own.shown * draws.std() / np.median(draws)
        error = 1.25 * spread * np.sqrt(1 / by_weights.effective + 3 / 1000)
        assert abs(one.without - other.without) <= 3 * error, figure.channel


def test_the_month_that_a_channel_ran_in_carries_most(compiled):
    world = simulate(7, weeks=104, channels=3)
    world.decays["act_c0"] = 0.0  # nothing of it is felt in the month after
    frame = world.frame
    burst = pd.DatetimeIndex(frame["period_start"]).strftime("%Y-%m") == "2022-03"
    frame["act_c0"] = np.where(burst, 10.0, 0.01) * frame["act_c0"].mean() * (1 + np.arange(104) % 3)
    frame.loc[burst, "sales"] *= 1.3
    subject = subject_of(fit_world(world, compiled))
    keys = months.units(subject)
    assert keys[0] == WEIGHTS
    assert "2022-03" in keys
    found = {key: months.work(subject, key, refitter(compiled)) for key in (WEIGHTS, "2022-03")}
    told = months.tell(subject, found)
    assert told.verdict == "look"
    assert told.not_shown == ("c0",)
    assert "without Mar 2022 the return of C0 would be" in told.sentence
    assert "outside its interval" in told.sentence
    assert told.value is not None
    assert told.value > 1


def test_months_that_cannot_be_weighed_are_said(fit):
    subject = subject_of(fit)
    own = subject.summary.channels[1].roi
    assert isinstance(own, Estimate)
    moved = Moved(channel="c1", measure="return", without=own.shown, reach=0.0)
    found = {
        WEIGHTS: Months(
            months=(
                Month(month="2021-02", rows=4, by="weights", k=0.3, effective=500.0, moved=(moved,)),
                Month(month="2021-03", rows=4, by="weights", k=0.9, effective=20.0, moved=()),
            )
        )
    }
    told = months.tell(subject, found)
    assert told.verdict == "pass"
    assert told.sentence.endswith("; 1 month cannot be weighed.")
    cells = pd.DataFrame(told.tables["months"])
    assert cells["reach"].notna().sum() == 1
    anew = Month(month="2021-03", rows=4, by="refit", moved=(moved.model_copy(update={"reach": 1.4}),))
    told = months.tell(subject, found | {"2021-03": Months(months=(anew,))})
    assert (told.verdict, told.value, told.not_shown) == ("look", 1.4, ("c1",))
    assert "cannot be weighed" not in told.sentence
    assert "Mar 2021 and Feb 2021 carry most" in told.sentence


def test_of_two_months_none_can_be_left_out(fit):
    subject = subject_of(fit)
    names = [field.name for field in fields(subject.features) if field.name != "scaler"]
    first = {name: getattr(subject.features, name).isel(row=slice(8)) for name in names}
    with pytest.raises(DataError, match="2 months are estimated; 3 are needed"):
        MONTHS.units(replace(subject, features=replace(subject.features, **first)))
