"""Tables as people have them, with a known truth: what is said of each, what settles it, and the returns it then gives.

``python -m benchmarks.case_returns [BEGINNING …] [--cases FOLDER]``. The tables are those of ``../shared/data/cases``;
those that begin with one of the words given, else all. A return is the additive total of a channel over its spend.
The weekly table that most cases are made of was simulated with returns of 1.55 (TV) and 4.8 (search).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mmm_core.errors import MMMError
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.intervals import Estimate
from mmm_core.runs import execution, fits, tables
from mmm_core.runs.folder import CHANNELS
from mmm_core.sampler.sampling import compile_structure
from mmm_core.settings import PROJECT
from mmm_core.spec import DatasetSettings, FixName, RunSpec, spec_from
from mmm_core.workspace import storage
from mmm_core.workspace.desk import LOCAL_OWNER

CASES = PROJECT.parent / "shared" / "data" / "cases"
BASE = {"tv": 1.55, "search": 4.8}
CONTROLS = ["ctrl_price", "ctrl_promo"]
TO_WEEKS: FixName = "sum_days_to_weeks"


@dataclass(frozen=True)
class Case:
    """A table, what a person answers, and the returns that are right (None: there is no truth to hold it against)."""

    name: str
    fixes: tuple[FixName, ...] = ()
    spec: dict[str, object] = field(default_factory=dict)
    dataset: dict[str, object] = field(default_factory=dict)
    right: dict[str, float] | None = field(default_factory=lambda: BASE)


ADS: dict[str, object] = {"drivers": ["google"], "controls": []}
ADS_ROLES: dict[str, object] = {
    "columns": {"period_start": "Week", "sales": "Conv. value", "act_google": "Impr.", "spend_google": "Cost"}
}
MONTHS: dict[str, object] = {"grain": "MONTH"}
DAYS: dict[str, object] = {"controls": []}
UNITS: dict[str, object] = {"drivers": ["spend_tv ($000)", "spend_search ($000)"]}
LATE: dict[str, object] = {
    "drivers": ["tv", "search", "tiktok"],
    "feature_config": {"adstock": {"decay_default": 0.5, "per_channel": {"tiktok": 0.9}}},
}
THIN = ("radio", "print", "ooh", "tiktok", "fax")
TABLES = (
    Case("01-google-ads-weekly.csv", ("blank_spend_is_zero",), ADS, ADS_ROLES, right=None),
    Case("03-meta-total-first.csv", ("drop_rows_without_date",)),
    Case("05-matomo-week-range.csv"),
    Case("06b-iso-week53-2020.csv", right=None),
    Case("07-monthly.csv", spec=MONTHS, right=None),
    Case("08-friday-weeks.csv"),
    Case("09-negative-net-sales.csv", spec={"target_offset": 2000}, right={"tv": 1.50, "search": 4.93}),
    Case("10-zero-inflated.csv", spec={"drivers": ["tv", "search", *THIN]}),
    Case("11-promo-yes-no.csv", ("words_are_zero_and_one",)),
    Case("12-entity-NA.csv", right=None),
    Case("13-entity-case.csv", ("merge_entity_names",), right=None),
    Case("14-unbalanced-late-region.csv", ("use_common_dates",), right=None),
    Case("15-excel-swapped-dates.xlsx", ("swap_day_and_month",)),
    Case("17-thousands-dots-mixed.csv", ("doubtful_marks_are_thousands",), right=None),
    Case("17c-thousands-dots-around-1000.csv", right=None),
    Case("18b-berlin-months.parquet", spec=MONTHS, right=None),
    Case("19-footnotes.csv"),
    Case("20-duplicate-column-suffix.csv", dataset={"left_out": ["spend_tv.1"]}),
    Case("23-indian-grouping.csv", right=None),
    Case("24-spend-in-thousands.csv", ("headers_say_thousands",), UNITS),
    Case("25-week-ending.csv", ("dates_are_period_ends",)),
    Case("26-retail-445.csv", spec=MONTHS, right=None),
    Case("31-total-as-entity.csv", ("leave_out_total_entities",), right=None),
    Case("32-sales-repeated-per-campaign.csv", ("sales_once_for_all_entities",)),
    Case("33-small-region-zero-week.csv", right=None),
    Case("37b-currency-column-same-size.csv", ("amounts_are_in_one_currency",), right=None),
    Case("38-weekly-then-daily.csv", (TO_WEEKS,), right=None),
    Case("40b-late-strong-channel.csv", spec=LATE, right=None),
    Case("41-extreme-units.csv", right=None),
    Case("44-transposed.csv", ("turn_table",), right=None),
    Case("45-sales-twice-by-case.csv", dataset={"left_out": ["Sales"]}),
    Case("48-daily-scattered-missing.csv", ("leave_out_incomplete_weeks", TO_WEEKS), DAYS, right={"search": 7.0}),
    Case("48-daily-scattered-missing.csv", ("missing_days_sold_nothing", TO_WEEKS), DAYS, right=None),
    Case("49-daily-revised-rows.csv", ("keep_last_of_repeated_rows", TO_WEEKS), DAYS, right={"search": 7.0}),
    Case("50-monthly-total-on-each-week.csv", ("spread_month_totals",)),
    Case("51-last-week-incomplete.csv"),
    Case("52-mm-yyyy.csv", spec=MONTHS, right=None),
    Case("54-brand-dimension-dropped.csv", ("add_up_repeated_rows",), right=None),
    Case("55-german-some-thousands.csv", right=None),
    Case("56-dd-mm-yy.csv"),
    Case("57-dots-fifth-of-month.csv", spec=MONTHS, right=None),
    Case("58-mac-1904-workbook.xlsx"),
    Case("59-a-sheet-a-year.xlsx", ("stack_sheets",)),
    Case("61-constant-channel.csv", spec={"drivers": ["search"]}, right=None),
    Case("63-grand-total-under-header.csv", ("drop_rows_without_date",)),
    Case("64-daily-closed-sundays.csv", (TO_WEEKS,), DAYS, right=None),
    Case("65-newest-first-times.csv"),
    Case("66-daily-rows-per-campaign.csv", ("sales_once_per_period", TO_WEEKS), DAYS, right={"search": 7.0}),
)
compiled = cache(compile_structure)


def main(arguments: list[str] | None = None) -> int:
    """Print a row a table; exit code 1 where one that should be fitted is refused."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.case_returns")
    parser.add_argument("beginnings", nargs="*", help="default: all")
    parser.add_argument("--cases", type=Path, default=CASES)
    options = parser.parse_args(arguments)
    refused = 0
    print("| table | said of it | answered | returns | right |\n|---|---|---|---|---|")
    for case in TABLES:
        if options.beginnings and not case.name.startswith(tuple(options.beginnings)):
            continue
        path = options.cases / case.name
        try:
            found = ", ".join(f"{channel} {_with_interval(each)}" for channel, each in returns(path, case).items())
        except MMMError as refusal:
            found, refused = f"refused: {refusal.code}", refused + 1
        cells = (case.name, _said(path, case), ", ".join(case.fixes) or "—", found, _shown(case.right or {}) or "—")
        print(f"| {' | '.join(cells)} |", flush=True)
    return int(refused > 0)


def returns(path: Path, case: Case) -> dict[str, Estimate]:
    """The returns of a table once it is answered, by channel, with their intervals; fitted by the ordinary path.

    Raises
    ------
    MMMError
        The table is refused.
    """
    spec = _spec(case)
    prepared = tables.read_file(path, spec=spec)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        origin = fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER)
        fits.create(folder, prepared.canonical(), spec, origin)
        fits.build(folder)
        execution.execute_run(folder, compiled=compiled)
        summary = storage.read_json(folder / CHANNELS, ContributionSummary)
    return {channel.channel: channel.roi for channel in summary.channels if channel.roi is not None}


def _spec(case: Case) -> RunSpec:
    names: dict[str, object] = {"dataset_id": "case", "drivers": ["tv", "search"], "controls": CONTROLS}
    return spec_from(names | case.spec | {"dataset": {"fixes": list(case.fixes)} | case.dataset})


def _said(path: Path, case: Case) -> str:
    """Codes of the errors of a table about which nothing was answered."""
    settings = DatasetSettings.model_validate(case.dataset)
    try:
        report = tables.read_file(path, settings).report
    except MMMError as refusal:
        return str(refusal.code)
    return ", ".join(dict.fromkeys(issue.code for issue in report.issues if issue.severity == "error")) or "—"


def _with_interval(each: Estimate) -> str:
    return f"{each.mean:.3g} ({each.low:.3g} to {each.high:.3g})"


def _shown(each: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in each.items())


if __name__ == "__main__":
    sys.exit(main())
