"""Every kind of run of which a report is judged: how it is made, its units, and what is asked of the report."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from mmm_core.planning.budget import Goal
from mmm_core.planning.request import PlanRequest
from mmm_core.report.request import ReportRequest
from mmm_core.results.conditions import ABOVE_AVERAGE
from mmm_core.runs.datasets import Units
from tests.engines import unproved_demo
from tests.kinds.made import AS_SET, ESTIMATED, LONG, at_work, changed_demo, failed, fitted, table, whole

WHOLE = ReportRequest()
EURO = Units(target="€", spend="€", margin=0.4)
SCRIPTS = ("<script>alert(1)</script>", "=1+1", LONG)
MARKED = ("**bold**", "[x](http://evil.example/a)", "a&b", "{tv}", "nan")
"""Names that are marks of another language, or words of a program."""
WORLD = ("📺 télé", "بحث_مدفوع", "検索連動型広告", "Ölß_Straße")
CUT = 74
"""Rows of the table of a channel that paused, before it did."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of run.

    Attributes
    ----------
    make
        Makes its folder in another.
    request
        Asked of its report.
    plan
        Kept as the one that is carried out; None: none is.
    names
        What people called things in it, which a sentence may begin with or hold however it looks.
    """

    make: Callable[[Path], Path]
    units: Units = EURO
    request: ReportRequest = WHOLE
    plan: PlanRequest | None = None
    names: tuple[str, ...] = ()


def fit(frame: Callable[[], pd.DataFrame], **spec: Any) -> Callable[[Path], Path]:
    """How a run of the recommended model on a table is made."""
    return lambda root: fitted(frame(), root, **(ESTIMATED | spec))


def demo(root: Path) -> Path:
    """The shipped run, its proof with it."""
    return whole(root / "run")


def estimated(**options: object) -> dict[str, Any]:
    """The recommended model with other options."""
    return {"model": {"kind": "recommended"} | options}


def _regions() -> pd.DataFrame:
    return pd.concat([table(entity="north"), table(entity="south", seed=2)])


def _controlled() -> pd.DataFrame:
    """With a price that matters, adjustments below zero, and a sale every half year."""
    frame, random = table(), np.random.default_rng(5)
    price = random.normal(10, 1, len(frame)).round(2)
    sale = (np.arange(len(frame)) % 26 == 3).astype(int)
    sales = frame["sales"] * np.exp(-0.04 * (price - 10) + 0.25 * sale)
    adjusted = random.normal(-5, 3, len(frame)).round(2)
    return frame.assign(sales=sales.round(2), ctrl_price=price, ctrl_adjustment=adjusted, ctrl_sale=sale)


def _paused() -> pd.DataFrame:
    """A channel that has spent nothing of late, and one that had no price for a while."""
    frame = table(("tv", "search", "radio"))
    frame.loc[CUT:, ["act_radio", "spend_radio"]] = 0.0
    frame.loc[:20, "spend_search"] = 0.0
    return frame


def _some_spend() -> pd.DataFrame:
    return table(("tv", "search", "mail")).drop(columns=["spend_mail", "spend_search"])


def _scaled(times: float, digits: int) -> pd.DataFrame:
    """All money in another unit."""
    frame = table()
    for column in ("sales", "spend_tv", "spend_search"):
        frame[column] = (frame[column] * times).round(digits)
    return frame


def _days() -> pd.DataFrame:
    return table(rows=7 * 60, freq="D")


def _unknown() -> pd.DataFrame:
    """A table some of whose sales are not known."""
    frame = table()
    frame.loc[[10, 40, 41], "sales"] = np.nan
    return frame


EVENTS = {
    "events": {
        "holidays": {"country": "DE"},
        "own": [{"name": "Sale & <b>more</b> *", "dates": ["2023-05-05", "2024-03-03"]}],
        "columns": ["ctrl_sale"],
    }
}


def _logo() -> str:
    """A small picture in base64."""
    file = io.BytesIO()
    Image.new("RGB", (300, 100), "#336699").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


LOGO = _logo()

KINDS: dict[str, Kind] = {
    # What the table is like.
    "one_channel": Kind(fit(lambda: table(("tv",)))),
    "thirty_channels": Kind(fit(lambda: table(tuple(f"c{n}" for n in range(30)), rows=60, effect=0.01))),
    "short_table": Kind(fit(lambda: table(rows=30))),
    "monthly": Kind(fit(lambda: table(rows=48, freq="MS"))),
    "daily": Kind(fit(_days, dataset={"fixes": ["sum_days_to_weeks", "leave_out_incomplete_weeks"]})),
    "panel": Kind(fit(_regions), names=("north", "south")),
    "controls_and_events": Kind(
        fit(_controlled, controls=["ctrl_price", "ctrl_adjustment", "ctrl_sale"], feature_config=EVENTS),
        names=("Sale & <b>more</b> *",),
    ),
    "unknown_sales": Kind(fit(_unknown, dataset={"fixes": ["blank_sales_outside_likelihood"]})),
    "nothing_told": Kind(fit(lambda: table(effect=0.0))),
    # Money, or none.
    "no_spend": Kind(fit(lambda: table(spend=False))),
    "some_spend": Kind(fit(_some_spend)),
    "paused_channel": Kind(fit(_paused)),
    "thousands_of_euro": Kind(fit(lambda: _scaled(1e-3, 6)), Units(target="TEUR", spend="TEUR")),
    "billions_of_yen": Kind(fit(lambda: _scaled(3e7, 0)), Units(target="¥", spend="¥", margin=0.25)),
    "orders": Kind(fit(lambda: table(effect=0.05, seed=3)), Units(target="orders")),
    "odd_units": Kind(
        fit(lambda: table(effect=0.05, seed=4)), Units(target="R$ <i>&", spend="K`č` {}"), names=("R$ <i>&", "K`č` {}")
    ),
    # Names.
    "scripts": Kind(fit(lambda: table(SCRIPTS)), names=(*SCRIPTS, LONG.replace("_", " "))),
    "marks": Kind(fit(lambda: table(MARKED, effect=0.04)), names=(*MARKED, "Nan", "{tv}")),
    "languages": Kind(fit(lambda: table(WORLD, effect=0.04)), names=tuple(each.replace("_", " ") for each in WORLD)),
    # Settings.
    "as_set": Kind(lambda root: fitted(table(), root, **AS_SET)),
    "as_set_of_old": Kind(
        lambda root: changed_demo(root / "run", "channel_summary.json", model="fixed", mroi_note=ABOVE_AVERAGE),
        request=ReportRequest(sections=("sureness", "returns", "settings")),
    ),
    "log_link": Kind(fit(lambda: table(), **estimated(link="log", tails="normal", noise="independent"))),
    "identity_link": Kind(fit(lambda: table(), **estimated(link="identity", noise="ar1"))),
    "no_trend_no_season": Kind(
        fit(lambda: table(), feature_config={"trend": {"enabled": False}, "seasonality": {"enabled": False}})
    ),
    "half_intervals": Kind(fit(lambda: table(effect=0.03), interval_prob=0.5)),
    "wide_intervals": Kind(fit(lambda: table(effect=0.03, seed=6), interval_prob=0.95)),
    "a_year_of_two": Kind(fit(lambda: table(rows=104), windows={"estimation_months": 12, "carryover_months": 3})),
    # Checks and proof.
    "failed_checks": Kind(lambda root: failed(root / "run")),
    "stopped": Kind(
        lambda root: changed_demo(root / "run", "channel_summary.json", partial=True),
        request=ReportRequest(sections=("channels", "returns", "fit")),
    ),
    "no_proof": Kind(
        lambda root: unproved_demo(root / "run"), request=ReportRequest(sections=("returns", "proof", "data"))
    ),
    "proof_at_work": Kind(lambda root: at_work(root / "run")),
    "proved": Kind(demo, Units(target="€", spend="€")),
    # What was asked of the report.
    "plan_of_record": Kind(
        demo, request=ReportRequest(sections=("headline", "plan")), plan=PlanRequest(horizon=8, margin=0.4),
        names=("<b>Spring</b> & **co**",),
    ),
    "plan_out_of_reach": Kind(
        demo, plan=PlanRequest(horizon=4, aim="chance", reach=1e9), names=("<b>Spring</b> & **co**",)
    ),
    "budget_by_profit": Kind(demo, plan=PlanRequest(goal=Goal(kind="profit", at=0.3))),
    "notes_and_logo": Kind(
        demo,
        request=ReportRequest(
            sections=("headline", "channels", "plan", "settings"),
            title="Q1 <2026> & 1,234.5 **now**", logo=LOGO, numbers="1.234,5",
            notes={"shares": "Mine: 1,5\nand <b>more</b>", "plan": "Agreed on 1.2. " + "word " * 150},
        ),
        names=("Q1 <2026> & 1,234.5 **now**", "Mine: 1,5", "and <b>more</b>", "Agreed on 1.2. "),
    ),
    "one_section": Kind(demo, request=ReportRequest(sections=("returns",), numbers="1.234,5")),
}  # fmt: skip
"""Every kind by its name."""
OFTEN = (
    "one_channel", "as_set_of_old", "nothing_told", "failed_checks", "stopped", "no_spend", "scripts", "monthly",
    "panel", "no_proof", "plan_of_record", "notes_and_logo",
)  # fmt: skip
"""Those that are judged with every run of the tests; the others with ``python -m benchmarks.report_kinds``."""
