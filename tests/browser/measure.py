"""What a person waits for, in the browser: ``python -m tests.browser.measure``; prints medians in seconds."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.endurance import Server
from mmm_core.workspace.storage import Workspace
from tests.browser.conftest import ARGUMENTS, CHROMIUM, WAIT
from tests.browser.make_screenshots import CARDS, PAGES, opened
from tests.engines import demo_spec, ready, recommended_spec, stop, submitted, until_phase

STARTS = 8
PROOFS = 5
CHANGED = "before => { const e = document.querySelector('%s'); return e && e.innerText !== before }"
ESTIMATE = (
    "before => { const e = document.querySelector('.st-key-card-changed'); "
    "return e && e.innerText !== before && !e.querySelector('[data-testid=stProgress]') "
    "&& document.querySelector('.st-key-card-estimate .js-plotly-plot') }"
)
WEIGHED = "the draws before, weighed"
"""What stands below an answer that is not a fit yet."""
NOT_WEIGHED = f"!document.querySelector('.st-key-card-changed').innerText.includes({WEIGHED!r})"
PAINTED = """
const see = () => {
  if (!window.seen && [...document.querySelectorAll('button')].some(each => each.innerText.includes('Open the demo'))) {
    window.seen = Infinity
    requestAnimationFrame(() => setTimeout(() => window.seen = performance.timeOrigin + performance.now()))
  }
  if (!window.drawn && document.querySelector('.js-plotly-plot .scatterlayer path'))
    window.drawn = performance.timeOrigin + performance.now()
}
new MutationObserver(see).observe(document, {childList: true, subtree: true})
"""
"""The browser itself notes when it has painted the buttons and when the demo's chart is there: asked from outside,
it answers only once it is done with the chart."""


def main() -> None:
    """Measure on a workspace of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.measure")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        workspace = Workspace(Path(folder))
        first, chart = _first_page(browser, workspace)
        figures = {"server start to first page": first, "server start to its chart": chart}
        server = Server(workspace)
        try:
            ready(workspace)
            figures |= _slider(opened(browser, server, PAGES["features"]), rounds)
            figures |= _results(browser, server, rounds)
            figures |= _proof(browser, server, workspace, rounds)
            for path in PAGES.values():
                opened(browser, server, path).context.close()
            memory = psutil.Process(server.process.pid).memory_info().rss / 2**20
        finally:
            server.end()
            stop(workspace)
            browser.close()
    print(
        json.dumps(
            {name: round(value, 2) for name, value in figures.items()} | {"web process MB": round(memory)}, indent=1
        )
    )


def _first_page(browser: Browser, workspace: Workspace) -> tuple[float, float]:
    """Seconds from the start of the server to the first page's buttons, and to its chart; browser caches are empty."""
    buttons, charts = [], []
    for _ in range(STARTS):
        page = browser.new_page()
        page.add_init_script(PAINTED)
        started = time.time()
        server = Server(workspace)
        try:
            page.goto(server.address)
            page.wait_for_function("window.drawn && Number.isFinite(window.seen)", timeout=WAIT)
            buttons.append(page.evaluate("window.seen") / 1000 - started)
            charts.append(page.evaluate("window.drawn") / 1000 - started)
        finally:
            page.close()
            server.end()
            stop(workspace)
    return statistics.median(buttons), statistics.median(charts)


def _slider(page: Page, rounds: int, key: str = "ArrowRight") -> dict[str, float]:
    """Seconds from the release of a slider to its curve, to the first answer, to one by weights, and to a fit.

    ``key`` moves it: the other way has settings that nobody has tried.
    """
    page.locator(".st-key-card-changed").wait_for(timeout=WAIT)
    previews, answers, weighed, fits = [], [], [], []
    slider = page.get_by_role("slider").first
    for _ in range(rounds):
        before = page.locator(".st-key-card-changed").inner_text()
        words = page.locator(".st-key-card-channel").inner_text()
        curve = page.locator(".st-key-inner-felt .js-plotly-plot .scatterlayer path.js-line").get_attribute("d")
        slider.focus()
        started = time.perf_counter()
        slider.press(key)
        page.wait_for_function(
            "old => { const e = document.querySelector('.st-key-inner-felt .scatterlayer path.js-line'); "
            "return e && e.getAttribute('d') !== old }",
            arg=curve,
        )
        previews.append(time.perf_counter() - started)
        page.wait_for_function(ESTIMATE, arg=before, timeout=WAIT)
        answers.append(time.perf_counter() - started)
        if WEIGHED in page.locator(".st-key-card-changed").inner_text():
            weighed.append(answers[-1])
            page.wait_for_function(f"before => ({ESTIMATE})(before) && {NOT_WEIGHED}", arg=before, timeout=WAIT)
        fits.append(time.perf_counter() - started)
        page.wait_for_function(CHANGED % ".st-key-card-channel", arg=words)
        # A person looks before the next move; the page settles meanwhile.
        page.evaluate("new Promise(done => setTimeout(done, 800))")
    page.context.close()
    found = {"slider to preview": previews, "slider to answer": answers, "slider to a fit": fits}
    if weighed:
        found["slider to an answer by weights"] = weighed
    return {name: statistics.median(seconds) for name, seconds in found.items()} | {"answers by weights": len(weighed)}


def _results(browser: Browser, server: Server, rounds: int) -> dict[str, float]:
    """Seconds to the demo's results, with an empty and with a filled browser cache."""
    cold, warm = [], []
    for _ in range(max(rounds // 4, 3)):
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        for seconds in (cold, warm, warm):
            started = time.perf_counter()
            page.goto(f"{server.address}{PAGES['results']}")
            page.locator(f".st-key-card-{CARDS['results']} .js-plotly-plot:visible").first.wait_for(timeout=WAIT)
            seconds.append(time.perf_counter() - started)
        context.close()
    return {"results page, cold": statistics.median(cold), "results page, warm": statistics.median(warm)}


def _proof(browser: Browser, server: Server, workspace: Workspace, rounds: int) -> dict[str, float]:
    """Seconds from a press to the first thing that a proof found, and of sliders while one is at work."""
    found, meanwhile = {}, {}
    for model, spec in (("fixed", demo_spec), ("recommended", recommended_spec)):
        firsts = []
        for number in range(PROOFS):
            run_id = submitted(workspace, spec(random_seed=900 + number))
            until_phase(workspace, run_id, "finished")
            page = opened(browser, server, f"/proof?run={run_id}")
            started = time.perf_counter()
            page.get_by_role("button", name="Prove this run").click()
            page.locator(".st-key-card-verdict").get_by_text("so far").wait_for(timeout=WAIT)
            firsts.append(time.perf_counter() - started)
            if number == PROOFS - 1 and model == "recommended":
                meanwhile = _slider(opened(browser, server, PAGES["features"]), max(rounds // 2, 3), "ArrowLeft")
            page.get_by_role("button", name="Stop").click()
            page.get_by_text("It was stopped.").wait_for(timeout=WAIT)
            page.context.close()
        found[f"first result of a proof, {model}"] = statistics.median(firsts)
    return found | {f"{name}, a proof at work": value for name, value in meanwhile.items()}


if __name__ == "__main__":
    main()
