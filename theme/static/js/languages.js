// The language switcher keeps the paragraph on screen: paragraphs have the same number in every language, so the
// link to another language is given the number the reader is at. Works signed in or not.
(function (communique) {
  "use strict";

  // Before the link is used in whatever way, a new tab or a copied address included.
  const MOMENTS = ["pointerdown", "focusin", "keydown", "contextmenu", "click", "auxclick"];

  function aim(event) {
    const link = event.target.closest && event.target.closest("[data-cq-languages] a[href]");
    if (!link) return;
    const address = new URL(link.href);
    address.hash = communique.anchors.paragraphOnScreen();
    link.href = address.href;
  }

  for (const moment of MOMENTS) document.addEventListener(moment, aim, { capture: true });
})((window.Communique = window.Communique || {}));
