// Makes what a person does one step of the browser's history: see ui/scripts.py.
//
// Streamlit makes a step of every change of the address: of the page, of what the page then writes there (table,
// settings, run), and of both on the way to another page, so that "Back" seemed to do nothing. Here the first change
// after a person did something is a step, and those that follow by themselves take its place. Other settings of the
// same table, the lineage of drafts, are never a step: "Back" leaves the page however many sliders were moved.
(() => {
  if (window.historyIsKept) return;
  window.historyIsKept = true;
  const push = window.history.pushState.bind(window.history);
  let acted = false;

  window.history.pushState = (state, title, url) => {
    if (!acted || sameButForDraft(new URL(window.location.href), new URL(url ?? "", window.location.href))) {
      window.history.replaceState(state, title, url);
    } else {
      acted = false;
      push(state, title, url);
    }
  };
  for (const done of ["pointerdown", "keydown"]) {
    window.addEventListener(done, () => { acted = true; }, { capture: true });
  }
  window.addEventListener("popstate", () => { acted = false; }, { capture: true });

  function sameButForDraft(one, other) {
    return one.pathname === other.pathname && withoutDraft(one) === withoutDraft(other);
  }

  function withoutDraft(address) {
    const ids = new URLSearchParams(address.search);
    ids.delete("draft");
    ids.sort();
    return ids.toString();
  }
})();
