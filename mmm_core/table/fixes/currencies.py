"""Amounts in several currencies or units: which cell is in which, and what makes one currency of them.

A cell's own mark says it ("$ 5"), or its column's header ("spend_tv_usd"), or a column of the table that names a
currency or unit for each row; in this order. Only a person knows what one of them is worth (``dataset.rates``), which
of them is to be kept (``dataset.keep_currency``), or that all amounts are in one already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import first_of
from mmm_core.spec import DatasetSettings
from mmm_core.table.calendar.month_names import plain_letters
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.reading.cells import as_arrow, currency_mark, looks_numeric, matching
from mmm_core.table.reading.raw_table import RawTable, as_text
from mmm_core.table.reading.units import CODES, HEADER_CODES, currency_in, currency_of, is_counted, scale_of, unit_in
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable

CURRENCY_NAMES = ("currency", "wahrung", "waehrung", "moneda", "divisa", "monnaie", "devise", "valuta", "moeda")
"""What columns of currencies are called, in plain letters, wherever it stands in the name."""
CURRENCY_WORDS = frozenset(("ccy", "curr", "waluta", "mena", "deviza", "doviz", "валюта", "通貨", "货币"))
_UNIT_NAMES = (
    "unit units uom einheit einheiten masseinheit unidad unidades unite unites unita eenheid jednostka amount-unit "
    "value-unit money-unit currency-unit unit-of-measure unit-multiplier scale scaling multiplier factor faktor "
    "magnitude skalierung"
)
UNIT_NAMES = frozenset(name.replace("-", " ") for name in _UNIT_NAMES.split())
"""What columns of units are called, in plain letters, as a whole."""
MOST_UNITS = 30
"""A column that names more than so many is no column of currencies or units."""
MOST_NAMED = 10
BLANK = ""
"""Code of a cell of which nothing says the currency."""

type Codes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Currencies:
    """What a table says of currencies and units.

    Attributes
    ----------
    named_in
        Columns that name one for each row, and several over all rows.
    by_row
        What they name (row), "" where they are blank.
    by_column
        What its header or every mark in its cells names, by column of money.
    marked
        What the cells' own marks name (row), by column of money with several.
    """

    named_in: tuple[str, ...]
    by_row: Codes
    by_column: Mapping[str, str]
    marked: Mapping[str, Codes]

    def of(self, source: str) -> Codes:
        """The currency or unit of each cell of a column of money."""
        general = np.full(len(self.by_row), self.by_column[source], object) if source in self.by_column else self.by_row
        marks = self.marked.get(source)
        return general if marks is None else np.where(marks == BLANK, general, marks)


class NamedUnits(NamedTuple):
    """The currency that sales and spend are counted in, by its code; None: nothing names one, or two are named."""

    sales: str | None
    spend: str | None


def money_columns(roles: Roles) -> tuple[str, ...]:
    """Columns of the file that hold money: sales, unless their name says that they are counted, and spend."""
    target = (roles.target,) if roles.target and not is_counted(roles.target) else ()
    return tuple(dict.fromkeys((*target, *roles.spend.values())))


def currencies_of(raw: RawTable, roles: Roles) -> Currencies:
    """What the cells, headers and columns of a table say of currencies and units."""
    named_in = tuple(str(name) for name in raw.cells.columns if _names_several(raw, str(name), roles))
    marked, by_column = {}, {}
    for source in money_columns(roles):
        marks = _marks(raw.cells[source])
        codes = set() if marks is None else set(marks) - {BLANK}
        header = currency_in(source)
        if marks is not None and len(codes) > 1:
            marked[source] = marks
        if header is not None or len(codes) == 1:
            by_column[source] = header or str(next(iter(codes)))
    return Currencies(named_in, _by_row(raw, named_in), by_column, marked)


def units_named(raw: RawTable, roles: Roles, settings: DatasetSettings) -> NamedUnits:
    """What headers, cells and a column beside them say that sales and spend are counted in, as they are read."""
    sources = money_columns(roles)
    if not set(sources) <= set(map(str, raw.cells.columns)):
        return NamedUnits(None, None)  # columns that a repair made
    found, for_all = currencies_of(raw, roles), _named_for_all(raw, roles)
    if settings.keep_currency is not None and found.named_in:
        for_all = code_of(settings.keep_currency)
        found = replace(found, by_row=np.full(len(found.by_row), for_all, object))

    def named_by(wanted: set[str]) -> str | None:
        its = [source for source in sources if source in wanted]
        is_in_full = not {"headers_say_thousands", "numbers_are_in_full"}.isdisjoint(settings.fixes)
        if not is_in_full and any(unit_in(source) is not None for source in its):
            return None  # thousands that are kept as they are: no euros
        codes = {str(code) for source in its for code in np.unique(found.of(source).astype(str))}
        codes = {code or for_all for code in codes} - {BLANK, *rates_of(settings)}
        return codes.pop() if len(codes) == 1 and codes <= CODES else None

    return NamedUnits(named_by({roles.target} if roles.target else set()), named_by(set(roles.spend.values())))


def with_one_currency(raw: RawTable, roles: Roles, settings: DatasetSettings) -> tuple[RawTable, list[AppliedFix]]:
    """The rows of the currency that is to be kept, and a record; all of them where none is chosen."""
    if settings.keep_currency is None:
        return raw, []
    wanted = code_of(settings.keep_currency)
    by_row = currencies_of(raw, roles).by_row
    keep = np.asarray(by_row == wanted, bool)
    if not keep.any():
        sentence = f"No row is in {wanted}, by any column of several currencies: nothing was left out."
        return raw, [AppliedFix(fix="keep_one_currency", rows=0, sentence=sentence)]
    others = first_of(sorted({code or "no currency" for code in by_row[~keep]}), MOST_NAMED)
    sentence = f"Rows in {others} were left out; those in {wanted} were kept."
    return raw.rows(keep), [AppliedFix(fix="keep_one_currency", rows=int((~keep).sum()), sentence=sentence)]


def converted(
    table: TypedTable, raw: RawTable, roles: Roles, settings: DatasetSettings
) -> tuple[TypedTable, list[AppliedFix]]:
    """The typed rows of a file with its money in one currency, as far as rates were given, and records."""
    records = []
    if settings.rates:
        table, record = _converted(table, raw, roles, rates_of(settings))
        records.append(record)
    elif "convert_currencies" in settings.fixes:
        sentence = "No rate was given (dataset.rates): nothing was converted."
        records.append(AppliedFix(fix="convert_currencies", rows=0, sentence=sentence))
    if "amounts_are_in_one_currency" in settings.fixes:
        found = currencies_of(raw, roles)
        named = first_of([f"'{name}'" for name in found.named_in], MOST_NAMED)
        sentence = (
            f"Amounts were taken to be in one currency and unit, whatever {named} says."
            if named
            else "No column names several currencies or units."
        )
        rows = len(raw.cells) if named else 0
        records.append(AppliedFix(fix="amounts_are_in_one_currency", rows=rows, sentence=sentence))
    return table, records


def rates_of(settings: DatasetSettings) -> dict[str, float]:
    """The rates that were given, by the code that cells are known by."""
    return {code_of(name): rate for name, rate in settings.rates.items()}


def code_of(text: str) -> str:
    """What a cell of a column of currencies or units is known by: EUR for "Euro", k€ for "k€"."""
    tidy = " ".join(text.split())
    scale = scale_of(tidy)
    if scale is not None and scale != 1:
        return tidy
    return currency_of(tidy) or tidy


def _converted(
    table: TypedTable, raw: RawTable, roles: Roles, rates: Mapping[str, float]
) -> tuple[TypedTable, AppliedFix]:
    found, frame = currencies_of(raw, roles), table.frame.copy()
    touched, used = np.zeros(len(frame), bool), Counter[str]()
    sources = money_columns(roles)
    for source in sources:
        codes = found.of(source)
        mine = {code for code in set(codes) if code in rates}
        factors = np.array([rates.get(code, 1.0) for code in codes])
        for column in [column for column, its in table.sources.items() if its == source and column in frame]:
            frame[column] = frame[column] * factors
        touched |= np.isin(codes.astype(str), sorted(mine))
        used.update({code: int((codes == code).sum()) for code in mine})
    if not used:
        named = first_of(sorted(rates), MOST_NAMED)
        sentence = f"No amount is in {named}: nothing was converted."
        return table, AppliedFix(fix="convert_currencies", rows=0, sentence=sentence)
    told = first_of([f"{code} by {rates[code]:.10g}" for code, _ in used.most_common()], MOST_NAMED)
    columns = first_of([f"'{source}'" for source in sources], MOST_NAMED)
    unused = sorted(set(rates) - set(used))
    rest = f" No amount is in {first_of(unused, MOST_NAMED)}." if unused else ""
    sentence = f"Amounts were multiplied ({told}) in {columns}; other columns stay as they are.{rest}"
    record = AppliedFix(fix="convert_currencies", rows=int(touched.sum()), sentence=sentence)
    return replace(table, frame=frame), record


def _names_several(raw: RawTable, name: str, roles: Roles) -> bool:
    """Whether a column names a currency or a unit for each row, and not the same for all."""
    numbers = {source for role, source in roles.sources.items() if role not in ("entity_id", "period_start")}
    if name in numbers or name == roles.period:
        return False
    plain = " ".join(plain_letters(name).replace("_", " ").replace("-", " ").split())
    is_unit = plain in UNIT_NAMES and name != roles.entity
    present = _texts(raw.cells[name])
    if present is None or not 1 < len(present) <= MOST_UNITS or len({code_of(text) for text in present}) < 2:
        return False
    if looks_numeric(raw.cells[name]):
        return is_unit and all(_is_power_of_ten(text) for text in present)
    if is_unit or any(each in plain for each in CURRENCY_NAMES) or CURRENCY_WORDS & set(plain.split()):
        return True
    codes = [currency_of(text) for text in present]
    # Of words that are a code as well (all, top) none is a currency unless another one is.
    return None not in codes and any(str(code).lower() in HEADER_CODES for code in codes)


def _named_for_all(raw: RawTable, roles: Roles) -> str:
    """The currency that a column named after it gives to every row alike; empty: there is none, or two."""
    codes: set[str] = set()
    for name in set(map(str, raw.cells.columns)) - set(roles.sources.values()):
        plain = plain_letters(name)
        if any(each in plain for each in CURRENCY_NAMES) or CURRENCY_WORDS & set(plain.replace("_", " ").split()):
            present = _texts(raw.cells[name])
            codes |= {code_of(text) for text in present} if present else set()
    return codes.pop() if len(codes) == 1 else BLANK


def _texts(cells: pd.Series) -> list[str] | None:
    """The different cells of a column of text or numbers; None: they are too many, or times."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return None
    different = cells.drop_duplicates().dropna()
    if len(different) > MOST_UNITS:
        return None
    return [str(as_text(cell)) for cell in different.tolist()]


def _is_power_of_ten(text: str) -> bool:
    scale = scale_of(text)
    return scale is not None and float(np.log10(scale)).is_integer()


def _by_row(raw: RawTable, columns: tuple[str, ...]) -> Codes:
    parts = [raw.cells[name].map(lambda cell: code_of(str(as_text(cell))), na_action="ignore") for name in columns]
    if not parts:
        return np.full(len(raw.cells), BLANK, object)
    if len(parts) == 1:
        return parts[0].astype(object).fillna(BLANK).to_numpy(object)
    rows = zip(*(part.astype(object).fillna(BLANK) for part in parts), strict=True)
    # Two columns may name the same currency, by its code and by its name.
    return np.array([" ".join(dict.fromkeys(filter(None, row))) for row in rows], object)


def _marks(cells: pd.Series) -> Codes | None:
    """The currency that is written beside each number; None: there is none anywhere."""
    if cells.dtype != "str":
        return None
    marked = matching(as_arrow(cells), r"[^0-9.,() '%-]")
    if not marked.any():
        return None
    places, texts = pd.factorize(cells[marked])
    codes = [_code_of_mark(str(text)) for text in texts]
    found = np.full(len(cells), BLANK, object)
    found[marked] = np.array(codes, object)[places]
    return found if any(codes) else None


def _code_of_mark(text: str) -> str:
    mark = currency_mark(text) if any(letter.isdigit() for letter in text) else None
    return (currency_of(mark) or mark) if mark else BLANK
