"""A quick estimate of a table: what a live estimate with the default settings would say, without its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mmm_core.errors import DataError
from mmm_core.model.features import build_features
from mmm_core.model.padding import bucket_of
from mmm_core.model.structure import Bucket
from mmm_core.results import contributions
from mmm_core.runs.doubts.costs import Answer
from mmm_core.runs.fits import require_bounded
from mmm_core.spec import default_spec
from mmm_core.table.typed import CanonicalData
from mmm_core.table.validation import ValidationReport

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel


def quick_answer(
    data: CanonicalData,
    report: ValidationReport,
    *,
    compiled: Callable[[Bucket], CompiledModel],
    should_stop: Callable[[], str | None] | None = None,
) -> Answer:
    """Fit the default model to a table.

    Parameters
    ----------
    compiled
        Gives the compiled model of a size.
    should_stop
        ``"discard"`` once the estimate is to end early.

    Raises
    ------
    DataError, SpecError
        The table cannot be estimated; the message says why.
    RunCancelledError
        ``should_stop`` asked for it.
    """
    from mmm_core.sampler import sampling  # loads PyMC, which the web process does without

    if not report.channels:
        raise DataError("The table has no media.", code="no_channels", remedy="Say which columns are channels.")
    spec = default_spec(
        "doubts", channels=report.channels, controls=report.controls, grain=data.grain, events=report.events
    )
    features = build_features(data, spec)
    require_bounded(features, spec)
    posterior = sampling.sample(
        compiled(bucket_of(features)), features, settings=spec.sampler, seed=spec.random_seed, should_stop=should_stop
    )
    return Answer.of(contributions.decompose(features, posterior, seed=spec.random_seed).summary)
