"""The checks of currencies and units: amounts that are in several are no amounts that can be added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from mmm_core.labels import counted, first_of, listed
from mmm_core.spec import DatasetSettings
from mmm_core.table.checks.issues import Findings
from mmm_core.table.fixes.currencies import BLANK, Codes, Currencies, currencies_of, money_columns, rates_of
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable

MOST_NAMED = 5
RATES = "Say what one of each is worth in the currency that the table is to have (dataset.rates)"
SEVERAL = "currencies_by_row"
"""The code of what a column beside the amounts says: it plays no role itself."""


def check_cells(findings: Findings, table: TypedTable, raw: RawTable, roles: Roles, settings: DatasetSettings) -> None:
    """All that cells and headers say of currencies and units; ``table`` has the rows of the file."""
    found, rates = currencies_of(raw, roles), rates_of(settings)
    sources = money_columns(roles)
    hangs_on_rows = bool(found.named_in) and not set(sources) <= set(found.by_column)
    if hangs_on_rows and "amounts_are_in_one_currency" not in settings.fixes:
        _by_row(findings, table, raw, found, rates)
    for source in found.marked:
        _by_mark(findings, raw, source, found.of(source), rates)
    _by_column(findings, found, sources, rates)


def _by_row(
    findings: Findings, table: TypedTable, raw: RawTable, found: Currencies, rates: Mapping[str, float]
) -> None:
    codes = found.by_row
    open_codes = _open(codes, rates)
    if len(open_codes) < 2:
        return
    told = [f"{code} in {_rows_of(table, raw, codes == code)}" for code in open_codes]
    unnamed = int((codes == BLANK).sum())
    more = f", and none in {counted(unnamed, 'row')}" if unnamed else ""
    names = listed([f"'{name}'" for name in found.named_in])
    numbers = findings.table.row_numbers if findings.table is not None else raw.row_numbers
    findings.add(
        SEVERAL,
        "error",
        f"Column {names} names {len(open_codes)} currencies or units of the amounts: "
        f"{first_of(told, MOST_NAMED)}{more}.",
        column=found.named_in[0],
        rows=np.isin(numbers, raw.row_numbers[codes != open_codes[0]]),
        meaning="Adding up amounts in different currencies or units gives a number that means nothing, and returns "
        "that are false.",
        remedy=f"{RATES}, keep the rows of one of them (dataset.keep_currency), or say that all amounts are in one "
        "currency already.",
        fix="amounts_are_in_one_currency",
        rates_for=tuple(open_codes),
    )


def _by_mark(findings: Findings, raw: RawTable, source: str, codes: Codes, rates: Mapping[str, float]) -> None:
    open_codes = _open(codes, rates)
    if len(open_codes) < 2:
        return
    cells = raw.cells[source]
    places = {code: int(np.flatnonzero(codes == code)[0]) for code in open_codes}
    told = [f"'{cells.iloc[place]}' in row {int(raw.row_numbers[place])}" for place in places.values()]
    findings.add(
        "mixed_currencies",
        "error",
        f"Column '{source}' holds amounts in {len(open_codes)} currencies: {first_of(told, MOST_NAMED)}.",
        column=source,
        meaning="Amounts in different currencies cannot be set side by side.",
        remedy=f"{RATES}, or convert them in the file.",
        rates_for=tuple(open_codes),
    )


def _by_column(findings: Findings, found: Currencies, sources: tuple[str, ...], rates: Mapping[str, float]) -> None:
    columns: dict[str, list[str]] = {}
    for source in sources:
        if source in found.by_column and source not in found.marked and found.by_column[source] not in rates:
            columns.setdefault(found.by_column[source], []).append(source)
    if len(columns) < 2:
        return
    told = [f"{first_of([f"'{name}'" for name in names], MOST_NAMED)} in {code}" for code, names in columns.items()]
    findings.add(
        "currencies_by_column",
        "warning",
        f"Columns of money are in different currencies: {listed(told)}.",
        column=next(iter(columns.values()))[0],
        meaning="A return is sales over spend: it would be in one currency for each of another, and channels that are "
        "paid in different currencies could not be compared.",
        remedy=f"{RATES}, or convert them in the file.",
        rates_for=tuple(columns),
    )


def _open(codes: Codes, rates: Mapping[str, float]) -> list[str]:
    """Currencies without a rate, the commonest first; one of them may be the table's own."""
    counts = Counter(str(code) for code in codes if code != BLANK)
    return [code for code, _ in counts.most_common() if code not in rates]


def _rows_of(table: TypedTable, raw: RawTable, rows: Codes) -> str:
    """How many rows, and whose."""
    mask = np.asarray(rows, bool)
    entities = pd.unique(table.frame["entity_id"][mask].dropna())
    all_entities = table.frame["entity_id"].nunique()
    where = first_of([str(name) for name in entities], MOST_NAMED) if all_entities > 1 else ""
    first = f"first in row {int(raw.row_numbers[np.flatnonzero(mask)[0]])}"
    return f"{counted(mask.sum(), 'row')} ({f'{where}; ' if where else ''}{first})"
