import io
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from mmm_core import charts_fit, exports
from mmm_core.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_compute_is_escaped(text):
    frame = pd.DataFrame({text: [text], "n": [-2.0]})
    back = pd.read_csv(io.BytesIO(exports.csv_bytes(frame)), encoding="utf-8-sig")
    assert next(iter(back.columns)) == "'" + text
    assert back.iloc[0, 0] == "'" + text
    assert back["n"][0] == -2.0
    sheet = pd.read_excel(io.BytesIO(exports.excel_bytes({"a": frame})), engine="calamine")
    assert str(sheet.iloc[0, 0]).strip() == ("'" + text).strip()


def test_tables_come_back_as_they_were():
    frame = read_outputs(DEMO).contributions
    back = pd.read_parquet(io.BytesIO(exports.parquet_bytes(frame)))
    pd.testing.assert_frame_equal(back, frame)
    sheet = pd.read_excel(io.BytesIO(exports.excel_bytes({"contributions": frame})), engine="calamine")
    np.testing.assert_allclose(sheet["contrib_mean"], frame["contrib_mean"])


def test_a_chart_s_data_are_plain_numbers_as_files():
    figure = charts_fit.residuals(read_outputs(DEMO).fitted)
    found = pd.read_csv(io.BytesIO(exports.csv_bytes(exports.chart_data(figure))), encoding="utf-8-sig")
    assert list(found.columns) == ["period_start", "observed_over_fitted_percent"]
    assert found["observed_over_fitted_percent"].min() < 0  # a number below zero is no formula
    assert pd.to_datetime(found["period_start"]).is_monotonic_increasing


def test_a_chart_s_html_needs_no_network_and_holds_the_drawing_alone():
    text = exports.chart_html(charts_fit.residuals(read_outputs(DEMO).fitted)).decode()
    assert "<script src=" not in text
    assert "cdn.plot.ly" not in text.split("<body>")[0]
    assert "observed_over_fitted_percent" not in text


@pytest.mark.slow
def test_the_zip_of_a_run_makes_the_same_run_again(tmp_path):
    with zipfile.ZipFile(io.BytesIO(exports.run_zip(DEMO))) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "reproduce.py")], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "OUTPUTS_READY" in done.stdout
    again, shipped = read_outputs(tmp_path / "again"), read_outputs(DEMO)
    # Another processor may draw another chain: agreement is within Monte-Carlo error.
    np.testing.assert_allclose(again.fitted["y_hat_mean"], shipped.fitted["y_hat_mean"], rtol=0.01)
