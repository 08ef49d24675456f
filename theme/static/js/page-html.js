// What a whole page of this site may hold besides writing (safe-html.js), and turning its text into an inert document.
(function (communique) {
  "use strict";

  const CONTROLS = (
    "address button dialog datalist fieldset footer form header hgroup img input label legend main menu meter " +
    "nav optgroup option output picture progress script search select source textarea " +
    "svg g path circle ellipse line polyline polygon rect text title desc"
  ).split(" ");
  const NEVER =
    "action background formaction formtarget is nonce ping slot srcdoc srcset style xlink:href xml:base".split(" ");

  communique.pageHtml = Object.freeze({
    // A whole page of this site, cleaned and inert.
    pageOf: (text, address) => communique.safeHtml.documentOf(text, address, { elements: CONTROLS, never: NEVER }),
  });
})((window.Communique = window.Communique || {}));
