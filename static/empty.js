// Loads a page that finds itself empty once more. See ui/shell/scripts.py.
//
// What empties a page is ruled out in ui/shell/leaving.py; this is the net below. Should Streamlit still answer a request
// of a page that was left, it takes the next page from the screen and has nothing to put in its place. The address holds
// all that a page needs. Loaded twice within a minute in vain, the page is left as it is.
(() => {
  if (window.emptyIsWatched) return;
  window.emptyIsWatched = true;
  const EVERY = 1500; // Milliseconds from look to look: a page that is empty at two of them waits for nothing more.
  const MOST = 2;
  const KEPT = "loaded-empty";
  const app = document.querySelector("[data-testid=stApp]");
  let wasEmpty = false;

  // Every page begins with its title; one that cannot be shown says why. A page may take as long as it likes.
  function isEmpty() {
    if (app.dataset.testScriptState !== "notRunning" || app.dataset.testConnectionState !== "CONNECTED") return false;
    const main = document.querySelector("[data-testid=stMain]");
    return main !== null && !main.querySelector("h1, [data-testid=stAlert], [data-testid=stException]");
  }

  function load() {
    const now = Date.now();
    const before = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]").filter((time) => now - time < 60_000);
    if (before.length >= MOST) return;
    sessionStorage.setItem(KEPT, JSON.stringify([...before, now]));
    window.location.reload();
  }

  // The end of a late answer need not be seen as a change of state: it may come in one drawing with its beginning.
  setInterval(() => {
    const empty = !document.hidden && isEmpty();
    if (empty && wasEmpty) load();
    wasEmpty = empty;
  }, EVERY);
})();
