"""The checks of a table's rows: dates, duplicates, grain, entities, blanks and signs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.spec import FixName
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.grain import step_days
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable

type Mask = NDArray[np.bool_]


def check_dates(findings: Findings, subject: Subject) -> None:
    """Whether there are rows, and every one has a place in time."""
    _emptied(findings, subject)
    _dates(findings, subject.table)


def has_dates(table: TypedTable) -> bool:
    """Whether there are dates to go by."""
    return not table.date_order_ambiguous and bool(table.frame["period_start"].notna().any())


def check(findings: Findings, subject: Subject) -> None:
    """Duplicates, grain, entities, sales, blanks, signs."""
    table = subject.table
    _duplicates(findings, table)
    _grain(findings, subject)
    _entities(findings, table)
    _sales(findings, subject)
    _blanks(findings, table)
    _signs(findings, table)
    _spend_against_activity(findings, table, subject.roles)


def _emptied(findings: Findings, subject: Subject) -> None:
    """A file has rows, or it would not have been read: where none are left, fixes dropped them."""
    if len(subject.table.frame):
        return
    dropping = [record for record in subject.file.applied_fixes if record.rows]
    findings.add(
        "no_rows_left",
        "error",
        "No row is left after the repairs that were chosen: "
        f"{'; '.join(f'{record.fix} ({counted(record.rows, "row")})' for record in dropping)}.",
        meaning="There is nothing to explain.",
        remedy="Take back the repair that dropped the rows, and mend the table itself.",
    )


def _dates(findings: Findings, table: TypedTable) -> None:
    column = findings.source("period_start")
    dates, bad = table.frame["period_start"], table.bad["period_start"]
    if table.date_order_ambiguous:
        findings.add(
            "ambiguous_dates",
            "error",
            f"Column '{column}': day and month cannot be told apart (3/4/2023 is 3 April or 4 March).",
            column="period_start",
            meaning="The wrong reading would put every row in the wrong week.",
            remedy="Set dataset.reading.date_order to DMY or MDY, or write dates as 2023-04-03.",
        )
        return
    if bad.any():
        findings.add(
            "bad_date",
            "error",
            f"Column '{column}': {counted(bad.sum(), 'cell')} {'is not a date' if bad.sum() == 1 else 'are not dates'} "
            f"({findings.place(bad)}).",
            column="period_start",
            rows=bad,
            meaning="These rows have no place in time.",
            remedy="Write dates as 2023-04-03.",
        )
    blank = dates.isna().to_numpy() & ~bad
    if blank.any():
        findings.add(
            "blank_date",
            "error",
            f"Column '{column}': {counted(blank.sum(), 'blank cell')} ({findings.place(blank)}).",
            column="period_start",
            rows=blank,
            meaning="These rows have no place in time.",
            remedy="Fill in the dates, or drop these rows: at the end of a table they are often totals or remarks.",
            fix="drop_rows_without_date",
        )


def _duplicates(findings: Findings, table: TypedTable) -> None:
    keys = table.frame[["entity_id", "period_start"]]
    repeated = (keys.duplicated() & keys["period_start"].notna()).to_numpy()
    if not repeated.any():
        return
    safe = bool((~repeated | table.exact_duplicate).all())
    findings.add(
        "duplicate_period",
        "error",
        f"{int(repeated.sum())} rows repeat an entity and period ({findings.place(repeated)}).",
        column="period_start",
        rows=repeated,
        meaning="It is not known which of them is true, or whether they are to be added.",
        remedy="Keep one row per entity and period"
        + (": these repeat a row in every cell." if safe else ", or add them up."),
        fix="drop_exact_duplicates" if safe else None,
    )


def _grain(findings: Findings, subject: Subject) -> None:
    table, grain, asked = subject.table, subject.grain, subject.asked
    dates = table.frame["period_start"]
    if grain is None:
        steps = step_days(dates)
        findings.add(
            "unknown_grain",
            "error",
            "Periods are neither days, weeks nor months apart "
            f"(steps of {', '.join(map(str, np.unique(steps)[:5]))} days)."
            if len(steps)
            else "There is only one period.",
            column="period_start",
            meaning="Carry-over counts periods: they must be evenly spaced.",
            remedy="Give one row per week or per month.",
        )
        return
    if grain == "DAY":
        findings.add(
            "daily",
            "error",
            "The rows are days.",
            column="period_start",
            meaning="The model works on weeks or months.",
            remedy="Sum the days to weeks.",
            fix="sum_days_to_weeks",
        )
    else:
        _irregular(findings, table, grain)
    if asked is not None and asked.grain and grain != "DAY" and asked.grain != grain:
        findings.add(
            "wrong_grain",
            "error",
            f"The specification says {asked.grain}, the rows are {grain}s.",
            column="period_start",
            meaning="Carry-over and season would be counted in the wrong unit.",
            remedy=f'Set grain to "{grain}" or null, or sum the table.',
        )


def _irregular(findings: Findings, table: TypedTable, grain: str) -> None:
    days = np.unique(table.frame["period_start"].dropna().to_numpy().astype("datetime64[D]"))
    if grain == "WEEK":
        steps = np.diff(days).astype(int)
        odd = np.flatnonzero(steps != 7)
    else:
        steps = np.diff(days.astype("datetime64[M]").astype(int))
        # Calendar months: the same day throughout, or each month's last day.
        of_month = (days - days.astype("datetime64[M]")).astype(int)
        last = ((days + np.timedelta64(1, "D")).astype("datetime64[M]") != days.astype("datetime64[M]")).all()
        wandering = len(np.unique(of_month)) > 1 and not last
        odd = np.flatnonzero((steps != 1) | (wandering & (np.diff(of_month) != 0)))
    odd = odd[[not _left_by_unread_dates(table, days[i], days[i + 1], grain) for i in odd]] if len(odd) else odd
    if not len(odd):
        return
    listed = ", ".join(f"{days[i]} to {days[i + 1]}" for i in odd[:5])
    after = table.frame["period_start"].isin(days[odd + 1].astype("datetime64[us]")).to_numpy()
    findings.add(
        "irregular_periods",
        "error",
        f"The {grain.lower()}s are not evenly spaced: {len(odd)} irregular steps "
        f"({listed}{', …' if len(odd) > 5 else ''}).",
        column="period_start",
        rows=after,
        meaning="Carry-over counts rows: a hole or an odd step shifts every lag after it.",
        remedy="Add the missing periods (with their activity), or correct the dates.",
    )


def _left_by_unread_dates(table: TypedTable, before: np.datetime64, after: np.datetime64, grain: str) -> bool:
    """Whether rows whose dates could not be read fill a hole: they are reported already, and it is one fault."""
    dates = table.frame["period_start"]
    previous, following = dates.ffill(), dates.bfill()
    first, last = np.minimum(previous, following), np.maximum(previous, following)
    missing = round((after - before).astype(int) / (7 if grain == "WEEK" else 30.44)) - 1
    return bool(0 < missing <= (dates.isna() & (first == before) & (last == after)).sum())


def _entities(findings: Findings, table: TypedTable) -> None:
    blank = table.frame["entity_id"].isna().to_numpy()
    if blank.any():
        findings.add(
            "blank_entity",
            "error",
            f"Column '{findings.source('entity_id')}': {counted(blank.sum(), 'blank cell')} ({findings.place(blank)}).",
            column="entity_id",
            rows=blank,
            meaning="It is not known to which series these rows belong.",
            remedy="Fill in the entity.",
        )
    # A row whose entity is not known may be the one that its date seems to lack: that is said already.
    told = table.frame.groupby("period_start")["entity_id"].agg(["nunique", "count", "size"])
    entities = table.frame["entity_id"].nunique()
    short = told.index[(told["nunique"] < entities) & (told["count"] == told["size"])]
    if len(short):
        rows = table.frame["period_start"].isin(short).to_numpy()
        findings.add(
            "unbalanced_panel",
            "error",
            f"On {len(short)} dates not all {entities} entities are present ({findings.place(rows)}).",
            column="entity_id",
            rows=rows,
            meaning="Sums over entities would drop on these dates for no reason of the market.",
            remedy="Add the missing rows, or keep the dates that all entities have.",
            fix="use_common_dates",
        )


def _sales(findings: Findings, subject: Subject) -> None:
    table, settings, asked = subject.table, subject.settings, subject.asked
    frame, column = table.frame, findings.source("sales")
    blank = frame["sales"].isna().to_numpy() & ~table.bad["sales"]
    last = frame["period_start"].where(frame["sales"].notna()).max()
    trailing = blank & (frame["period_start"] > last).to_numpy()
    future = trailing & (frame["period_start"] > pd.Timestamp(subject.today)).to_numpy()
    inside = blank & ~trailing
    if blank.all():
        findings.add(
            "no_sales",
            "error",
            f"Column '{column}' is empty.",
            column="sales",
            meaning="There is nothing to explain.",
            remedy="Fill in the column.",
        )
        return
    if trailing.any() and "blank_sales_outside_likelihood" not in settings.fixes:
        findings.add(
            "future_rows" if future.any() else "trailing_blank_sales",
            "error",
            f"Column '{column}': {counted(trailing.sum(), 'blank cell')} at the end ({findings.place(trailing)})"
            + (", in the future." if future.any() else "."),
            column="sales",
            rows=trailing,
            meaning="Periods without sales cannot be estimated.",
            remedy="Drop these periods.",
            fix="drop_trailing_blank_sales",
        )
    if inside.any() and "blank_sales_outside_likelihood" not in settings.fixes:
        findings.add(
            "blank_sales",
            "error",
            f"Column '{column}': {counted(inside.sum(), 'blank cell')} ({findings.place(inside)}).",
            column="sales",
            rows=inside,
            meaning="Blank is not zero: these periods cannot be estimated, but their advertising still carries over.",
            remedy="Fill in the cells, or let these periods feed carry-over only.",
            fix="blank_sales_outside_likelihood",
        )
    offset = asked.target_offset if asked else 0.0
    low = (frame["sales"] + offset <= 0).to_numpy()
    if low.any():
        inner = low & ~_at_the_ends(frame, low)
        findings.add(
            "nonpositive_sales",
            "error",
            f"Column '{column}': {counted(low.sum(), 'value')} at or below {0 - offset:g} ({findings.place(low)}).",
            column="sales",
            rows=low,
            meaning="The model explains the logarithm of sales, which zero does not have; a tiny stand-in would become "
            "the largest outlier of the table.",
            remedy="Correct or drop these rows" + (", or set target_offset in the unit of sales." if asked else "."),
            fix=None if inner.any() else "drop_nonpositive_sales_rows",
        )


def _at_the_ends(frame: pd.DataFrame, rows: Mask) -> Mask:
    """Rows of a mask that can be dropped without leaving a hole: a run at either end of the table."""
    dates = frame["period_start"]
    kept = dates[~rows]
    return np.asarray(rows & ((dates < kept.min()) | (dates > kept.max())).to_numpy())


def _some_follow_a_value(frame: pd.DataFrame, column: str, blank: Mask) -> bool:
    """Whether a blank control can be filled from what stands before it."""
    in_time = frame["period_start"].argsort(kind="stable")
    known = frame[column].iloc[in_time].groupby(frame["entity_id"]).ffill().reindex(frame.index).notna().to_numpy()
    return bool((blank & known).any())


def _blanks(findings: Findings, table: TypedTable) -> None:
    fixes: dict[str, tuple[FixName, str, str]] = {
        "act_": ("blank_activity_is_zero", "A blank may mean nothing was bought, or that it is not known.", "zero"),
        "spend_": ("blank_spend_is_zero", "A blank may mean nothing was spent, or that it is not known.", "zero"),
        "ctrl_": (
            "carry_controls_forward",
            "A control must be known in every period.",
            "the value before or one between its neighbours",
        ),
    }
    for column in table.numbers():
        for prefix, (fix, meaning, value) in fixes.items():
            if not column.startswith(prefix):
                continue
            blank = table.frame[column].isna().to_numpy() & ~table.bad[column]
            if blank.any():
                mended = prefix != "ctrl_" or _some_follow_a_value(table.frame, column, blank)
                way_out = f"let blank mean {value}" if mended else "leave the column out"
                findings.add(
                    f"blank_{prefix.rstrip('_')}",
                    "error",
                    f"Column '{findings.source(column)}': {counted(blank.sum(), 'blank cell')} "
                    f"({findings.place(blank)}).",
                    column=column,
                    rows=blank,
                    meaning=meaning,
                    remedy=f"Fill in the cells, or {way_out}.",
                    fix=fix if mended else None,
                )


def _signs(findings: Findings, table: TypedTable) -> None:
    for column in table.numbers():
        if not column.startswith(("act_", "spend_")):
            continue
        negative = (table.frame[column] < 0).to_numpy()
        if negative.any():
            what = "Spend" if column.startswith("spend_") else "Activity"
            findings.add(
                "negative_value",
                "error",
                f"Column '{findings.source(column)}': {int(negative.sum())} negative values "
                f"({findings.place(negative)}). {what} must be ≥ 0.",
                column=column,
                rows=negative,
                meaning="Negative advertising would carry over as a negative effect.",
                remedy="Correct the file (credits belong to the week of the purchase), or map the column as a control.",
            )


def _spend_against_activity(findings: Findings, table: TypedTable, roles: Roles) -> None:
    for channel in roles.spend:
        if channel not in roles.activity or roles.activity[channel] == roles.spend[channel]:
            continue
        activity, spend = table.frame[f"act_{channel}"], table.frame[f"spend_{channel}"]
        for code, rows, message in (
            ("spend_without_activity", (spend > 0) & (activity == 0), "spend but no activity"),
            ("activity_without_spend", (activity > 0) & (spend == 0), "activity but no spend"),
        ):
            mask = rows.to_numpy()
            if mask.any():
                findings.add(
                    code,
                    "warning",
                    f"Channel '{channel}': {counted(mask.sum(), 'period')} with {message} ({findings.place(mask)}).",
                    column=f"spend_{channel}",
                    rows=mask,
                    meaning="The return on spend sets these two columns against each other.",
                    remedy="Check that both are booked in the same period.",
                )
