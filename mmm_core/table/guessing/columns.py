"""What the columns of a table are together: each by its name, its values and the columns beside it.

Whatever is not sure is asked about: a guess carries its question, and what may be an outcome plays no role by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from mmm_core.table.calendar.month_names import plain_letters
from mmm_core.table.fixes.date_columns import says_end
from mmm_core.table.guessing import vocabulary as words
from mmm_core.table.guessing.meanings import COUNTED, Meaning, channel_key, meaning_of, name_without_unit
from mmm_core.table.long.names import CHANNEL_COLUMNS, MEASURE_COLUMNS, squeezed
from mmm_core.table.number_ways import words_in
from mmm_core.table.reading.cells import parse_numbers
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.units import currency_in
from mmm_core.table.roles import Roles

type Part = Literal["period", "sales", "entity", "spend", "activity", "control", "left out"]

ADS = "ads"
"""Name of the channel that a platform's own export is about."""
FEWEST_PARTS = 2
"""So many channels make spend without a channel's name a total of them."""
LOOKED_AT = 200
"""Different cells by which dates and signs are told."""
MOST_ENTITIES = 500
MONEY_OFF = 100.0
"""Discounts beyond this are amounts and no rates."""
OUTCOME = "An outcome that advertising and sales may move: no control. Left out, unless it is the sales to explain."
UNKNOWN = "Its name does not say what it is: a control if it moves sales, a channel if it is advertising. Left out."
CREDITED = "Beside the spend of one platform: is it all that was sold, or what the platform credits to itself?"
MONEY = "Its name says money, and others of the table are spend: taken as what was spent on it."
EVENTS = "Words and no numbers: where it names events, a button below makes 0/1 columns of them."
FEW = 60


class Guess(NamedTuple):
    """What a column probably is; ``question``: what a person should look at, empty where nothing is in doubt."""

    part: Part
    name: str = ""
    question: str = ""
    numeric: bool = False


class _Names(NamedTuple):
    """Columns of which nobody has said anything, with what their names say; channels that are known already."""

    meanings: Mapping[str, Meaning]
    taken: Collection[str]

    def of(self, *kinds: str) -> list[str]:
        return [column for column, meaning in self.meanings.items() if meaning.kind in kinds]


def guesses_by_name(columns: Sequence[str], roles: Roles) -> dict[str, Guess]:
    """What names alone say of period, sales, spend and activity, beside ``roles`` that are played already."""
    names = _Names({column: meaning_of(column) for column in columns}, set(roles.sources))
    found = _singles(names, lambda _: True, lambda _: True)
    found |= _media(names, lambda _: True)
    return {column: guess for column, guess in found.items() if guess.part != "left out"}


def guesses_of(cells: pd.DataFrame, numeric: Mapping[str, bool], roles: Roles) -> dict[str, Guess]:
    """What each column in ``numeric`` (whether it holds numbers) is, beside ``roles`` that are played already."""
    columns = list(numeric)
    names = _Names({column: meaning_of(column) for column in columns}, set(roles.sources))
    found = {column: _alone(cells[column], names.meanings[column], numeric=numeric[column]) for column in columns}
    singles = _singles(names, lambda column: are_dates(cells[column]), lambda column: numeric[column])
    period = roles.period or next((column for column, guess in singles.items() if guess.part == "period"), None)
    found |= singles
    media = _media(names, lambda column: numeric[column])
    if any(guess.name == ADS and guess.part == "spend" for guess in media.values()):
        found |= {
            column: guess._replace(question=guess.question or CREDITED)
            for column, guess in singles.items()
            if guess.part == "sales"
        }
    found |= media
    found |= _bare_channels(names, cells, numeric, found)
    found |= _money_beside(names, cells, numeric, found)
    if roles.entity is None and period is not None:
        found |= _entity(names, cells, numeric, period, found)
    return {column: found[column]._replace(numeric=numeric[column]) for column in columns}


def are_dates(cells: pd.Series) -> bool:
    """Whether the different cells of a column can be read as days, weeks or months; numbers alone cannot."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return True
    if cells.dtype != "str":
        return False
    some = _some(cells)
    # Day and month may be told apart by the rest of the column only.
    return bool(len(some)) and any(not parse_dates(some, order).bad.any() for order in ("DMY", "MDY", "YMD"))


def _alone(cells: pd.Series, meaning: Meaning, *, numeric: bool) -> Guess:
    """A column by its own name and values."""
    if not numeric:
        is_answer = meaning.kind == "control" and cells.dtype == "str" and words_in(cells) is not None
        if is_answer:
            return Guess("control", meaning.name)
        return Guess("left out", "", EVENTS if meaning.kind == "control" else "")
    if meaning.kind == "control":
        return Guess("control", meaning.name, _reduced(cells, meaning.name))
    questions = {
        "sales": OUTCOME,
        "outcome": OUTCOME,
        "other cost": "Costs of something else than advertising, as it seems: left out.",
        "derived": "Another column in another form, as it seems: left out.",
        "budget": "A budget may be planned money and no spend: left out.",
        "unknown": UNKNOWN,
        "population": "The size of each market: neither a channel nor a control.",
    }
    return Guess("left out", "", questions.get(meaning.kind, ""))


def _reduced(cells: pd.Series, name: str) -> str:
    tokens = plain_letters(name).replace("_", " ").split()
    if words.REDUCED.isdisjoint(tokens):
        return ""
    numbers = _numbers(cells)
    if np.nanmax(np.abs(numbers), initial=0.0) <= MONEY_OFF:
        return ""
    return "An amount given away grows with sales: a rate, or a 0/1 promotion, is a better control."


def _singles(names: _Names, are_days: Callable[[str], bool], is_number: Callable[[str], bool]) -> dict[str, Guess]:
    """The likeliest columns of the period and of sales."""
    found: dict[str, Guess] = {}
    if "period_start" not in names.taken:
        ranked = [column for column in names.of("period") if not says_end(column)]
        ranked = sorted(ranked, key=lambda column: (not are_days(column), names.meanings[column].rank))
        found |= {column: Guess("period") for column in ranked[:1]}
    money = sorted(
        (column for column in names.of("sales") if is_number(column)), key=lambda column: names.meanings[column].rank
    )
    counts = [column for column in names.of("outcome") if names.meanings[column].rank == COUNTED and is_number(column)]
    chosen = next(iter([*money, *counts]), None)
    if "sales" in names.taken or chosen is None:
        return found
    found[chosen] = Guess("sales", "", _sales_question(chosen, money))
    others = [column for column in money if column != chosen]
    rival = f"Moves with '{chosen}', which is taken as sales: left out."
    return found | {column: Guess("left out", "", rival) for column in others}


def _sales_question(chosen: str, money: Sequence[str]) -> str:
    if not money:
        return "No column holds sales in money: these are taken as what is to be explained."
    if len(money) > 1:
        others = ", ".join(f"'{column}'" for column in money if column != chosen)
        return f"Taken as sales, and not {others}."
    return ""


def _media(names: _Names, is_number: Callable[[str], bool]) -> dict[str, Guess]:
    """Spend and activity, one of each a channel; what is left over is asked about."""
    found: dict[str, Guess] = {}
    budgets = names.of("budget") if not names.of("spend") else []
    spend = [column for column in [*names.of("spend"), *budgets] if is_number(column)]
    activity = sorted(filter(is_number, names.of("activity")), key=lambda column: names.meanings[column].rank)
    named = [column for column in spend if names.meanings[column].name]
    totals = len(named) >= FEWEST_PARTS
    known = [role.partition("_")[2] for role in names.taken if role.startswith(("act_", "spend_"))]
    spelled = {channel_key(name): name for name in known}
    used: dict[str, str] = {}
    for part, prefix, columns in (("spend", "spend_", spend), ("activity", "act_", activity)):
        for column in columns:
            own = names.meanings[column].name
            if not own and totals:
                found[column] = Guess(
                    "left out", "", "No channel is named: the others together, as it seems. Left out."
                )
                continue
            name = spelled.setdefault(channel_key(own or ADS), own or ADS)
            if f"{prefix}{name}" in names.taken or f"{prefix}{name}" in used:
                first = used.get(f"{prefix}{name}", f"{prefix}{name}")
                found[column] = Guess("left out", "", f"'{first}' is the {part} of {name} already: left out.")
                continue
            used[f"{prefix}{name}"] = column
            asked = "A budget may be planned money: is it what was spent?" if column in budgets else ""
            found[column] = Guess("spend" if part == "spend" else "activity", name, asked)
    return found


def _bare_channels(
    names: _Names, cells: pd.DataFrame, numeric: Mapping[str, bool], found: Mapping[str, Guess]
) -> dict[str, Guess]:
    """Columns that bear the name of a channel and nothing else: its spend, unless that stands elsewhere."""
    played = {(guess.part, channel_key(guess.name)) for guess in found.values() if guess.name}
    played |= {
        ("spend" if role.startswith("spend_") else "activity", channel_key(role.partition("_")[2]))
        for role in names.taken
        if role.startswith(("spend_", "act_"))
    }
    spelled = {channel_key(guess.name): guess.name for guess in found.values() if guess.part in ("spend", "activity")}
    has_media = any(part in ("spend", "activity") for part, _ in played)
    kinds = ("channel",) if has_media or names.of("channel") else ("channel", "numbered")
    result: dict[str, Guess] = {}
    for column in names.of(*kinds):
        if not numeric[column] or (values := _numbers(cells[column])).size == 0 or np.nanmin(values, initial=0.0) < 0:
            continue
        name, key = names.meanings[column].name, channel_key(names.meanings[column].name)
        tokens = set(plain_letters(name).replace("_", " ").replace("-", "").split())
        is_owned = not words.OWNED.isdisjoint(tokens) and "direct" not in tokens
        part: Part = "activity" if is_owned or ("spend", key) in played else "spend"
        if (part, key) in played:
            result[column] = Guess("left out", "", f"Another column is the {part} of {name} already: left out.")
            continue
        played.add((part, key))
        name = spelled.setdefault(key, name)
        what = "what was sent or shown, without spend" if part == "activity" else "its spend"
        result[column] = Guess(part, name, f"The name says no more than a channel: taken as {what}.")
    return result


def _money_beside(
    names: _Names, cells: pd.DataFrame, numeric: Mapping[str, bool], found: Mapping[str, Guess]
) -> dict[str, Guess]:
    """Columns of money whose name nothing is known of, where others of the table are spend: probably spend as well."""
    has_spend = any(guess.part == "spend" for guess in found.values())
    if not has_spend and not any(role.startswith("spend_") for role in names.taken):
        return {}
    known = {channel_key(guess.name) for guess in found.values() if guess.part == "spend"}
    known |= {channel_key(role.partition("_")[2]) for role in names.taken if role.startswith("spend_")}
    result: dict[str, Guess] = {}
    for column in names.of("unknown"):
        name = name_without_unit(column)
        if not numeric[column] or currency_in(column) is None or not name or channel_key(name) in known:
            continue
        values = _numbers(cells[column])
        if values.size and np.nanmin(values, initial=0.0) >= 0:
            known.add(channel_key(name))
            result[column] = Guess("spend", name, MONEY)
    return result


def _entity(
    names: _Names, cells: pd.DataFrame, numeric: Mapping[str, bool], period: str, found: Mapping[str, Guess]
) -> dict[str, Guess]:
    """The column that tells rows of one period apart, where one does; others that could are asked about."""
    if not cells[period].duplicated().any():
        return {}
    channels = frozenset().union(*CHANNEL_COLUMNS)
    free = [column for column in names.meanings if column not in found or found[column] == Guess("left out")]
    free = [column for column in free if column != period and squeezed(column) not in channels | MEASURE_COLUMNS]
    named = [column for column in free if names.meanings[column].kind == "entity" and _names_few(cells[column])]
    others = [
        column
        for column in free
        if column not in named
        and not numeric[column]
        and names.meanings[column].kind == "unknown"
        and ("sales" in names.taken or any(guess.part == "sales" for guess in found.values()))
        and _names_few(cells[column], FEW)
    ]
    for column in [*named, *others]:
        if not cells.duplicated([period, column]).any():
            asked = "" if column in named else "Rows of one period differ in it: taken as the market or brand."
            return {column: Guess("entity", "", asked)} | {
                other: Guess("left out", "", "Another column tells the rows of a period apart.")
                for other in named
                if other != column
            }
    if len(named) == 1:
        return {named[0]: Guess("entity", "", "Rows of one period still repeat it: is another column the market?")}
    asked = "May tell markets apart; alone it does not. Choose which is the entity."
    return {column: Guess("left out", "", asked) for column in named}


def _names_few(cells: pd.Series, most: int = MOST_ENTITIES) -> bool:
    return 1 < cells.head(LOOKED_AT * 10).nunique() <= most and cells.nunique() <= most


def _some(cells: pd.Series) -> pd.Series:
    return cells.dropna().drop_duplicates().head(LOOKED_AT)


def _numbers(cells: pd.Series) -> np.ndarray:
    some = _some(cells)
    ways = [parse_numbers(some, mark) for mark in (".", ",")]
    best = min(ways, key=lambda way: int(way.bad.sum()))
    return best.values[~np.isnan(best.values)]
