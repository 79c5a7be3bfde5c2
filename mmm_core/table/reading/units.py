"""Which unit does a header or a cell name? "spend ($000)" is in thousands, "Euro" is the currency EUR.

A currency has its code of three letters (ISO 4217), whichever of its signs and names it is written with.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from mmm_core.table.calendar.month_names import plain_letters

LONGEST_HEADER = 200
LONGEST_CURRENCY = 40

_EVERY_CODE = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
    "CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK "
    "HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB "
    "RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL"
)
_CODES_IN_HEADERS = (
    "usd eur gbp chf jpy cny rmb inr aud cad nzd sek nok dkk pln czk huf ron brl mxn zar sgd hkd krw aed ils rub uah"
)
CODES = frozenset(_EVERY_CODE.split())
HEADER_CODES = frozenset(_CODES_IN_HEADERS.split())
"""Codes that count in the words of a header; the others are words too (all, top, try), and count in brackets."""
SIGNS = {
    "€": "EUR", "$": "USD", "us$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW",
    "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND", "₦": "NGN", "₱": "PHP", "₸": "KZT", "a$": "AUD", "au$": "AUD",
    "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "r$": "BRL", "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "nt$": "TWD",
    "zł": "PLN", "kc": "CZK", "sfr": "CHF", "fr.": "CHF", "lei": "RON", "rmb": "CNY", "rs": "INR", "rs.": "INR",
}  # fmt: skip
"""Signs of currencies, in plain letters; a bare $ is the one of the United States."""
_NAMES = {
    "EUR": "euro euros eur",
    "USD": "dollar dollars us-dollar us-dollars usdollar dolar dolares dollaro dollari",
    "GBP": "pound pounds sterling pound-sterling pounds-sterling british-pound british-pounds pfund britisches-pfund "
    "livre-sterling livres-sterling libra-esterlina libras-esterlinas sterlina sterline",
    "CHF": "franken schweizer-franken swiss-franc swiss-francs franc-suisse francs-suisses franco-suizo "
    "franco-svizzero",
    "JPY": "yen japanese-yen",
    "CNY": "yuan renminbi chinese-yuan",
    "INR": "rupee rupees indian-rupee indian-rupees rupie rupien",
    "PLN": "zloty zlotys zlote zlotych",
    "SEK": "swedish-krona swedish-kronor svensk-krona svenska-kronor schwedische-krone schwedische-kronen",
    "NOK": "norwegian-krone norwegian-kroner norsk-krone norske-kroner norwegische-krone norwegische-kronen",
    "DKK": "danish-krone danish-kroner dansk-krone danske-kroner danische-krone danische-kronen",
    "CZK": "koruna koruny ceska-koruna czech-koruna tschechische-krone tschechische-kronen",
    "HUF": "forint forints",
    "AUD": "australian-dollar australian-dollars",
    "CAD": "canadian-dollar canadian-dollars",
    "BRL": "real reais brazilian-real",
    "MXN": "peso-mexicano pesos-mexicanos mexican-peso mexican-pesos",
    "TRY": "lira turkish-lira turk-lirasi",
    "RUB": "rouble roubles ruble rubles rubel рубль рубли",
    "ZAR": "rand south-african-rand",
}
"""Names of currencies in plain letters, with hyphens for blanks."""
_CODE_OF_NAME = {name.replace("-", " "): code for code, names in _NAMES.items() for name in names.split()}
SHOWN = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
"""Signs that a reader of charts knows better than the code."""
_IN_THOUSANDS = re.compile(r"(?:t|k|m|mn|mio|tsd)(eur|usd|gbp|chf|sek|nok|dkk|pln|czk)")
"""A code with the letters of a unit before it: TEUR, kUSD, MioEUR."""
_DOLLARS_IN = re.compile(r"(?:k|t|m|mm|mn|mio|tsd|bn|mrd)\$", re.IGNORECASE)
"""A dollar with the letters of a unit before it: k$, Mio$."""
_WORD = re.compile(r"[^\W\d_]+\$?|[$€£¥₹₽₺₩₴₪฿₫₦₱₸]")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]")
_COUNTED = re.compile(r"conversion|order|unit|transaction|ticket|sign.?up|subscription|lead|booking|customer")
_MONEY_WORD = re.compile(r"value|revenue|amount|turnover|umsatz|erlös|betrag|wert|price|preis|[$€£]|eur|usd|gbp|chf")

_MONEY = r"(?:[$€£¥₹]|usd|eur|gbp|chf|inr|jpy|sek|nok|dkk|pln|euros?|dollars?)"
_UNITS = {
    1e3: r"(?:1[ ,.']?)?0{3}'?s?|k|thousands?|thsd?\.?|ths\.?|tsd\.?|tausend|milliers?|migliaia|miles|duizend|тыс\.?",
    1e6: r"(?:1[ ,.']?)?0{3}[ ,.']?0{3}'?s?|m|mm|mn\.?|mio\.?|mill?\.?|mln\.?|millions?|millionen|millones|"
    r"milioni|млн\.?",
    1e9: r"bn\.?|billions?|mrd\.?|mlrd\.?|milliarden|milliards?",
    1e5: r"lakhs?|lacs?",
    1e7: r"crores?|cr\.?",
    1e-2: r"cents?|centimes?|c[eé]ntimos?|centesimi|pence|ct\.?",
    1e-6: r"micros?",
}
_WORDS = {
    1e3: r"thousands?|tsd\.?|tausend|milliers|migliaia|duizend|0{3}'?s?|тыс\.?",
    1e6: r"mio\.?|mln\.?|millions?|millionen|millones|milioni|млн\.?",
    1e9: r"billions?|mrd\.?|mlrd\.?|milliarden|milliards",
    1e5: r"lakhs?|lacs?",
    1e7: r"crores?",
    1e-2: r"cents|centimes|c[eé]ntimos|centesimi|pence",
    1e-6: r"micros",
}
_GLUED = {1e3: "k|t", 1e6: "m|mn|mio|mm", 1e9: "bn|mrd"}


class Unit(NamedTuple):
    """A unit that a header names: its factor, and as it is written."""

    factor: float
    written: str


def unit_in(header: str) -> Unit | None:
    """The unit that a header names: "($000)", "k€", "in Tsd.", "Mio", "cents", "micros"; None: none.

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


def currency_of(text: str) -> str | None:
    """The code of the currency that a cell names: "EUR", "€", "Euro", "EUR - Euro", "Germany (EUR)"; None: none."""
    if len(text) > LONGEST_CURRENCY:
        return None
    plain = " ".join(plain_letters(text).replace("-", " ").split())
    code = SIGNS.get(plain) or _CODE_OF_NAME.get(plain) or (plain.upper() if plain.upper() in CODES else None)
    if code is not None:
        return SIGNS.get(plain, code)
    # Among other words only capitals and signs are a currency: "all" and "try" are words.
    words = _words(text)
    found = {word if word in CODES else SIGNS.get(word.casefold()) for word in words if word in CODES or _is_sign(word)}
    return found.pop() if len(found) == 1 else None


def currency_in(header: str) -> str | None:
    """The currency that a column's header names: "spend_tv_usd", "Revenue (EUR)", "€ Umsatz"; None: none, or two."""
    if len(header) > LONGEST_HEADER:
        return None
    parts = [part for part in _BRACKETED.findall(header) if not _is_only_a_word(part)]
    bracketed = {code for part in parts if (code := currency_of(part)) is not None}
    words = [word.casefold() for word in _words(header.replace("_", " "))]
    named = {word.upper() for word in words if word in HEADER_CODES} | {SIGNS[word] for word in words if _is_sign(word)}
    named |= {"EUR"} if {"euro", "euros"} & set(words) else set()
    named |= {match[1].upper() for word in words if (match := _IN_THOUSANDS.fullmatch(word))}
    # $ in front of (AUD) is the same one; beside (EUR) it is another.
    found = bracketed | ({SIGNS.get(code.casefold(), code) for code in named} - _meant_by(bracketed))
    return found.pop() if len(found) == 1 else None


def shown(code: str) -> str:
    """A currency as charts and sentences write it: € for EUR, CHF for CHF."""
    return SHOWN.get(code, code)


def scale_of(text: str) -> float | None:
    """What one of a unit is in full: 1000 for "000", "k€" and "Tsd.", 1 for "1" and "units"; None: not known."""
    if text.strip().casefold() in ("1", "unit", "units", "full", "einer"):
        return 1.0
    with suppress(ValueError):
        if (number := float(text)) >= 1:
            return number
    unit = unit_in(f"({text.strip()})")
    return unit.factor if unit is not None else None


def is_counted(name: str) -> bool:
    """Whether a column of sales counts things (orders, conversions) and is no money."""
    return _COUNTED.search(name.lower()) is not None and _MONEY_WORD.search(name.lower()) is None


def _words(text: str) -> list[str]:
    """Words and signs of a text; of k$ the sign, as of k€."""
    return ["$" if _DOLLARS_IN.fullmatch(word) else word for word in _WORD.findall(text)]


def _is_only_a_word(part: str) -> bool:
    """Whether what stands in brackets is a word that happens to be a code: (all), (top)."""
    word = part.strip()
    return word.islower() and word.upper() in CODES and word not in HEADER_CODES


def _meant_by(codes: set[str]) -> set[str]:
    """What a bare $ beside a code in brackets is: the dollar of that code."""
    return {"USD"} if any(SIGNS.get(sign) in codes for sign in SIGNS if sign.endswith("$")) else set()


def _is_sign(word: str) -> bool:
    """Whether a word is a currency's sign; letters alone are no sign among other words."""
    return word.casefold() in SIGNS and not word.isalpha()
