"""How much of a move each of several causes made, from what is found at the corners between two results.

A *corner* is the set of causes that have acted already: none at the earlier result, all at the later one. A cause's
part is what it moves when it acts next, on average over all orders in which the causes may act (the Shapley value).
Where a corner cannot be computed, the orders that come through it are left out, and the average is that of the others;
parts add up to the whole move in any case, for they do so in each order.

Source: Shapley (1953), *A value for n-person games*, doi:10.1515/9781400881970-018; for decompositions of a change,
Shorrocks (2013), doi:10.1007/s10888-011-9214-z.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, permutations

type Corner = frozenset[str]


def corners_of(causes: Sequence[str]) -> list[Corner]:
    """Every corner: the two results first, then those between them by how many causes have acted."""
    between = [frozenset(found) for size in range(1, len(causes)) for found in combinations(causes, size)]
    ends: list[Corner] = [frozenset(), frozenset(causes)]
    return [*ends, *between] if causes else ends[:1]


def weights(causes: Sequence[str], known: Collection[Corner]) -> dict[str, dict[Corner, float]]:
    """Weight of each known corner's figure in the part of each cause; no order is possible: empty.

    Over all causes the weights of a corner between the results add up to 0, those of the later result to 1, and those
    of the earlier one to −1.
    """
    orders = [order for order in permutations(causes) if all(corner in known for corner in _path(order))]
    found: dict[str, dict[Corner, float]] = {cause: {} for cause in causes} if orders else {}
    for order in orders:
        path = _path(order)
        for cause, before, after in zip(order, path[:-1], path[1:], strict=True):
            for corner, sign in ((before, -1.0), (after, 1.0)):
                found[cause][corner] = found[cause].get(corner, 0.0) + sign / len(orders)
    return found


def parts(causes: Sequence[str], figures: Mapping[Corner, float]) -> dict[str, float]:
    """What each cause moved, in the figures' unit; empty where no order is possible."""
    return {
        cause: sum(weight * figures[corner] for corner, weight in its.items())
        for cause, its in weights(causes, set(figures)).items()
    }


def standard_errors(causes: Sequence[str], errors: Mapping[Corner, float]) -> dict[str, float]:
    """Standard error of each part, from those of the figures, which are independent of each other."""
    return {
        cause: sum((weight * errors[corner]) ** 2 for corner, weight in its.items()) ** 0.5
        for cause, its in weights(causes, set(errors)).items()
    }


def _path(order: Sequence[str]) -> list[Corner]:
    return [frozenset(order[:number]) for number in range(len(order) + 1)]
