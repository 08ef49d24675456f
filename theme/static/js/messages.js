// Every sentence the client says. The sentences stand in the page, written by its template in the page's
// language; this file only chooses a plural form and fills the blanks.
(function (communique) {
  "use strict";

  function pageLanguage() {
    return document.documentElement.lang || "en";
  }

  function pluralForm(forms, count) {
    return forms[new Intl.PluralRules(pageLanguage()).select(count)] || forms.other || "";
  }

  // sentence("opened", {n: 3}); an unknown name gives "", so a missing sentence is silence, not nonsense.
  function sentence(name, blanks = {}) {
    const store = document.getElementById("cq-messages");
    let text = (store && store.getAttribute("data-msg-" + name)) || "";
    if (text.startsWith("{")) {
      try {
        text = pluralForm(JSON.parse(text), blanks.n || 0);
      } catch {
        // Not a table of plural forms but a sentence that begins with a blank.
      }
    }
    return text.replace(/\{([a-z]+)\}/g, (whole, blank) => {
      if (!Object.hasOwn(blanks, blank)) return whole;
      return blanks[blank].toLocaleString(pageLanguage());
    });
  }

  // Says sentences through the page's one live region, which survives every swap; without any, falls silent.
  function announce(...sentences) {
    const status = document.getElementById("cq-status");
    if (!status) return;
    status.replaceChildren(
      ...sentences.filter(Boolean).map((text) => {
        const line = document.createElement("p");
        line.textContent = text;
        return line;
      }),
    );
  }

  communique.messages = Object.freeze({ sentence, announce });
})((window.Communique = window.Communique || {}));
