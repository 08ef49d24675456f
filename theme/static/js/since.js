// Narrows the lists of updates to what is new since a release that their reader chooses. Nothing is kept anywhere.
//
// A line of an opened list tells its release by a class, `release-5`: opened text keeps no other mark (safe-html.js).
// The choice is shown once a list is open; until this script has come, everything stands there with its release.
(function (communique) {
  "use strict";

  let stop = () => {};

  // The release in which a line was there, or changed, last.
  function releaseOf(line) {
    for (const name of line.classList) {
      const found = /^release-(\d+)$/.exec(name);
      if (found) return Number(found[1]);
    }
    return Infinity;
  }

  function start() {
    const form = document.querySelector("[data-since]");
    if (!form) return;
    stop();
    const select = form.querySelector("select");
    const count = form.querySelector("[role=status]");
    const boxes = [...document.querySelectorAll(".sealed--list")];

    function say(shown) {
      const forms = JSON.parse(form.dataset.said);
      const said = forms[new Intl.PluralRules(document.documentElement.lang).select(shown)] || forms.other;
      const text = shown ? said.replace("{n}", shown.toLocaleString(document.documentElement.lang)) : form.dataset.saidNone;
      if (count.textContent !== text) count.textContent = text;
    }

    // What stands in the place of a list of which nothing is shown.
    function noneAfter(list) {
      const next = list.nextElementSibling;
      if (next && next.matches(".since__none")) return next;
      const none = document.createElement("p");
      none.className = "since__none";
      none.lang = document.documentElement.lang;
      none.textContent = form.dataset.none;
      list.after(none);
      return none;
    }

    function narrow() {
      const since = Number(select.value);
      const shown = new Set();
      const lists = boxes.flatMap((box) => [...box.querySelectorAll(".updates__list")]);
      for (const list of lists) {
        for (const entry of list.children) {
          const lines = [...entry.querySelectorAll(".updates__places")];
          for (const line of lines) line.hidden = releaseOf(line) <= since;
          entry.hidden = lines.length > 0 && lines.every((line) => line.hidden);
          // Two lists may lead to one document.
          if (!entry.hidden) shown.add(entry.querySelector("a").pathname);
        }
        noneAfter(list).hidden = [...list.children].some((entry) => !entry.hidden);
      }
      form.hidden = lists.length === 0;
      if (lists.length) say(shown.size);
    }

    // Lists are opened, and emptied again, by the client's other parts.
    const watching = new MutationObserver(narrow);
    for (const box of boxes) watching.observe(box, { childList: true, subtree: true });
    const keepHere = (event) => event.preventDefault();
    form.addEventListener("change", narrow);
    form.addEventListener("submit", keepHere);
    narrow();
    stop = () => {
      watching.disconnect();
      form.removeEventListener("change", narrow);
      form.removeEventListener("submit", keepHere);
      stop = () => {};
    };
  }

  communique.since = Object.freeze({ start, stop: () => stop() });
})((window.Communique = window.Communique || {}));
