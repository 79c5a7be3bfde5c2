// Goes to the address that was kept before login. The origin is named: a path such as //elsewhere would leave the site.
(() => {
  const askedFor = sessionStorage.getItem("askedFor");
  sessionStorage.removeItem("askedFor");
  if (askedFor && location.pathname === "/") location.replace(location.origin + askedFor);
})();
