// Brings the focus into a menu that was opened by a key: Streamlit draws it at the end of the page, where a keyboard would
// have far to go. See ui/shell/scripts.py.
//
// A menu that saves pictures does so by itself, for its first buttons come late (pictures.js).
(() => {
  if (window.popoversAreEntered) return;
  window.popoversAreEntered = true;
  const STOPS = ":is(button, a[href], input, textarea, summary, [tabindex='0']):not(:disabled, [tabindex='-1'])";
  let waits = false;

  function check() {
    if (!waits) return;
    const menu = document.querySelector("[data-testid=stPopoverBody]");
    const first = menu?.querySelector(STOPS);
    if (!first) return;
    waits = false;
    if (!menu.querySelector("[class*=st-key-pictures-]")) first.focus();
  }

  for (const other of ["pointerdown", "keydown"]) {
    window.addEventListener(other, () => { waits = false; }, { capture: true });
  }
  document.addEventListener("click", ({ target, detail }) => {
    // A press of a key is a click of nothing.
    const button = target.closest("[data-testid=stPopover] button");
    waits = detail === 0 && Boolean(button) && button.getAttribute("aria-expanded") !== "true";
  }, { capture: true });
  new MutationObserver(check).observe(document.body, { childList: true, subtree: true });
})();
