"""What columns have to do with sales: controls that follow them, media that run against them, counts beside money.

None of it stops a run, since correlation proves nothing; each is a question that only a person can answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.reading.units import is_counted
from mmm_core.table.roles import Roles
from mmm_core.transforms.season import fourier_terms

type Array = NDArray[np.float64]

FOLLOWS_SALES = 0.8
"""Correlation with sales from which on a control is asked about; Robyn's competitor sales have 0.92."""
IS_SALES = 0.99
SEASON_PAIRS = 2
FEWEST_ROWS = 24
"""Rows below which a correlation beside season and trend means nothing."""
MONEY_EACH = re.compile(r"(revenue|value|price|sales|margin)_?per_|_per_(conversion|order|unit)|\baov\b|order_value")
"""Names of columns that say what one of them is worth."""


def check(findings: Findings, subject: Subject) -> None:
    """Run every check of this module."""
    roles = subject.roles
    _counts_beside_money(findings, subject.file.columns, roles)
    if subject.grain not in ("WEEK", "MONTH"):
        return
    known = subject.brand
    known = known[known["sales"] > 0]
    if len(known) >= FEWEST_ROWS:
        _controls_that_follow(findings, known, roles)
        _media_against_sales(findings, known, roles)


def _controls_that_follow(findings: Findings, known: pd.DataFrame, roles: Roles) -> None:
    for name, column in roles.controls.items():
        together = _correlation(known[f"ctrl_{name}"], known["sales"])
        if abs(together) < FOLLOWS_SALES:
            continue
        same = abs(together) >= IS_SALES
        findings.add(
            "control_is_sales" if same else "control_follows_sales",
            "warning",
            f"Column '{column}' {'is almost the same thing as sales' if same else 'follows sales closely'} "
            f"(correlation {together:.2f}).",
            column=f"ctrl_{name}",
            meaning="Nothing is left for media to explain."
            if same
            else "If it is a result of sales, or of the same demand (orders, visits, what competitors sold), it "
            "explains sales in media's place, and media is credited with too little.",
            remedy="Leave it out."
            if same
            else "Keep it only if it moves sales and media cannot move it (a price, the weather).",
        )


def _media_against_sales(findings: Findings, known: pd.DataFrame, roles: Roles) -> None:
    """Whether most channels, and all money together, go up where sales go down, season and trend aside."""
    sales = _rest(np.log(known["sales"].to_numpy(float)), known)
    activity = {name: known[f"act_{name}"] for name in roles.activity}
    varying = {name: values for name, values in activity.items() if values.notna().all() and values.std() > 0}
    if not varying:
        return
    against = [name for name, values in varying.items() if _correlation(_rest(values, known), sales) < 0]
    spends = [known[f"spend_{name}"] for name in roles.spend if known[f"spend_{name}"].notna().all()]
    money = sum(spends) if spends else sum(values / values.std() for values in varying.values())
    together = _correlation(_rest(np.asarray(money), known), sales)
    if len(against) <= len(varying) / 2 or together > -2 / np.sqrt(len(known)):
        return
    findings.add(
        "media_against_sales",
        "warning",
        f"Media goes up when sales go down: {len(against)} of {len(varying)} channels, and all media together "
        f"(correlation {together:.2f}, season and trend aside).",
        meaning="Effects are positive by assumption, so the model will say that media brought little. That is no "
        "proof: budgets may have been raised when sales were weak, or sales may answer later than the carry-over set.",
        remedy="Ask how budgets were set, try a longer carry-over, and trust an experiment more than this table.",
    )


def _counts_beside_money(findings: Findings, columns: Iterable[str], roles: Roles) -> None:
    if roles.target is None or not is_counted(roles.target):
        return
    others = [column for column in columns if column != roles.target]
    worth = next((name for name in others if MONEY_EACH.search(name.lower().replace(" ", "_"))), None)
    if worth is None:
        return
    findings.add(
        "counts_beside_money",
        "warning",
        f"Sales are counted in '{roles.target}', and column '{worth}' says what one of them is worth.",
        column="sales",
        meaning=f"Results will be in {roles.target}, and the return on spend in {roles.target} per unit of money.",
        remedy="For results in money, multiply the two columns in the file and take the product as sales.",
    )


def _rest(values: pd.Series | Array, known: pd.DataFrame) -> Array:
    """What season and trend leave of values, by least squares."""
    days = known.index.to_numpy().astype("datetime64[D]").astype(float)
    season = fourier_terms(days, SEASON_PAIRS)
    columns = np.column_stack([np.ones(len(known)), np.arange(len(known)), season])
    wanted = np.asarray(values, float)
    return np.asarray(wanted - columns @ np.linalg.lstsq(columns, wanted, rcond=None)[0])


def _correlation(first: pd.Series | Array, second: pd.Series | Array) -> float:
    """Pearson's r; 0 where one of them does not vary or is not known throughout."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    if not (np.isfinite(a).all() and np.isfinite(b).all()) or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
