// The language switcher keeps the paragraph on screen: paragraphs have the same number in every language, so the
// link to another language is given the number the reader is at. Works signed in or not.
(function (communique) {
  "use strict";

  const PARAGRAPH = /^p\d[a-z0-9-]*$/;
  // How long a page stands still before the reader reads there, and before they no longer mean where they came from.
  const RESTED_MS = 400;
  const STAYED_MS = 10000;
  // Before the link is used in whatever way, a new tab or a copied address included.
  const MOMENTS = ["pointerdown", "focusin", "keydown", "contextmenu", "click", "auxclick"];

  function onScreen(element) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 && box.height === 0) return false;
    const covered = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    return box.bottom > covered && box.top < window.innerHeight;
  }

  function topmost() {
    for (const element of document.querySelectorAll("main [id]")) {
      if (PARAGRAPH.test(element.id) && onScreen(element)) return "#" + element.id;
    }
    return "";
  }

  // Where the reader last rested while the switcher was out of sight. Whoever goes up to it means that paragraph,
  // unless they have begun to read up there.
  let rested = { path: null, hash: "" };
  let timer = 0;

  function switcherIsOnScreen() {
    const switcher = document.querySelector("[data-cq-languages]");
    return Boolean(switcher) && onScreen(switcher);
  }

  function rest() {
    if (switcherIsOnScreen()) timer = setTimeout(() => (rested = { path: null, hash: "" }), STAYED_MS);
    else rested = { path: communique.addresses.current().path, hash: topmost() };
  }

  function scrolled() {
    clearTimeout(timer);
    timer = setTimeout(rest, RESTED_MS);
  }

  // "#p31" for the paragraph the reader is at: the one in the address while it is on screen, else the one they came
  // from, else the topmost visible one; "" at the top of a page without one.
  function paragraphOnScreen() {
    const { path, hash } = communique.addresses.current();
    const id = hash.slice(1);
    const named = PARAGRAPH.test(id) && document.getElementById(id);
    if (named && onScreen(named)) return hash;
    if (rested.hash && rested.path === path && switcherIsOnScreen()) return rested.hash;
    if (window.scrollY < 1) return named ? hash : "";
    return topmost();
  }

  function aim(event) {
    const link = event.target.closest && event.target.closest("[data-cq-languages] a[href]");
    if (!link) return;
    const address = new URL(link.href);
    address.hash = paragraphOnScreen();
    link.href = address.href;
  }

  window.addEventListener("scroll", scrolled, { passive: true });
  for (const moment of MOMENTS) document.addEventListener(moment, aim, { capture: true });
})((window.Communique = window.Communique || {}));
