// Printing: a browser names the file it saves a page in after the page's title, so the title begins with the page's
// marking as long as it prints. Title and marking are public; nothing that was opened comes into either.
(function () {
  "use strict";

  let before = "";
  let marked = "";

  function mark() {
    const label = document.querySelector(".marking-bar .tlp");
    // A finished plan is its reader's, and the page's marking would be wrong on it (plan.js).
    const isPlan = document.body.classList.contains("plan--finished");
    if (!label || isPlan || document.title === marked) return;
    before = document.title;
    document.title = `${label.textContent.trim()} – ${before}`;
    // As it reads now: a browser may have put its blanks in order.
    marked = document.title;
  }

  function restore() {
    if (marked && document.title === marked) document.title = before;
    marked = "";
  }

  window.addEventListener("beforeprint", mark);
  window.addEventListener("afterprint", restore);
})();
