"""The shipped run's model of the weeks that come, on fewer draws: for tests."""

from __future__ import annotations

from functools import cache

import numpy as np

from mmm_core import shipped
from mmm_core.planning.request import Asked, PlanRequest, asked
from mmm_core.planning.response import Response, response_of
from mmm_core.proof.subject import Subject, read_subject


@cache
def subject() -> Subject:
    """The shipped run."""
    return read_subject(shipped.RUNS[shipped.DEMO])


@cache
def response(horizon: int = 13) -> Response:
    """Its model of the weeks that come, on some eighty draws."""
    run = subject()
    whole = response_of(run.features, run.values, run.table, run.spec, horizon=horizon)
    return whole.of(np.arange(0, whole.base.shape[1], whole.base.shape[1] // 80))


def asking(**given: object) -> Asked:
    """The task of a request, as JSON would say it; what cannot be told is print."""
    request = PlanRequest.model_validate(given)
    return asked(response(request.horizon), subject().table, request, cannot_be_told=["print"])
