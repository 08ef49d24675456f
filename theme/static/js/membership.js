// Who is signed in, and the only place that holds their keys: a variable of this function, in no store, in no
// address and on no object another script could read. It ends with the document.
(function (communique) {
  "use strict";

  let session = null;
  let name = "";
  let attempt = 0;
  const listeners = [];
  const { problem } = communique.loading;

  // Plain http (other than this machine's own) has no WebCrypto, and there is nothing to fall back on.
  function isPossible() {
    return Boolean(window.isSecureContext && window.crypto && window.crypto.subtle && window.CommuniqueSealed);
  }

  function changed() {
    document.documentElement.toggleAttribute("data-cq-signed-in", session !== null);
    for (const listener of listeners) listener();
  }

  async function begin(login, passphrase) {
    if (!isPossible()) throw problem("insecure-context");
    const mine = ++attempt;
    const keyring = await communique.sharedData.read("keyring");
    const opened = await window.CommuniqueSealed.openSlot(keyring, login, passphrase);
    // Cancelled or locked in the meantime: these keys must not come alive afterwards.
    if (mine !== attempt) {
      window.CommuniqueSealed.forget(opened);
      throw problem("given-up");
    }
    // A slot without a key is genuine, and says that nothing is shared with this member any more.
    if (opened.keyCount === 0) {
      window.CommuniqueSealed.forget(opened);
      throw problem("access-ended");
    }
    session = opened;
    name = opened.member || window.CommuniqueSealed.normaliseLogin(login);
    changed();
  }

  function forget() {
    attempt += 1;
    if (session === null) return;
    window.CommuniqueSealed.forget(session);
    session = null;
    name = "";
    changed();
  }

  async function open(text, expected) {
    if (session === null) throw problem("not-for-you");
    const mine = session;
    const opened = await window.CommuniqueSealed.openObject(mine, text, expected);
    if (session !== mine) throw problem("given-up");
    return opened;
  }

  communique.membership = Object.freeze({
    begin,
    forget,
    open,
    isPossible,
    isSignedIn: () => session !== null,
    name: () => name,
    onChange: (listener) => listeners.push(listener),
  });
})((window.Communique = window.Communique || {}));
