"""Names and numbers as people read them: ``tv`` is TV, 1812345 is 1.81 M. Files keep bare names and all digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, SupportsInt

ACRONYMS = frozenset(
    {"ctv", "crm", "dm", "dooh", "ooh", "ott", "pos", "ppc", "pr", "sea", "sem", "seo", "sms", "tv", "vod"}
)
"""Words that are written in capitals in this field."""
MOST_ADDED = 4
SIZES = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
"""Suffixes of large numbers, and what they stand for."""


class Bounds(Protocol):
    """Anything with two ends: an interval of an estimate."""

    @property
    def low(self) -> float:
        """Lower end."""

    @property
    def high(self) -> float:
        """Upper end."""


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
    """Three figures with a metric suffix: 1.81 M, 740 k, 1.80 M."""
    rounded = float(f"{value:.3g}")  # first, so that 999,700 becomes 1 M and not 1e+03 k
    size, suffix = next(((size, suffix) for size, suffix in SIZES if abs(rounded) >= size), (1.0, ""))
    # Beyond a thousand of the largest suffix all digits are written rather than an exponent.
    digits = f"{rounded / size:,.{_decimals(rounded / size)}f}" if suffix else f"{rounded:.3g}"
    return f"{digits}{f'\u00a0{suffix}' if suffix else ''}".replace("-", "−")


def in_full(value: float) -> str:
    """A number with all that counts of it: 1,234.5; 0.0125; 3.2e−07."""
    if value and abs(value) < 0.001:
        return f"{value:.3g}".replace("-", "−")
    return f"{value:,.4f}".rstrip("0").rstrip(".").replace("-", "−")


def percent(fraction: float, digits: int = 0, *, signed: bool = False) -> str:
    """A fraction as people read it: 0.943 is 94 %, with a blank before the sign at which no line breaks."""
    shown = f"{100 * fraction:{'+' if signed else ''}.{digits}f}"
    return f"{f'{0:.{digits}f}' if float(shown) == 0 else shown}\u00a0%".replace("-", "−")


def ratio(value: float) -> str:
    """A return on spend: two decimals, three figures where it is large."""
    return f"{value:.2f}".replace("-", "−") if abs(value) < 10 else short(value)


def percent_span(low: float, high: float, digits: int = 1) -> str:
    """Bounds of an interval of fractions: 8.1–15.6 %; "to" where a minus would run into the dash."""
    bounds = [f"{100 * bound:.{digits}f}".replace("-", "−") for bound in (low, high)]
    return f"{(' to ' if low < 0 else '–').join(bounds)}\u00a0%"


def _decimals(scaled: float) -> int:
    """How many decimals a number below a thousand has with three figures."""
    return 2 if abs(scaled) < 10 else int(abs(scaled) < 100)


def span(bounds: Bounds) -> str:
    """Bounds of an interval in the unit and with the decimals of the larger: 0.4–16.0 k."""
    largest = float(f"{max(abs(bounds.low), abs(bounds.high)):.3g}")
    size, suffix = next(((size, suffix) for size, suffix in SIZES if largest >= size), (1.0, ""))
    decimals = _decimals(largest / size)
    low, high = (f"{bound / size:,.{decimals}f}" for bound in (bounds.low, bounds.high))
    low = "0" if not float(low) else low
    between = " to " if bounds.low < 0 else "–"
    return f"{low}{between}{high}{f'\u00a0{suffix}' if suffix else ''}".replace("-", "−")


def ratio_span(bounds: Bounds) -> str:
    """Bounds of a return: 2.27–3.02."""
    return f"{ratio(bounds.low)}{' to ' if bounds.low < 0 else '–'}{ratio(bounds.high)}"


def break_even_in_words(least: float, margin: float | None) -> str:
    """The return at which spend pays, and for which margin on sales (fraction): "break-even at 2.50 (margin 40 %)"."""
    taken = "no margin is said" if margin is None else f"margin on sales {f'{100 * margin:.3g}'}\u00a0%"
    return f"break-even at {ratio(least)} ({taken})"


def signed(value: float) -> str:
    """The same with its sign: +1.81 M."""
    return short(value) if value < 0 else f"+{short(value)}"


def sales_label(target: str) -> str:
    """What an axis calls sales: the noun that they are counted in, or sales and their currency."""
    return target if target.isalpha() and len(target) > 3 else f"sales, {target}"


def per_spend(target: str, spend: str) -> str:
    """Unit of a return: money for money, or sales per unit of spend."""
    return f"{target} per {spend} spent" if spend and target == spend else f"{target} per {spend or 'unit of'} spend"


def column_in_words(column: str) -> str:
    """A canonical column as errors name it: people have given it a role and a name, and seldom this one."""
    role, _, name = column.partition("_")
    words = {"act": "Channel", "ctrl": "Control"}
    return f"{words[role]} '{name}'" if role in words else f"Column '{column}'"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: TV, Radio and Print."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def first_of(names: Sequence[str], most: int) -> str:
    """So many names, and how many more there are: TV, Radio and 3 more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def listed_first(names: Sequence[str], most: int) -> str:
    """The same within a sentence: TV, Radio and Print; TV, Radio and 3 more."""
    return listed(names) if len(names) <= most else first_of(names, most)


def added_up(entities: Sequence[str], number: int) -> str:
    """That brands or regions of a table are one in the model, as a sentence; empty: there is one only.

    ``entities`` are the names that are known, ``number`` how many there are.
    """
    if number < 2:
        return ""
    more = number - MOST_ADDED
    named = listed(entities) if more <= 0 else f"{', '.join(entities[:MOST_ADDED])} and {more} more"
    return f"{named} are added up: the answer is that of their sum."


def day(instant: date) -> str:
    """A day: 2 Jan 2023."""
    return f"{instant.day} {instant:%b %Y}"


def days(first: str, last: str) -> str:
    """From one ISO day to another: 29 Dec 2025 to 23 Mar 2026."""
    return f"{day(date.fromisoformat(first))} to {day(date.fromisoformat(last))}"


def date_name(start: datetime, grain: str) -> str:
    """A period by its first day: 24 Nov 2024 for a week, Nov 2024 for a month."""
    return f"{start:%b %Y}" if grain == "MONTH" else day(start)
