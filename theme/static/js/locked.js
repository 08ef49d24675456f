// What a page says, once, after it was locked: locking loads the page anew, and the reason comes along by its number,
// in history.state, or in the hash where another file had to be loaded (lock.js).
(function (communique) {
  "use strict";

  const SENTENCES = { 1: "locked", 2: "idle" };

  const carried = /^#!([12])(#.*)?$/.exec(location.hash);
  const reason = SENTENCES[carried ? carried[1] : history.state && history.state.locked];
  if (!reason) return;
  const address = communique.addresses.withoutHash(location.href);
  history.replaceState(null, "", address + (carried ? "" : location.hash));
  // A place in the page is gone to by name, as by a link.
  if (carried && carried[2]) location.replace(address + carried[2]);
  communique.messages.announce(communique.messages.sentence(reason));
})((window.Communique = window.Communique || {}));
