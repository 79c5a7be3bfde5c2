"""Names of months and weekdays in the languages of the tables that people bring, in full or shortened."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SHORTEST_NAME = 3
_MONTHS = (
    "january januar janvier enero gennaio janeiro januari",
    "february februar fevrier febrero febbraio fevereiro februari",
    "march marz maerz mars marzo marco maart mrz mrt",
    "april avril abril aprile",
    "may mai mayo maggio maio mei",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august aout agosto augustus",
    "september septembre septiembre setiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dicembre dezembro",
)
"""English, German, French, Spanish, Italian, Portuguese and Dutch, in plain letters."""
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
)
_EVERY_WEEKDAY = tuple(day for days in _WEEKDAYS for day in days.split())


def plain_letters(text: str) -> str:
    """Text in small letters, without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=1000)
def month_of(name: str) -> int | None:
    """Number of a month from its name, or from so much of it that it can be no other; None: it is none."""
    plain = plain_letters(name.rstrip("."))
    if len(plain) < SHORTEST_NAME:
        return None
    months = [
        number for number, names in enumerate(_MONTHS, start=1) if any(each.startswith(plain) for each in names.split())
    ]
    return months[0] if len(months) == 1 else None


@lru_cache(maxsize=1000)
def is_weekday(word: str) -> bool:
    """Whether a word names a day of the week, in full or by its first letters."""
    plain = plain_letters(word.strip(".,()"))
    return plain in _EVERY_WEEKDAY or (
        len(plain) >= SHORTEST_NAME and any(day.startswith(plain) for day in _EVERY_WEEKDAY)
    )
