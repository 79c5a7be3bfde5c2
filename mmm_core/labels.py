"""Names and numbers as people read them: ``tv`` is TV, 1812345 is 1.81 M. Files keep bare names and all digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import SupportsInt

from mmm_core.intervals import Estimate

ACRONYMS = frozenset(
    {"ctv", "crm", "dm", "dooh", "ooh", "ott", "pos", "ppc", "pr", "sea", "sem", "seo", "sms", "tv", "vod"}
)
"""Words that are written in capitals in this field."""
SIZES = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
"""Suffixes of large numbers, and what they stand for."""


def display_name(name: str) -> str:
    """A bare name with blanks for underscores, acronyms in capitals and a capital to begin with."""
    words = [word.upper() if word.lower() in ACRONYMS else word for word in name.replace("_", " ").split()]
    shown = " ".join(words)
    return shown[:1].upper() + shown[1:] if shown else name


def display_names(names: Sequence[str]) -> dict[str, str]:
    """What each name is shown as; names that would look alike keep their own form."""
    shown = {name: display_name(name) for name in names}
    times = Counter(shown.values())
    return {name: label if times[label] == 1 else name for name, label in shown.items()}


def counted(number: SupportsInt, noun: str) -> str:
    """A number and its noun: 1 period, 2 periods."""
    return f"{int(number):,} {noun}{'' if int(number) == 1 else 's'}"


def short(value: float) -> str:
    """Three figures with a metric suffix: 1.81 M, 740 k."""
    for size, suffix in SIZES:
        if abs(value) >= size:
            return f"{value / size:.3g}\u00a0{suffix}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def span(found: Estimate) -> str:
    """Bounds of an interval in one unit, that of the larger: 0.35–16 k."""
    largest = max(abs(found.low), abs(found.high))
    size, suffix = next(((size, suffix) for size, suffix in SIZES if largest >= size), (1.0, ""))
    low, high = (f"{bound / size:.3g}" if abs(bound) >= size / 100 else "0" for bound in (found.low, found.high))
    return f"{low}–{high}{f'\u00a0{suffix}' if suffix else ''}".replace("-", "−")


def signed(value: float) -> str:
    """The same with its sign: +1.81 M."""
    return short(value) if value < 0 else f"+{short(value)}"


def sales_label(target: str) -> str:
    """What an axis calls sales: the noun that they are counted in, or sales and their currency."""
    return target if target.isalpha() and len(target) > 3 else f"sales, {target}"


def per_spend(target: str, spend: str) -> str:
    """Unit of a return: money for money, or sales per unit of spend."""
    return f"{target} per {spend} spent" if spend and target == spend else f"{target} per {spend or 'unit of'} spend"
