"""Somebody without a pointer: what Tab comes to, by what name, and whether it is seen to have the focus.

A *stop* is what has the focus after a press of Tab. Its role and name are Chromium's own, as a screen reader has them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from tests.browser.conftest import saved, settled

MOST = 120
"""So many stops are passed on the way to something; no page has as many."""
ROLES = {"DisclosureTriangle": "disclosure", "Canvas": "grid", "gridcell": "grid"}
"""Chromium's names for what a person would call otherwise."""
DRAWS_ITSELF = ("grid",)
"""Roles whose ring is a part of a drawing, where no style tells of it."""
LOOKS = """
(() => {
  const PARTS = ["outline", "boxShadow", "border", "backgroundColor", "color", "textDecoration"];
  const NEAR = 16;
  const look = (element) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(element, part || null);
    // The colour of an outline that is not drawn follows that of the text.
    return PARTS.map((each) => (each === "outline" && style.outlineStyle === "none" ? "" : style[each])).join();
  }).join();
  const parents = (element) => {
    const found = [];
    for (let up = element.parentElement; up && found.length < 4; up = up.parentElement) found.push(up);
    return found;
  };
  const inside = (element) => [element, ...[...element.querySelectorAll("*")].slice(0, 8)];
  // A ring may be drawn by what is around a field, or beside an input that is not drawn itself.
  const around = (element) => {
    const beside = [...(element.parentElement?.children ?? [])].slice(0, 6).flatMap(inside);
    return new Set([...inside(element), ...parents(element), ...beside.slice(0, 30)]);
  };
  const still = () => {
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
  };
  const widget = (element) => element.closest("[data-testid=stElementContainer]");
  let before = new Map();
  let from = document.body;
  return {
    remember() {
      still();
      before = new Map();
      from = document.activeElement;
      const stops = [...document.querySelectorAll("a, button, input, textarea, summary, [tabindex]")];
      const place = stops.indexOf(from);
      for (const each of stops.slice(Math.max(0, place - NEAR), place + NEAR)) {
        for (const part of around(each)) if (!before.has(part)) before.set(part, look(part));
      }
    },
    seen() {
      still();
      const at = document.activeElement;
      if (at === from || !before.has(at)) return null;
      // The caret shows where one is among the parts of one field.
      if (widget(at) && widget(at) === widget(from) && at.matches("input, textarea")) return true;
      // What is around the place before may look otherwise because the focus has left it.
      const left = new Set(from === document.body ? [] : [...inside(from), ...parents(from)]);
      for (const part of inside(at)) if (part !== from) left.delete(part);
      return [...around(at)].some((part) => !left.has(part) && before.has(part) && before.get(part) !== look(part));
    },
  };
})()
"""
AT = """
() => {
  const at = document.activeElement;
  const keys = [];
  for (let up = at; up; up = up.parentElement) {
    keys.push(...[...up.classList].filter((each) => each.startsWith("st-key-")).map((each) => each.slice(7)));
  }
  return { lost: at === document.body, keys, seen: window.looks?.seen() ?? null };
}
"""


class Stop(NamedTuple):
    """What has the focus.

    Attributes
    ----------
    keys
        Of the containers that it stands in, the innermost first.
    seen
        Whether it looks otherwise than without the focus; None: it has come since.
    """

    role: str
    name: str
    keys: tuple[str, ...]
    seen: bool | None
    lost: bool

    def __str__(self) -> str:
        return f"{self.role} '{self.name}' in {self.keys[:1]}"


def reach(page: Page, role: str, name: str, *, within: str = "", key: str = "Tab", most: int = MOST) -> Stop:
    """Press Tab (or ``key``) until something has the focus that is called so; each stop on the way must be seen.

    ``within`` is the key of a container that it stands in, where others have the same name.
    """
    passed = []
    for _ in range(most):
        stop = step(page, key)
        passed.append(str(stop))
        assert stop.seen is not False or stop.lost or stop.role in DRAWS_ITSELF, f"the focus is not seen on {stop}"
        if (stop.role, stop.name) == (role, name) and (not within or within in stop.keys):
            return stop
    there = "\n".join(passed)
    raise AssertionError(f"{role} '{name}' is not reached by {most} presses of {key}; passed:\n{there}")


def step(page: Page, key: str = "Tab") -> Stop:
    """Press a key that moves the focus, and see where it has gone."""
    page.evaluate(f"() => {{ (window.looks ||= {LOOKS}).remember(); }}")
    page.keyboard.press(key)
    return focused(page)


def focused(page: Page) -> Stop:
    """What has the focus now."""
    at = page.evaluate(AT)
    session = page.context.new_cdp_session(page)
    there = session.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    node = session.send("Accessibility.getPartialAXTree", {"objectId": there, "fetchRelatives": False})["nodes"][0]
    session.detach()
    role, name = (str(node.get(each, {}).get("value", "")) for each in ("role", "name"))
    return Stop(ROLES.get(role, role), name, tuple(at["keys"]), at["seen"], at["lost"])


def stays_in(page: Page, key: str) -> None:
    """The focus is in a part of the page once that was drawn again, and has not fallen to the document."""
    settled(page)
    page.wait_for_function(f"() => document.activeElement.closest('[class*=st-key-{key}]') !== null")


def taken(page: Page, folder: Path) -> Path:
    """The file that the button with the focus saves, which has the focus afterwards too."""
    before = focused(page)
    path = saved(page, lambda: page.keyboard.press("Enter"), folder)
    page.wait_for_function("() => document.activeElement !== document.body")
    assert focused(page)[:3] == before[:3]
    return path


def choose(page: Page, file: Path) -> None:
    """Choose a file for the field whose button has the focus."""
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
