// Draws the page again when the browser's theme changes: by the evening, or in the menu. See ui/scripts.py.
//
// Streamlit changes its own colours at once and tells the server at the next run (issue 11920 there); cards and charts
// have theirs from the server. One watcher serves as long as the page lives.
(() => {
  if (window.themeIsWatched) return;
  window.themeIsWatched = true;
  const app = document.querySelector("[data-testid=stApp]");
  let asked = "";

  function check() {
    const shown = getComputedStyle(app).colorScheme;
    const drawn = document.querySelector("[data-drawn-for]")?.dataset.drawnFor;
    if (drawn === shown) asked = "";
    // Asked once for each change: where the server cannot follow, it is not asked again and again.
    if (!drawn || drawn === shown || asked === shown) return;
    asked = shown;
    document.querySelector(".st-key-redraw button")?.click();
  }

  new MutationObserver(check).observe(app, { attributes: true, attributeFilter: ["class"] });
  check();
})();
