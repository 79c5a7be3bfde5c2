"""Long tables as people export them, each with the amounts that its channels must have."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.runs import tables
from mmm_core.runs.tables import Prepared
from mmm_core.spec import DatasetSettings

WEEKS = 40


class Long(NamedTuple):
    """A file, and for each channel what was spent on it in all; ``sales`` over all periods."""

    content: bytes
    spend: dict[str, float]
    sales: float


def amounts(*channels: str, seed: int = 0, weeks: int = WEEKS) -> pd.DataFrame:
    """Rows of date, channel, spend, impressions and the week's sales."""
    chance = np.random.default_rng(seed)
    days = pd.date_range("2023-01-02", periods=weeks, freq="7D")
    sales = chance.uniform(4000, 6000, weeks).round(2)
    parts = [
        pd.DataFrame(
            {
                "date": days,
                "channel": name,
                "spend": chance.gamma(2, 100, weeks).round(2),
                "impressions": chance.gamma(2, 9000, weeks).round(0).astype(int),
                "sales": sales,
            }
        )
        for name in channels
    ]
    return pd.concat(parts).sort_values(["date", "channel"], kind="stable").reset_index(drop=True)


def written(rows: pd.DataFrame, separator: str = ",") -> bytes:
    """Rows as a file."""
    return rows.to_csv(index=False, date_format="%Y-%m-%d", sep=separator).encode()


def spend_of(rows: pd.DataFrame, names: dict[str, str]) -> dict[str, float]:
    """What was spent on each channel, by the name that it gets."""
    return {clean: float(rows.loc[rows["channel"] == name, "spend"].sum()) for name, clean in names.items()}


def sales_of(rows: pd.DataFrame) -> float:
    """Sales, once a date."""
    return float(rows.drop_duplicates("date")["sales"].sum())


def prepared(content: bytes, *fixes: str, **chosen: object) -> Prepared:
    """A file with some repairs."""
    return tables.prepare(content, "t.csv", DatasetSettings.model_validate({"fixes": fixes, **chosen}))


def errors(content: bytes, *fixes: str, **chosen: object) -> list[tuple[str, tuple[str, ...]]]:
    """Codes of errors, and what they offer."""
    report = prepared(content, *fixes, **chosen).report
    return [(issue.code, issue.fixes) for issue in report.issues if issue.severity == "error"]


def _plain() -> Long:
    rows = amounts("search", "tv")
    return Long(written(rows), spend_of(rows, {"search": "search", "tv": "tv"}), sales_of(rows))


def _meta_export() -> Long:
    rows = amounts("Prospecting – Süd", "Retargeting (DE)")
    names = {"Prospecting – Süd": "prospecting_sud", "Retargeting (DE)": "retargeting_de"}
    headers = {
        "date": "Day",
        "channel": "Campaign name",
        "spend": "Amount spent (EUR)",
        "impressions": "Impressions",
        "sales": "Revenue",
    }
    content = written(rows.rename(columns=headers))
    return Long(content, spend_of(rows, names), sales_of(rows))


def _google_export() -> Long:
    """Currency signs, marks of thousands, dates with the day first, a channel that is not there every week."""
    rows = amounts("Search", "Shopping", "YouTube")
    rows = rows[(rows["channel"] != "YouTube") | (rows.index % 4 == 2)].reset_index(drop=True)
    told = rows.assign(
        date=rows["date"].dt.strftime("%d/%m/%Y"),
        spend=[f"£{1000 + value:,.2f}" for value in rows["spend"]],
        impressions=[f"{value:,}" for value in rows["impressions"]],
    )
    spend = spend_of(rows.assign(spend=rows["spend"] + 1000), {name: name.lower() for name in rows["channel"].unique()})
    names = {"date": "Week", "channel": "Campaign type", "spend": "Cost", "impressions": "Impr.", "sales": "Net sales"}
    return Long(written(told.rename(columns=names)), spend, sales_of(rows))


def _with_a_total() -> Long:
    rows = amounts("Facebook", "Google")
    total = rows.groupby("date", as_index=False).agg({"spend": "sum", "impressions": "sum", "sales": "first"})
    every = pd.concat([rows, total.assign(channel="Total")]).sort_values("date", kind="stable")
    return Long(written(every), spend_of(rows, {"Facebook": "facebook", "Google": "google"}), sales_of(rows))


def _near_names() -> Long:
    rows = amounts("Radio", "TV")
    other = rows["channel"].mask((rows["channel"] == "TV") & (rows.index % 3 == 0), " tv ")
    return Long(written(rows.assign(channel=other)), spend_of(rows, {"Radio": "radio", "TV": "tv"}), sales_of(rows))


def _german() -> Long:
    rows = amounts("Fernsehen", "Plakat")
    told = rows.assign(
        date=rows["date"].dt.strftime("%d.%m.%Y"),
        spend=[f"{value:.2f} €".replace(".", ",") for value in rows["spend"]],
        sales=[f"{value:.2f}".replace(".", ",") for value in rows["sales"]],
    )
    names = {"date": "Datum", "channel": "Kanal", "spend": "Kosten", "impressions": "Impressionen", "sales": "Umsatz"}
    content = written(told.rename(columns=names), separator=";")
    return Long(content, spend_of(rows, {"Fernsehen": "fernsehen", "Plakat": "plakat"}), sales_of(rows))


def _by_campaign_and_ad_set() -> Long:
    """Several rows of one channel on a date: they are added up."""
    rows = amounts("meta", "tiktok")
    one, other = rows.assign(adset="a"), rows.assign(adset="b")
    one["spend"], other["spend"] = (rows["spend"] * 0.25).round(2), (rows["spend"] * 0.75).round(2)
    every = pd.concat([one, other]).sort_values("date", kind="stable")
    return Long(
        written(every.rename(columns={"channel": "platform"})),
        spend_of(every, {"meta": "meta", "tiktok": "tiktok"}),
        sales_of(rows),
    )


def _one_amount() -> Long:
    rows = amounts("radio", "print").drop(columns="impressions")
    content = written(rows.rename(columns={"channel": "source", "spend": "investment"}))
    return Long(content, spend_of(rows, {"radio": "radio", "print": "print"}), sales_of(rows))


def _markets() -> Long:
    parts = [amounts("google", "meta", seed=seed).assign(region=name) for seed, name in enumerate(("North", "South"))]
    rows = pd.concat(parts).sort_values(["date", "region"], kind="stable")
    return Long(
        written(rows),
        spend_of(rows, {"google": "google", "meta": "meta"}),
        float(rows.drop_duplicates(["date", "region"])["sales"].sum()),
    )


def _measures() -> Long:
    rows = amounts("tv").drop(columns="channel")
    wide = rows.rename(columns={"spend": "spend_tv", "impressions": "act_tv"})
    parts = [wide.assign(region=name, sales=wide["sales"] + place) for place, name in enumerate(("North", "South"))]
    both = pd.concat(parts)
    content = written(both.melt(["date", "region"], var_name="variable", value_name="value"))
    return Long(content, {"tv": 2 * float(rows["spend"].sum())}, float(both["sales"].sum()))


def _measures_by_platform() -> Long:
    """A row for each platform and metric; sales stand beside no platform."""
    rows = amounts("google", "meta")
    media = rows.drop(columns="sales").melt(["date", "channel"], var_name="metric")
    sales = rows.drop_duplicates("date")[["date", "sales"]].rename(columns={"sales": "value"})
    every = pd.concat([media, sales.assign(metric="sales")]).rename(columns={"channel": "platform"})
    return Long(
        written(every.sort_values("date", kind="stable")),
        spend_of(rows, {"google": "google", "meta": "meta"}),
        sales_of(rows),
    )


def _other_letters() -> Long:
    rows = amounts("グーグル", "テレビ")
    content = written(rows)
    return Long(content, spend_of(rows, {"グーグル": "グーグル", "テレビ": "テレビ"}), sales_of(rows))


MADE: dict[str, Callable[[], Long]] = {
    "plain": _plain,
    "Meta's export": _meta_export,
    "Google's export": _google_export,
    "a total among the channels": _with_a_total,
    "names in two spellings": _near_names,
    "German": _german,
    "several rows of a channel": _by_campaign_and_ad_set,
    "one amount without a usual name": _one_amount,
    "markets": _markets,
    "measures in rows": _measures,
    "measures of platforms in rows": _measures_by_platform,
    "other letters": _other_letters,
}
