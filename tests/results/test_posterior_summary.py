"""The summary of the draws: every free parameter once, and nothing that was set."""

import numpy as np
import pytest

from mmm_core.results.posterior_summary import summarise_posterior
from tests.conftest import Fit


def test_every_parameter_is_summarised_from_its_own_draws(fit: Fit):
    rows = {row.name: row for row in summarise_posterior(fit.posterior).parameters}
    draws = fit.posterior.draws
    assert rows["beta[c1]"].mean == pytest.approx(float(draws["beta"].sel(channel="c1").mean()))
    assert rows["sigma"].sd == pytest.approx(float(draws["sigma"].to_numpy().std(ddof=1)))
    assert len(rows) == sum(values.size // draws["sigma"].size for values in draws.values())


def test_what_was_set_is_left_out(estimated_fit: Fit):
    names = {row.name for row in summarise_posterior(estimated_fit.posterior).parameters}
    assert not names & estimated_fit.posterior.fixed
    assert {"decay[c0]", "decay[c1]", "share[c2]"} <= names
    assert np.isfinite([row.r_hat for row in summarise_posterior(estimated_fit.posterior).parameters]).all()
