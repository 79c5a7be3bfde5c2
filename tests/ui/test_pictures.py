"""What a saved picture is called and says; how it is drawn is seen in a browser."""

import pandas as pd
import pytest

from mmm_core.charts import curves, fit
from mmm_core.charts.style import ChartMeta
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT
from tests.engines import demo_spec
from ui.shell import pictures

FIGURE = fit.residuals(read_outputs(PROJECT / "sample_data" / "demo_run").fitted)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("mmm_demo", "mmm_demo_residuals"),
        ("", "residuals"),
        ("my brand (2024)", "my_brand_2024_residuals"),
        ("../../etc/passwd", ".._.._etc_passwd_residuals"),
        ("Crème brûlée", "Crème_brûlée_residuals"),
    ],
)
def test_a_file_is_named_after_what_it_shows_and_is_no_path(stem, name):
    assert pictures.file_name(FIGURE, stem) == name


def test_the_line_under_a_picture_has_what_is_known():
    assert pictures.source_line(FIGURE, "demo", "my run · 94 %") == "my run · 94 % · Marketing Mix Studio"
    assert pictures.source_line(FIGURE, "demo", "") == "demo · 2 Jan 2023 to 22 Dec 2025 · Marketing Mix Studio"
    bare = curves.adstock(demo_spec(), ["tv"], None)
    assert pictures.source_line(bare, "", "") == "Marketing Mix Studio"
    assert "period_start" not in pd.DataFrame(dict(ChartMeta.of(bare).data))


@pytest.mark.parametrize("name", ["drawing.js", "pictures.js", "everything.js"])
def test_a_script_parses_no_markup_and_asks_no_other_host(name):
    script = (PROJECT / "static" / name).read_text()
    assert "</script" not in script
    assert "innerHTML" not in script
    assert {part.split("/")[0] for part in script.split("http://")[1:]} <= {"www.w3.org"}
    assert "https://" not in script
    assert (PROJECT / "static" / pictures.FONT.removeprefix("app/static/")).is_file()
