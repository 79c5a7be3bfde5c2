"""Small tables that are written out cell by cell, so that a test can say what must become of each."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable

import pandas as pd

from mmm_core.model.structure import parameter_count
from mmm_core.spec import DatasetSettings
from mmm_core.table.asked import Asked
from mmm_core.table.checks.catalogue import Check
from mmm_core.table.checks.issues import Findings, Issue
from mmm_core.table.checks.subject import CountParameters, Subject
from mmm_core.table.grain import grain_of
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.reading.reading import read_table
from mmm_core.table.roles import resolve_roles
from mmm_core.table.typed import TypedTable, type_columns
from mmm_core.table.validation import type_file

HEADER = "entity_id,period_start,sales,act_tv,spend_tv,ctrl_price"
UNBALANCED = (
    "north,2022-01-03,100,1,10,5.5",
    "north,2022-01-10,200,2,20,",
    "north,2022-01-17,300,x,30,6.5",
    "north,2022-01-24,,4,40,7.5",
    "south,2022-01-10,20,,2,1.5",
    "south,2022-01-17,30,6,,2.5",
    "south,2022-01-24,40,7,-4,y",
)
"""Two entities, one of them younger, with blank and bad cells; every value is in it once."""


FILLERS = (" ", "\u00a0", "7", ",", ".", "'", '"', "(", "[", "-", "€", "% ", "1 ", "3/", "Jan ")
AROUND = ("{}", "1{}", "{}1", "1{}1", "€{}1", "({}", "a{}b")
"""What long cells are made of, and what stands around it: a pattern must not begin anew at each character."""


def seconds_for(ask: Callable[[str], None], cell: str) -> float:
    """Least time of a few tries in which something is asked of one cell."""
    tries = []
    for _ in range(5):
        started = time.process_time()
        ask(cell)
        tries.append(time.process_time() - started)
    return min(tries)


def text(*lines: str) -> bytes:
    """Lines as a file."""
    return ("\n".join(lines) + "\n").encode()


def written(*rows: str, header: str = HEADER) -> RawTable:
    """Rows of a CSV file as the reader finds them."""
    return read_table(text(header, *rows), "t.csv")


def typed(*rows: str, header: str = HEADER, **settings: object) -> TypedTable:
    """The same rows, every column under the role that its name says."""
    raw, chosen = written(*rows, header=header), DatasetSettings.model_validate(settings)
    return type_columns(raw, resolve_roles(list(raw.cells.columns), chosen), chosen)


def lines(*keys: tuple[str, str], sales: str = "5") -> bytes:
    """Rows of which only entity and period matter."""
    return text(HEADER, *(f"{who},{date},{sales},1,1,1" for who, date in keys))


def weeks(count: int, start: str = "2022-01-03") -> list[str]:
    """Mondays in a row."""
    return [day.date().isoformat() for day in pd.date_range(start, periods=count, freq="7D")]


def subject_of(
    content: bytes,
    asked: Asked | None = None,
    *,
    today: dt.date = dt.date(2026, 1, 1),
    count_parameters: CountParameters = parameter_count,
    **settings: object,
) -> Subject:
    """What a check is given of a file."""
    chosen = DatasetSettings.model_validate(settings)
    file = type_file(read_table(content, "t.csv", chosen.reading), chosen, asked)
    assert file.table is not None
    grain = grain_of(file.table.frame)
    return Subject(file, file.table, grain, chosen, asked, today, count_parameters)


def issues_of(subject: Subject, *checks: Check) -> list[Issue]:
    """What some checks have to say."""
    findings = Findings(subject.table)
    for check in checks:
        check(findings, subject)
    return findings.issues


def codes(issues: Iterable[Issue], severity: str | None = None) -> list[str]:
    """What issues are called."""
    return [issue.code for issue in issues if severity in (None, issue.severity)]
