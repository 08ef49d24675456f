// What the page has said (messages.js) lies over the text. It stays until it can have been read and the reader goes on,
// rather than for a fixed time, which is too short for some.
(function () {
  "use strict";

  const READING_TIME = 6000;
  const status = document.getElementById("cq-status");
  if (!status) return;
  let saidAt = Date.now();

  new MutationObserver(() => (saidAt = Date.now())).observe(status, { childList: true });
  for (const sign of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(
      sign,
      () => {
        if (status.hasChildNodes() && Date.now() - saidAt >= READING_TIME) status.replaceChildren();
      },
      { capture: true, passive: true },
    );
  }
})();
