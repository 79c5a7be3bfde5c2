"""Tables as people export them, with sales that advertising has moved."""

from __future__ import annotations

import datetime as dt

import numpy as np

FIRST = dt.date(2023, 1, 2)
WEEKS = 104


def _days(weeks: int) -> list[tuple[dt.date, float, float]]:
    """Day, spend and sales, for so many weeks."""
    rng = np.random.default_rng(5)
    level = 100 * (1 + 0.2 * np.sin(np.arange(weeks * 7) / 58))
    spend = rng.gamma(2, 30, weeks * 7)
    sales = level * np.exp(rng.normal(0, 0.03, weeks * 7)) + 0.4 * spend
    return [(FIRST + dt.timedelta(days=day), spend[day], sales[day]) for day in range(weeks * 7)]


def google_ads() -> bytes:
    """A row per campaign and day, title lines, totals at the end, and blanks where a campaign did not run."""
    lines = [
        "Campaign performance",
        '"January 2, 2023 - December 29, 2024"',
        "Day,Campaign,Currency code,Cost,Impr.,Clicks,Conv. value",
    ]
    for number, (day, spend, sales) in enumerate(_days(WEEKS)):
        for campaign, share in (("Brand", 0.7), ("Generic", 0.3)):
            runs = campaign == "Brand" or number % 9
            cost, seen = (f"{share * spend:.2f}", f'"{1000 + share * spend * 60:,.0f}"') if runs else (" --", " --")
            lines.append(f'{day},{campaign},EUR,{cost},{seen},{share * spend:.0f},"{10 * share * sales:,.2f}"')
    lines += ['Total: Campaigns, --,EUR,"43,210.00","2,600,000","43,210","890,000.00"'] * 2
    return "\n".join(lines).encode()


def daily(*, without: frozenset[int] = frozenset()) -> bytes:
    """A row per day; ``without`` are numbers of days that are missing."""
    rows = [
        f"{day},{sales:.2f},{spend:.2f}"
        for number, (day, spend, sales) in enumerate(_days(WEEKS))
        if number not in without
    ]
    return "\n".join(["period_start,sales,spend_tv", *rows]).encode()


def with_total() -> bytes:
    """A row per market and week, and the markets' total as one more."""
    lines = ["entity_id,period_start,sales,spend_tv"]
    days = _days(WEEKS)
    for week in range(WEEKS):
        day, spend, sales = days[7 * week]
        parts = {"UK": (sales, spend), "DE": (0.6 * sales + 0.3 * spend, 1.5 * spend)}
        total = tuple(round(one, 2) + round(two, 2) for one, two in zip(*parts.values(), strict=True))
        for market, (sold, spent) in (parts | {"All markets": total}).items():
            lines.append(f"{market},{day},{sold:.2f},{spent:.2f}")
    return "\n".join(lines).encode()
