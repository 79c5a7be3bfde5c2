"""What an audit of a page asks beside axe-core: ``python -m tests.browser.layout.check_quality``; 1 on a finding.

Of each page in a browser of its own, on four widths, light and dark: the document (doctype, title, language, viewport,
description), its console and requests (no error, nothing from another host), images (text beside them, drawn in their
own shape), names of links, buttons and fields, the room around what is pressed (24 px, WCAG 2.5.8), and nothing wider
than the window.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.endurance import Server
from mmm_core.workspace.storage import Workspace
from tests.browser.check_accessibility import WIDTHS
from tests.browser.conftest import ARGUMENTS, CHROMIUM, settled
from tests.browser.make_screenshots import CARDS, PAGES
from tests.engines import ready, stop

LEAST_TARGET = 24
AUDIT = """() => {
  const bad = {}, say = (what, where) => (bad[what] ??= []).push(String(where).slice(0, 120));
  const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";
  if (document.compatMode !== "CSS1Compat") say("doctype", document.compatMode);
  if (!document.title.trim()) say("title", "");
  if (!document.documentElement.lang) say("lang", "");
  const viewport = meta("viewport");
  const scales = /width=device-width/.test(viewport) && !/user-scalable=no|maximum-scale=1/.test(viewport);
  if (!scales) say("viewport", viewport);
  if (!meta("description")) say("description", "");
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) say("wider than the window", wide);
  for (const image of document.images) {
    if (!image.hasAttribute("alt")) say("alt", image.outerHTML);
    const box = image.getBoundingClientRect();
    if (!box.width || !image.naturalWidth) continue;
    const own = image.naturalWidth / image.naturalHeight, drawn = box.width / box.height;
    if (Math.abs(own / drawn - 1) > 0.05) say("image ratio", `${image.src} ${own.toFixed(2)} ${drawn.toFixed(2)}`);
  }
  const named = (e) => (e.innerText || e.getAttribute("aria-label") || e.title || e.labels?.[0]?.innerText
    || document.getElementById(e.getAttribute("aria-labelledby"))?.innerText || "").trim();
  const pressed = [...document.querySelectorAll("a[href], button, input, select, textarea, [role=button], [role=tab]")]
    .filter((e) => shown(e) && !e.disabled && e.type !== "hidden" && !e.closest("[aria-hidden=true], [inert]"));
  const boxes = pressed.map((e) => {
    const label = /^(checkbox|radio)$/.test(e.type) ? e.closest("label") : null;
    return (label ?? e).getBoundingClientRect();
  });
  pressed.forEach((e, place) => {
    if (!named(e)) say("name", e.outerHTML);
    const box = boxes[place];
    if (!box.width || !box.height || (box.width >= LEAST && box.height >= LEAST)) return;
    if (e.matches("a[href]") && e.closest("p, li, td, .modebar")) return;
    // Small, but alone: a circle of the least size around its middle touches no other one's.
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const near = boxes.some((other, which) => {
      if (which === place || !other.width || pressed[which].contains(e) || e.contains(pressed[which])) return false;
      const aside = Math.max(other.left - x, 0, x - other.right), above = Math.max(other.top - y, 0, y - other.bottom);
      return Math.hypot(aside, above) < LEAST / 2;
    });
    if (near) say("tap target", `${box.width.toFixed(0)}x${box.height.toFixed(0)} ${named(e)} ${e.outerHTML}`);
  });
  return bad;
}""".replace("LEAST", str(LEAST_TARGET))


def main() -> int:
    """Print what is found of each page, and how often in all."""
    counts: Counter[str] = Counter()
    looked = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        workspace = Workspace(Path(folder) / "workspace")
        server = Server(workspace)
        try:
            ready(workspace)
            for name, scheme, width in product(sys.argv[1:] or PAGES, ("light", "dark"), WIDTHS):
                found = audited(browser, server, name, scheme, width)
                looked += 1
                for what, places in found.items():
                    counts[what] += len(places)
                    print(f"{name} {scheme} {width}: {what} ×{len(places)}, {places[0]}")
        finally:
            server.end()
            stop(workspace)
            browser.close()
    print(f"{looked} pages looked at: {dict(counts) or 'nothing found'}.")
    return 1 if counts else 0


def audited(browser: Browser, server: Server, name: str, scheme: str, width: int) -> dict[str, list[str]]:
    """What is found of a page in one theme, on one width, by what it is."""
    context = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    foreign: list[str] = []
    page.on(
        "request",
        lambda sent: (
            None if sent.url.startswith((server.address, "data:", "blob:", "ws")) else foreign.append(sent.url)
        ),
    )
    page.goto(f"{server.address}{PAGES[name]}")
    settled(page)
    if name in CARDS:
        page.locator(f".st-key-card-{CARDS[name]} .js-plotly-plot").first.wait_for(timeout=60_000)
        settled(page)
    found: dict[str, list[str]] = page.evaluate(AUDIT)
    context.close()
    return found | {what: each for what, each in (("console", errors), ("another host", foreign)) if each}


if __name__ == "__main__":
    sys.exit(main())
