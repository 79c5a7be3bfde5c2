"""Sales of periods that were not fitted, from draws alone."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.model.family import family_of
from mmm_core.results.effects import effects, values_of
from mmm_core.results.future.predict import predict
from mmm_core.table.typed import CanonicalData
from tests.conftest import Fit


def table_of(fit: Fit, later: int = 0) -> CanonicalData:
    """The table of a fit, with some weeks after its last: as those a year before, without sales."""
    frame = fit.world.frame
    more = frame.iloc[-52 : -52 + later].assign(
        period_start=frame["period_start"].iloc[-1] + pd.to_timedelta(7 * np.arange(1, later + 1), unit="D"),
        sales=np.nan,
    )
    return CanonicalData(pd.concat([frame, more], ignore_index=True), "WEEK")


@pytest.mark.parametrize("name", ["fit", "estimated_fit"])
def test_the_fitted_rows_are_predicted_as_they_were_fitted(name, request):
    fit = request.getfixturevalue(name)
    found = predict(fit.features, values_of(fit.posterior), table_of(fit, later=13), fit.spec, seed=1)
    rows = found.horizon.fitted
    assert found.median.shape[0] == rows + 13
    np.testing.assert_allclose(found.median[:rows].mean(axis=1), fit.contributions.fitted["y_hat_mean"], rtol=1e-9)
    assert found.sales.shape == (13, found.median.shape[1])


@pytest.mark.parametrize("name", ["fit", "estimated_fit"])
def test_advertising_runs_on_into_the_rows_that_come(name, request):
    """Without any more spend sales go back to where they are without media, and not at once."""
    fit = request.getfixturevalue(name)
    values, table = values_of(fit.posterior), table_of(fit, later=20)
    activity = [column for column in table.frame if column.startswith("act_")]
    quiet = table.frame.copy()
    quiet.loc[quiet.index[-20:], activity] = 0.0
    usual = predict(fit.features, values, table, fit.spec, seed=1).median[-20:].mean(axis=1)
    without = predict(fit.features, values, CanonicalData(quiet, "WEEK"), fit.spec, seed=1)
    effect = without.horizon.family.media.part(values, without.horizon.coming).effect.sum(axis=0).mean(axis=1)
    assert (without.median[-20:].mean(axis=1) < usual).all()
    assert effect[0] > 0
    assert (np.diff(effect) <= 1e-12).all()


def test_a_noise_with_a_memory_goes_on_where_the_table_ends(estimated_fit):
    """Without anything new it decays from what the last week left: by hand, and then by one factor a week."""
    fit = estimated_fit
    values = values_of(fit.posterior)
    residual = (
        family_of(fit.features).observed(family_of(fit.features).link(values))
        - effects(family_of(fit.features), values).mu
    )
    surprise = family_of(fit.features).noise.innovations(residual, values)[-1]
    quiet = values | {"sigma": np.full_like(values["sigma"], 1e-12)}
    found = predict(fit.features, quiet, table_of(fit, later=6), fit.spec, seed=3)
    link, coming = found.horizon.family.link(values), found.horizon.coming
    first = values["rho"] * residual[-1] - values["rho"] * values["kappa"] * surprise
    expected = first * values["rho"] ** np.arange(6)[:, None]
    mu = effects(found.horizon.family, values, coming).mu
    np.testing.assert_allclose(found.sales, link.to_sales(mu + expected), rtol=1e-6)


def test_what_is_missing_is_named(fit):
    table = table_of(fit, later=4)
    first = next(column for column in table.frame if column.startswith("act_"))
    blank = table.frame.copy()
    blank.loc[blank.index[-2:], first] = np.nan
    with pytest.raises(DataError, match=r"is blank in 2 periods \(first on \d{4}-\d\d-\d\d\)"):
        predict(fit.features, values_of(fit.posterior), CanonicalData(blank, "WEEK"), fit.spec, seed=1)
    with pytest.raises(DataError, match="is missing in the table"):
        predict(
            fit.features, values_of(fit.posterior), CanonicalData(blank.drop(columns=first), "WEEK"), fit.spec, seed=1
        )
    with pytest.raises(DataError, match="does not have the rows that were fitted"):
        predict(
            fit.features,
            values_of(fit.posterior),
            CanonicalData(table.frame.iloc[5:].reset_index(drop=True), "WEEK"),
            fit.spec,
            seed=1,
        )
