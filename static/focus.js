// Gives the focus to what follows where a page takes it away. See ui/shell/scripts.py.
//
// A button that leads to another page goes with its page, and the focus falls to the document: the next Tab begins at the
// top, and a screen reader says nothing of where one is now. The title of the new page gets it. Within a page, where a
// button gives way to another (start, stop), it goes to the part of the page that both stand in; a button that is
// switched off while its file is made has it again afterwards.
(() => {
  if (window.focusIsGiven) return;
  window.focusIsGiven = true;
  const PARTS = ".st-key-proving, .st-key-card-why, .st-key-newer, .st-key-asked, .st-key-card-saved";
  let here = location.pathname;
  let before = "";
  let waits = false;
  let last = null;
  let drawnAnew = () => null;
  let part = "";

  function check() {
    const title = document.querySelector("[data-testid=stMain] h1");
    if (location.pathname !== here) {
      here = location.pathname;
      waits = true;
      last = null;
    }
    if (!waits) before = title?.innerText ?? before;
    if (document.activeElement !== document.body) return;
    if (!waits) {
      giveBack();
      return;
    }
    if (!title || title.innerText === before) return;
    waits = false;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  function giveBack() {
    if (last?.isConnected && !last.matches(":disabled")) last.focus({ preventScroll: true });
    if (!last || last.isConnected) return;
    const heir = drawnAnew() ?? (part && document.querySelector(part));
    if (!heir || heir.matches(":disabled")) return;
    if (!heir.matches("a, button, input, textarea, summary, [tabindex]")) heir.tabIndex = -1;
    heir.focus({ preventScroll: true });
  }

  // A part that comes above makes Streamlit draw what is below it once more, with the same keys.
  function keyOf(place) {
    const key = [...(place?.classList ?? [])].find((each) => each.startsWith("st-key-"));
    return key ? `.${CSS.escape(key)}` : "";
  }

  function finder({ tagName, innerText }, key) {
    const same = (each) => each.innerText === innerText;
    return () => (key ? [...document.querySelectorAll(`${key} ${tagName}`)].find(same) : null);
  }

  document.addEventListener("focusin", ({ target }) => {
    last = target;
    // What is asked in a dialog is asked for the part of the page that it was opened from.
    if (!target.closest("[role=dialog]")) part = keyOf(target.closest(PARTS));
    drawnAnew = finder(target, keyOf(target.closest("[data-testid=stElementContainer][class*=st-key-]")));
  });
  // Menus and dialogs stand beside the app.
  new MutationObserver(check).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"],
  });
  // Who leaves a place by herself does not want to be brought back.
  window.addEventListener("pointerdown", () => { last = null; }, { capture: true });
  window.addEventListener("keydown", ({ key }) => { if (key === "Tab") last = null; }, { capture: true });
  for (const done of ["pointerdown", "keydown"]) {
    window.addEventListener(done, () => { if (here === location.pathname) waits = false; }, { capture: true });
  }
})();
