// Every sentence the client says. The sentences stand in the page, written by its template in the page's
// language; this file only chooses a plural form and fills the blanks.
(function (communique) {
  "use strict";

  const READING_TIME = 6000;
  let saidAt = 0;

  function pageLanguage() {
    return document.documentElement.lang || "en";
  }

  function pluralForm(forms, count) {
    let category = "other";
    try {
      category = new Intl.PluralRules(pageLanguage()).select(count);
    } catch {
      // An unknown language tag: the general form is right often enough.
    }
    return forms[category] || forms.other || "";
  }

  function numberText(count) {
    try {
      return new Intl.NumberFormat(pageLanguage()).format(count);
    } catch {
      return String(count);
    }
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
      return typeof blanks[blank] === "number" ? numberText(blanks[blank]) : String(blanks[blank]);
    });
  }

  // Says sentences through the page's one live region, which survives every swap; without any, falls silent.
  function announce(...sentences) {
    const status = document.getElementById("cq-status");
    if (!status) return;
    saidAt = Date.now();
    status.replaceChildren(
      ...sentences.filter(Boolean).map((text) => {
        const line = document.createElement("p");
        line.textContent = text;
        return line;
      }),
    );
  }

  // What was said lies over the text. It stays until it can have been read and the reader goes on, rather than for
  // a fixed time, which is too short for some.
  function goOn() {
    const status = document.getElementById("cq-status");
    if (status && status.hasChildNodes() && Date.now() - saidAt >= READING_TIME) status.replaceChildren();
  }

  for (const sign of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(sign, goOn, { capture: true, passive: true });
  }

  // Several things in one sentence: "4", "4 and 7".
  function enumeration(items) {
    try {
      return new Intl.ListFormat(pageLanguage()).format(items);
    } catch {
      return items.join(", ");
    }
  }

  function languageName(code) {
    try {
      return new Intl.DisplayNames([pageLanguage()], { type: "language" }).of(code) || code;
    } catch {
      return code;
    }
  }

  communique.messages = Object.freeze({ sentence, announce, enumeration, languageName });
})((window.Communique = window.Communique || {}));
