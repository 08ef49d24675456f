// Dates that mean something on the day they are read: what is overdue, and what has not been confirmed for long. The
// page says when; whether that moment has passed only the reader's day tells. Pages of the sample stay on its own day.
//
//   <time class="due" datetime="2008-11-15T18:00:00+01:00">15 November 2008, 18:00 (UTC+1)</time>
//   <time class="stale-after" datetime="2009-03-01"></time>
//
// `data-due` and `data-stale-after` say the same where the time shown is another one; opened sealed text keeps neither
// (safe-html.js), so there it is the class.
(function (communique) {
  "use strict";

  const KINDS = [
    { name: "overdue", selector: "time.due, time[data-due]", at: (time) => time.dataset.due },
    { name: "stale", selector: "time.stale-after, time[data-stale-after]", at: (time) => time.dataset.staleAfter },
  ];

  let watching = null;

  function now() {
    const { asOf } = document.documentElement.dataset;
    return asOf ? Date.parse(asOf) : Date.now();
  }

  function badge(name) {
    const text = communique.messages.sentence(name);
    if (!text) return null;
    const made = document.createElement("strong");
    made.className = "badge badge--" + name;
    made.lang = document.documentElement.lang;
    made.textContent = text;
    return made;
  }

  function mark(root) {
    for (const { name, selector, at } of KINDS) {
      for (const time of root.querySelectorAll(selector)) {
        const moment = Date.parse(at(time) || time.dateTime);
        const marked = time.nextElementSibling;
        if (!(moment < now()) || (marked && marked.classList.contains("badge--" + name))) continue;
        const made = badge(name);
        if (made) time.after(" ", made);
      }
    }
  }

  communique.behaviours.add({
    mount(root) {
      mark(root);
      // Text that is opened arrives later, in whatever box.
      watching = new MutationObserver(() => mark(root));
      watching.observe(root, { childList: true, subtree: true });
    },
    unmount() {
      if (watching) watching.disconnect();
    },
  });
})((window.Communique = window.Communique || {}));
