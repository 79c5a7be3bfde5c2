// Says in our words what the framework says in its own: that the server is away, an address wrong, a file refused; keeps
// the page's title; and takes the first words away once the app shows something. See ui/shell/first_page.py.
//
// Only whole sentences of the framework are replaced, each only where the framework says it: what a person has written
// is left alone. What is not known here stays as it is.
(() => {
  const AWAY = "It does not answer. This page asks again by itself, and what you saved is kept. If it lasts: is your network"
    + " there, and does the server run?";
  const FAILED = "Something went wrong on the server, which has written down what. Reload the page; if it comes again, tell"
    + " whoever runs the server.";
  const PLACES = {
    "[role=dialog]": [
      [/^Connection error$/, "Marketing Mix Studio is away"],
      [/^Streamlit server is not responding\. Are you connected to the internet\?$/, AWAY],
      [/^(Unable to connect to Streamlit server|Connection timed out|Connection failed with status).*$/, AWAY],
      [/^Cannot connect to Streamlit \(HTTP status: 403\)\..*$/, "The server does not let this browser in (403)."],
      [/^Page not found$/, "There is no such page"],
      [/^(You have requested page|The page that you have requested) .*Running the app's main page\.$/s,
        "The address leads nowhere here. Below is the overview."],
      [/^(Script execution error|Bad message format)$/, "Something went wrong"],
    ],
    "[data-testid=stException], [data-testid=stAlertContainer]": [
      [/^This app has encountered an error\..*$/s, FAILED],
      [/^Network issue$/, "A part of the page did not arrive"],
      [/^Cannot load Streamlit frontend code\..*$/s, "The server may have been renewed meanwhile: reload the page."],
    ],
    "[data-testid=stFileUploader]": [
      [/^(?:Error: )?File must be ([\d.]+?)(?:\.0)?([KMG]?B) or smaller\.$/, "The file is too large: at most $1\u00a0$2."],
      [/^(?:Error: )?\S* ?files are not allowed\.$/, "Files of this kind are not read here."],
      [/^(?:Error: )?Unexpected error\. Please try again\.$/, "The file did not arrive. Try again."],
      [/^([\d.]+?)(?:\.0)?([KMG]?B)$/, "$1\u00a0$2"],
      [/^([\d.]+?)(?:\.0)?([KMG]?B) per file$/, "At most $1\u00a0$2"],
    ],
  };
  const ANY_PLACE = Object.keys(PLACES).join(",");
  const SOMETHING = "[data-testid=stMain] h1, [data-testid=stAlertContainer], [data-testid=stException], [role=dialog]";
  const LONGEST_MS = 10_000;

  function mend(text) {
    const said = text.data.trim();
    if (!said) return;
    for (const [place, words] of Object.entries(PLACES)) {
      const known = words.find(([pattern]) => pattern.test(said));
      if (known && text.parentElement?.closest(place)) {
        text.data = said.replace(...known);
        return;
      }
    }
  }

  function mendWithin(node) {
    if (node.nodeType === Node.TEXT_NODE) return mend(node);
    if (!(node instanceof HTMLElement)) return;
    const places = node.closest(ANY_PLACE) ? [node] : node.querySelectorAll(ANY_PLACE);
    for (const place of places) {
      const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) mend(texts.currentNode);
    }
  }

  // On the way to its own title a page is called after the framework's files.
  const name = document.title;

  let covered = true;

  function uncover() {
    covered = false;
    document.querySelector(".first-words")?.remove();
  }

  // Whatever goes wrong, what is below is seen.
  addEventListener("load", () => setTimeout(uncover, LONGEST_MS));
  try {
    const chosen = localStorage.getItem(`stActiveTheme-${location.pathname}-v2`)?.match(/Light|Dark/)?.[0];
    if (chosen) document.documentElement.dataset.firstWords = chosen.toLowerCase();
  } catch {
    // A browser that keeps nothing: the colours are those of its system.
  }

  new MutationObserver((changes) => {
    if (document.title !== name) document.title = name;
    if (covered && document.querySelector(SOMETHING)) uncover();
    for (const { type, target, addedNodes } of changes) {
      if (type === "characterData") mend(target);
      else addedNodes.forEach(mendWithin);
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
})();
