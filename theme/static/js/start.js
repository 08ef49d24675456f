// Starts the client on a page. A copy in a frame hands over its page (framed.js) and otherwise stays still.
(function (communique) {
  "use strict";

  const { behaviours, entry, loading } = communique;
  const isFramed = window.parent !== window;
  if (!isFramed && entry.leaveHashForm()) return;
  // What every page has but nobody waits for.
  loading.use("page").catch(() => {});
  if (isFramed) return;
  entry.watch();
  behaviours.mount();
})((window.Communique = window.Communique || {}));
