// Gives the title of a new page the focus where the old page took it away. See ui/scripts.py.
//
// A button that leads to another page goes with its page, and the focus falls to the document: the next Tab begins at the
// top, and a screen reader says nothing of where one is now.
(() => {
  if (window.focusIsGiven) return;
  window.focusIsGiven = true;
  let here = location.pathname;
  let before = "";
  let waits = false;

  function check() {
    const title = document.querySelector("[data-testid=stMain] h1");
    if (location.pathname !== here) {
      here = location.pathname;
      waits = true;
    }
    if (!waits) before = title?.innerText ?? before;
    if (!waits || !title || title.innerText === before || document.activeElement !== document.body) return;
    waits = false;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  new MutationObserver(check).observe(document.querySelector("[data-testid=stApp]"), { childList: true, subtree: true });
  for (const done of ["pointerdown", "keydown"]) {
    window.addEventListener(done, () => { if (here === location.pathname) waits = false; }, { capture: true });
  }
})();
