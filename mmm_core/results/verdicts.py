"""Judging a fit in words: pass, look or stop for every figure, with its limit and what to do.

Limits follow Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), doi:10.1214/20-BA1221, for R-hat and effective sample
size; Betancourt (2016), arXiv:1604.00695, for the energy; Vehtari, Gelman, Gabry (2017),
doi:10.1007/s11222-016-9696-4, for Pareto-k.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import numpy as np
from pydantic import Field

from mmm_core.labels import display_name, listed, percent
from mmm_core.results.intervals import HDI_PROB, Estimate
from mmm_core.schema import Strict

type Grade = Literal["pass", "look", "stop"]

GRADES: tuple[Grade, ...] = ("pass", "look", "stop")
"""From good to bad."""
RHAT_LIMITS = (1.01, 1.05)
ESS_PER_CHAIN_LIMITS = (100.0, 50.0)
DIVERGENCE_STOP_SHARE = 0.01
BFMI_LIMITS = (0.3, 0.2)
COVERAGE_LIMITS = (0.04, 0.08)
AUTOCORRELATION_STOP = 0.4
PARETO_STOP_SHARE = 0.02
FITTED_RATIO_LIMIT = 0.05
PRIOR_JOINT_SHARE_LIMIT = 0.5
PRIOR_WIDTH_RATIO_LIMIT = 0.5
NOTHING_SAID = 0.8
"""A share whose logarithm is as uncertain as this part of what it was before the data is the prior's."""
LITTLE_SAID = 0.6
"""From this part on up to the other the table says little of a share: no limit is a cliff."""
FEW_DIVERGENCES = 0.001
DIGITS = {
    "totals_r_hat": 3,
    "r_hat": 3,
    "totals_ess": 0,
    "ess_bulk": 0,
    "ess_tail": 0,
    "divergences": 0,
    "bfmi": 2,
    "explained": 2,
    "coverage": 2,
    "residual_autocorrelation": 2,
    "pareto_k": 0,
    "fitted_to_observed": 3,
    "prior_decides": 2,
    "missing_event": 1,
    "drift": 2,
    "returns_apart": 1,
}
"""Decimals with which a figure and its limit are written (of fractions, before they become percent). They are judged as
they are written: "98 %, should be 90–98 %" passes."""
NO_STOP = float(np.finfo(float).max)
"""Second limit of a figure that is at worst a look."""


class ShareComparison(Strict):
    """Share of sales in a period of mean activity, before and after seeing the data (fractions)."""

    channel: str | None = Field(description="Bare channel name; null: all channels together.")
    prior: Estimate = Field(description="Median (as mean) and 94 % HDI of the prior share.")
    posterior: Estimate = Field(description="Median (as mean) and 94 % HDI of the posterior share.")
    width_ratio: float | None = Field(
        None, description="Standard deviation of the log share, posterior over prior; null in earlier files."
    )

    @property
    def is_the_prior(self) -> bool:
        """Whether the table says next to nothing of this share: what is shown of it was believed before."""
        return self.width_ratio is not None and round(self.width_ratio, DIGITS["prior_decides"]) > NOTHING_SAID

    @property
    def is_mostly_the_prior(self) -> bool:
        """Whether the table says something of this share, and little."""
        ratio = 0.0 if self.width_ratio is None else round(self.width_ratio, DIGITS["prior_decides"])
        return LITTLE_SAID < ratio <= NOTHING_SAID


class Measures(Strict):
    """What the verdicts judge."""

    chains: int
    draws: int = Field(description="Draws per chain, after tuning.")
    rows: int = Field(description="Rows in the likelihood.")
    divergences: int
    max_r_hat: float | None = Field(description="Largest R-hat of a real parameter; null: could not be computed.")
    totals_r_hat: float | None = Field(None, description="Largest R-hat of a channel's total; null: not computed.")
    totals_ess_bulk: float | None = Field(None, description="Smallest effective sample size of a channel's total.")
    least_known: str = Field("", description="The parameter that the chains agree on least, in words.")
    is_estimated: bool = Field(
        False, description="Whether carry-over and saturation are estimated (recommended model)."
    )
    min_ess_bulk: float | None
    min_ess_tail: float | None
    bfmi: tuple[float, ...] = Field(description="Energy change over energy variance, per chain.")
    coverage: float = Field(description="Share of rows inside the 94 % predictive band (in-sample).")
    residual_autocorrelation: float = Field(description="Lag-1 autocorrelation of log residuals.")
    fitted_to_observed: float = Field(description="Sum of fitted medians over sum of the target.")
    pareto_k_above: int = Field(description="Rows with Pareto-k above 0.7: their leave-one-out estimate is unreliable.")
    influential: tuple[dt.date, ...] = Field((), description="Periods of these rows.")
    prior_posterior: tuple[ShareComparison, ...] = Field(description="All channels together first, then each.")


class Verdict(Strict):
    """One judgement in words."""

    code: str
    status: Grade
    value: float | None = Field(description="The figure judged; null: it could not be computed.")
    limit: float = Field(description="Largest or smallest value that passes.")
    finding: str
    advice: str = Field(description="What to do; empty for a pass.")


def judge(measured: Measures) -> tuple[Verdict, ...]:
    """Every verdict on these measures: the sampler first, then the fit, then prior against data.

    How much is explained is judged by :func:`mmm_core.results.fit_quality.explained_verdict`.
    """
    return (*_sampler_verdicts(measured), *_fit_verdicts(measured), _prior_verdict(measured))


MORE_DRAWS = 2000
"""Draws of each chain that are advised at least where chains disagree."""
OF_DRAWS = ("totals_r_hat", "totals_ess", "r_hat", "ess_bulk", "ess_tail")
"""Verdicts that more draws may mend."""


def wants_more_draws(verdicts: Iterable[Verdict]) -> bool:
    """Whether more draws are the remedy for something that did not pass."""
    return any(verdict.code in OF_DRAWS and verdict.status != "pass" for verdict in verdicts)


def worst(verdicts: tuple[Verdict, ...]) -> Grade:
    """The worst grade given.

    Raises
    ------
    ValueError
        There is no verdict.
    """
    return max((verdict.status for verdict in verdicts), key=GRADES.index)


def _sampler_verdicts(measured: Measures) -> list[Verdict]:
    draws = measured.chains * measured.draws
    more = max(MORE_DRAWS, 2 * measured.draws)
    more_draws = f"Raise draws and tune, for example to {more} each; if it stays, simplify the model."
    ess_limits = (ESS_PER_CHAIN_LIMITS[0] * measured.chains, ESS_PER_CHAIN_LIMITS[1] * measured.chains)
    # Where shapes are estimated, one that the table cannot tell must not hide that the totals are sound.
    parameter_limits = (ess_limits[0], 0.0) if measured.is_estimated else ess_limits
    return [
        *_totals_verdicts(measured, ess_limits, more_draws),
        _convergence_verdict(measured, more_draws),
        _verdict(
            "ess_bulk",
            measured.min_ess_bulk,
            parameter_limits,
            f"The centre of the least certain parameter rests on {_show(measured.min_ess_bulk, 0)} independent draws.",
            more_draws,
            small_is_good=False,
        ),
        _verdict(
            "ess_tail",
            measured.min_ess_tail,
            parameter_limits,
            f"The tails of the least certain parameter rest on {_show(measured.min_ess_tail, 0)} independent draws.",
            more_draws,
            small_is_good=False,
        ),
        _verdict(
            "divergences",
            float(measured.divergences),
            # Below 1 % of draws is a look; exactly 1 % is not.
            (_divergences_passed(measured), np.nextafter(DIVERGENCE_STOP_SHARE * draws, 0)),
            f"{measured.divergences} of {draws} draws diverged.",
            "Raise target_accept to 0.95 or 0.99.",
        ),
        _verdict(
            "bfmi",
            min(measured.bfmi),
            BFMI_LIMITS,
            f"The sampler moves between energies at a rate of {min(measured.bfmi):.2f} in its slowest chain.",
            "Look for extreme weeks or nearly identical channels; raise tune.",
            small_is_good=False,
        ),
    ]


def _divergences_passed(measured: Measures) -> float:
    """Where shapes are estimated, one draw in a thousand touches an edge of theirs that moves no total."""
    return float(np.floor(FEW_DIVERGENCES * measured.chains * measured.draws)) if measured.is_estimated else 0.0


def _convergence_verdict(measured: Measures, advice: str) -> Verdict:
    if measured.chains == 1:
        return Verdict(
            code="r_hat",
            status="look",
            value=measured.max_r_hat,
            limit=RHAT_LIMITS[0],
            finding="There is one chain, and none to compare it with.",
            advice="Use two chains or more.",
        )
    finding = f"The {measured.chains} chains agree to R-hat {_show(measured.max_r_hat, 3)}."
    if not measured.is_estimated:
        return _verdict("r_hat", measured.max_r_hat, RHAT_LIMITS, finding, advice)
    finding = f"{finding[:-1]} on the parameter known least ({measured.least_known})."
    advice = f"Read what is said of it with care; the totals are judged apart. {advice}"
    return _verdict("r_hat", measured.max_r_hat, (RHAT_LIMITS[0], NO_STOP), finding, advice)


def _totals_verdicts(measured: Measures, ess_limits: tuple[float, float], advice: str) -> list[Verdict]:
    """Whether what each channel brought is known, however well its shape is; none for one chain or earlier files."""
    if measured.totals_r_hat is None or measured.chains == 1:
        return []
    ess = _show(measured.totals_ess_bulk, 0)
    return [
        _verdict(
            "totals_r_hat",
            measured.totals_r_hat,
            RHAT_LIMITS,
            f"The chains agree on the channels' totals to R-hat {_show(measured.totals_r_hat, 3)}.",
            advice,
        ),
        _verdict(
            "totals_ess",
            measured.totals_ess_bulk,
            ess_limits,
            f"The total that is least certain rests on {ess} independent draws.",
            advice,
            small_is_good=False,
        ),
    ]


def _fit_verdicts(measured: Measures) -> list[Verdict]:
    rows = measured.rows
    usual_correlation = float(2 / np.sqrt(rows))
    return [
        _verdict(
            "coverage",
            abs(round(measured.coverage, DIGITS["coverage"]) - HDI_PROB),
            # A few rows cannot come closer to 94 % than one row's share.
            (max(COVERAGE_LIMITS[0], 1 / rows), max(COVERAGE_LIMITS[1], 2 / rows)),
            f"{percent(measured.coverage)} of the periods lie inside the {percent(HDI_PROB)} predictive band.",
            "The band is too narrow: look at the residuals for outliers or a missing control."
            if measured.coverage < HDI_PROB
            else "The band is wider than single periods need: a few outliers may stretch it. Look at the residuals.",
        ),
        _verdict(
            "residual_autocorrelation",
            abs(measured.residual_autocorrelation),
            (usual_correlation, max(usual_correlation, AUTOCORRELATION_STOP)),
            f"Neighbouring residuals correlate by {measured.residual_autocorrelation:.2f}.".replace("-", "−"),
            "Something slow is missing: raise K, add a control, or check the trend. Intervals may be too narrow."
            if measured.residual_autocorrelation > 0
            else "High and low periods take turns: sales may be booked in the period before or after the one they were "
            "made in. Look at how the table was put together.",
        ),
        _verdict(
            "pareto_k",
            float(measured.pareto_k_above),
            (0.0, PARETO_STOP_SHARE * rows),
            f"{measured.pareto_k_above} of {rows} periods have so much influence that leaving them out "
            "cannot be estimated.",
            "Look at these periods for data errors or a missing event.",
        ),
        _verdict(
            "fitted_to_observed",
            abs(measured.fitted_to_observed - 1),
            (FITTED_RATIO_LIMIT, NO_STOP),
            f"The fitted medians add up to {percent(measured.fitted_to_observed, 1)} of observed sales.",
            "Sales are skewed around their median: read totals as shares, and look for outliers.",
        ),
    ]


def _prior_verdict(measured: Measures) -> Verdict:
    joint = measured.prior_posterior[0]
    if measured.is_estimated and joint.width_ratio is not None:
        return _nothing_said_verdict(measured.prior_posterior)
    width_ratio = (joint.posterior.high - joint.posterior.low) / max(joint.prior.high - joint.prior.low, 1e-12)
    decides = joint.prior.mean > PRIOR_JOINT_SHARE_LIMIT and width_ratio > PRIOR_WIDTH_RATIO_LIMIT
    advice = "The data say little against the prior: use more weeks, fewer channels, or an experiment."
    return Verdict(
        code="prior_decides",
        status="look" if decides else "pass",
        value=width_ratio,
        limit=PRIOR_WIDTH_RATIO_LIMIT,
        finding=(
            f"Before the data, media's share at mean activity was {percent(joint.prior.mean)} (median); "
            f"its interval is now {percent(width_ratio)} as wide as it was."
        ),
        advice=advice if decides else "",
    )


def _nothing_said_verdict(rows: tuple[ShareComparison, ...]) -> Verdict:
    """Whether any share is the prior's, by the spread of its logarithm: shares differ in size, and their widths too."""
    widest = max(rows, key=lambda row: row.width_ratio or 0.0)
    silent = [display_name(row.channel) if row.channel else "media in all" for row in rows if row.is_the_prior]
    ratio = float(widest.width_ratio or 0.0)
    named = display_name(widest.channel) if widest.channel else "media in all"
    finding = f"The least certain share, of {named}, is {percent(ratio)} as uncertain as before the data."
    if silent:
        finding = f"This table cannot tell the share of {listed(silent)}: what is shown is what was believed before."
    advice = "Use more periods, fewer channels, say what you know as a prior, or run an experiment."
    return _verdict("prior_decides", ratio, (NOTHING_SAID, NO_STOP), finding, advice)


def _verdict(
    code: str,
    value: float | None,
    limits: tuple[float, float],
    finding: str,
    advice: str,
    *,
    small_is_good: bool = True,
) -> Verdict:
    status = grade(code, value, limits, small_is_good=small_is_good)
    return Verdict(
        code=code,
        status=status,
        value=value,
        limit=limits[0],
        finding=finding,
        advice="" if status == "pass" else advice,
    )


def grade(code: str, value: float | None, limits: tuple[float, float], *, small_is_good: bool = True) -> Grade:
    """Pass up to the first limit, as both are written, look up to the second; what could not be computed is a stop."""
    if value is None:
        return "stop"
    sign, digits = 1 if small_is_good else -1, DIGITS[code]
    within = (sign * round(value, digits) <= sign * round(limits[0], digits), sign * value <= sign * limits[1])
    return "pass" if within[0] else "look" if within[1] else "stop"


def _show(value: float | None, digits: int) -> str:
    return "unknown" if value is None else f"{value:,.{digits}f}"
