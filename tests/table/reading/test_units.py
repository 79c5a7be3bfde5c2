"""Units in headers are found where they are meant, and nowhere else."""

import time

import pytest

from mmm_core.table.reading.units import currency_in, shown, unit_in


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("spend_tv ($000)", 1e3), ("spend_tv (k)", 1e3), ("spend_tv k€", 1e3), ("spend_tv in Tsd.", 1e3),
        ("sales (thousands)", 1e3), ("sales in 000s", 1e3), ("spend_tv (in 1000)", 1e3), ("spend_tv TEUR", 1e3),
        ("spend_tv_k", 1e3), ("spend_tv_000", 1e3), ("sales '000", 1e3), ("Spend (USD thousands)", 1e3),
        ("sales ($ 1,000)", 1e3), ("ventas (miles)", 1e3), ("spend_tv (K EUR)", 1e3), ("spend Mio", 1e6),
        ("spend_tv (Mio. €)", 1e6), ("spend_tv €m", 1e6), ("spend_tv ($M)", 1e6), ("sales (millions)", 1e6),
        ("sales ($000,000)", 1e6), ("sales (Mrd. €)", 1e9), ("sales (lakhs)", 1e5), ("sales in crore", 1e7),
        ("spend_tv_cents", 1e-2), ("Umsatz (Cent)", 1e-2), ("revenue in pence", 1e-2), ("metrics.cost_micros", 1e-6),
    ],
)  # fmt: skip
def test_units_as_people_write_them(header, factor):
    assert unit_in(header).factor == factor
    assert unit_in(header).written in header


@pytest.mark.parametrize(
    "header",
    ["spend_tv", "sales", "sales (EUR)", "spend_2000", "spend_tv_2", "spend_ok", "spend_kk", "spend_m", "spend_M6",
     "spend_tv (UK)", "spend_tv (US)", "spend_t-mobile", "spend_k-pop", "spend_10000", "spend_online", "spend_mm",
     "spend_per cent", "discount_percent", "spend_microsoft", "spend_city_center", "spend_micro"],
)  # fmt: skip
def test_a_name_is_no_unit(header):
    assert unit_in(header) is None


@pytest.mark.parametrize("filler", [" ", "0", "k", "(", "in ", "$", "'", "000 ", "(in "])
def test_a_long_header_costs_little(filler):
    started = time.process_time()
    unit_in(filler * 100_000)
    unit_in((filler * 200)[:200])
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Spend (EUR)", "EUR"), ("Kosten in €", "EUR"), ("$ spend", "USD"), ("GBP", "GBP"), ("spend_gbp", "GBP"),
        ("TV (TEUR)", "EUR"), ("TV (k$)", "USD"), ("Cost Mio$", "USD"),
        ("NT$ spend", "TWD"), ("Umsatz kCHF", "CHF"), ("A$ spend", "AUD"), ("Cost $ (CAD)", "CAD"), ("spend€", "EUR"),
        ("Spend (all)", None), ("Revenue (top)", None), ("Revenue (USD) in EUR", None), ("spend EUR/USD", None),
        ("TV spend", None), ("TRON spend", None),
    ],
)  # fmt: skip
def test_a_header_names_one_currency_or_none(header, code):
    assert currency_in(header) == code


def test_a_currency_is_shown_as_readers_of_charts_know_it():
    assert [shown(code) for code in ("EUR", "USD", "CHF")] == ["€", "$", "CHF"]
