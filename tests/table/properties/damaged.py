"""Random tables as people have them: a sound one, and what happens to tables on their way through other programs.

All of a table is told by its seed, so that whatever fails can be made again.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

type Grain = Literal["day", "week", "month"]

GRAINS: tuple[Grain, ...] = ("week", "week", "day", "month")
ENTITIES = ("Nord", "Süd", "West", "Ost")
TOTALS = ("Total", "All markets", "Gesamt", "EMEA", "ZZ", "world wide", "north_total", "A")
NUMBERS = ("sales", "act_tv", "spend_tv", "spend_search", "ctrl_price")
ROWS = {"day": (63, 100), "week": (30, 70), "month": (26, 40)}
START = {"day": "2023-01-02", "week": "2023-01-02", "month": "2022-01-01"}
STEP = {"day": "D", "week": "7D", "month": "MS"}
ZONE = "Europe/Berlin"


@dataclass
class Table:
    """A table before it is written.

    ``rows`` has dates as timestamps (NaT: blank) and numbers as floats (NaN: blank), or texts, which stay as they are.
    """

    rows: pd.DataFrame
    grain: Grain
    damages: list[str] = field(default_factory=list)
    date_format: str = "%Y-%m-%d"
    headers: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    form: Literal["csv", "sheets", "across", "swapped"] = "csv"

    @property
    def entities(self) -> list[str]:
        """Names of the entities, none where there is no column of them."""
        return list(dict.fromkeys(self.rows["entity_id"].dropna())) if "entity_id" in self.rows else []


@dataclass(frozen=True)
class Made:
    """A file, and what was done to its table."""

    content: bytes
    name: str
    damages: tuple[str, ...]


type Damage = Callable[[Table, np.random.Generator], None]


def sound(chance: np.random.Generator, *, grain: Grain | None = None, entities: int | None = None) -> Table:
    """A table with nothing wrong; ``entities`` 0: without a column of them."""
    own: Grain = one_of(chance, GRAINS) if grain is None else grain
    count = int(chance.choice([0, 2, 3])) if entities is None else entities
    dates = pd.date_range(START[own], periods=int(chance.integers(*ROWS[own])), freq=STEP[own])
    level = {"day": 300.0, "week": 2000.0, "month": 9000.0}[own]
    parts = []
    for name in ENTITIES[: max(count, 1)]:
        size = len(dates)
        spend, search = level / 20 * chance.gamma(2, 1, size), level / 10 * chance.gamma(3, 1, size)
        parts.append(
            pd.DataFrame(
                {
                    "entity_id": name,
                    "period_start": dates,
                    "sales": (level * chance.uniform(0.3, 2) * chance.lognormal(0, 0.2, size) + 2 * spend).round(2),
                    "act_tv": (spend * 40 * chance.uniform(0.8, 1.2, size)).round(0),
                    "spend_tv": spend.round(2),
                    "spend_search": search.round(2),
                    "ctrl_price": chance.uniform(4, 6, size).round(2),
                    "ctrl_promo": chance.integers(0, 2, size).astype(float),
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    return Table(rows if count else rows.drop(columns="entity_id"), own)


def one_of[T](chance: np.random.Generator, these: Sequence[T]) -> T:
    """One of several things, each as likely as the others."""
    return these[int(chance.choice(len(these)))]


def damaged(seed: int, damages: tuple[str, ...] | None = None) -> Made:
    """The damaged file of a seed, or one with named damages."""
    table = damaged_table(seed, damages)
    content, file = written(table)
    return Made(content, file, tuple(table.damages))


def damaged_table(seed: int, damages: tuple[str, ...] | None = None, *, without: Collection[str] = ()) -> Table:
    """The damaged table of a seed, or one with named damages; ``without`` some."""
    chance = np.random.default_rng(seed)
    table = sound(chance)
    known = [name for name in DAMAGES if name not in (*without, *LATER)]
    names = list(damages) if damages is not None else [*chance.choice(known, int(chance.integers(1, 5)), replace=False)]
    if damages is None and seed % EVERY == 1:
        names.append(LATER[seed // EVERY % len(LATER)])
    for name in sorted(map(str, names), key=lambda name: LAST.index(name) if name in LAST else -1):
        DAMAGES[name](table, chance)
        table.damages.append(name)
    return table


def written(table: Table) -> tuple[bytes, str]:
    """The file of a table."""
    rows = table.rows
    if table.form == "swapped":
        return _workbook({"data": _swapped(rows).rename(columns=table.headers)}), "t.xlsx"
    dates = rows["period_start"]
    if pd.api.types.is_datetime64_any_dtype(dates):
        rows = rows.assign(period_start=dates.dt.strftime(table.date_format).where(dates.notna(), None))
    rows = rows.rename(columns=table.headers)
    if table.form == "sheets":
        half = len(rows) // 2
        return _workbook({"2023": rows.iloc[:half], "2024": rows.iloc[half:]}), "t.xlsx"
    if table.form == "across":
        rows = rows.set_index(rows.columns[0]).T.reset_index().rename(columns={"index": "measure"})
    body = rows.to_csv(index=False).splitlines()
    return ("\n".join([*table.above, *body, *table.below]) + "\n").encode(), "t.csv"


def _workbook(sheets: dict[str, pd.DataFrame]) -> bytes:
    target = io.BytesIO()
    with pd.ExcelWriter(target) as writer:
        for name, rows in sheets.items():
            rows.to_excel(writer, sheet_name=name, index=False)
    return target.getvalue()


def _swapped(rows: pd.DataFrame) -> pd.DataFrame:
    """Dates as a spreadsheet makes them that expects the month first: days above twelve stay text."""

    def cell(day: object) -> object:
        if not isinstance(day, pd.Timestamp):
            return None
        return pd.Timestamp(day.year, day.day, day.month) if day.day <= 12 else day.strftime("%d/%m/%Y")

    return rows.assign(period_start=pd.Series([cell(day) for day in rows["period_start"]], dtype=object))


def _some(rows: pd.DataFrame, chance: np.random.Generator, most: int = 5) -> np.ndarray:
    size = int(chance.integers(1, min(most, len(rows)) + 1))
    some: np.ndarray = np.sort(chance.choice(len(rows), size, replace=False))
    return some


def _with(table: Table, more: pd.DataFrame) -> None:
    table.rows = pd.concat([table.rows, more], ignore_index=True)


def _repeated_rows(table: Table, chance: np.random.Generator) -> None:
    _with(table, table.rows.iloc[_some(table.rows, chance)])


def _revised_rows(table: Table, chance: np.random.Generator) -> None:
    more = table.rows.iloc[_some(table.rows, chance)].copy()
    column = str(chance.choice([name for name in NUMBERS if _numeric(table, name)]))
    more[column] = (more[column] * 1.1 + 1).round(2)
    _with(table, more)


def _rows_by_campaign(table: Table, chance: np.random.Generator) -> None:
    first, second = table.rows.copy(), table.rows.copy()
    for name in ("act_tv", "spend_tv", "spend_search"):
        if _numeric(table, name):
            first[name], second[name] = (first[name] * 0.25).round(2), (first[name] * 0.75).round(2)
    table.rows = pd.concat([first, second], ignore_index=True)


def _rows_in_parts(table: Table, chance: np.random.Generator) -> None:
    _rows_by_campaign(table, chance)
    half = len(table.rows) // 2
    if _numeric(table, "sales"):
        table.rows.loc[table.rows.index[:half], "sales"] *= 0.5
        table.rows.loc[table.rows.index[half:], "sales"] *= 0.7


def _missing_rows(table: Table, chance: np.random.Generator) -> None:
    table.rows = table.rows.drop(index=table.rows.index[_some(table.rows, chance)]).reset_index(drop=True)


def _blank(column: str) -> Damage:
    def damage(table: Table, chance: np.random.Generator) -> None:
        table.rows.loc[table.rows.index[_some(table.rows, chance)], column] = None

    return damage


def _no_sales_at_the_end(table: Table, chance: np.random.Generator) -> None:
    late = _late(table, int(chance.integers(1, 6)))
    table.rows.loc[late, "sales"] = None


def _nothing_sold_at_the_end(table: Table, chance: np.random.Generator) -> None:
    table.rows.loc[_late(table, int(chance.integers(1, 6))), "sales"] = 0


def _nothing_sold_inside(table: Table, chance: np.random.Generator) -> None:
    dates = table.rows["period_start"].dropna().unique()
    table.rows.loc[(table.rows["period_start"] == chance.choice(dates)).to_numpy(), "sales"] = 0


def _late(table: Table, count: int) -> np.ndarray:
    dates = table.rows["period_start"].to_numpy("datetime64[us]")
    return np.asarray(dates >= np.unique(dates[~np.isnat(dates)])[-count])


def _total_entity(table: Table, chance: np.random.Generator) -> None:
    if len(table.entities) > 1:
        add_total(table, str(chance.choice(TOTALS)), table.entities)


def _subtotal(table: Table, chance: np.random.Generator) -> None:
    if len(table.entities) > 2:
        add_total(table, str(chance.choice(TOTALS)), table.entities[:2])


def add_total(table: Table, name: str, parts: list[str], *, digits: int = 2) -> None:
    """Rows of an entity that is the sum of others, by date; rounded to so many digits."""
    numbers = [column for column in table.rows.columns if column not in ("entity_id", "period_start")]
    own = table.rows[table.rows["entity_id"].isin(parts)]
    if not all(_numeric(table, column) for column in numbers):
        return
    ways = {column: "mean" if column.startswith("ctrl_") else "sum" for column in numbers}
    total = own.groupby("period_start").agg(ways).round(digits).reset_index()
    total.insert(0, "entity_id", name)
    _with(table, total)


def _copied_entity(table: Table, chance: np.random.Generator) -> None:
    if table.entities:
        name = table.entities[0]
        _with(table, table.rows[table.rows["entity_id"] == name].assign(entity_id=f"{name} bis"))


def _same_sales(table: Table, chance: np.random.Generator) -> None:
    if len(table.entities) > 1:
        first = table.rows[table.rows["entity_id"] == table.entities[0]].drop_duplicates("period_start")
        table.rows["sales"] = table.rows["period_start"].map(first.set_index("period_start")["sales"])


def _near_names(table: Table, chance: np.random.Generator) -> None:
    if table.entities:
        name = table.entities[-1]
        mine = np.flatnonzero((table.rows["entity_id"] == name).to_numpy())
        other = str(chance.choice([name.upper(), f" {name.lower()}", name.replace("ü", "u").lower(), f"{name}."]))
        table.rows.loc[table.rows.index[chance.choice(mine, max(1, len(mine) // 3), replace=False)], "entity_id"] = (
            other
        )


def _late_entity(table: Table, chance: np.random.Generator) -> None:
    if len(table.entities) > 1:
        dates = np.sort(table.rows["period_start"].dropna().unique())
        early = (table.rows["period_start"] < dates[len(dates) // 3]).to_numpy()
        table.rows = table.rows[~(early & (table.rows["entity_id"] == table.entities[-1]).to_numpy())].reset_index(
            drop=True
        )


def _no_date_in_common(table: Table, chance: np.random.Generator) -> None:
    """Entities one after the other."""
    if len(table.entities) > 1:
        dates = np.sort(table.rows["period_start"].dropna().unique())
        middle, last = dates[len(dates) // 2], table.entities[-1]
        late, mine = (table.rows["period_start"] >= middle).to_numpy(), (table.rows["entity_id"] == last).to_numpy()
        table.rows = table.rows[late == mine].reset_index(drop=True)


def _other_week_start(table: Table, chance: np.random.Generator) -> None:
    if len(table.entities) > 1:
        mine = table.rows["entity_id"] == table.entities[-1]
        table.rows["period_start"] = table.rows["period_start"].where(
            ~mine, table.rows["period_start"] - pd.Timedelta(days=1)
        )


def _doubtful_thousands(table: Table, chance: np.random.Generator) -> None:
    column = str(chance.choice(["sales", "spend_tv", "act_tv"]))
    if _numeric(table, column):
        values = table.rows[column]
        table.rows[column] = [
            None if pd.isna(value) else f"{abs(value) % 9 + 1:.3f}" for value in values.to_numpy(float)
        ]


def _bad_cell(table: Table, chance: np.random.Generator) -> None:
    column = str(chance.choice(["sales", "spend_tv", "ctrl_price"]))
    table.rows[column] = table.rows[column].astype(object)
    table.rows.loc[table.rows.index[_some(table.rows, chance, 2)], column] = "x"


def _month_totals(table: Table, chance: np.random.Generator) -> None:
    if table.grain != "month" and _numeric(table, "spend_tv"):
        months = table.rows["period_start"].dt.to_period("M")
        by = [months, table.rows["entity_id"]] if table.entities else [months]
        table.rows["spend_tv"] = table.rows.groupby(by)["spend_tv"].transform("sum").round(2)


def _year_so_far(table: Table, chance: np.random.Generator) -> None:
    column = str(chance.choice(["sales", "spend_search"]))
    if _numeric(table, column):
        years = table.rows["period_start"].dt.year
        by = [years, table.rows["entity_id"]] if table.entities else [years]
        table.rows[column] = table.rows.groupby(by)[column].cumsum().round(2)


def _booked_below_zero(table: Table, chance: np.random.Generator) -> None:
    if _numeric(table, "spend_search"):
        table.rows["spend_search"] = -table.rows["spend_search"]


def _one_below_zero(table: Table, chance: np.random.Generator) -> None:
    if _numeric(table, "spend_tv"):
        table.rows.loc[table.rows.index[_some(table.rows, chance, 1)], "spend_tv"] = -5.0


def _undated_rows(table: Table, chance: np.random.Generator) -> None:
    more = table.rows.iloc[_some(table.rows, chance, 3)].copy()
    more["period_start"] = pd.NaT
    _with(table, more)


def _undated_total_first(table: Table, chance: np.random.Generator) -> None:
    numbers = [name for name in NUMBERS if _numeric(table, name)]
    total = pd.DataFrame([{name: table.rows[name].sum() for name in numbers}])
    table.rows = pd.concat([total.reindex(columns=table.rows.columns), table.rows], ignore_index=True).astype(
        {"period_start": "datetime64[us]"}
    )


def _total_row(table: Table, chance: np.random.Generator) -> None:
    word = str(chance.choice(["Total", "Grand total", "Summe", "TOTAL:", "Gesamt"]))
    table.below.append(total_line(table, word))


def total_line(table: Table, word: str) -> str:
    """A line of sums under the table, its word in the first column."""
    cells = [
        f"{table.rows[name].sum():.2f}" if pd.api.types.is_numeric_dtype(table.rows[name]) else ""
        for name in table.rows.columns
    ]
    return ",".join([word, *cells[1:]])


def _footnote(table: Table, chance: np.random.Generator) -> None:
    table.below += ["", "Source: finance"]


def _preamble(table: Table, chance: np.random.Generator) -> None:
    table.above += ["Weekly report", "January 2023 to June 2024"]


def _sheets(table: Table, chance: np.random.Generator) -> None:
    table.form = "sheets"


def _across(table: Table, chance: np.random.Generator) -> None:
    if not table.entities and "entity_id" not in table.rows:
        table.form = "across"
        table.above, table.below = [], []


def _swapped_days(table: Table, chance: np.random.Generator) -> None:
    table.form = "swapped"


def _day_first(table: Table, chance: np.random.Generator) -> None:
    table.date_format = "%d/%m/%Y"


def _two_digit_years(table: Table, chance: np.random.Generator) -> None:
    table.date_format = "%y-%m-%d"


def _midnights(table: Table, chance: np.random.Generator) -> None:
    dates = table.rows["period_start"]
    table.rows["period_start"] = dates.dt.tz_localize(ZONE).dt.tz_convert("UTC").dt.tz_localize(None)
    table.date_format = "%Y-%m-%dT%H:%M:%SZ"


def _hours(table: Table, chance: np.random.Generator) -> None:
    if table.grain == "day":
        later = table.rows.assign(period_start=table.rows["period_start"] + pd.Timedelta(hours=12))
        _with(table, later)
        table.date_format = "%Y-%m-%d %H:%M"


def _week_ending(table: Table, chance: np.random.Generator) -> None:
    table.headers["period_start"] = "week_ending"
    if table.grain == "week":
        table.rows["period_start"] += pd.Timedelta(days=6)


def _year_and_week(table: Table, chance: np.random.Generator) -> None:
    if table.grain == "week" and not table.above and table.rows["period_start"].notna().all():
        iso = table.rows["period_start"].dt.isocalendar()
        table.rows.insert(0, "year", iso["year"].astype(int))
        table.rows.insert(1, "week", iso["week"].astype(int))
        table.headers["period_start"] = "note"
        table.rows["period_start"] = "w"


def _unit_in_header(table: Table, chance: np.random.Generator) -> None:
    column = str(chance.choice(["spend_tv", "spend_search"]))
    table.headers[column] = f"{column} ($000)"


def _words(table: Table, chance: np.random.Generator) -> None:
    if _numeric(table, "ctrl_promo"):
        table.rows["ctrl_promo"] = table.rows["ctrl_promo"].map({1.0: "yes", 0.0: "no"})


def _event_names(table: Table, chance: np.random.Generator) -> None:
    if _numeric(table, "ctrl_promo"):
        names = np.array(["Easter", "Sale", "easter ", "Black Friday"], object)
        named = pd.Series(names[chance.integers(0, len(names), len(table.rows))], index=table.rows.index)
        table.rows["ctrl_promo"] = named.where(table.rows["ctrl_promo"] == 1.0, None)
        if chance.random() < 1 / 3:
            table.headers["ctrl_promo"] = "note"


def _twin_by_case(table: Table, chance: np.random.Generator) -> None:
    table.rows["Sales"] = table.rows["act_tv"]


def _copied_column(table: Table, chance: np.random.Generator) -> None:
    table.rows["spend_tv.1"] = table.rows["spend_tv"]


def _weeks_then_days(table: Table, chance: np.random.Generator) -> None:
    if table.grain == "week" and not table.entities:
        last = table.rows["period_start"].max()
        days = table.rows.iloc[np.repeat(np.arange(len(table.rows) // 2), 7)].reset_index(drop=True)
        days["period_start"] = last + pd.Timedelta(days=7) + pd.to_timedelta(np.arange(len(days)), unit="D")
        days[list(NUMBERS)[:4]] = (days[list(NUMBERS)[:4]] / 7).round(2)
        _with(table, days)


def _short_range(table: Table, chance: np.random.Generator) -> None:
    """Dates that begin or end inside a week."""
    dates = np.sort(table.rows["period_start"].dropna().unique())
    table.rows = table.rows[~table.rows["period_start"].isin(dates[: int(chance.integers(1, 4))])].reset_index(
        drop=True
    )


def _closed_sundays(table: Table, chance: np.random.Generator) -> None:
    if table.grain == "day":
        table.rows = table.rows[table.rows["period_start"].dt.day_of_week != 6].reset_index(drop=True)


def _shuffled(table: Table, chance: np.random.Generator) -> None:
    table.rows = table.rows.iloc[chance.permutation(len(table.rows))].reset_index(drop=True)


def _currency_column(table: Table, chance: np.random.Generator) -> None:
    codes = ["EUR", "GBP", "USD", "EUR"]
    names = table.entities
    table.rows["currency"] = (
        [codes[names.index(name) % 4] if name in names else "EUR" for name in table.rows["entity_id"]]
        if names
        else "EUR"
    )


def _future(table: Table, chance: np.random.Generator) -> None:
    if pd.api.types.is_datetime64_any_dtype(table.rows["period_start"]):
        table.rows["period_start"] += pd.Timedelta(days=7 * 260)
        _no_sales_at_the_end(table, chance)


def _by_measure(table: Table, chance: np.random.Generator) -> None:
    """Melted to long layout: a row for each measure."""
    if _can_be_long(table):
        keys = [name for name in ("entity_id", "period_start") if name in table.rows]
        table.rows = table.rows.melt(keys, var_name="variable", value_name="value")


def _by_channel(table: Table, chance: np.random.Generator) -> None:
    """Melted to long layout: a row for each channel, with the sales of the period on each."""
    if not _can_be_long(table) or not {"act_tv", "spend_tv", "spend_search"} <= set(table.rows):
        return
    of_all = [name for name in table.rows if not str(name).startswith(("act_", "spend_"))]
    television = table.rows[of_all].assign(channel="TV", spend_all=table.rows["spend_tv"], act_all=table.rows["act_tv"])
    search = table.rows[of_all].assign(
        channel="Search", spend_all=table.rows["spend_search"], act_all=table.rows["spend_search"]
    )
    table.rows = pd.concat([television, search], ignore_index=True)


def _can_be_long(table: Table) -> bool:
    keys = [name for name in ("entity_id", "period_start") if name in table.rows]
    is_plain = table.form == "csv" and not table.headers and not table.above and not table.below
    return is_plain and "value" not in table.rows and not table.rows.duplicated(keys).any()


def _numeric(table: Table, column: str) -> bool:
    return column in table.rows and pd.api.types.is_numeric_dtype(table.rows[column])


DAMAGES: dict[str, Damage] = {
    "repeated rows": _repeated_rows,
    "revised rows": _revised_rows,
    "rows by campaign": _rows_by_campaign,
    "rows in parts": _rows_in_parts,
    "missing rows": _missing_rows,
    "blank sales": _blank("sales"),
    "blank activity": _blank("act_tv"),
    "blank spend": _blank("spend_search"),
    "blank control": _blank("ctrl_price"),
    "no sales at the end": _no_sales_at_the_end,
    "nothing sold at the end": _nothing_sold_at_the_end,
    "nothing sold inside": _nothing_sold_inside,
    "total entity": _total_entity,
    "subtotal": _subtotal,
    "copied entity": _copied_entity,
    "same sales": _same_sales,
    "near names": _near_names,
    "late entity": _late_entity,
    "no date in common": _no_date_in_common,
    "other week start": _other_week_start,
    "doubtful thousands": _doubtful_thousands,
    "bad cell": _bad_cell,
    "month totals": _month_totals,
    "year so far": _year_so_far,
    "booked below zero": _booked_below_zero,
    "one below zero": _one_below_zero,
    "undated rows": _undated_rows,
    "undated total first": _undated_total_first,
    "total row": _total_row,
    "footnote": _footnote,
    "preamble": _preamble,
    "sheets": _sheets,
    "across": _across,
    "swapped days": _swapped_days,
    "day first": _day_first,
    "two-digit years": _two_digit_years,
    "midnights": _midnights,
    "hours": _hours,
    "week ending": _week_ending,
    "year and week": _year_and_week,
    "unit in header": _unit_in_header,
    "words": _words,
    "event names": _event_names,
    "twin by case": _twin_by_case,
    "copied column": _copied_column,
    "weeks then days": _weeks_then_days,
    "short range": _short_range,
    "closed Sundays": _closed_sundays,
    "shuffled": _shuffled,
    "currency column": _currency_column,
    "future": _future,
    "by channel": _by_channel,
    "by measure": _by_measure,
}
LATER, EVERY = ("by channel", "by measure", "event names"), 4
"""Damages that came later: every fourth table has one of them besides, and all other seeds tell the tables they did."""
LAST = ("doubtful thousands", "words", "event names", "bad cell", "year and week", "by channel", "by measure")
"""Damages that leave texts where others expect numbers and dates, or other columns than they do."""
