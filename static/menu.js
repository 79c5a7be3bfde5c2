// Closes the pages' menu of a narrow window once a page was chosen in it: it lies over the page. See ui/scripts.py.
(() => {
  if (window.menuIsClosed) return;
  window.menuIsClosed = true;
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-testid=stSidebarNavLink]") || window.innerWidth >= 768) return;
    setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click());
  });
})();
