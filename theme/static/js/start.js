// Starts the client, last of its files. A copy in a frame hands over its page and otherwise stays still.
(function (communique) {
  "use strict";

  Object.freeze(communique);
  if (window.parent !== window) {
    communique.visit.answerParent();
    return;
  }
  if (communique.visit.leaveHashForm()) return;
  communique.visit.prepare();
  communique.behaviours.mount();
  communique.lock.prepare();
})((window.Communique = window.Communique || {}));
