from __future__ import annotations

import numpy as np
import pytest

from mmm_core.model.structure import parameter_count
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table import guesses
from mmm_core.table.checks.issues import Issue
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import validate
from tests.conftest import PROJECT
from tests.malformed import HEADER, good_rows, table

SHARED = PROJECT.parent / "shared" / "data"


def issues(content: bytes, name: str = "t.csv", **settings: object) -> dict[str, Issue]:
    return {issue.code: issue for issue in tables.prepare(content, name, DatasetSettings(**settings)).report.issues}


def with_values(header: str, **columns: np.ndarray) -> bytes:
    """The good table with columns replaced by numbers, under another header."""
    rows = good_rows(len(next(iter(columns.values()))))
    for column, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[HEADER.split(",").index(column)] = f"{value:.4f}"
    return table(rows, header)


def mapped(name: str, *, controls: tuple[str, ...] = ()) -> dict[str, Issue]:
    """Issues of a shared table under the roles that its names suggest."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path.name} is not at ../shared/data")
    raw = read_table(path.read_bytes(), name)
    rows = guesses.role_table(raw, validate(raw, count_parameters=parameter_count).roles)
    rows = tuple(row._replace(role="control") if row.column in controls else row for row in rows)
    return {
        issue.code: issue
        for issue in validate(
            raw, DatasetSettings(columns=guesses.mapping_of(rows)), count_parameters=parameter_count
        ).report.issues
    }


@pytest.mark.parametrize(("noise", "code"), [(0.05, "control_follows_sales"), (0.001, "control_is_sales"), (1.0, None)])
def test_a_control_that_follows_sales_is_asked_about_and_its_twin_said_to_leave_nothing(noise, code):
    rng = np.random.default_rng(1)
    sales = 1000 * np.exp(rng.normal(0, 0.1, 80))
    found = issues(with_values(HEADER, sales=sales, ctrl_price=sales * np.exp(rng.normal(0, noise, 80))))
    named = {"control_follows_sales", "control_is_sales"} & set(found)
    assert named == ({code} if code else set())
    if code:
        assert found[code].severity == "warning"
        assert found[code].column == "ctrl_price"


def test_media_that_goes_up_when_sales_go_down_is_said_to_be_credited_with_little():
    rng = np.random.default_rng(2)
    tv, radio = rng.gamma(2, 50, 104), rng.gamma(2, 20, 104)
    weaker = 1000 * np.exp(-0.002 * tv - 0.003 * radio + rng.normal(0, 0.1, 104))
    stronger = 1000 * np.exp(0.002 * tv + 0.003 * radio + rng.normal(0, 0.1, 104))
    media = {"act_tv": tv, "act_radio": radio, "spend_tv": 3 * tv, "spend_radio": 2 * radio}
    found = issues(with_values(HEADER, sales=weaker, **media))["media_against_sales"]
    assert "2 of 2 channels" in found.message
    assert "budgets may have been raised" in found.meaning
    assert "media_against_sales" not in issues(with_values(HEADER, sales=stronger, **media))


def test_a_season_that_media_and_sales_do_not_share_is_no_reason_for_alarm():
    rng = np.random.default_rng(3)
    season = np.sin(2 * np.pi * np.arange(156) / 52.18)
    tv = 100 * np.exp(-season + rng.normal(0, 0.3, 156))
    sales = 1000 * np.exp(0.3 * season + 0.001 * tv + rng.normal(0, 0.05, 156))
    assert "media_against_sales" not in issues(with_values(HEADER, sales=sales, act_tv=tv, spend_tv=tv))


def test_counts_beside_what_one_is_worth_are_said():
    header = HEADER.replace("sales", "conversions").replace("ctrl_price", "revenue_per_conversion")
    found = issues(table(good_rows(), header), columns={"sales": "conversions"})["counts_beside_money"]
    assert "'revenue_per_conversion'" in found.message
    assert "multiply the two columns" in found.remedy
    assert "counts_beside_money" not in issues(table(good_rows()))


def test_other_peoples_tables_are_asked_about_where_there_is_reason_to():
    assert "0.92" in mapped("raw_robyn_dt_simulated_weekly.csv", controls=("competitor_sales_B",))[
        "control_follows_sales"
    ].message  # fmt: skip
    meridian = mapped("ugly_meridian_national_media.xlsx")
    assert "6 of 6 channels" in meridian["media_against_sales"].message
    assert "counts_beside_money" in meridian


@pytest.mark.parametrize("name", ["mmm_demo.csv", "mmm_sample.csv"])
def test_the_shipped_tables_raise_no_alarm(name):
    found = issues((PROJECT / "sample_data" / name).read_bytes())
    assert not {"control_follows_sales", "control_is_sales", "media_against_sales", "counts_beside_money"} & set(found)
