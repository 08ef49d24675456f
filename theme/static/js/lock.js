// Locking: by button, after a quarter of an hour without activity, from another tab of the site, and whenever the
// document is left. Keys and opened text go first; the page is then loaded anew. A minute before a page locks for
// want of activity, a dialog says so, and any key lets the reader stay.
(function (communique) {
  "use strict";

  const IDLE_LIMIT = 15 * 60 * 1000;
  const WARNING = 60 * 1000;
  const TELLING_REST = 5000;
  const ACTIVITY = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];
  // What the next document says; history.state holds numbers only.
  const REASONS = { 1: "locked", 2: "idle" };
  const BY_BUTTON = 1;
  const BY_IDLENESS = 2;

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
      location.replace(communique.addresses.addressOf(path, "#!" + REASONS[reason] + hash));
      return;
    }
    history.replaceState({ locked: reason }, "");
    location.reload();
  }

  function openWarning() {
    const dialog = document.getElementById("cq-idle");
    return dialog && dialog.open ? dialog : null;
  }

  function showWarning(wanted) {
    const dialog = document.getElementById("cq-idle");
    if (!dialog || dialog.open === wanted) return;
    if (wanted) dialog.showModal();
    else dialog.close();
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
    showWarning(left <= WARNING);
    timer = setTimeout(checkIdleness, left > WARNING ? left - WARNING : left);
  }

  function stay() {
    const now = Date.now();
    if (now - lastActivity >= IDLE_LIMIT) {
      checkIdleness();
      return;
    }
    lastActivity = now;
    if (openWarning()) checkIdleness();
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
    if (openWarning()) answerWarning(event);
    else stay();
  }

  // Once asked, the reader answers on purpose: by any key, the wheel, or a click anywhere. If the dialog went away
  // while the pointer is on its way to the button, the click would fall on whatever lies below.
  function answerWarning(event) {
    if (event.type === "wheel") stayOn();
    if (event.type !== "keydown") return;
    // The key was meant for the dialog; the focus returns to the page before the key has done its work.
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.preventDefault();
    stayOn();
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
    explain();
  }

  document.addEventListener("click", (event) => {
    if (openWarning()) stayOn();
    else if (event.target.closest && event.target.closest("[data-cq-lock]")) lock(BY_BUTTON, "lock");
  });

  communique.membership.onChange(refresh);
  communique.behaviours.add({
    mount(root) {
      const dialog = root.querySelector("#cq-idle");
      // Closed by the browser's own gesture, which is an answer too.
      if (dialog) dialog.addEventListener("cancel", stayOn);
      refresh();
    },
  });
  communique.lock = Object.freeze({ prepare });
})((window.Communique = window.Communique || {}));
