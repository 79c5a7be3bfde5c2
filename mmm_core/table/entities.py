"""What entities of a table have to do with each other: one name in two spellings, sums of others, copies.

All of it is seen in the sales of the dates that entities have in common, and none of it is certain: a person is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TOTAL_NAMES = re.compile(
    r"(grand |sub)?(total|totals|totale|sum|summe|gesamt|insgesamt|suma|somme|ensemble|all|alle|overall|national"
    r"|worldwide|global)( .*)?|.* (total|gesamt|overall)"
)
"""Names, in plain letters, of entities that hold all others."""
FEWEST_DATES = 8
MOSTLY = 0.95
"""Share of the common dates on which two series have to agree."""
ROUNDING = 0.005
"""Relative difference that rounding of parts may leave in a sum."""
SAME = 1e-6
NEAR_ONE = 0.05
REFINED = 1e-4
"""Largest change of a weight by its refinement up to which it is right to far more digits than are asked for."""
MOST_TOTALS = 30
"""So many of the largest entities may be totals."""

SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "æ": "ae", "ø": "oe"})
"""Letters of names that are written as two where a keyboard has none of them."""

type Array = NDArray[np.float64]


class Related(NamedTuple):
    """What entities have to do with each other.

    Attributes
    ----------
    have_same_sales
        All have one and the same; then nothing else is looked for.
    totals, copies
        See :func:`total_entities` and :func:`copied_entities`.
    """

    have_same_sales: bool
    totals: dict[str, list[str]]
    copies: dict[str, str]


def spellings(names: Iterable[str]) -> dict[str, str]:
    """Names that differ from another in case, spaces, accents or punctuation only, with the one written most often.

    München is written Munchen or Muenchen where there are no such letters.
    """
    each = pd.Series(names).value_counts(sort=False)
    counts = {str(name): int(number) for name, number in each.items()}
    kinds: dict[str, list[str]] = defaultdict(list)
    spelled_out = {long: _plain(name) for name in counts if (long := _spelled_out(name)) != _plain(name)}
    for name in counts:
        kinds[spelled_out.get(_plain(name), _plain(name))].append(name)
    found: dict[str, str] = {}
    for several in kinds.values():
        usual = max(several, key=lambda name: (counts[name], name))
        found |= {name: usual for name in several if name != usual}
    return found


def related(frame: pd.DataFrame) -> Related:
    """All that entities have to do with each other, in one look at their sales."""
    sales = _sales(frame)
    if _are_same(sales):
        return Related(True, {}, {})
    copies = _copies_in(sales)
    return Related(False, _totals_in(sales, copies), copies)


def total_entities(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Entities whose sales are the sum of others', with these; to rounding, on nearly all dates that they share.

    A name that means a total is enough where its sales are no smaller than all others together. Copies of an entity may
    be parts of a sum beside it, or not.
    """
    sales = _sales(frame)
    return _totals_in(sales, _copies_in(sales))


def is_total_name(name: str) -> bool:
    """Whether a name says that it holds all others."""
    return TOTAL_NAMES.fullmatch(_plain(name)) is not None


def has_same_sales(frame: pd.DataFrame) -> bool:
    """Whether all entities, two or more, have one and the same sales: campaigns beside the sales of the whole shop."""
    return _are_same(_sales(frame))


def copied_entities(frame: pd.DataFrame) -> dict[str, str]:
    """Entities whose sales are those of another one, with its name."""
    return _copies_in(_sales(frame))


def _are_same(sales: pd.DataFrame) -> bool:
    first, *others = sales.columns
    return bool(others) and all(_agree(sales[first], sales[other], SAME, share=1.0, shared=0.0) for other in others)


def _totals_in(sales: pd.DataFrame, copies: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    parts: list[str] = []
    # From small to large: a sum is larger than its parts, and a sum of sums is one of the parts as well.
    order = sales.mean().sort_values(kind="stable").index
    large = set(order[-MOST_TOTALS:])
    for name in order:
        mine = _is_sum_of(sales, str(name), parts) if name in large else None
        if mine is None and copies and name in large:
            mine = _is_sum_of(sales, str(name), [part for part in parts if part not in copies])
        if mine is None and is_total_name(str(name)) and _holds_all(sales, str(name), parts):
            mine = list(parts)
        if mine is None:
            parts.append(str(name))
        else:
            found[str(name)] = mine
    return found


def _copies_in(sales: pd.DataFrame) -> dict[str, str]:
    # The longest first: a copy may begin late or end early.
    sales = sales[sales.count().sort_values(ascending=False, kind="stable").index]
    values = sales.to_numpy(float)
    found: dict[str, str] = {}
    names = [str(name) for name in sales.columns]
    for place, name in enumerate(names):
        # Dates on which earlier entities are the same: those that hardly ever are need no closer look.
        mine = values[:, [place]]
        same = np.abs(values[:, :place] - mine) <= SAME * np.abs(mine)
        likely = [names[other] for other in np.flatnonzero(same.sum(axis=0) >= FEWEST_DATES / 2)]
        original = next(
            (other for other in likely if other not in found and _agree(sales[other], sales[name], SAME)), None
        )
        if original is not None:
            found[name] = original
    return found


def _sales(frame: pd.DataFrame) -> pd.DataFrame:
    """Sales by date and entity, in the order in which entities come."""
    dated = frame.dropna(subset=["entity_id", "period_start"])
    order = dated["entity_id"].unique()
    by_both = dated.groupby(["period_start", "entity_id"])["sales"].sum(min_count=1)
    wide: pd.DataFrame = by_both.unstack("entity_id")  # noqa: PD010 - a series has no pivot_table
    return wide.reindex(columns=order)


def _agree(
    one: pd.Series, other: pd.Series, tolerance: float, *, share: float = MOSTLY, shared: float = MOSTLY
) -> bool:
    """Whether two series are the same on a share of the dates of both, vary, and share most of the shorter one."""
    both = one.notna() & other.notna()
    a, b = one[both].to_numpy(float), other[both].to_numpy(float)
    if len(a) < FEWEST_DATES or len(a) < shared * min(one.notna().sum(), other.notna().sum()) or np.ptp(a) == 0:
        return False
    return bool((np.abs(a - b) <= tolerance * np.maximum(np.abs(a), np.abs(b))).mean() >= share)


def _is_sum_of(sales: pd.DataFrame, name: str, parts: list[str]) -> list[str] | None:
    if len(parts) < 2:
        return None
    known = sales[[name, *parts]].dropna()
    if len(known) < FEWEST_DATES:
        return None
    if _agree(known[name], known[parts].sum(axis=1), ROUNDING):
        return list(parts)
    if len(known) <= len(parts):
        return None
    weights = _weights(known[parts].to_numpy(float), known[name].to_numpy(float))
    rounded = np.round(weights)
    if np.abs(weights - rounded).max() > NEAR_ONE or not np.isin(rounded, (0.0, 1.0)).all() or rounded.sum() < 2:
        return None
    mine = [parts[place] for place in np.flatnonzero(rounded)]
    return mine if _agree(known[name], known[mine].sum(axis=1), ROUNDING) else None


def _weights(parts: Array, total: Array) -> Array:
    """Weights (part) with which parts (date, part) come nearest to a total (date), by least squares; no unit.

    By the normal equations, refined once, which is many times as fast as a decomposition of the parts; where columns
    are so alike that the refinement moves the weights, by that.
    """
    scale = np.linalg.norm(parts, axis=0)
    if (scale > 0).all():
        columns = parts / scale
        square = columns.T @ columns
        with suppress(np.linalg.LinAlgError):
            first = np.linalg.solve(square, columns.T @ total)
            more = np.linalg.solve(square, columns.T @ (total - columns @ first))
            if np.isfinite(more).all() and np.abs(more / scale).max() < REFINED:
                return np.asarray((first + more) / scale)
    return np.asarray(np.linalg.lstsq(parts, total, rcond=None)[0])


def _holds_all(sales: pd.DataFrame, name: str, parts: list[str]) -> bool:
    if not parts:
        return False
    together = sales[parts].sum(axis=1)
    return bool((sales[name] >= (1 - ROUNDING) * together).mean() >= MOSTLY)


def _spelled_out(name: str) -> str:
    return _plain(unicodedata.normalize("NFC", name.casefold()).translate(SPELLED_OUT))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(each if each.isalnum() else " " for each in letters if not unicodedata.combining(each))
    return " ".join(kept.split()) or name
