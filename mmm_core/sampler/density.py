"""The log density of the recommended model with its gradient, compiled once for tables of every size.

What it computes is declared in :mod:`mmm_core.model.recommended`, and folded into PyMC by
:mod:`mmm_core.sampler.model_pymc` the two agree at any point, up to a constant. This one is written by hand: sizes are
run-time values, so that nothing is padded and no table waits for a compilation, and a gradient costs two passes over
the table (reverse mode through noise, mean, Hill curve and carry-over).

All a table brings lies in one buffer of floats, so that sampler threads call a C function with one pointer
(:mod:`mmm_core.sampler.native`). Position q, all unconstrained::

    level, log sigma, log(nu − 2) , logit rho, logit kappa, z media share, z tau, logit lambda,
    effect[c], z decay[c], z delay[c], z half-saturation[c], z slope[c], gamma[j] / scale[j]

*level* is the intercept less the target's mean on the scale of the link, over about the standard deviation that the
noise leaves it: where noise is almost a random walk the level is hardly known, and an intercept of its own would make
a funnel with the noise's memory. Its density has that scale as Jacobian.
"""

from __future__ import annotations

import math
from typing import Any

import numba as nb
import numpy as np
from numba import carray, types  # type: ignore[attr-defined]
from numpy.typing import NDArray

type Array = NDArray[np.float64]

INTERCEPT, SIGMA, NU, RHO, KAPPA, MEDIA, TAU, POWER = range(8)
OWN = 8
"""Parameters before those of channels."""
PER_CHANNEL = 5
"""Effect, decay, delay, half-saturation, slope: a block of each for all channels."""

(
    ROWS,
    CHANNELS,
    COLUMNS,
    LAGS,
    PERIODS,
    LINK,
    MEMORY,
    TAILS,
    INTERCEPT_SD,
    SIGMA_SCALE,
    NU_CENTRE,
    NU_WIDTH,
    RHO_A,
    RHO_B,
    MEDIA_CENTRE,
    MEDIA_WIDTH,
    TAU_CENTRE,
    TAU_WIDTH,
) = range(18)
HEADER = 18
"""Numbers at the front of the buffer: sizes, options, scales of priors."""
(
    LOG_WEIGHT,
    DECAY_CENTRE,
    DECAY_WIDTH,
    DELAY_CENTRE,
    DELAY_WIDTH,
    HALF_CENTRE,
    HALF_WIDTH,
    SLOPE_CENTRE,
    SLOPE_WIDTH,
    DELAYED,
    SATURATED,
) = range(11)
OF_CHANNEL = 11
"""Rows of the block of channels: log weight, centres and widths of priors, whether carry-over is delayed and whether
the effect saturates."""
LEAST = 1e-9
"""Smallest carried activity that is told from nothing, in units of the mean."""

LARGEST = 700.0
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""log(2) in two parts, so that multiples of the first are exact."""
SHIFT, BITS_OF_SHIFT = 6755399441055744.0, 0x4338000000000000
"""1.5·2^52, and its bits: where a float of that size ends, whole numbers begin."""
MANTISSA = 52
ROOT_OF_HALF = 0x3FE6A09E667F3BCD
"""Bits of √½: a mantissa lies between it and √2."""

# Only the C functions below are kept on disk, and every part is written into them. A part that stayed a function of its
# own would be linked to the copy that a process has compiled before, and to another one where it came from the disk:
# the last bits of a draw would depend on whether a machine had compiled the model before.
_fast = nb.njit(nogil=True, error_model="numpy", forceinline=True, fastmath={"reassoc", "contract", "arcp", "nsz"})
# Rounding tricks must not be simplified away. Written as loops that have no calls in them, so that a processor works on
# several rows at a time: a library's exp and log, one row after the other, were a quarter of the time of a gradient.
_exact = nb.njit(nogil=True, error_model="numpy", forceinline=True, fastmath={"contract"})


def dimension(channels: int, columns: int) -> int:
    """Length of the position q."""
    return OWN + PER_CHANNEL * channels + columns


@_fast
def log_density(q: Array, buffer: Array, gradient: Array) -> float:
    """Log density at ``q`` up to a constant; fills ``gradient``. See the module for both layouts."""
    logs, rows, begins, x, W, scale, own = _unpacked(buffer)
    T, C = len(logs), x.shape[0]
    gradient[:] = 0.0
    lags = int(buffer[LAGS])
    weights, carried, ratio, f = np.empty((C, lags + 1)), np.empty((C, T)), np.empty((C, T)), np.empty((C, T))
    decay, delay, slope, total_weight, level = np.empty(C), np.empty(C), np.empty(C), np.empty(C), np.empty(C)
    variance, log_swing = np.empty(C), np.empty(C)
    for c in range(C):
        decay[c], delay[c], total_weight[c] = _weigh(q, own, c, C, weights[c])
        _carry(x[c], weights[c], rows, carried[c])
        slope[c], level[c] = _bend(q, own, c, C, carried[c], ratio[c], f[c])
        variance[c], log_swing[c] = _swing(f[c])
    share, straight, media, tau, z_media, effect = _split(q, buffer, own, log_swing)
    residual, steepness = np.empty(T), np.empty(T)
    power = _observe(q, buffer, logs, residual, steepness)
    middle, spread, from_data = residual.sum() / T, *_level_spread(q, buffer)
    intercept = middle + spread * q[INTERCEPT]
    _explain(q, f, share, W, scale, residual, intercept)
    to_residual = np.empty(T)
    density: float = _noise(q, buffer, residual, begins, to_residual, gradient)
    density += (power - 1.0) * logs.sum()
    total = to_residual.sum()
    to_intercept = -total - intercept / (buffer[INTERCEPT_SD] * buffer[INTERCEPT_SD])
    if buffer[LINK] == 0.0:
        along = (to_residual * steepness).sum() + to_intercept * steepness.sum() / T
        gradient[POWER] += (logs.sum() + along) * power * (1.0 - power)
    _columns_back(W, scale, to_residual, gradient, OWN + PER_CHANNEL * C)
    _level_back(q, buffer, spread, from_data, to_intercept, gradient)
    density += math.log(spread) - 0.5 * (intercept / buffer[INTERCEPT_SD]) ** 2
    to_share, to_swing, to_carried = np.empty(C), np.empty(C), np.empty(T)
    for c in range(C):
        to_share[c] = (total - (to_residual * f[c]).sum()) * share[c]
    _split_back(q, buffer, share, straight, to_share, media, tau, z_media, effect, log_swing, to_swing, gradient)
    for c in range(C):
        pull = to_swing[c] / (T * variance[c])
        _bend_back(own, c, C, f[c], level[c], ratio[c], carried[c], slope[c], share[c], pull, to_residual, to_carried,
                   gradient)  # fmt: skip
        if own[DECAY_WIDTH, c] > 0.0 or own[DELAYED, c] > 0.0:
            _weigh_back(x[c], weights[c], rows, to_carried, own, c, C, decay[c], delay[c], total_weight[c], gradient)
    density += _priors(q, buffer, C, tau, z_media, effect, gradient)
    return density


@_fast
def _unpacked(buffer: Array) -> Any:
    """Views of the buffer's blocks, in the order in which they lie."""
    T, C, J, P = int(buffer[ROWS]), int(buffer[CHANNELS]), int(buffer[COLUMNS]), int(buffer[PERIODS])
    logs = buffer[HEADER : HEADER + T]
    rows = buffer[HEADER + T : HEADER + 2 * T]
    begins = buffer[HEADER + 2 * T : HEADER + 3 * T]
    at = HEADER + 3 * T
    x = buffer[at : at + C * P].reshape((C, P))
    at += C * P
    W = buffer[at : at + J * T].reshape((J, T))
    at += J * T
    scale = buffer[at : at + J]
    own = buffer[at + J : at + J + OF_CHANNEL * C].reshape((OF_CHANNEL, C))
    return logs, rows, begins, x, W, scale, own


@_exact
def _exponentiate(values: Array) -> None:
    """Each value's exponential, in its place: ``2^k·exp(r)`` with ``|r| ≤ log(2) / 2``, exp(r) by its Taylor series.

    Adding 1.5·2^52 rounds to a whole number, which then stands in the last bits. To 2 units of the last place; what
    lies beyond ±700 is taken to lie there.
    """
    for t in range(len(values)):
        value = min(max(values[t], -LARGEST), LARGEST)
        shifted = value * LOG2_E + SHIFT
        whole = shifted - SHIFT
        r = (value - whole * LN2_HIGH) - whole * LN2_LOW
        p = 1 / 6227020800.0
        p = p * r + 1 / 479001600.0
        p = p * r + 1 / 39916800.0
        p = p * r + 1 / 3628800.0
        p = p * r + 1 / 362880.0
        p = p * r + 1 / 40320.0
        p = p * r + 1 / 5040.0
        p = p * r + 1 / 720.0
        p = p * r + 1 / 120.0
        p = p * r + 1 / 24.0
        p = p * r + 1 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        p = p * r + 1.0
        powers = np.int64(np.float64(shifted).view(np.int64)) << MANTISSA
        values[t] = np.int64(np.float64(p).view(np.int64) + powers).view(np.float64)


@_exact
def _take_logs(values: Array) -> None:
    """Each value's natural logarithm, in its place: ``k·log(2) + 2·artanh(s)``, ``s = (m − 1) / (m + 1)``, m near 1.

    Values are positive and neither subnormal nor infinite. To 2 units of the last place of what is larger, it or 1.
    """
    for t in range(len(values)):
        bits = np.int64(np.float64(values[t]).view(np.int64))
        powers = (bits - ROOT_OF_HALF) >> MANTISSA
        m = np.int64(bits - (powers << MANTISSA)).view(np.float64)
        k = np.int64(powers + BITS_OF_SHIFT).view(np.float64) - SHIFT
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        p = 1 / 19.0
        p = p * z + 1 / 17.0
        p = p * z + 1 / 15.0
        p = p * z + 1 / 13.0
        p = p * z + 1 / 11.0
        p = p * z + 1 / 9.0
        p = p * z + 1 / 7.0
        p = p * z + 1 / 5.0
        p = p * z + 1 / 3.0
        values[t] = k * LN2_HIGH + (k * LN2_LOW + 2.0 * s + 2.0 * s * z * p)


@_fast
def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


@_fast
def _digamma(x: float) -> float:
    """Derivative of log gamma, for x > 0: recurrence up to 6, then the asymptotic series."""
    below = 0.0
    while x < 6.0:
        below -= 1.0 / x
        x += 1.0
    f = 1.0 / (x * x)
    series = f * (1 / 12 - f * (1 / 120 - f * (1 / 252 - f * (1 / 240 - f * (1 / 132)))))
    return below + math.log(x) - 0.5 / x - series


@_fast
def _weigh(q: Array, own: Array, c: int, C: int, weights: Array) -> tuple[float, float, float]:
    """Fill the weights of a channel's carry-over; decay, delay and the sum before they were made to add up to one."""
    decay = _logistic(own[DECAY_CENTRE, c] + own[DECAY_WIDTH, c] * q[OWN + C + c])
    delay = 0.0
    if own[DELAYED, c] > 0.0:
        delay = _logistic(own[DELAY_CENTRE, c] + own[DELAY_WIDTH, c] * q[OWN + 2 * C + c])
    power, grown, step, total = 1.0, 0.0, 1.0, 0.0
    for lag in range(len(weights)):
        grown += step
        step *= delay
        weights[lag] = power * grown
        total += weights[lag]
        power *= decay
    for lag in range(len(weights)):
        weights[lag] /= total
    return decay, delay, total


@_fast
def _carry(x: Array, weights: Array, rows: Array, carried: Array) -> None:
    """Carried activity of the estimation rows, from activity in time."""
    lags, T = len(weights) - 1, len(carried)
    periods = len(x) - lags
    whole = carried if periods == T else np.empty(periods)
    whole[:] = 0.0
    for lag in range(lags + 1):
        # A view, so that an index is never below zero: else it is checked in each step, and rows go one at a time.
        weight, before = weights[lag], x[lags - lag :]
        for t in range(periods):
            whole[t] += weight * before[t]
    if periods > T:
        for t in range(T):
            carried[t] = whole[int(rows[t])]


@_fast
def _bend(q: Array, own: Array, c: int, C: int, carried: Array, ratio: Array, f: Array) -> tuple[float, float]:
    """Fill a channel's curve, divided by its mean, and the logs of carried activity over half-saturation.

    Returns the slope, and the mean before the division.
    """
    T, slope = len(carried), 1.0
    if own[SATURATED, c] > 0.0:
        log_half = own[HALF_CENTRE, c] + own[HALF_WIDTH, c] * q[OWN + 3 * C + c]
        slope = math.exp(own[SLOPE_CENTRE, c] + own[SLOPE_WIDTH, c] * q[OWN + 4 * C + c])
        for t in range(T):
            ratio[t] = max(carried[t], LEAST)
        _take_logs(ratio)
        for t in range(T):
            ratio[t] -= log_half
            f[t] = -slope * ratio[t]
        _exponentiate(f)
        for t in range(T):
            f[t] = 1.0 / (1.0 + f[t])
    else:
        f[:] = carried
    mean = f.sum() / T
    for t in range(T):
        f[t] /= mean
    return slope, mean


@_fast
def _swing(f: Array) -> tuple[float, float]:
    """How much of a channel's effect comes and goes: variance of its curve around its mean of one, and its log sd."""
    variance = LEAST
    for value in f:
        variance += (value - 1.0) * (value - 1.0) / len(f)
    return variance, 0.5 * math.log(variance)


@_fast
def _split(q: Array, buffer: Array, own: Array, log_swing: Array) -> tuple[Array, Array, float, float, float, Array]:
    """Each channel's share of sales, its part in the split before the shear, media's share, the spread of returns, and
    the standard normals of media's share and of each effect."""
    C = own.shape[1]
    tau = math.exp(buffer[TAU_CENTRE] + buffer[TAU_WIDTH] * q[TAU])
    root = math.sqrt(tau)
    straight, share, effect = np.empty(C), np.empty(C), np.empty(C)
    for c in range(C):
        effect[c] = q[OWN + c] - log_swing[c] / root
        straight[c] = own[LOG_WEIGHT, c] + root * q[OWN + c]
        share[c] = straight[c] - log_swing[c]
    largest = straight.max()
    for c in range(C):
        straight[c] = math.exp(straight[c] - largest)
        share[c] = math.exp(share[c] - largest)
    rise = math.log(share.sum()) - math.log(straight.sum())
    z_media = q[MEDIA] + rise / buffer[MEDIA_WIDTH]
    media = _logistic(buffer[MEDIA_CENTRE] + buffer[MEDIA_WIDTH] * z_media)
    straight /= straight.sum()
    share *= media / share.sum()
    return share, straight, media, tau, z_media, effect


@_fast
def _observe(q: Array, buffer: Array, logs: Array, residual: Array, steepness: Array) -> float:
    """Fill the target on the link's scale, and its derivative by the link's power, which is returned."""
    power = 0.0
    if buffer[LINK] == 0.0:
        power = _logistic(q[POWER])
    elif buffer[LINK] == 2.0:
        power = 1.0
    for t in range(len(logs)):
        if power > 0.0:
            grown = math.expm1(power * logs[t])
            residual[t] = grown / power
            steepness[t] = ((grown + 1.0) * logs[t] - grown / power) / power
        else:
            residual[t] = logs[t]
            steepness[t] = 0.0
    return power


@_fast
def _memory(q: Array, buffer: Array) -> tuple[float, float]:
    """What of the noise is left after a period, and the share of it that does not last."""
    rho = _logistic(q[RHO]) if buffer[MEMORY] > 0.0 else 0.0
    kappa = _logistic(q[KAPPA]) if buffer[MEMORY] > 1.0 else 0.0
    return rho, kappa


@_fast
def _level_spread(q: Array, buffer: Array) -> tuple[float, float]:
    """About the standard deviation of the intercept where all else is known, and the data's part in its precision.

    That of a mean under AR(1) noise, (1 − ρ)(T − (T − 2)ρ) / σ², with the long-run factor of the moving average.
    """
    T = buffer[ROWS]
    rho, kappa = _memory(q, buffer)
    data = (1.0 - rho) * (T - (T - 2.0) * rho) / (math.exp(q[SIGMA]) * (1.0 - rho * kappa)) ** 2
    precision = data + 1.0 / (buffer[INTERCEPT_SD] * buffer[INTERCEPT_SD])
    return 1.0 / math.sqrt(precision), data / precision


@_fast
def _level_back(
    q: Array, buffer: Array, spread: float, from_data: float, to_intercept: float, gradient: Array
) -> None:  # fmt: skip
    """From the intercept, with its prior, to the level and to the noise that scales it."""
    T = buffer[ROWS]
    rho, kappa = _memory(q, buffer)
    to_log_spread = to_intercept * spread * q[INTERCEPT] + 1.0
    gradient[INTERCEPT] += to_intercept * spread
    gradient[SIGMA] += to_log_spread * from_data
    to_log_data = -0.5 * from_data * to_log_spread
    if buffer[MEMORY] > 0.0:
        by_rho = 2.0 * kappa / (1.0 - rho * kappa) - 1.0 / (1.0 - rho) - (T - 2.0) / (T - (T - 2.0) * rho)
        gradient[RHO] += to_log_data * by_rho * rho * (1.0 - rho)
    if buffer[MEMORY] > 1.0:
        gradient[KAPPA] += to_log_data * 2.0 * rho / (1.0 - rho * kappa) * kappa * (1.0 - kappa)


@_fast
def _explain(
    q: Array, f: Array, share: Array, W: Array, scale: Array, residual: Array, intercept: float
) -> None:  # fmt: skip
    """Take the predictor away from the target."""
    C, T = f.shape
    level = intercept - share.sum()
    for t in range(T):
        residual[t] -= level
    for c in range(C):
        for t in range(T):
            residual[t] -= share[c] * f[c, t]
    for j in range(len(scale)):
        coefficient = q[OWN + PER_CHANNEL * C + j] * scale[j]
        for t in range(T):
            residual[t] -= coefficient * W[j, t]


@_fast
def _noise(q: Array, buffer: Array, residual: Array, begins: Array, to_residual: Array, gradient: Array) -> float:
    """Log density of the residuals; fills its derivative by them, and adds those by the noise's own parameters."""
    T = len(residual)
    rho, kappa = _memory(q, buffer)
    phi, first = rho * kappa, math.sqrt(1.0 - rho * rho)
    innovation, back = np.empty(T), np.empty(T)
    for t in range(T):
        if begins[t] > 0.0:
            innovation[t] = residual[t] * first
        else:
            innovation[t] = residual[t] - rho * residual[t - 1] + phi * innovation[t - 1]
    density = _tails(q, buffer, innovation, back, gradient) + begins.sum() * math.log(first)
    for t in range(T - 2, -1, -1):
        if begins[t + 1] == 0.0:
            back[t] += phi * back[t + 1]
    to_phi, to_rho = 0.0, -begins.sum() * rho / (first * first)
    for t in range(T):
        if begins[t] > 0.0:
            to_residual[t] = back[t] * first
            to_rho -= back[t] * residual[t] * rho / first
        else:
            to_residual[t] = back[t]
            to_rho -= back[t] * residual[t - 1]
            to_phi += back[t] * innovation[t - 1]
        if t + 1 < T and begins[t + 1] == 0.0:
            to_residual[t] -= rho * back[t + 1]
    if buffer[MEMORY] > 0.0:
        gradient[RHO] += (to_rho + to_phi * kappa) * rho * (1.0 - rho)
    if buffer[MEMORY] > 1.0:
        gradient[KAPPA] += to_phi * rho * kappa * (1.0 - kappa)
    return density


@_fast
def _tails(q: Array, buffer: Array, innovation: Array, back: Array, gradient: Array) -> float:
    """Log density of the innovations; fills its derivative by them, and adds those by spread and tails."""
    T, sigma = len(innovation), math.exp(q[SIGMA])
    if buffer[TAILS] == 0.0:
        squares = 0.0
        for t in range(T):
            u = innovation[t] / sigma
            squares += u * u
            back[t] = -u / sigma
        gradient[SIGMA] += squares - T
        return float(-0.5 * squares - T * (q[SIGMA] + 0.5 * math.log(2.0 * math.pi)))
    above = math.exp(q[NU])
    nu = 2.0 + above
    weighted, wide = 0.0, np.empty(T)
    for t in range(T):
        u = innovation[t] / sigma
        v = u * u / nu
        wide[t] = 1.0 + v
        weight = (nu + 1.0) / wide[t]
        back[t] = -weight * u / (nu * sigma)
        weighted += weight * v
    _take_logs(wide)
    logs = wide.sum()
    gradient[SIGMA] += weighted - T
    rise = 0.5 * (_digamma(0.5 * (nu + 1.0)) - _digamma(0.5 * nu)) - 0.5 / nu
    gradient[NU] += (T * rise - 0.5 * logs + 0.5 * weighted / nu) * above
    norm = math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi) - q[SIGMA]
    return float(T * norm - 0.5 * (nu + 1.0) * logs)


@_fast
def _columns_back(W: Array, scale: Array, to_residual: Array, gradient: Array, start: int) -> None:
    for j in range(len(scale)):
        along = 0.0
        for t in range(len(to_residual)):
            along += to_residual[t] * W[j, t]
        gradient[start + j] -= along * scale[j]


@_fast
def _bend_back(
    own: Array, c: int, C: int, f: Array, level: float, ratio: Array, carried: Array, slope: float, share: float,
    pull: float, to_residual: Array, to_carried: Array, gradient: Array,
) -> None:  # fmt: skip
    """Through a channel's mean and curve: fills the derivative by carried activity.

    ``pull`` is the derivative by its swing, for a unit of its curve.
    """
    T, middle = len(f), 0.0
    for t in range(T):
        to_carried[t] = pull * (f[t] - 1.0) - share * to_residual[t]
        middle += to_carried[t] * f[t]
    # The mean of f is one in every draw, so what would move it alone is taken out.
    middle /= T
    to_half, to_slope = 0.0, 0.0
    for t in range(T):
        to_curve = (to_carried[t] - middle) / level
        if own[SATURATED, c] > 0.0:
            height = f[t] * level
            bent = to_curve * height * (1.0 - height)
            to_half -= slope * bent
            to_slope += bent * ratio[t]
            to_carried[t] = slope * bent / carried[t] if carried[t] > LEAST else 0.0
        else:
            to_carried[t] = to_curve
    gradient[OWN + 3 * C + c] += to_half * own[HALF_WIDTH, c]
    gradient[OWN + 4 * C + c] += to_slope * slope * own[SLOPE_WIDTH, c]


@_fast
def _weigh_back(
    x: Array, weights: Array, rows: Array, to_carried: Array, own: Array, c: int, C: int, decay: float, delay: float,
    total: float, gradient: Array,
) -> None:  # fmt: skip
    """Through a channel's carry-over to its decay and delay."""
    lags, T = len(weights) - 1, len(to_carried)
    periods = len(x) - lags
    felt = to_carried
    if periods > T:
        felt = np.zeros(periods)
        for t in range(T):
            felt[int(rows[t])] = to_carried[t]
    to_decay, to_delay, weighted, by_decays, by_delays = 0.0, 0.0, 0.0, 0.0, 0.0
    power, step, moment = 1.0, 1.0, 0.0
    for lag in range(lags + 1):
        along, before = 0.0, x[lags - lag :]
        for t in range(periods):
            along += felt[t] * before[t]
        moment += lag * step
        step *= delay
        by_decay, by_delay = lag * weights[lag], power * moment / total
        power *= decay
        to_decay += along * by_decay
        to_delay += along * by_delay
        weighted += along * weights[lag]
        by_decays += by_decay
        by_delays += by_delay
    gradient[OWN + C + c] += (to_decay - weighted * by_decays) * (1.0 - decay) * own[DECAY_WIDTH, c]
    if own[DELAYED, c] > 0.0:
        gradient[OWN + 2 * C + c] += (to_delay - weighted * by_delays) * (1.0 - delay) * own[DELAY_WIDTH, c]


@_fast
def _split_back(
    q: Array, buffer: Array, share: Array, straight: Array, to_share: Array, media: float, tau: float, z_media: float,
    effect: Array, log_swing: Array, to_swing: Array, gradient: Array,
) -> None:  # fmt: skip
    """Through the split, with the priors of media's share and of effects: fills the derivative by each swing."""
    root, everything = math.sqrt(tau), to_share.sum()
    to_logit = everything * (1.0 - media) - z_media / buffer[MEDIA_WIDTH]
    gradient[MEDIA] += buffer[MEDIA_WIDTH] * to_logit
    to_root = 0.0
    for c in range(len(share)):
        part = share[c] / media
        to_sheared = to_share[c] - everything * part + to_logit * part
        to_effect = -effect[c] / tau
        together = to_sheared - to_logit * straight[c]
        gradient[OWN + c] += root * together + to_effect
        to_swing[c] = -to_sheared - to_effect / root
        to_root += together * q[OWN + c] + to_effect * log_swing[c] / tau
    gradient[TAU] += 0.5 * root * to_root * buffer[TAU_WIDTH]


@_fast
def _priors(
    q: Array, buffer: Array, C: int, tau: float, z_media: float, effect: Array, gradient: Array
) -> float:  # fmt: skip
    """Log density of the priors on the unconstrained scale; adds its gradient, but for what level and split added."""
    sigma = math.exp(q[SIGMA]) / buffer[SIGMA_SCALE]
    heavy = (q[NU] - buffer[NU_CENTRE]) / buffer[NU_WIDTH]
    density = q[SIGMA] - 0.5 * (sigma * sigma + heavy * heavy)
    gradient[SIGMA] += 1.0 - sigma * sigma
    gradient[NU] -= heavy / buffer[NU_WIDTH]
    for i in (RHO, KAPPA, POWER):
        a, b = (buffer[RHO_A], buffer[RHO_B]) if i == RHO else (1.0, 1.0)
        chance = _logistic(q[i])
        density += a * math.log(chance) + b * math.log1p(-chance)
        gradient[i] += a * (1.0 - chance) - b * chance
    density -= 0.5 * (z_media * z_media + q[TAU] * q[TAU])
    gradient[TAU] -= q[TAU]
    for c in range(C):
        density -= 0.5 * (effect[c] * effect[c] / tau + math.log(tau))
        gradient[TAU] += 0.5 * (effect[c] * effect[c] / tau - 1.0) * buffer[TAU_WIDTH]
    for i in range(OWN + C, len(q)):
        density -= 0.5 * q[i] * q[i]
        gradient[i] -= q[i]
    return float(density)


_POINTER = types.CPointer(types.double)  # type: ignore[no-untyped-call]
SIGNATURE = types.int64(types.uint64, _POINTER, _POINTER, _POINTER, types.voidptr)
EXPAND_SIGNATURE = types.int64(types.uint64, types.uint64, _POINTER, _POINTER, types.voidptr)


@nb.cfunc(SIGNATURE, cache=True, error_model="numpy")
def log_density_in_c(size: int, position: Any, slopes: Any, value: Any, table: Any) -> int:
    """:func:`log_density` for sampler threads: 0, or a positive code where the density does not exist at that point.

    ``table`` is the buffer with its own length in front.
    """
    q, gradient = carray(position, (size,)), carray(slopes, (size,))
    length = int(carray(table, (1,), np.float64)[0])
    density = log_density(q, carray(table, (length + 1,), np.float64)[1:], gradient)
    if not math.isfinite(density):
        return 4
    for slope in gradient:
        if not math.isfinite(slope):
            return 3
    carray(value, (1,))[0] = density
    return 0


@nb.cfunc(EXPAND_SIGNATURE, cache=True)
def position_in_c(size: int, expanded: int, position: Any, out: Any, table: Any) -> int:  # noqa: ARG001 - nutpie's call
    """The position itself: parameters are made of all draws at once afterwards."""
    q, copy = carray(position, (size,)), carray(out, (expanded,))
    for i in range(expanded):
        copy[i] = q[i]
    return 0
