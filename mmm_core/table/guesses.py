"""What each column of a file is: what its name says, what is guessed from it, and what a person chose.

A guess is only ever a proposal on a screen: nothing is mapped before a person has confirmed it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Literal, NamedTuple

from mmm_core.errors import SpecError
from mmm_core.labels import display_name, first_of, listed
from mmm_core.table.fixes.date_columns import end_column
from mmm_core.table.long.names import USUAL_NAMES
from mmm_core.table.reading.cells import looks_numeric
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.reading.units import HEADER_CODES
from mmm_core.table.roles import Roles

type Source = Literal["known", "guessed", "open"]

LEAVE_OUT = "leave out"
SINGLE_ROLES = {"period": "period_start", "sales": "sales", "entity": "entity_id"}
NAMED_ROLES = {"activity of channel": "act_", "spend of channel": "spend_", "control": "ctrl_"}
ROLES = (LEAVE_OUT, *SINGLE_ROLES, *NAMED_ROLES)
"""Roles as a person sees them."""
_SPENDING = (
    "kosten werbekosten mediakosten ausgaben spendings dépenses depenses coût coûts gasto gastos inversión "
    "inversion coste costes spesa spese costo costi uitgaven mediabudget"
)
_SHOWN = "impressionen impresiones impressioni impressies klicks clics clic grps grp"
SPENDING, SHOWN = _SPENDING.split(), _SHOWN.split()
"""Spend and activity in German, French, Spanish, Italian and Dutch: before or after the channel's name."""
SUFFIXES = {
    "spend of channel": ("_s", "_spend", "_cost", "_costs", *(f"_{word}" for word in SPENDING)),
    "activity of channel": (
        *("_i", "_p", "_impressions", "_impression", "_clicks", "_grps", "_grp", "_reach"),
        *(f"_{word}" for word in SHOWN),
    ),
}
PREFIXES = {
    "spend of channel": ("spend_", "cost_", "costs_", *(f"{word}_" for word in SPENDING)),
    "activity of channel": ("impressions_", "clicks_", *(f"{word}_" for word in SHOWN)),
}
"""What stands before the channel's name: "Kosten TV", "Dépenses Search"."""
"""How other tools name columns: Robyn's ``tv_S`` is spend, its ``facebook_I`` and ``search_clicks_P`` are activity."""
LETTERS = ("_s", "_i", "_p")
"""Suffixes that mean something only as they are written: the last word of "Campaign I" says no more than a number."""
BARE = {
    "spend of channel": {
        *("cost", "costs", "spend", "amount_spent", "total_spend", "total_cost", "ad_spend", "ads_cost", "cost_micros"),
        *("ausgegebener_betrag", "montant_dépensé", "importe_gastado", "importo_speso", *SPENDING),
    },
    "activity of channel": {"impr", "impressions", "clicks", "link_clicks", "clicks_all", "views", "reach", *SHOWN},
}
"""Columns of a platform's own export, which does not say whose spend it is."""
OF_ALL = ("total", "gesamt", "totaal", "totale", "sum_", "summe")
"""What a column's name begins with that adds up the other columns of money."""
BRACKETS = re.compile(r"\([^()]{0,40}\)")
NO_CHANNEL = (
    *(
        "avg",
        "average",
        "cost_per",
        "cost_of",
        "costs_of",
        "shipping",
        "unit",
        "versand",
        "personal",
        "material",
        "waren",
    ),
    *("kosten_pro", "kosten_je", "kosten_per", "coût_par", "coste_por", "costo_per", "clics_par", "clics_por", "frais"),
)
"""What a column of costs begins with that is no spend of a channel."""
ADS = "ads"
"""Name of the channel that such an export is about."""
CANDIDATES: dict[str, tuple[frozenset[str], ...]] = {
    "period": (
        frozenset(USUAL_NAMES["period_start"]),
        frozenset(
            f"{unit}_{word}"
            for unit in ("week", "month", "period", "date")
            for word in ("start", "starting", "commencing", "from")
        )
        | {
            "iso_week",
            "week_beginning",
            "week_of_date",
            "month_of_date",
            "day_of_date",
            "reporting_starts",
            "start_date",
            *(
                "woche_ab",
                "woche_vom",
                "wochenbeginn",
                "wochenstart",
                "kw_beginn",
                "semaine_du",
                "semana_del",
                "settimana_del",
            ),
        },
    ),
    "sales": (
        frozenset({"sales", "revenue", "turnover", "y", "target", "kpi"}),
        frozenset({"net_sales", "net_revenue", "ca_ht", "umsatz_netto", "nettoumsatz", "netto_umsatz", "ventas_netas"}),
        frozenset({"total_sales", "total_revenue", "sales_amount", "sales_value", "gesamtumsatz", "umsatz_gesamt"}),
        frozenset({"gross_sales", "gross_revenue"}),
        frozenset(name.replace(" ", "_") for name in USUAL_NAMES["sales"]),
    ),
}
"""Columns that there is one of, the likeliest first; sales that a platform credits to itself are none of them."""
FEWEST_PARTS = 2
"""So many channels make a column that is called a total one."""
EXAMPLES = 3
LONGEST_EXAMPLE = 18
LONGEST_NUMBER = 8
SHOWN_DIGITS = 6
MOST_NAMES = 16
"""So many channels, controls or columns are named where a choice is summed up."""


class ColumnRole(NamedTuple):
    """One column of the file and its role.

    Attributes
    ----------
    name
        Bare name of the channel or control; empty: that of the column (:func:`default_name`).
    first_values
        The first different cells that are not blank, as a person reads them.
    source
        ``known``: its name or a person says so; ``guessed``: its name suggests it; ``open``: nobody has said anything.
    numeric
        It holds numbers.
    """

    column: str
    role: str
    name: str = ""
    first_values: str = ""
    source: Source = "known"
    numeric: bool = False


def role_table(raw: RawTable, roles: Roles, left_out: Collection[str] = ()) -> tuple[ColumnRole, ...]:
    """Every column of the file in its order; unknown ones with a guess, unless they are ``left_out``."""
    known = {column: role for role, column in reversed(roles.sources.items())}
    # Spend that stands in for activity too is spend to the person who said so.
    known |= {
        column: role for role, column in roles.sources.items() if role.startswith(NAMED_ROLES["spend of channel"])
    }
    rows, taken = [], set(roles.sources)
    singles = _single_columns([str(column) for column in raw.cells.columns if str(column) not in left_out], taken)
    if roles.period is None and "period" not in singles.values() and (last_days := end_column(raw)):
        singles[last_days] = "period"
    for column, cells in raw.cells.items():
        text = str(column)
        values = ", ".join(_shortened(str(value)) for value in cells.dropna().drop_duplicates().head(EXAMPLES))
        if text in known:
            rows.append(ColumnRole(text, *_shown(known[text]), values, "known"))
        elif text in left_out:
            rows.append(ColumnRole(text, LEAVE_OUT, "", values, "known"))
        else:
            role, name = (singles[text], "") if text in singles else _guess(text, taken)
            source: Source = "open" if role == LEAVE_OUT else "guessed"
            rows.append(ColumnRole(text, role, name, values, source, looks_numeric(cells)))
    return tuple(_without_total(rows))


def likely_roles(raw: RawTable, roles: Roles, left_out: Collection[str] = ()) -> dict[str, str]:
    """Role to column of the file, for roles that are known and for those that names suggest."""
    rows = [row for row in role_table(raw, roles, left_out) if row.role != LEAVE_OUT]
    # What is known goes before what is guessed.
    rows = sorted(rows, key=lambda row: row.source == "known")
    return {SINGLE_ROLES.get(row.role) or NAMED_ROLES[row.role] + _bare_name(row): row.column for row in rows}


def guess_of(name: str) -> tuple[str, str] | None:
    """Role and channel that a name suggests by itself: spend of channel, tv for "TV spend"; None: neither."""
    role, channel = _guess(name, set())
    return None if role == LEAVE_OUT else (role, channel)


def mapping_of(rows: Iterable[ColumnRole]) -> dict[str, str]:
    """Role to column of the file, as :class:`mmm_core.spec.DatasetSettings` wants it.

    A channel or control without a name has that of its column.

    Raises
    ------
    SpecError
        A role is given twice, or a name without a role.
    """
    mapping: dict[str, str] = {}
    for row in rows:
        name = row.name.strip()
        if row.role == LEAVE_OUT:
            if name:
                raise SpecError(
                    f"Column '{row.column}' has the name '{name}' and no role.",
                    code="name_without_role",
                    remedy="Choose its role, or take the name away.",
                )
            continue
        key = SINGLE_ROLES.get(row.role) or NAMED_ROLES[row.role] + (name or default_name(row.column))
        if key in mapping:
            raise SpecError(
                f"Columns '{mapping[key]}' and '{row.column}' are both {row.role}{f' {name}' if name else ''}.",
                code="role_twice",
                remedy="Leave one of them out."
                if row.role in SINGLE_ROLES
                else "Leave one of them out, or give it another name.",
            )
        mapping[key] = row.column
    return mapping


def left_out_of(rows: Iterable[ColumnRole]) -> tuple[str, ...]:
    """Columns that play no role."""
    return tuple(row.column for row in rows if row.role == LEAVE_OUT)


def is_same(one: ColumnRole, other: ColumnRole) -> bool:
    """Whether two rows give their column the same role; a name that nobody typed is the column's own."""
    named = one.role in NAMED_ROLES
    return one.role == other.role and (not named or _bare_name(one) == _bare_name(other))


def missing_in(rows: Iterable[ColumnRole]) -> tuple[str, ...]:
    """What no model can do without, and no column gives yet."""
    roles = {row.role for row in rows}
    missing = [role for role in ("period", "sales") if role not in roles]
    channels = {"activity of channel", "spend of channel"} & roles
    return (*missing, *(() if channels else ("a channel",)))


def left_out_numbers(rows: Iterable[ColumnRole]) -> tuple[str, ...]:
    """Columns of numbers of which nobody has said anything: any of them may move sales."""
    return tuple(row.column for row in rows if row.role == LEAVE_OUT and row.source == "open" and row.numeric)


def consequences(rows: Iterable[ColumnRole]) -> dict[str, str]:
    """What a choice amounts to, by heading: ``Channels`` is ``TV (spend), Facebook (activity and spend)``."""
    rows = tuple(rows)
    singles = {role: [row.column for row in rows if row.role == role] for role in SINGLE_ROLES}
    channels: dict[str, list[str]] = {}
    for row in rows:
        if row.role in ("activity of channel", "spend of channel"):
            channels.setdefault(_bare_name(row), []).append(row.role.split()[0])
    controls = [display_name(_bare_name(row)) for row in rows if row.role == "control"]
    told = {role.capitalize(): listed(columns) for role, columns in singles.items() if columns}
    media = [f"{display_name(name)} ({' and '.join(sorted(set(what)))})" for name, what in channels.items()]
    named = {"Channels": media, "Controls": controls, "Left out": left_out_of(rows)}
    return told | {label: first_of(names, MOST_NAMES) for label, names in named.items() if names}


def default_name(column: str) -> str:
    """Name of a channel or control that nobody named."""
    return column.strip().lower().replace(" ", "_")


def _bare_name(row: ColumnRole) -> str:
    return row.name.strip() or default_name(row.column)


def _shortened(value: str) -> str:
    with suppress(ValueError):
        number = float(value)
        if "." in value and len(value) > LONGEST_NUMBER and math.isfinite(number):
            return f"{number:.{SHOWN_DIGITS}g}" if abs(number) < 10**SHOWN_DIGITS else f"{number:.0f}"
    return value if len(value) <= LONGEST_EXAMPLE else f"{value[: LONGEST_EXAMPLE - 1]}…"


def _shown(role: str) -> tuple[str, str]:
    for words, single in SINGLE_ROLES.items():
        if role == single:
            return words, ""
    words, prefix = next((words, prefix) for words, prefix in NAMED_ROLES.items() if role.startswith(prefix))
    return words, role.removeprefix(prefix)


def _single_columns(columns: Collection[str], taken: set[str]) -> dict[str, str]:
    """The likeliest column of each role that there is one of, unless that role is ``taken``."""
    found: dict[str, str] = {}
    for role, ranks in CANDIDATES.items():
        if SINGLE_ROLES[role] in taken:
            continue
        likeliest = next((column for rank in ranks for column in columns if _bare(column) in rank), None)
        if likeliest is not None:
            found[likeliest] = role
    return found


def _without_total(rows: list[ColumnRole]) -> list[ColumnRole]:
    """Rows in which a total beside channels is none of them: its money would be counted twice."""
    spent = [row for row in rows if row.role == "spend of channel"]
    totals = [row for row in spent if row.source == "guessed" and _bare(row.column).startswith(OF_ALL)]
    if not totals or len(spent) - len(totals) < FEWEST_PARTS:
        return rows
    return [row._replace(role=LEAVE_OUT, name="", source="open") if row in totals else row for row in rows]


def _guess(column: str, taken: set[str]) -> tuple[str, str]:
    """Role and name of a channel that a column's name suggests; a role that is ``taken`` is not proposed again."""
    lowered, bare = column.strip().lower(), _bare(column).replace("-", "_")
    for words, suffixes in SUFFIXES.items():
        written = lowered.endswith(suffixes) or bare.endswith(tuple(set(suffixes) - set(LETTERS)))
        before = next((prefix for prefix in PREFIXES[words] if bare.startswith(prefix)), None)
        if bare in BARE[words]:
            name = ADS
        elif bare.startswith(NO_CHANNEL):
            continue
        elif written:
            name = _without_suffixes(lowered if lowered.endswith(LETTERS) else bare)
        elif before is not None:
            name = bare.removeprefix(before)
        else:
            continue
        if name and NAMED_ROLES[words] + name not in taken:
            taken.add(NAMED_ROLES[words] + name)
            return words, name
    return LEAVE_OUT, ""


def _bare(column: str) -> str:
    """A name in small letters and one word, without brackets, an aggregation before it and a currency behind it."""
    words = "_".join(BRACKETS.sub(" ", column).lower().replace(".", " ").replace("_", " ").split())
    for before in ("sum_of_", "summe_von_", "somme_de_", "suma_de_", "metrics_", "segments_"):
        words = words.removeprefix(before)
    name, _, last = words.rpartition("_")
    return name if name and last in HEADER_CODES else words


def _without_suffixes(name: str) -> str:
    """The channel that a column is about: ``search_clicks_p`` becomes ``search``, as its spend ``search_S`` does."""
    every = [suffix for suffixes in SUFFIXES.values() for suffix in suffixes]
    while (ending := next((suffix for suffix in every if name.endswith(suffix)), None)) is not None:
        name = name.removesuffix(ending)
    return name
