"""What a table cannot tell: columns that never change, move together, or follow the season.

Only what makes a result impossible is an error; what makes intervals wide is a warning that says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted, percent
from mmm_core.spec import FeatureConfig
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable
from mmm_core.transforms.season import fourier_terms

USUAL_PAIRS = FeatureConfig().seasonality.K
"""Fourier pairs that are assumed while there is no specification."""
OUTLIER_ROBUST_Z = 6.0
ACTIVITY_OUTLIER_RATIO = 20.0
HIGH_CORRELATION = 0.95
HIGH_INFLATION = 10.0
SEASON_MIRROR_R2 = 0.8
TREND_MIRROR_R2 = 0.999
COMFORTABLE_ROWS_PER_PARAMETER = 3
PERIODS_OF_TWO_YEARS = {"WEEK": 104, "MONTH": 24}
WIDENS = "Their effects can hardly be told apart: intervals are wide and one may be given the other's effect."


def check(findings: Findings, subject: Subject) -> None:
    """Run every check of what the columns can tell; those that need a grain are left out without one."""
    table, roles, asked = subject.table, subject.roles, subject.asked
    _variation(findings, subject)
    _outliers(findings, table)
    if subject.grain in ("WEEK", "MONTH") and roles.activity:
        _size(findings, subject)
        _collinearity(findings, subject.brand)
        _season_mirror(findings, subject.brand, roles)
        if asked is None or asked.has_trend:
            _trend_mirror(findings, subject.brand, roles)


def _variation(findings: Findings, subject: Subject) -> None:
    """Columns that never change; an error only where the specification wants them in the model, and in sales."""
    table, brand = subject.table, subject.brand
    sales = table.frame["sales"].dropna()
    if len(sales) > 1 and sales.nunique() == 1:
        findings.add(
            "constant_sales",
            "error",
            f"Column '{findings.source('sales')}' is always {sales.iloc[0]:g}.",
            column="sales",
            meaning="Where sales never change there is nothing to explain.",
            remedy="Choose the column that holds sales.",
        )
    for column in brand.columns:
        if not str(column).startswith(("act_", "ctrl_")):
            continue
        values = brand[column].dropna()
        if len(values) < 2 or values.nunique() > 1 or table.bad[str(column)].any():
            continue  # what cannot be read yet may well change
        zero = bool((values == 0).all())
        findings.add(
            "all_zero" if zero else "constant",
            "error" if subject.asked is not None else "warning",
            f"Column '{findings.source(str(column))}' is always {'zero' if zero else f'{values.iloc[0]:g}'}.",
            column=str(column),
            meaning="What never changes cannot be told from the baseline.",
            remedy="Leave it out of the model.",
        )


def _outliers(findings: Findings, table: TypedTable) -> None:
    sales = table.frame["sales"].where(table.frame["sales"] > 0)
    logs = np.log(sales) - np.log(sales).groupby(table.frame["entity_id"]).transform("median")
    spread = 1.4826 * logs.abs().median()
    far = (logs.abs() > OUTLIER_ROBUST_Z * spread).to_numpy() if spread > 0 else np.zeros(len(logs), bool)
    if far.any():
        findings.add(
            "sales_outlier",
            "warning",
            f"Column '{findings.source('sales')}': {counted(far.sum(), 'value')} far from the rest "
            f"({findings.place(far)}).",
            column="sales",
            rows=far,
            meaning="The model gives such weeks little weight, but a channel that ran then may be misjudged.",
            remedy="Check the values; give a known event a 0/1 control.",
        )
    for column in table.frame.columns:
        if not str(column).startswith("act_"):
            continue
        values = table.frame[column]
        usual = values.where(values > 0).groupby(table.frame["entity_id"]).transform("median")
        huge = (values > ACTIVITY_OUTLIER_RATIO * usual).to_numpy()
        if huge.any():
            findings.add(
                "activity_outlier",
                "warning",
                f"Column '{findings.source(str(column))}': {counted(huge.sum(), 'value')} above "
                f"{ACTIVITY_OUTLIER_RATIO:g} times the usual ({findings.place(huge)}).",
                column=str(column),
                rows=huge,
                meaning="A few periods decide what this channel is said to bring.",
                remedy="Check the values and their unit; saturation softens real peaks.",
            )


def _size(findings: Findings, subject: Subject) -> None:
    table, grain, asked = subject.table, str(subject.grain), subject.asked
    # Sales that could not be read are there once their error is mended.
    there = table.frame["sales"].notna() | table.bad["sales"]
    rows = int(table.frame.loc[there, "period_start"].nunique())
    columns = sum(str(column).startswith(("act_", "ctrl_")) for column in table.frame.columns)
    pairs, trend = (asked.fourier_pairs, asked.has_trend) if asked else (USUAL_PAIRS, True)
    parameters = subject.count_parameters(columns, pairs, trend)
    if rows <= parameters:
        findings.add(
            "too_few_rows",
            "error",
            f"{rows} periods for {parameters} parameters.",
            meaning="The data cannot decide between the columns.",
            remedy="Add periods, or leave out channels and controls.",
        )
    elif rows < COMFORTABLE_ROWS_PER_PARAMETER * parameters:
        findings.add(
            "few_rows",
            "warning",
            f"{rows} periods for {parameters} parameters: fewer than {COMFORTABLE_ROWS_PER_PARAMETER} for each.",
            meaning="Intervals are wide, and the prior has much to say.",
            remedy="Add periods, or leave out channels and controls.",
        )
    if pairs and rows < PERIODS_OF_TWO_YEARS[grain]:
        findings.add(
            "under_two_years",
            "warning",
            f"{rows} {grain.lower()}s are less than two years.",
            meaning="Season and trend can hardly be told from each other or from steady advertising.",
            remedy="Add earlier periods if there are any.",
        )


def _collinearity(findings: Findings, every: pd.DataFrame) -> None:
    brand = every.dropna()
    varying = [str(c) for c in brand.columns if str(c).startswith(("act_", "ctrl_")) and brand[c].nunique() > 1]
    if len(brand) < 3 or len(varying) < 2:
        return
    scaled = (brand[varying] - brand[varying].mean()) / brand[varying].std(ddof=0)
    correlation = np.corrcoef(scaled.to_numpy().T)
    channels = [name for name in varying if name.startswith("act_")]
    for i, first in enumerate(varying):
        for j, second in enumerate(varying[:i]):
            if abs(correlation[i, j]) > HIGH_CORRELATION and {first, second} & set(channels):
                findings.add(
                    "collinear_columns",
                    "warning",
                    f"Columns '{findings.source(second)}' and '{findings.source(first)}' move together "
                    f"(correlation {correlation[i, j]:.2f}).",
                    column=first if first in channels else second,
                    meaning=WIDENS,
                    remedy="Add them up to one column in the file, leave one out, or bring in an experiment.",
                )
    if len(brand) <= len(varying) + 1:
        return
    inflations = dict(zip(varying, variance_inflation(correlation), strict=True))
    for name in channels:
        inflation = inflations[name]
        if inflation > HIGH_INFLATION:
            explained = 1 - 1 / inflation
            findings.add(
                "explained_by_others",
                "warning",
                f"Channel '{name.removeprefix('act_')}' is {percent(explained)} explained by the other columns.",
                column=name,
                meaning=f"Its interval is about {np.sqrt(inflation):.0f} times as wide as if it ran on its own.",
                remedy="Leave out or merge columns, or vary the channel's budget on its own.",
            )


def _season_mirror(findings: Findings, brand: pd.DataFrame, roles: Roles) -> None:
    days = brand.index.to_numpy().astype("datetime64[D]").astype(float)
    season = fourier_terms(days, 2)
    if len(brand) < 3 * season.shape[1]:
        return
    for channel in roles.activity:
        values = brand[f"act_{channel}"].to_numpy(float)
        if not np.isfinite(values).all() or values.std() == 0:
            continue
        explained = r_squared(values, season)
        if explained > SEASON_MIRROR_R2:
            findings.add(
                "mirrors_season",
                "warning",
                f"Channel '{channel}' follows the season ({explained:.0%} of its variation).",
                column=f"act_{channel}",
                meaning="Its effect can hardly be told from the season's: a seasonal peak may be credited to it.",
                remedy="Vary its timing, or bring in an experiment.",
            )


def _trend_mirror(findings: Findings, brand: pd.DataFrame, roles: Roles) -> None:
    rows = np.arange(len(brand), dtype=float)
    for name, column in roles.controls.items():
        values = brand[f"ctrl_{name}"].to_numpy(float)
        if len(brand) < 3 or not np.isfinite(values).all() or values.std() == 0:
            continue
        if r_squared(values, rows[:, None]) > TREND_MIRROR_R2:
            findings.add(
                "mirrors_trend",
                "warning",
                f"Column '{column}' is a straight line in time, which the model's trend already is.",
                column=f"ctrl_{name}",
                meaning="The two share one effect in any proportion, and the sampler has a hard time with it.",
                remedy="Leave the column out, or switch the trend off.",
            )


def variance_inflation(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much wider the variance of each column's effect is for the other columns' sake, ``1 / (1 − R²)``.

    Parameters
    ----------
    correlation
        ``(column, column)``: of the columns, no unit.

    Returns
    -------
    ``(column)``, no unit: the diagonal of the inverse, from one decomposition for all columns. Columns that others
    explain altogether have 1e12 or so, and leave the rest as it is.
    """
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(np.square(vectors) @ (1 / np.maximum(values, 1e-12)))


def r_squared(values: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    """Share of the variance of values ``(row)`` that a straight line in the columns ``(row, column)`` explains.

    A fraction, no unit; 0 where the values do not vary.
    """
    design = np.column_stack([np.ones(len(values)), columns])
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    total = float(np.square(values - values.mean()).sum())
    return 1 - float(np.square(values - fitted).sum()) / total if total > 0 else 0.0
