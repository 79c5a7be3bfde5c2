// Keeps the address that somebody came for: after login the provider sends everybody to the first page.
(() => {
  const { pathname, search } = location;
  if (pathname === "/" && !search) sessionStorage.removeItem("askedFor");
  else sessionStorage.setItem("askedFor", pathname + search);
})();
