"""What the name of one column says by itself: spend of a channel, a control, an outcome, or nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from mmm_core.table.calendar.month_names import plain_letters
from mmm_core.table.guessing import vocabulary as words
from mmm_core.table.reading.units import CODES, HEADER_CODES, unit_in

type Kind = Literal[
    "period", "sales", "entity", "spend", "activity", "control", "channel", "numbered", "budget", "outcome", "ratio",
    "other cost", "derived", "population", "calendar", "label", "unknown",
]  # fmt: skip

LONGEST = 120
"""Characters of a name that are looked at."""
LETTERS = re.compile(r"(?<=[^\W_])_([sip])$", re.IGNORECASE)
"""Robyn's suffixes: ``tv_S`` is spend, ``facebook_I`` and ``search_clicks_P`` are activity."""
NUMBERED = re.compile(r"(?:x|media|channel|ch|kanal|canal|medium)[ _-]?\d{1,3}", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]")
_AGGREGATE = re.compile(
    r"^\s*(?:sum|summe|somme|suma|soma|somma|som)[ _](?:of|von|de|di|van)[ _]|^(?:metrics|segments)\.", re.I
)
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(
    r"TikTok|LinkedIn|YouTube|SnapChat|PayPal|ReTargeting|eBay|iOS|RoAS|ACoS|(?<=[a-zäöüéèàç])(?=[A-ZÄÖÜ][a-zäöü])"
)
"""Where words run together (totalRevenue), and names in which they always do."""
_LAG = re.compile(r"(?:^|[\W_])(?:lag|ma|adstock)[\W_]?\d")
_WINDOW = re.compile(r"\d{1,2}d?|days?|tage?|jours?|giorni|dias?|dagen")
NET, BARE, TOTAL, GROSS, BESIDE, COUNTED = range(6)
"""Ranks of columns of sales, the likeliest first: net before a sum with taxes in it."""


class Meaning(NamedTuple):
    """What a name says.

    Attributes
    ----------
    name
        Name of the channel or control in it, in its own case; empty: it names none.
    rank
        Of several columns with one meaning, the smallest is the likeliest.
    """

    kind: Kind
    name: str = ""
    rank: int = 0


@lru_cache(maxsize=4096)
def meaning_of(column: str) -> Meaning:
    """What a column's name says, in any case and with units, currencies and brackets in any place."""
    text = _tidy(column[:LONGEST])
    parts = [(match.group(), match.span()) for match in _WORD.finditer(text)]
    tokens = [plain_letters(part) for part, _ in parts]
    if not tokens:
        return Meaning("unknown")
    return _told(column[:LONGEST], text, tokens, parts)


def name_without_unit(column: str) -> str:
    """A column's name in its own case, without what only says a unit."""
    return _tidy(column[:LONGEST])


def channel_key(name: str) -> str:
    """A channel's name as it is compared with others: small plain letters, without words such as Ads."""
    tokens = _WORD.findall(plain_letters(name).replace("_", " "))
    kept = [token for token in tokens if token not in ("ads", "ad", "paid", "media", "advertising", "marketing")]
    return "".join(kept or tokens)


def names_media(tokens: list[str]) -> bool:
    """Whether every word is one of a channel's name, and one of them tells which."""
    known = [token for token in tokens if token in words.MEDIA]
    others = [token for token in tokens if token not in words.MEDIA and not token.isdigit()]
    return bool(known) and all(token in words.MEDIA_BESIDE for token in others)


def _told(column: str, text: str, tokens: list[str], parts: list[tuple[str, tuple[int, int]]]) -> Meaning:
    kinds = [_compound(token) for token in tokens]
    found = set(tokens)
    is_spend = bool(found & words.SPEND) or "spend" in kinds or _pair(tokens, words.SPENT_AMOUNT)
    is_activity = bool(found & words.ACTIVITY) or "activity" in kinds
    is_control = bool(found & words.CONTROL) or "control" in kinds or _pair(tokens, words.CONTROL_PAIRS)
    is_sales = bool(found & words.SALES) or "sales" in kinds
    letter = LETTERS.search(text)
    if found & words.RIVAL:
        return Meaning("control", _control(text))
    if _is_quotient(column):
        return Meaning("ratio")
    if letter:
        return _lettered(text[: letter.start()].strip(), letter[1].lower())
    if _is_ratio(tokens, is_control=is_control):
        return Meaning("ratio")
    if words.DERIVED & set(_WORD.findall(plain_letters(column).replace("_", " "))) or _LAG.search(
        plain_letters(column)
    ):
        return Meaning("derived")
    if found & words.POPULATION:
        return Meaning("population")
    if (is_spend and found & words.NO_MEDIA_COST) or _is_other_cost(tokens):
        return Meaning("other cost")
    if is_spend:
        return Meaning("spend", _channel(text, tokens, parts))
    if (_pair(tokens, words.OUTCOME_PAIRS) and not is_activity) or _is_page(tokens):
        return Meaning("outcome", rank=COUNTED + 1)
    if found & words.BUDGET:
        return Meaning("budget", _channel(text, tokens, parts))
    if is_control:
        return Meaning("control", _control(text))
    if len(found & words.LABEL) and found & {"id", "ids", "name", "names", "code", "status", "url"} and not is_sales:
        return Meaning("entity" if found & words.ENTITY else "label")
    if is_sales:
        return _sales(tokens)
    if is_activity or (found & words.VOLUME and found & words.OWNED):
        return Meaning("activity", _channel(text, tokens, parts), _activity_rank(tokens))
    if found & words.OUTCOME or "outcome" in kinds:
        return Meaning("outcome", rank=COUNTED if _is_count(tokens) else COUNTED + 1)
    return _rest(text, tokens, found)


def _lettered(before: str, letter: str) -> Meaning:
    bare = meaning_of(before)
    name = bare.name if bare.kind in ("activity", "spend") and bare.name else before
    return Meaning("spend" if letter == "s" else "activity", name, bare.rank if bare.kind == "activity" else 0)


def _rest(text: str, tokens: list[str], found: set[str]) -> Meaning:
    """Names without a word of money, activity, control or outcome."""
    if (len(tokens) == 1 and tokens[0] in words.SALES_BARE) or tokens in (["ca", "ht"], ["chiffre", "d", "affaires"]):
        return Meaning("sales", rank=BARE)
    if _is_period(tokens):
        return Meaning("period", rank=len(tokens))
    if (len(tokens) == 1 and tokens[0] in words.CALENDAR) or tokens in (["day", "of", "year"], ["week", "of", "year"]):
        return Meaning("calendar")
    if found & words.PERIOD and all(
        token in words.PERIOD | words.COUNTING | words.CALENDAR or token.isdigit() for token in tokens
    ):
        return Meaning("calendar")
    if NUMBERED.fullmatch(text.strip()):
        return Meaning("numbered", text.strip())
    is_advertising = len(tokens) == 1 and tokens[0] in words.ADVERTISING
    if is_advertising or (names_media(tokens) and not found <= {"brand", "media", "x", "performance"}):
        return Meaning("channel", text.strip())
    if "".join(tokens) in words.ENTITY or (found & words.ENTITY and len(tokens) <= 2):
        return Meaning("entity", rank=len(tokens))
    return Meaning("label") if found & words.LABEL else Meaning("unknown")


def _tidy(column: str) -> str:
    """A name without brackets, an aggregation before it and a currency or unit behind it; words apart."""
    outside = _BRACKETS.sub(" ", column)
    inside = set(_WORD.findall(plain_letters(" ".join(_BRACKETS.findall(column)))))
    # TV (GRP) and Search (organic) say in brackets what they are; Sales (EUR) and Clicks (all) do not.
    is_told = not inside.isdisjoint(words.SPEND | words.ACTIVITY | words.MEDIA | words.MEDIA_BESIDE)
    text = re.sub(r"[()\[\]]", " ", column) if is_told or not _WORD.search(outside) else outside
    text = " ".join(text.split())
    text = _AGGREGATE.sub("", text)
    text = _CAMEL.sub(lambda match: match[0] or " ", text)
    pieces = re.split(r"([\s_.,/:|]+)", text.strip())
    while len(pieces) > 2 and _is_unit(pieces[-1]):
        pieces = pieces[:-2]
    return "".join(pieces).strip()


def _is_unit(word: str) -> bool:
    plain = plain_letters(word)
    if (
        plain in HEADER_CODES
        or word.upper() in CODES & {word}
        or plain in ("micros", "teur", "keur", "tsd", "mio", "euro")
    ):
        return True
    is_long = len(word) > 2 or not word.isalpha()
    return not _WORD.search(word) or (is_long and unit_in(f"({word})") is not None)


def _compound(token: str) -> str:
    if len(token) < 8:
        return ""
    return next((kind for kind, ends in words.COMPOUND.items() if token.endswith(ends)), "")


def _pair(tokens: list[str], pairs: tuple[tuple[str, ...], ...]) -> bool:
    beside = set(pairwise(tokens))
    return any(pair in beside for pair in pairs)


def _is_ratio(tokens: list[str], *, is_control: bool) -> bool:
    if is_control:
        return False
    between = any(token in words.BETWEEN for token in tokens[1:-1])
    return between or not words.RATIO.isdisjoint(tokens)


def _is_quotient(column: str) -> bool:
    """Whether a name divides one measure by another (cost/conv.) or has a ratio's short name in brackets."""
    bracketed = _WORD.findall(plain_letters(" ".join(_BRACKETS.findall(column))))
    if not words.SHORT_RATIOS.isdisjoint(bracketed):
        return True
    measures = words.SPEND | words.SALES | words.OUTCOME | words.ACTIVITY
    above, slash, below = plain_letters(_BRACKETS.sub(" ", column)).partition("/")
    sides = [_WORD.findall(side) for side in (above, below)]
    return bool(slash) and all(side and all(word in measures for word in side) for side in sides)


def _is_other_cost(tokens: list[str]) -> bool:
    costs = any(token.endswith(words.COMPOUND["spend"]) for token in tokens)
    joined = " ".join(tokens)
    return (
        joined == "shipping"
        or any(
            token in words.NO_MEDIA_COST
            and (costs or token.endswith("kosten") or token in ("cogs", "frais", "charges"))
            for token in tokens
        )
        or (
            costs and any(token.startswith(("versand", "waren", "personal", "material", "verzend")) for token in tokens)
        )
    )


def _is_count(tokens: list[str]) -> bool:
    """Whether a column counts what is bought, and holds neither money nor what only a platform saw."""
    money = {"value", "wert", "valeur", "valor", "valore", "waarde", "amount", "conversiewaarde"}
    return not words.COUNTED.isdisjoint(tokens) and money.isdisjoint(tokens) and "conv" not in tokens


def _is_page(tokens: list[str]) -> bool:
    return "pageviews" in tokens or ("page" in tokens and not {"views", "view"}.isdisjoint(tokens))


def _sales(tokens: list[str]) -> Meaning:
    """A column with a word of sales: which sum it is, or whose."""
    others = [token for token in tokens if token not in words.SALES and not _ends_in_sales(token)]
    windows = [token for token in others if _WINDOW.fullmatch(token)]
    is_credited = any(token in words.ATTRIBUTED or token in words.MEDIA for token in others) or (
        windows and any(character.isdigit() for token in windows for character in token)
    )
    if is_credited and not {"online", "store"} & set(others):
        return Meaning("outcome", rank=COUNTED + 1)
    if not words.COUNTED.isdisjoint(others):
        return Meaning("sales", rank=COUNTED)
    if any(token in words.NET or token.startswith(("netto", "net")) for token in tokens):
        return Meaning("sales", rank=NET)
    if not others:
        return Meaning("sales", rank=BARE)
    for group, rank in ((words.TOTAL, TOTAL), (words.GROSS, GROSS)):
        if not group.isdisjoint(others):
            return Meaning("sales", rank=rank)
    return Meaning("sales", rank=BESIDE)


def _ends_in_sales(token: str) -> bool:
    return _compound(token) == "sales"


def _is_period(tokens: list[str]) -> bool:
    if not words.REPORT.isdisjoint(tokens) and not words.START.isdisjoint(tokens):
        return True
    named = [token for token in tokens if token in words.PERIOD]
    others = [token for token in tokens if token not in words.PERIOD]
    if not named:
        return tokens in (["ds"], ["start"], ["wochenbeginn"], ["wochenstart"], ["berichtsstart"])
    return all(token in words.PERIOD_BESIDE or token.isdigit() for token in others)


def _activity_rank(tokens: list[str]) -> int:
    ranks = [rank for rank, group in enumerate(words.ACTIVITY_RANKS) if not group.isdisjoint(tokens)]
    return 10 * min(ranks, default=0) + min(len(tokens), 9)


def _channel(text: str, tokens: list[str], parts: list[tuple[str, tuple[int, int]]]) -> str:
    """The channel's name: the words that say neither spend nor activity, as they are written."""
    said = words.SPEND | words.ACTIVITY | words.BUDGET
    is_amount = _pair(tokens, words.SPENT_AMOUNT)
    kept = [
        place
        for place, token in enumerate(tokens)
        if token not in said
        and not (is_amount and any(token in pair for pair in words.SPENT_AMOUNT))
        and not (_compound(token) in ("spend", "activity") and not _stem(token))
        and not (token in words.VOLUME and not words.OWNED.isdisjoint(tokens))
    ]
    kept = _without_place(kept, tokens)
    while kept and tokens[kept[0]] in words.NO_NAME and not _is_name(kept, tokens):
        kept = kept[1:]
    while len(kept) > 1 and tokens[kept[-1]] in ("ad", "advertising"):
        kept = kept[:-1]
    while kept and tokens[kept[-1]] in words.NO_NAME and not _is_name(kept, tokens):
        kept = kept[:-1]
    if [tokens[place] for place in kept] in (
        ["ads"],
        ["ad"],
        ["campaign"],
        ["video"],
        ["adspend"],
        ["unique"],
        ["outbound"],
    ):
        return ""
    separator = "_" if "_" in text and " " not in text.strip() else " "
    pieces: list[str] = []
    for before, place in zip([None, *kept], kept, strict=False):
        word = parts[place][0]
        stem = _stem(tokens[place]) if _compound(tokens[place]) in ("spend", "activity") else ""
        word = word[: len(stem)] if stem else word
        # What stands between two neighbours stays as it is written: E-Mail, Paid_Search.
        gap = (
            text[parts[before][1][1] : parts[place][1][0]] if before is not None and place == before + 1 else separator
        )
        pieces += [gap if gap.strip() in ("-", "&", "+", "") or "_" in gap else separator, word] if pieces else [word]
    return "".join(pieces)


def _without_place(kept: list[int], tokens: list[str]) -> list[int]:
    """Words that are left without those which say where: clicks to the landing page, views at 100 %."""
    for number, place in enumerate(kept):
        rest = [tokens[other] for other in kept[number + 1 :] if tokens[other] not in words.NO_NAME]
        # What is spent on something, or shown in it, tells the channel.
        if place and tokens[place] in words.PLACE and not names_media(rest):
            return kept[:number]
    return kept


def _is_name(kept: list[int], tokens: list[str]) -> bool:
    """Whether the words that are left are a channel's name as a whole: Paid Social, Social Media."""
    rest = [tokens[place] for place in kept]
    return len(rest) > 1 and names_media(rest) and (rest[0] in words.MEDIA or rest[0] in ("paid", "online", "local"))


def _stem(token: str) -> str:
    ends = (*words.COMPOUND["spend"], *words.COMPOUND["activity"])
    end = next((end for end in sorted(ends, key=len, reverse=True) if token.endswith(end)), "")
    stem = token.removesuffix(end)
    return "" if stem in ("werbe", "media", "marketing", "werb", "link") else stem


def _control(text: str) -> str:
    return re.sub(r"^ctrl_|_B$", "", text.strip())
