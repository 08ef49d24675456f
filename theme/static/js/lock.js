// Locking: by button, after a quarter of an hour without activity, from another tab of the site, and whenever the
// document is left. Keys and opened text go first; the page is then loaded anew.
(function (communique) {
  "use strict";

  const IDLE_LIMIT = 15 * 60 * 1000;
  const ACTIVITY = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];
  // What the next document says; history.state holds numbers only.
  const REASONS = { 1: "locked", 2: "idle" };
  const BY_BUTTON = 1;
  const BY_IDLENESS = 2;

  let lastActivity = 0;
  let timer = 0;
  let channel = null;

  function wipe() {
    communique.signIn.forgetPassphrase();
    communique.membership.forget();
    communique.sections.wipe();
  }

  function lock(reason, tellOthers) {
    if (!communique.membership.isSignedIn()) return;
    const { path, hash } = communique.addresses.current();
    wipe();
    if (tellOthers && channel) channel.postMessage("lock");
    if (communique.addresses.onDisk && communique.addresses.virtualTarget()) {
      // Another file gets no history.state from this one; its hash carries the reason instead.
      location.replace(communique.addresses.addressOf(path, "#!" + REASONS[reason] + hash));
      return;
    }
    history.replaceState({ locked: reason }, "");
    location.reload();
  }

  // Timers stop while a machine sleeps, so the clock is asked as well, on every sign of life.
  function checkIdleness() {
    clearTimeout(timer);
    if (!communique.membership.isSignedIn()) return;
    const left = lastActivity + IDLE_LIMIT - Date.now();
    if (left <= 0) lock(BY_IDLENESS, true);
    else timer = setTimeout(checkIdleness, left);
  }

  function noteActivity() {
    if (!communique.membership.isSignedIn()) return;
    if (Date.now() - lastActivity >= IDLE_LIMIT) checkIdleness();
    else lastActivity = Date.now();
  }

  function refresh() {
    const signedIn = communique.membership.isSignedIn();
    for (const button of document.querySelectorAll("[data-cq-lock]")) button.hidden = !signedIn;
    if (!signedIn) return;
    // Also runs after every swap, when someone has been active a moment ago.
    lastActivity = Date.now();
    checkIdleness();
  }

  // Says once why the page is locked, after the reload that locking causes.
  function explain() {
    const carried = /^#!(locked|idle)(#.*)?$/.exec(location.hash);
    const reason = carried ? carried[1] : history.state && REASONS[history.state.locked];
    if (!reason) return;
    const hash = carried ? carried[2] || "" : location.hash;
    history.replaceState(null, "", communique.addresses.withoutHash(location.href) + hash);
    communique.messages.announce(communique.messages.sentence(reason));
    if (carried) communique.anchors.goTo(hash);
  }

  function prepare() {
    for (const name of ACTIVITY) document.addEventListener(name, noteActivity, { capture: true, passive: true });
    document.addEventListener("visibilitychange", checkIdleness);
    window.addEventListener("focus", checkIdleness);
    // A page kept for the back button would keep the opened text with it.
    window.addEventListener("pagehide", wipe);
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
    try {
      channel = new BroadcastChannel("communique");
      channel.addEventListener("message", (event) => {
        if (event.data === "lock") lock(BY_BUTTON, false);
      });
    } catch {
      // A browser may refuse channels on a disk: each tab then locks by itself.
    }
    explain();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-cq-lock]")) lock(BY_BUTTON, true);
  });

  communique.membership.onChange(refresh);
  communique.behaviours.add({ mount: refresh });
  communique.lock = Object.freeze({ prepare });
})((window.Communique = window.Communique || {}));
