// Says to those who do not see the screen what became of a file that was dropped, and brings a refusal into sight.
// See ui/shell/scripts.py.
//
// What is announced must change in a place that is on the page before, and our sentences come and go as a whole. What the
// field itself refuses, by its kind or size, it announces by itself.
(() => {
  if (window.uploadIsSaid) return;
  window.uploadIsSaid = true;
  const SAID = ".st-key-upload-said p, .st-key-upload-refused p";
  const place = document.createElement("div");
  place.setAttribute("role", "status");
  place.id = "upload-status";
  Object.assign(place.style, {
    position: "fixed", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap",
  });
  document.body.append(place);
  let shown = null;
  let isAtField = false;

  function check() {
    const parts = [...document.querySelectorAll(SAID)].map((part) => part.innerText.replace(/\s+/g, " ").trim());
    const said = parts.filter(Boolean).join(" ");
    if (said !== place.textContent) place.textContent = said;
    // A file that was taken takes the field away: the next Tab would begin at the top of the page. It is said sooner or
    // later than the field goes.
    const taken = document.querySelector(".st-key-upload-said p")?.closest(".st-key-upload-said");
    if (taken && isAtField && document.activeElement === document.body) {
      taken.tabIndex = -1;
      taken.focus({ preventScroll: true });
    }
    const refused = document.querySelector(".st-key-upload-refused");
    if (refused && refused !== shown) {
      refused.scrollIntoView({ block: "nearest" });
      // Who was at the field goes on from what is said of the file; who is elsewhere meanwhile stays there.
      if (document.activeElement === document.body || document.activeElement.closest(".st-key-upload")) {
        refused.tabIndex = -1;
        refused.focus({ preventScroll: true });
      }
    }
    shown = refused;
  }

  window.addEventListener("pointerdown", () => { isAtField = false; }, { capture: true });
  document.addEventListener("focusin", ({ target }) => { isAtField = Boolean(target.closest(".st-key-upload")); });
  new MutationObserver(check).observe(document.querySelector("[data-testid=stApp]"), {
    childList: true, subtree: true, characterData: true,
  });
})();
