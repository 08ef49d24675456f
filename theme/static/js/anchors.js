// Places on a page: going to one that an address names.
(function (communique) {
  "use strict";

  function targetOf(hash) {
    if (!hash || hash === "#") return null;
    let id = hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch {
      // Not percent-encoded text: taken as it stands.
    }
    return document.getElementById(id);
  }

  function whenLoaded(act) {
    if (document.readyState === "complete") act();
    else window.addEventListener("load", act, { once: true });
  }

  function focusOn(element) {
    if (!element.hasAttribute("tabindex")) {
      element.setAttribute("tabindex", "-1");
      element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
    }
    element.focus({ preventScroll: true });
  }

  function clearTarget() {
    for (const element of document.querySelectorAll(".is-target")) element.classList.remove("is-target");
  }

  // Scrolls to and focuses what `hash` names; false where the page has no such place.
  function goTo(hash) {
    clearTarget();
    const target = targetOf(hash);
    if (!target) return false;
    focusOn(target);
    if (location.hash === hash) {
      // The target came after the browser looked for it: asking again lets it apply `:target` and scroll. Before
      // `load` the browser would still be scrolling on its own account.
      whenLoaded(() => location.replace(location.href));
    } else {
      target.classList.add("is-target");
    }
    target.scrollIntoView({ block: "start", behavior: "instant" });
    return true;
  }

  communique.anchors = Object.freeze({ goTo, focusOn, clearTarget });
})((window.Communique = window.Communique || {}));
