import io
import re

import pandas as pd
import pytest

from mmm_core.charts import fit
from mmm_core.charts.style import DARK, LIGHT
from mmm_core.exports import formats
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "{=1}",
        "\uff1d1+1",
        "\uff0bcmd",
        "\uff0d2",
        "\uff20SUM(A1)",
    ],
)
def test_text_that_a_spreadsheet_would_compute_is_escaped(text):
    frame = pd.DataFrame({text: [text], "n": [-2.0]})
    back = pd.read_csv(io.BytesIO(formats.csv_bytes(frame)), encoding="utf-8-sig")
    assert next(iter(back.columns)) == "'" + text
    assert back.iloc[0, 0] == "'" + text
    assert back["n"][0] == -2.0


def test_tables_come_back_as_they_were():
    frame = read_outputs(DEMO).contributions
    back = pd.read_parquet(io.BytesIO(formats.parquet_bytes(frame)))
    pd.testing.assert_frame_equal(back, frame)


def test_a_chart_s_data_are_plain_numbers_as_files():
    figure = fit.residuals(read_outputs(DEMO).fitted)
    found = pd.read_csv(io.BytesIO(formats.csv_bytes(formats.chart_data(figure))), encoding="utf-8-sig")
    assert list(found.columns) == ["period_start", "observed_over_fitted_percent"]
    assert found["observed_over_fitted_percent"].min() < 0  # a number below zero is no formula
    assert pd.to_datetime(found["period_start"]).is_monotonic_increasing


def test_a_chart_s_html_needs_no_network_and_holds_the_drawing_alone():
    text = formats.chart_html(fit.residuals(read_outputs(DEMO).fitted)).decode()
    assert "<script src=" not in text
    assert "cdn.plot.ly" not in text.split("<body>")[0]
    assert "observed_over_fitted_percent" not in text


def test_a_chart_s_page_says_what_it_is_and_names_in_it_are_text():
    nasty = "</script><img src=x onerror=alert(1)>"
    fitted = read_outputs(DEMO).fitted
    page = formats.chart_html(fit.fit(fitted, nasty), source=f"{nasty} · 94 %", plotlyjs="plotly.min.js").decode()
    assert "<h1>Does the model follow sales?</h1>" in page
    assert "<p>Dots: observed." in page
    assert "<footer>&lt;/script&gt;&lt;img" in page
    assert "<img" not in page
    assert re.findall('<script[^>]* src="([^"]*)"', page) == ["plotly.min.js"]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_picture_has_the_colours_of_its_theme(theme):
    words = formats.words_of_picture(fit.residuals(read_outputs(DEMO).fitted), file="f", source="s", dark=theme is DARK)
    assert words["title"] == "What is left unexplained?"
    assert words["picture"] == {
        "file": "f",
        "source": "s",
        "ground": theme.card,
        "ink": theme.ink,
        "muted": theme.muted,
        "line": theme.line,
    }


def test_a_chart_as_shown_is_the_same_drawing_without_title_and_data():
    figure = fit.fit(read_outputs(DEMO).fitted, "sales")
    shown = formats.as_shown(figure, file="fit", source="me")
    assert shown.data == figure.data
    assert shown.layout.title.text is None
    assert shown.layout.meta["title"] == "Does the model follow sales?"
    assert "data" not in shown.layout.meta
    assert figure.layout.title.text  # its own is as it was
