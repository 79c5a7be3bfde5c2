"""What a person takes away from a page: pictures with title and source, pages, tables, everything as one zip."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.actions import button, estimate_is_there, upload
from tests.browser.conftest import WAIT, saved, settled
from tests.malformed import HEADER, good_rows, table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SVG = "{http://www.w3.org/2000/svg}"
FONT_ALONE = (
    r'@font-face\{font-family:"Inter Variable";font-weight:100 900;'
    r'src:url\(data:font/woff2;base64,[A-Za-z0-9+/=]+\) format\("woff2"\)\}'
)
"""A style sheet that holds our font and nothing else."""
NASTY = "<img src=x onerror=alert(1)><script>alert(1)<script> & 'x'"


def pictures(page: Page, key: str, folder: Path) -> tuple[ET.Element, bytes]:
    """A chart's SVG and PNG, saved from its menu."""
    page.locator(f".st-key-{key} .js-plotly-plot .main-svg").first.wait_for(timeout=WAIT)
    svg, png = (saved(page, lambda name=name: from_menu(page, key, name), folder) for name in ("SVG", "PNG"))
    page.keyboard.press("Escape")
    assert (svg.suffix, png.suffix) == (".svg", ".png")
    assert svg.stem == png.stem
    return ET.fromstring(svg.read_text()), png.read_bytes()  # noqa: S314 - the browser wrote it a moment ago


def from_menu(page: Page, key: str, name: str) -> None:
    """Press a picture's button, opening the menu again should the page have been drawn anew meanwhile."""
    for _ in range(20):
        if not button(page, f"Picture ({name})").is_visible():
            page.locator(f".st-key-save-{key} button").first.click()
        with suppress(Error):
            button(page, f"Picture ({name})").click(timeout=5_000)
            return
    raise AssertionError(f"the menu of {key} does not stay open")


def written(drawing: ET.Element) -> str:
    """All that can be read in a picture."""
    return " ".join("".join(text.itertext()) for text in drawing.iter(f"{SVG}text")).replace("\u00a0", " ")


def is_inert(drawing: ET.Element) -> bool:
    """Whether nothing in it does anything or comes from elsewhere."""
    names = {each.tag.removeprefix(SVG) for each in drawing.iter()}
    attributes = [(name, value) for each in drawing.iter() for name, value in each.attrib.items()]
    return (
        not names & {"script", "foreignObject", "img", "use", "iframe"}
        and all(re.fullmatch(FONT_ALONE, style.text or "") for style in drawing.iter(f"{SVG}style"))
        and not any(name.startswith("on") for name, _ in attributes)
        and all(value.startswith("data:image/") for name, value in attributes if name.endswith("href"))
        and not any("url(http" in value or "javascript:" in value for _, value in attributes)
    )


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG (its IHDR chunk)."""
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("tab", "key", "said"),
    [
        ("Contributions", "contributions_over_time", ("Where did sales come from?", "with the grey baseline", "Radio")),
        ("Contributions", "waterfall", ("From baseline to total", "Reference level")),
        ("Fit", "fit", ("Does the model follow sales?", "94 % of periods")),
    ],
)
def test_a_picture_of_a_result_says_what_it_is_and_where_it_is_from(open_page, tmp_path, tab, key, said):
    page = open_page("/results?run=demo")
    page.get_by_role("tab", name=tab, exact=True).click()
    settled(page)
    drawing, png = pictures(page, key, tmp_path)
    words = written(drawing)
    for each in (*said, "mmm_demo", "94 % intervals", "2 Jan 2023 to 22 Dec 2025", "Marketing Mix Studio"):
        assert each in words
    assert is_inert(drawing)
    assert size_of(png) == (2 * int(drawing.attrib["width"]), 2 * int(drawing.attrib["height"]))
    assert int(drawing.attrib["width"]) > 400
    assert f"mmm_demo_{key}.png" in {path.name for path in tmp_path.iterdir()}


def test_what_the_pointer_shows_is_not_in_the_picture(open_page, tmp_path):
    page = open_page("/results?run=demo")
    plain, _ = pictures(page, "contributions_over_time", tmp_path)
    chart = page.locator(".st-key-contributions_over_time .js-plotly-plot")
    page.locator(".st-key-save-contributions_over_time button").click()
    button(page, "Picture (SVG)").focus()
    chart.hover(position={"x": 200, "y": 250})
    chart.locator(".hoverlayer text").first.wait_for(timeout=WAIT)
    hovered = saved(page, lambda: page.keyboard.press("Enter"), tmp_path)
    assert written(ET.fromstring(hovered.read_text())) == written(plain)  # noqa: S314 - the browser wrote it


def test_a_picture_is_in_our_font_and_is_made_without_it_too(open_page, tmp_path):
    page = open_page("/results?run=demo")
    _, ours = pictures(page, "waterfall", tmp_path)
    page.route("**/*.woff2", lambda route: route.abort())
    _, other = pictures(page, "waterfall", tmp_path)
    assert size_of(ours) == size_of(other)
    assert ours != other


def elsewhere(browser: Browser, svg: Path, width: int, height: int) -> list[str]:
    """Texts that reach beyond a picture where our font is not known, as in a program that takes none from a picture."""
    text = re.sub(r"<style[^>]*>.*?</style>", "", svg.read_text(), flags=re.DOTALL)
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_content(f"<body style='margin:0'>{text.replace('Inter Variable, Inter', 'DejaVu Sans Mono')}</body>")
    beyond: list[str] = page.evaluate(
        """([width, height]) => [...document.querySelectorAll("svg text")].filter((text) => {
          const box = text.getBoundingClientRect();
          return box.left < -1 || box.top < -1 || box.right > width + 1 || box.bottom > height + 1;
        }).map((text) => text.textContent)""",
        [width, height],
    )
    context.close()
    return beyond


LONG = [f"act_{name}" for name in (
    "paid social prospecting northern europe", "paid social retargeting northern europe", "google ads brand search",
    "google ads generic non-brand search", "connected television and streaming video", "linear television prime time",
    "out of home airports and stations", "radio drive time regional stations", "affiliate and partner vouchers",
    "influencer and creator collaborations", "direct mail to lapsed customers", "print magazines and supplements",
)]  # fmt: skip
LONG_NAME = "quarterly_media_performance_report_all_regions_and_every_channel_final_version_approved_by_finance.csv"


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_of_a_picture_is_cut_however_long_the_names_and_whatever_the_font(open_page, browser, tmp_path, width):
    page = open_page("/data", width=width)
    rows = [[*row, *(str(10 + i * j % 7) for j in range(1, len(LONG) + 1))] for i, row in enumerate(good_rows())]
    upload(page, LONG_NAME, table(rows, ",".join([HEADER, *LONG])))
    page.locator(".st-key-activity .js-plotly-plot .main-svg").first.wait_for(timeout=WAIT)
    svg = saved(page, lambda: from_menu(page, "activity", "SVG"), tmp_path)
    drawing = ET.fromstring(svg.read_text())  # noqa: S314 - the browser wrote it a moment ago
    size = int(drawing.attrib["width"]), int(drawing.attrib["height"])
    words = re.sub(r"\s", "", written(drawing))
    assert LONG_NAME.removesuffix(".csv") in words
    assert elsewhere(browser, svg, *size) == []
    assert "font/woff2" in next(drawing.iter(f"{SVG}style")).text
    assert is_inert(drawing)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_whole_legend_is_in_the_picture(open_page, browser, tmp_path, width):
    page = open_page("/results?run=demo", width=width)
    page.locator(".st-key-contributions_over_time .js-plotly-plot .main-svg").first.wait_for(timeout=WAIT)
    # Names as long as a table may have them: the legend scrolls within the page's chart.
    page.evaluate(
        """async () => {
          const chart = document.querySelector(".st-key-contributions_over_time .js-plotly-plot");
          const names = chart.data.map((trace, i) => `${trace.name} with a name that is rather long, number ${i}`);
          await window.Plotly.restyle(chart, { name: names });
        }"""
    )
    svg = saved(page, lambda: from_menu(page, "contributions_over_time", "SVG"), tmp_path)
    drawing = ET.fromstring(svg.read_text())  # noqa: S314 - the browser wrote it a moment ago
    words = written(drawing)
    for name in ("Baseline", "TV", "Search", "Social", "Video", "Radio", "Print", "Observed"):
        assert f"{name} with a name that is rather long" in words
    legend_texts = [text for text in drawing.iter(f"{SVG}text") if "rather long" in "".join(text.itertext())]
    assert len(legend_texts) >= 8
    clipped = [group for group in drawing.iter(f"{SVG}g") if "clip-path" in group.attrib]
    assert not [text for group in clipped for text in group.iter(f"{SVG}text") if text in legend_texts]
    assert elsewhere(browser, svg, int(drawing.attrib["width"]), int(drawing.attrib["height"])) == []


def test_the_live_estimate_and_a_heatmap_are_saved_like_results(open_page, tmp_path):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    drawing, png = pictures(page, "live_estimate", tmp_path)
    assert "Live estimate: share of sales" in written(drawing)
    assert "94 % intervals, settings estimated too" in written(drawing)
    assert is_inert(drawing)
    assert size_of(png)[0] == 2 * int(drawing.attrib["width"])
    page = open_page("/data?dataset=demo")
    drawing, png = pictures(page, "correlations", tmp_path)
    assert "What moves together?" in written(drawing)
    assert is_inert(drawing)
    assert len(png) > 10_000


def test_names_from_a_file_are_text_in_a_picture_and_nothing_else(open_page, tmp_path):
    page = open_page("/data")
    page.on("dialog", lambda dialog: pytest.fail(f"a script of the file ran: {dialog.message}"))
    content = table(good_rows(), HEADER.replace("act_tv", f'"act_{NASTY}"'))
    upload(page, f"{NASTY}.csv", content)
    drawing, _ = pictures(page, "activity", tmp_path)
    assert is_inert(drawing)
    assert f"{NASTY} · " in written(drawing)
    page.locator(".st-key-save-activity button").first.click()
    html = saved(page, button(page, "Chart (HTML)").click, tmp_path).read_text()
    assert "<img" not in html.split("<script", 1)[0]
    assert "<footer>&lt;img src=x onerror" in html


def test_everything_opens_from_disk_without_a_network(open_page, browser, tmp_path):
    page = open_page("/results?run=demo")
    file = saved(page, button(page, "Everything (zip)").click, tmp_path)
    expect(page.locator(".zip-pictures")).to_have_text("Saved, with every chart as a picture.")
    assert file.name == "mmm_demo.zip"
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        charts = {name.removesuffix(".html") for name in names if name.endswith(".html")}
        assert charts == {name.removesuffix(".png") for name in names if name.endswith(".png")}
        assert all(size_of(archive.read(f"{chart}.png"))[0] > 2000 for chart in charts)
        archive.extractall(tmp_path / "run")
    context = browser.new_context()
    asked: list[str] = []
    disk = context.new_page()
    disk.on("request", lambda request: asked.append(request.url))
    for name in ("contributions_over_time", "waterfall", "roi"):
        disk.goto((tmp_path / "run" / "charts" / f"{name}.html").as_uri())
        disk.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=WAIT)
        expect(disk.locator("h1")).to_be_visible()
        expect(disk.locator("footer")).to_contain_text("94 % intervals")
    assert all(url.startswith("file:") for url in asked)
    context.close()
    assert "mmm_demo.csv" in (tmp_path / "run" / "README.txt").read_text()


def test_a_zip_is_saved_and_says_what_is_missing_where_the_browser_cannot_draw(open_page, tmp_path):
    page = open_page("/results?run=demo")
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=WAIT)
    page.evaluate("() => { window.Plotly.newPlot = () => Promise.reject(new Error('no room left')); }")
    file = saved(page, button(page, "Everything (zip)").click, tmp_path)
    said = page.locator(".zip-pictures")
    expect(said).to_have_text("Saved without pictures: no room left. The Save menu of each chart makes its own.")
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert "charts/fit.html" in archive.namelist()
        assert not [name for name in archive.namelist() if name.endswith(".png")]
        assert "where they are missing" in " ".join(archive.read("README.txt").decode().split())
    # The next file is saved as ever: nothing of the page's own saving was kept.
    page.get_by_role("button", name="Tables").click()
    csv = saved(page, page.locator(".st-key-table-fitted").get_by_role("button", name="CSV").click, tmp_path)
    assert csv.stat().st_size > 1000


def test_how_far_the_zip_is_is_said_while_it_is_made(open_page, tmp_path):
    page = open_page("/results?run=demo")
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=WAIT)
    page.evaluate(
        """() => {
          window.saidOfZip = [];
          const said = document.querySelector(".zip-pictures");
          new MutationObserver(() => window.saidOfZip.push(said.textContent)).observe(said, { childList: true });
        }"""
    )
    saved(page, button(page, "Everything (zip)").click, tmp_path)
    expect(page.locator(".zip-pictures")).to_have_text(re.compile("^Saved, with"))
    said = page.evaluate("window.saidOfZip")
    assert said[0] == "Gathering tables and charts…"
    drawn = [each for each in said if each.startswith("Drawing charts as pictures: ")]
    total = int(drawn[-1].removesuffix("…").split()[-1])
    assert total > 14  # those of the results, and those of the demo's proof
    assert drawn[0].endswith(f" 1 of {total}…")
    assert drawn[-1].endswith(f" {total} of {total}…")


def test_each_table_is_named_in_full_beside_its_files(open_page, tmp_path):
    page = open_page("/results?run=demo")
    page.get_by_role("button", name="Tables").click()
    for name, label in (("contributions", "Contributions per week"), ("parameters", "Parameters of the model")):
        row = page.locator(f".st-key-table-{name}")
        expect(row.get_by_text(label)).to_be_visible()
        for kind in ("CSV", "Parquet"):
            found = row.get_by_role("button", name=kind)
            # Nothing of its label is cut off.
            assert found.evaluate("e => [e, ...e.querySelectorAll('*')].every(x => x.scrollWidth <= x.clientWidth + 1)")
        assert row.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    csv = saved(page, page.locator(".st-key-table-fitted").get_by_role("button", name="CSV").click, tmp_path)
    assert csv.name == "mmm_demo_fitted.csv"
    assert "y_hat_mean" in csv.read_text(encoding="utf-8-sig").splitlines()[0]


def test_the_zip_has_the_margin_that_was_given_on_the_page_whichever_tab_is_open(open_page, tmp_path):
    page = open_page("/results?run=demo")
    page.get_by_role("tab", name="Return on spend").click()
    page.get_by_label("Margin on sales (%)", exact=True).fill("40")
    page.keyboard.press("Enter")
    expect(page.get_by_text("break-even at 2.50 (margin on sales 40").first).to_be_visible()
    page.get_by_role("tab", name="Fit", exact=True).click()
    settled(page)
    file = saved(page, button(page, "Everything (zip)").click, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert "break-even at 2.50 (margin on sales 40" in archive.read("charts/roi.html").decode()
        assert "margin on sales 40" in " ".join(archive.read("README.txt").decode().split())
    page.get_by_role("tab", name="Return on spend").click()
    expect(page.get_by_label("Margin on sales (%)", exact=True)).to_have_value("40")
