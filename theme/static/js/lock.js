// Locking: by button, after a quarter of an hour without activity, from another tab of the site, and whenever the
// document is left. Keys and opened text go first; the page is then loaded anew.
(function (communique) {
  "use strict";

  const IDLE_LIMIT = 15 * 60 * 1000;
  const WARNING = 60 * 1000;
  const TELLING_REST = 5000;
  // What the next page says (locked.js); history.state holds numbers only.
  const BY_BUTTON = 1;
  const BY_IDLENESS = 2;
  const ACTIVITY = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];

  let lastActivity = 0;
  let lastTold = 0;
  let lastPointer = "";
  let timer = 0;
  let channel = null;

  function wipe() {
    communique.signIn.forgetPassphrase();
    communique.membership.forget();
    communique.sections.wipe();
  }

  // The other tabs hear: "lock" (lock too), "idle" (look at your own clock), or the time of the last activity.
  function tell(what) {
    if (channel) channel.postMessage(what);
  }

  function lock(reason, told) {
    if (!communique.membership.isSignedIn()) return;
    const { path, hash } = communique.addresses.current();
    wipe();
    if (told) tell(told);
    if (communique.addresses.onDisk && communique.addresses.virtualTarget()) {
      // Another file gets no history.state from this one; its hash carries the reason instead.
      location.replace(communique.addresses.addressOf(path, "#!" + reason + hash));
      return;
    }
    history.replaceState({ locked: reason }, "");
    location.reload();
  }

  function isDue() {
    return communique.membership.isSignedIn() && Date.now() >= lastActivity + IDLE_LIMIT - WARNING;
  }

  // The warning may take a moment to come; the limit waits for nothing.
  function refreshWarning() {
    if (!isDue() && !communique.idleWarning) return;
    communique.loading.use("visit").then(
      () => communique.idleWarning.show(isDue()),
      () => {},
    );
  }

  function isAsking() {
    return communique.idleWarning && communique.idleWarning.isOpen();
  }

  // Timers stop while a machine sleeps, so the clock is asked as well, on every sign of life.
  function checkIdleness() {
    clearTimeout(timer);
    if (!communique.membership.isSignedIn()) return;
    const left = lastActivity + IDLE_LIMIT - Date.now();
    if (left <= 0) {
      lock(BY_IDLENESS, "idle");
      return;
    }
    refreshWarning();
    timer = setTimeout(checkIdleness, left > WARNING ? left - WARNING : left);
  }

  function stay() {
    const now = Date.now();
    if (now - lastActivity >= IDLE_LIMIT) {
      checkIdleness();
      return;
    }
    lastActivity = now;
    if (isAsking()) checkIdleness();
    if (now - lastTold < TELLING_REST) return;
    lastTold = now;
    tell(now);
  }

  // A page that changes under a resting pointer makes browsers report movements that nobody made.
  function isMovement({ screenX, screenY }) {
    const before = lastPointer;
    lastPointer = screenX + " " + screenY;
    return lastPointer !== before;
  }

  function noteActivity(event) {
    if (!communique.membership.isSignedIn()) return;
    if (event.type === "pointermove" && !isMovement(event)) return;
    if (isAsking()) communique.idleWarning.answer(event);
    else stay();
  }

  function stayOn() {
    lastTold = 0;
    stay();
  }

  function hear({ data }) {
    if (data === "lock") lock(BY_BUTTON, "");
    else if (data === "idle") checkIdleness();
    else if (Number.isFinite(data) && data > lastActivity) {
      lastActivity = Math.min(data, Date.now());
      checkIdleness();
    }
  }

  function refresh() {
    const signedIn = communique.membership.isSignedIn();
    for (const button of document.querySelectorAll("[data-cq-lock]")) button.hidden = !signedIn;
    if (!signedIn) return;
    // Also runs after every swap, when someone has been active a moment ago.
    lastActivity = Date.now();
    checkIdleness();
    stay();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-cq-lock]")) lock(BY_BUTTON, "lock");
  });

  for (const name of ACTIVITY) {
    document.addEventListener(name, noteActivity, { capture: true, passive: name !== "keydown" });
  }
  document.addEventListener("visibilitychange", checkIdleness);
  window.addEventListener("focus", checkIdleness);
  // A page kept for the back button would keep the opened text with it.
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  try {
    channel = new BroadcastChannel("communique");
    channel.addEventListener("message", hear);
  } catch {
    // A browser may refuse channels on a disk: each tab then locks by itself.
  }

  communique.membership.onChange(refresh);
  communique.behaviours.add({ mount: refresh });
  communique.lock = Object.freeze({ stayOn });
})((window.Communique = window.Communique || {}));
