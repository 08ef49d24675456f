// The page that offers the languages remembers the last choice, and says so; it never leads anywhere by itself. Of all
// the site this is the only thing a browser keeps, and only where a site has a place of its own to keep it: on a disk
// other files share it.
(function (communique) {
  "use strict";

  const { addresses, behaviours } = communique;
  const KEY = "communique." + document.documentElement.dataset.site + ".language";

  // A reader may forbid it; then nothing is remembered.
  function kept(act) {
    try {
      return addresses.onDisk ? null : act(window.localStorage);
    } catch {
      return null;
    }
  }

  function cardOf(list, lang) {
    return [...list.children].find((card) => card.lang === lang);
  }

  function mount(root) {
    const list = root.querySelector("[data-cq-offered]");
    if (!list) return;
    const chosen = kept((store) => store.getItem(KEY));
    const card = chosen && cardOf(list, chosen);
    if (card) {
      list.prepend(card);
      const said = card.querySelector("[data-cq-remembered]");
      said.hidden = false;
      said.querySelector("button").addEventListener("click", () => {
        kept((store) => store.removeItem(KEY));
        said.hidden = true;
        card.querySelector("a").focus();
      });
    }
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a[hreflang]");
      if (link) kept((store) => store.setItem(KEY, link.hreflang));
    });
  }

  behaviours.add({ mount });
})((window.Communique = window.Communique || {}));
