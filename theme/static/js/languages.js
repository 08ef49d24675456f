// The language switcher keeps the paragraph on screen: paragraphs have the same number in every language, so the
// link to another language is given the number the reader is at. Works signed in or not.
(function (communique) {
  "use strict";

  const PARAGRAPH = /^p\d[a-z0-9-]*$/;
  // Before the link is used in whatever way, a new tab or a copied address included.
  const MOMENTS = ["pointerdown", "focusin", "keydown", "contextmenu", "click", "auxclick"];

  function onScreen(element) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 && box.height === 0) return false;
    const covered = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    return box.bottom > covered && box.top < window.innerHeight;
  }

  // "#p31" for the paragraph the reader is at: the one in the address while it is on screen or the reader is at the
  // top, else the topmost visible one; "" at the top of a page without one.
  function paragraphOnScreen() {
    const id = communique.addresses.current().hash.slice(1);
    const named = PARAGRAPH.test(id) && document.getElementById(id);
    // Also at the top: whoever came to a paragraph and goes up to the switcher still means that paragraph.
    if (named && (window.scrollY < 1 || onScreen(named))) return "#" + id;
    if (window.scrollY < 1) return "";
    for (const element of document.querySelectorAll("main [id]")) {
      if (PARAGRAPH.test(element.id) && onScreen(element)) return "#" + element.id;
    }
    return "";
  }

  function aim(event) {
    const link = event.target.closest && event.target.closest("[data-cq-languages] a[href]");
    if (!link) return;
    const address = new URL(link.href);
    address.hash = paragraphOnScreen();
    link.href = address.href;
  }

  for (const moment of MOMENTS) document.addEventListener(moment, aim, { capture: true });
})((window.Communique = window.Communique || {}));
