// A table that is wider than its place is scrolled by the keyboard too: it can be reached, which it need not be where all
// of it is in sight. See ui/shell/scripts.py.
(() => {
  if (window.tablesReached) return;
  window.tablesReached = true;
  let asked = 0;

  function check() {
    asked = 0;
    for (const place of document.querySelectorAll("[data-testid=stTable] > div")) {
      if (place.scrollWidth > place.clientWidth + 1) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    }
  }

  const ask = () => { asked ||= requestAnimationFrame(check); };
  new MutationObserver(ask).observe(document.querySelector("[data-testid=stApp]"), { childList: true, subtree: true });
  addEventListener("resize", ask);
  ask();
})();
