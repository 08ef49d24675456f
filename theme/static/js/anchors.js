// Places on a page: going to one named in an address, and naming the one the reader is looking at.
(function (communique) {
  "use strict";

  const PARAGRAPH = /^p\d[a-z0-9-]*$/;

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

  function onScreen(element) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 && box.height === 0) return false;
    const covered = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    return box.bottom > covered && box.top < window.innerHeight;
  }

  // "#p31" for the paragraph the reader is at: the one in the address while it is on screen or the reader is at the
  // top, else the topmost visible one; "" at the top of a page without one.
  function paragraphOnScreen() {
    const { hash } = communique.addresses.current();
    const named = targetOf(hash);
    const isNamed = named !== null && PARAGRAPH.test(named.id);
    // Also at the top: whoever came to a paragraph and goes up to the switcher still means that paragraph.
    if (isNamed && (window.scrollY < 1 || onScreen(named))) return "#" + named.id;
    if (window.scrollY < 1) return "";
    for (const element of document.querySelectorAll("main [id]")) {
      if (PARAGRAPH.test(element.id) && onScreen(element)) return "#" + element.id;
    }
    return "";
  }

  communique.anchors = Object.freeze({ goTo, focusOn, clearTarget, paragraphOnScreen });
})((window.Communique = window.Communique || {}));
