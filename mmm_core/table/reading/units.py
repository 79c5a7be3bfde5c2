"""Which unit does a header name? "spend ($000)" is in thousands."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

LONGEST_HEADER = 200

_MONEY = r"(?:[$€£¥₹]|usd|eur|gbp|chf|inr|jpy|sek|nok|dkk|pln|euros?|dollars?)"
_UNITS = {
    1e3: r"(?:1[ ,.']?)?0{3}'?s?|k|thousands?|thsd?\.?|ths\.?|tsd\.?|tausend|milliers?|migliaia|miles|duizend|тыс\.?",
    1e6: r"(?:1[ ,.']?)?0{3}[ ,.']?0{3}'?s?|m|mm|mn\.?|mio\.?|mill?\.?|mln\.?|millions?|millionen|millones|"
    r"milioni|млн\.?",
    1e9: r"bn\.?|billions?|mrd\.?|mlrd\.?|milliarden|milliards?",
    1e5: r"lakhs?|lacs?",
    1e7: r"crores?|cr\.?",
}
_WORDS = {
    1e3: r"thousands?|tsd\.?|tausend|milliers|migliaia|duizend|0{3}'?s?|тыс\.?",
    1e6: r"mio\.?|mln\.?|millions?|millionen|millones|milioni|млн\.?",
    1e9: r"billions?|mrd\.?|mlrd\.?|milliarden|milliards",
    1e5: r"lakhs?|lacs?",
    1e7: r"crores?",
}
_GLUED = {1e3: "k|t", 1e6: "m|mn|mio|mm", 1e9: "bn|mrd"}


class Unit(NamedTuple):
    """A unit that a header names: its factor, and as it is written."""

    factor: float
    written: str


def unit_in(header: str) -> Unit | None:
    """The unit that a header names: "($000)", "k€", "in Tsd.", "Mio"; None: none.

    A single letter counts in brackets, after "in", beside a currency, or (k) at the end of a name with underscores.
    """
    if len(header) > LONGEST_HEADER:
        return None
    for factor in sorted(_UNITS, reverse=True):
        for pattern in _patterns(factor):
            if match := pattern.search(header):
                return Unit(factor, match[0].strip(" _-,:"))
    return None


@cache
def _patterns(factor: float) -> tuple[re.Pattern[str], ...]:
    unit, word, glued = _UNITS[factor], _WORDS[factor], _GLUED.get(factor)
    before, after = r"(?:^|(?<=[\s_\-(\[/,:']))", r"(?=$|[\s_\-)\]/,:])"
    patterns = [
        rf"[(\[]\s?(?:in |en |x ?)?'?(?:{_MONEY} ?)?'?(?:{unit}) ?(?:of )?(?:{_MONEY})?\s?[)\]]",
        rf"{before}(?:in|en)[ _](?:{_MONEY} ?)?'?(?:{unit})(?: ?{_MONEY})?{after}",
        rf"{before}(?:{_MONEY} ?)?'?(?:{word})(?: ?{_MONEY})?{after}",
    ]
    if glued is not None:
        patterns.append(rf"{before}(?:{_MONEY} ?(?:{glued})|(?:{glued}) ?{_MONEY}){after}")
    if factor == 1e3:
        patterns.append(r"_k$")
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
