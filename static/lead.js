// Brings the tab that a tile has opened into sight: on a narrow window it lies far below the tile. See ui/shell/scripts.py.
//
// A tile's button is called "Show" and the tab's name.
(() => {
  if (window.tilesLead) return;
  window.tilesLead = true;
  const PATIENCE = 15000;
  let wanted = null;
  let until = 0;

  function check() {
    if (!wanted) return;
    if (Date.now() > until) { wanted = null; return; }
    const open = [...document.querySelectorAll("[data-testid=stMain] [role=tab][aria-selected=true]")]
      .find((tab) => tab.innerText.trim() === wanted);
    if (!open) return;
    wanted = null;
    const list = open.closest("[role=tablist]");
    list.style.scrollMarginTop = "4.5rem";
    list.scrollIntoView({ block: "start" });
    open.focus({ preventScroll: true });
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[class*=st-key-tile-] button");
    if (!button) return;
    wanted = button.innerText.trim().replace(/^Show /, "");
    until = Date.now() + PATIENCE;
    check();
  });
  new MutationObserver(check).observe(document.querySelector("[data-testid=stApp]"), {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected"],
  });
})();
