"""The log density of the recommended model with its gradient, compiled once for tables of every size.

What it computes is declared in :mod:`mmm_core.model.recommended`, and folded into PyMC by
:mod:`mmm_core.sampler.model_pymc` the two agree at any point, up to a constant. This one is written by hand: sizes are
run-time values, so that nothing is padded and no table waits for a compilation, and a gradient costs two passes over
the table (reverse mode through noise, mean, Hill curve and carry-over).

All a table brings lies in one buffer of floats, so that sampler threads call a C function with one pointer
(:mod:`mmm_core.sampler.native`). Position q, all unconstrained::

    intercept, log sigma, log(nu − 2) , logit rho, logit kappa, z media share, z tau, logit lambda,
    effect[c], z decay[c], z delay[c], z half-saturation[c], z slope[c], gamma[j] / scale[j]
"""

from __future__ import annotations

import math

import numba as nb
import numpy as np
from numba import types

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
OF_CHANNEL = 11
"""Rows of the block of channels: log weight, then centre and width of decay, delay, half-saturation and slope, then
whether the carry-over is delayed and whether it saturates."""
LEAST = 1e-9
"""Smallest carried activity that is told from nothing, in units of the mean."""

_fast = nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "arcp", "nsz"})


def dimension(channels: int, columns: int) -> int:
    """Length of the position q."""
    return OWN + PER_CHANNEL * channels + columns


@_fast
def _logistic(value):
    return 1.0 / (1.0 + math.exp(-value))


@_fast
def _digamma(x):
    """Derivative of log gamma, for x > 0: recurrence up to 6, then the asymptotic series."""
    below = 0.0
    while x < 6.0:
        below -= 1.0 / x
        x += 1.0
    f = 1.0 / (x * x)
    series = f * (1 / 12 - f * (1 / 120 - f * (1 / 252 - f * (1 / 240 - f * (1 / 132)))))
    return below + math.log(x) - 0.5 / x - series


@_fast
def log_density(q, buffer, gradient):
    """Log density at ``q`` up to a constant; fills ``gradient``. See the module for both layouts."""
    T, C, J = int(buffer[ROWS]), int(buffer[CHANNELS]), int(buffer[COLUMNS])
    L, P = int(buffer[LAGS]), int(buffer[PERIODS])
    at = HEADER
    target = buffer[at : at + T]
    at += T
    rows = buffer[at : at + T]
    at += T
    begins = buffer[at : at + T]
    at += T
    x = buffer[at : at + C * P].reshape((C, P))
    at += C * P
    W = buffer[at : at + J * T].reshape((J, T))
    at += J * T
    scale = buffer[at : at + J]
    at += J
    own = buffer[at : at + OF_CHANNEL * C].reshape((OF_CHANNEL, C))
    contiguous = P - L == T
    gradient[:] = 0.0
    density = 0.0

    # Media: carry-over, curve, mean.
    effect0, decay0 = OWN, OWN + C
    delay0, half0, slope0, gamma0 = OWN + 2 * C, OWN + 3 * C, OWN + 4 * C, OWN + 5 * C
    decay, delay, slope = np.empty(C), np.empty(C), np.empty(C)
    weights = np.empty((C, L + 1))
    lifted, level = np.empty(C), np.empty(C)
    carried, ratio, f = np.empty((C, T)), np.empty((C, T)), np.empty((C, T))
    whole = np.empty(P - L)
    for c in range(C):
        d = _logistic(own[1, c] + own[2, c] * q[decay0 + c])
        v = _logistic(own[3, c] + own[4, c] * q[delay0 + c]) if own[9, c] > 0 else 0.0
        decay[c], delay[c] = d, v
        power, grown, step, total = 1.0, 0.0, 1.0, 0.0
        for lag in range(L + 1):
            grown += step
            step *= v
            weights[c, lag] = power * grown
            total += power * grown
            power *= d
        lifted[c] = total
        whole[:] = 0.0
        for lag in range(L + 1):
            weights[c, lag] /= total
            weight = weights[c, lag]
            for t in range(P - L):
                whole[t] += weight * x[c, t + L - lag]
        if contiguous:
            for t in range(T):
                carried[c, t] = whole[t]
        else:
            for t in range(T):
                carried[c, t] = whole[int(rows[t])]
        mean = 0.0
        if own[10, c] > 0:
            log_half = own[5, c] + own[6, c] * q[half0 + c]
            n = math.exp(own[7, c] + own[8, c] * q[slope0 + c])
            slope[c] = n
            for t in range(T):
                ratio[c, t] = math.log(max(carried[c, t], LEAST)) - log_half
            for t in range(T):
                r = math.exp(n * ratio[c, t])
                f[c, t] = r / (1.0 + r)
                mean += f[c, t]
        else:
            slope[c] = 1.0
            for t in range(T):
                f[c, t] = carried[c, t]
                mean += f[c, t]
        mean /= T
        level[c] = mean
        for t in range(T):
            f[c, t] /= mean

    # Shares: the total, then its split.
    media = _logistic(buffer[MEDIA_CENTRE] + buffer[MEDIA_WIDTH] * q[MEDIA])
    tau = math.exp(buffer[TAU_CENTRE] + buffer[TAU_WIDTH] * q[TAU])
    root = math.sqrt(tau)
    share = np.empty(C)
    largest = -np.inf
    for c in range(C):
        share[c] = own[0, c] + root * q[effect0 + c]
        largest = max(largest, share[c])
    split = 0.0
    for c in range(C):
        share[c] = math.exp(share[c] - largest)
        split += share[c]
    for c in range(C):
        share[c] *= media / split

    # Residuals on the scale of the link.
    lam = 0.0
    if buffer[LINK] == 0.0:
        lam = _logistic(q[POWER])
    elif buffer[LINK] == 2.0:
        lam = 1.0
    residual, bend = np.empty(T), np.zeros(T)
    logs = 0.0
    for t in range(T):
        logs += target[t]
        if lam > 0.0:
            grown = math.expm1(lam * target[t])
            residual[t] = grown / lam
            bend[t] = ((grown + 1.0) * target[t] - grown / lam) / lam
        else:
            residual[t] = target[t]
    constant = q[INTERCEPT]
    for c in range(C):
        constant -= share[c]
    for t in range(T):
        residual[t] -= constant
    for c in range(C):
        for t in range(T):
            residual[t] -= share[c] * f[c, t]
    for j in range(J):
        coefficient = q[gamma0 + j] * scale[j]
        for t in range(T):
            residual[t] -= coefficient * W[j, t]

    # Noise: innovations of an ARMA(1, 1), and their density.
    sigma = math.exp(q[SIGMA])
    rho = _logistic(q[RHO]) if buffer[MEMORY] > 0 else 0.0
    kappa = _logistic(q[KAPPA]) if buffer[MEMORY] > 1 else 0.0
    phi = rho * kappa
    first = math.sqrt(1.0 - rho * rho)
    e, back = np.empty(T), np.empty(T)
    n_begins = 0
    for t in range(T):
        if begins[t] > 0:
            e[t] = residual[t] * first
            n_begins += 1
        else:
            e[t] = residual[t] - rho * residual[t - 1] + phi * e[t - 1]
    if buffer[TAILS] > 0:
        extra = math.exp(q[NU])
        nu = 2.0 + extra
        spread, heavy = 0.0, 0.0
        logs1p = 0.0
        for t in range(T):
            u = e[t] / sigma
            v = u * u / nu
            weight = (nu + 1.0) / (1.0 + v)
            logs1p += math.log1p(v)
            back[t] = -weight * u / (nu * sigma)
            spread += weight * v
            heavy += weight * v / nu
        norm = math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi) - q[SIGMA]
        density += T * norm - 0.5 * (nu + 1.0) * logs1p
        gradient[SIGMA] += spread - T
        slope_of_norm = 0.5 * (_digamma(0.5 * (nu + 1.0)) - _digamma(0.5 * nu)) - 0.5 / nu
        gradient[NU] += (T * slope_of_norm - 0.5 * logs1p + 0.5 * heavy) * extra
    else:
        for t in range(T):
            u = e[t] / sigma
            density -= 0.5 * u * u
            back[t] = -u / sigma
            gradient[SIGMA] += u * u
        density -= T * (q[SIGMA] + 0.5 * math.log(2.0 * math.pi))
        gradient[SIGMA] -= T
    density += n_begins * math.log(first) + (lam - 1.0) * logs

    # Back through the noise: from innovations to residuals.
    for t in range(T - 2, -1, -1):
        if begins[t + 1] == 0:
            back[t] += phi * back[t + 1]
    to_phi, to_rho = 0.0, -n_begins * rho / (first * first)
    to_residual = np.empty(T)
    for t in range(T):
        if begins[t] > 0:
            to_residual[t] = back[t] * first
            to_rho -= back[t] * residual[t] * rho / first
        else:
            to_residual[t] = back[t]
            to_rho -= back[t] * residual[t - 1]
            to_phi += back[t] * e[t - 1]
        if t + 1 < T and begins[t + 1] == 0:
            to_residual[t] -= rho * back[t + 1]
    if buffer[MEMORY] > 0:
        gradient[RHO] += (to_rho + to_phi * kappa) * rho * (1.0 - rho)
    if buffer[MEMORY] > 1:
        gradient[KAPPA] += to_phi * rho * kappa * (1.0 - kappa)
    if buffer[LINK] == 0.0:
        to_lam = logs
        for t in range(T):
            to_lam += to_residual[t] * bend[t]
        gradient[POWER] += to_lam * lam * (1.0 - lam)

    # Back through the predictor.
    total = 0.0
    for t in range(T):
        total += to_residual[t]
    gradient[INTERCEPT] -= total
    for j in range(J):
        along = 0.0
        for t in range(T):
            along += to_residual[t] * W[j, t]
        gradient[gamma0 + j] -= along * scale[j]
    to_share = np.empty(C)
    all_shares = 0.0
    to_carried, spread_out = np.empty(T), np.zeros(P - L)
    for c in range(C):
        along = 0.0
        for t in range(T):
            along += to_residual[t] * f[c, t]
        to_share[c] = (total - along) * share[c]
        all_shares += to_share[c]
        # The mean of f is one in every draw, so its gradient is projected; then the curve.
        middle = -share[c] * along / T
        n = slope[c]
        to_half, to_slope = 0.0, 0.0
        if own[10, c] > 0:
            for t in range(T):
                h = f[c, t] * level[c]
                to_h = (-share[c] * to_residual[t] - middle) / level[c] * h * (1.0 - h)
                to_half -= n * to_h
                to_slope += to_h * ratio[c, t]
                to_carried[t] = n * to_h / carried[c, t] if carried[c, t] > LEAST else 0.0
            gradient[half0 + c] += to_half * own[6, c]
            gradient[slope0 + c] += to_slope * n * own[8, c]
        else:
            for t in range(T):
                to_carried[t] = (-share[c] * to_residual[t] - middle) / level[c]
        if own[2, c] == 0.0 and (own[9, c] == 0.0 or own[4, c] == 0.0):
            continue
        if contiguous:
            for t in range(T):
                spread_out[t] = to_carried[t]
        else:
            spread_out[:] = 0.0
            for t in range(T):
                spread_out[int(rows[t])] = to_carried[t]
        d, v = decay[c], delay[c]
        to_decay, to_delay, weighted, mean_lag, mean_step = 0.0, 0.0, 0.0, 0.0, 0.0
        power, step, moment = 1.0, 1.0, 0.0
        for lag in range(L + 1):
            along = 0.0
            for t in range(P - L):
                along += spread_out[t] * x[c, t + L - lag]
            moment += lag * step
            step *= v
            by_decay = lag * weights[c, lag]
            by_delay = power * moment / lifted[c]
            power *= d
            to_decay += along * by_decay
            to_delay += along * by_delay
            weighted += along * weights[c, lag]
            mean_lag += by_decay
            mean_step += by_delay
        gradient[decay0 + c] += (to_decay - weighted * mean_lag) * (1.0 - d) * own[2, c]
        if own[9, c] > 0:
            gradient[delay0 + c] += (to_delay - weighted * mean_step) * (1.0 - v) * own[4, c]

    # Back through the split.
    gradient[MEDIA] += all_shares * (1.0 - media) * buffer[MEDIA_WIDTH]
    for c in range(C):
        along = to_share[c] - all_shares * share[c] / media
        gradient[effect0 + c] += root * along
        gradient[TAU] += 0.5 * root * q[effect0 + c] * along * buffer[TAU_WIDTH]

    # Priors.
    density -= 0.5 * (q[INTERCEPT] / buffer[INTERCEPT_SD]) ** 2
    gradient[INTERCEPT] -= q[INTERCEPT] / buffer[INTERCEPT_SD] ** 2
    density += q[SIGMA] - 0.5 * (sigma / buffer[SIGMA_SCALE]) ** 2
    gradient[SIGMA] += 1.0 - (sigma / buffer[SIGMA_SCALE]) ** 2
    away = (q[NU] - buffer[NU_CENTRE]) / buffer[NU_WIDTH]
    density -= 0.5 * away * away
    gradient[NU] -= away / buffer[NU_WIDTH]
    chance = _logistic(q[RHO])
    density += buffer[RHO_A] * math.log(chance) + buffer[RHO_B] * math.log1p(-chance)
    gradient[RHO] += buffer[RHO_A] * (1.0 - chance) - buffer[RHO_B] * chance
    for i in (KAPPA, POWER):
        chance = _logistic(q[i])
        density += math.log(chance) + math.log1p(-chance)
        gradient[i] += 1.0 - 2.0 * chance
    for i in (MEDIA, TAU):
        density -= 0.5 * q[i] * q[i]
        gradient[i] -= q[i]
    for c in range(C):
        i = effect0 + c
        density -= 0.5 * q[i] * q[i] / tau
        gradient[i] -= q[i] / tau
        gradient[TAU] += 0.5 * (q[i] * q[i] / tau - 1.0) * buffer[TAU_WIDTH]
    density -= 0.5 * C * math.log(tau)
    for i in range(decay0, len(q)):
        density -= 0.5 * q[i] * q[i]
        gradient[i] -= q[i]
    return density


SIGNATURE = types.int64(
    types.uint64, types.CPointer(types.double), types.CPointer(types.double), types.CPointer(types.double), types.voidptr
)
EXPAND_SIGNATURE = types.int64(
    types.uint64, types.uint64, types.CPointer(types.double), types.CPointer(types.double), types.voidptr
)


@nb.cfunc(SIGNATURE, cache=True, error_model="numpy")
def log_density_in_c(size, position, gradient_, value, table):
    """:func:`log_density` for sampler threads: 0, or a positive code where the density does not exist at that point."""
    q = nb.carray(position, (size,))
    gradient = nb.carray(gradient_, (size,))
    header = nb.carray(table, (1,), np.float64)
    buffer = nb.carray(table, (int(header[0]) + 1,), np.float64)
    density = log_density(q, buffer[1:], gradient)
    if not math.isfinite(density):
        return 4
    for i in range(len(gradient)):
        if not math.isfinite(gradient[i]):
            return 3
    nb.carray(value, (1,))[0] = density
    return 0


@nb.cfunc(EXPAND_SIGNATURE, cache=True)
def position_in_c(size, expanded, position, out, table):
    """The position itself: parameters are made of all draws at once afterwards."""
    q, copy = nb.carray(position, (size,)), nb.carray(out, (expanded,))
    for i in range(expanded):
        copy[i] = q[i]
    return 0
