// A copy of a page in a hidden frame of a signed-in document (visit.js): it hands over its HTML and does nothing else.
(function (communique) {
  "use strict";

  const { addresses, entry } = communique;
  if (window.parent === window) return;
  // On a disk every file is its own origin and none can be named; elsewhere only our own origin gets an answer.
  const ours = addresses.onDisk ? "*" : location.origin;
  window.addEventListener("message", (event) => {
    const isParent = event.source === window.parent && (addresses.onDisk || event.origin === ours);
    if (!isParent || event.data !== "communique page wanted" || event.ports.length !== 1) return;
    event.ports[0].postMessage(entry.page);
  });
  window.parent.postMessage("communique page ready", ours);
})((window.Communique = window.Communique || {}));
