// Boxes that hold more than text of their own document: rows of tables, texts in which narrower parts have their
// places, texts not yet translated, guests from other documents, and documents sealed as a whole. Loaded where a page
// opens one.
(function (communique) {
  "use strict";

  const { bring, element, formOf, isPhrase, keyOf, removeClosed, showText } = communique.sections;
  const RIGHT_TO_LEFT = /^(?:ar|dv|fa|he|ks|ku-arab|ps|sd|ug|ur|yi)(?:-|$)/;
  // The entry of a document that is sealed as a whole in a list: facts alone.
  const ENTRY = "entry";

  // `boxes`: those of the page by their keys (sealed-section.js). Says whether there was anything to show.
  function show(box, opened, boxes) {
    const { addressOf, current, pageOf } = communique.addresses;
    const isGuest = Boolean(box.dataset.cqDoc);
    const here = current().path;
    const home = isGuest ? pageOf(opened.cq.doc, here.split("/", 1)[0]) : here;
    const fragment = communique.safeHtml.fragmentOf(opened.html, addressOf(home || here));
    const places = [...fragment.querySelectorAll("[data-cq-place]")];
    const files = [...fragment.querySelectorAll("[data-cq-file]")];
    const apart = isGuest && box.closest("[data-part]");
    if (apart) keepApart(fragment, apart.dataset.part);
    const anchor = isGuest && !apart ? withoutAnchors(fragment, home && addressOf(home), opened.cq.part) : "";
    let shown = true;
    if (opened.cq.part === ENTRY) removeClosed(box);
    else shown = formOf(box) === "row" ? showRow(box, fragment, opened.cq) : showWords(box, fragment, opened.cq);
    if (!shown) return false;
    // Within its own document's text a guest needs no word on where it comes from.
    const isAlone = !box.parentElement.closest(".is-open[data-cq-doc]");
    if (isGuest && isAlone) fillFacts(box, opened, home && addressOf(home, anchor));
    if (!isGuest && opened.cq.kind === "document") fillFacts(document.getElementById("main"), opened);
    box.classList.add("is-open");
    for (const place of places) fill(place, keyOf(box, place.dataset.cqPlace), boxes);
    bring(files, opened.cq);
    return true;
  }

  // Language and direction of the text itself, and, where the reader would not expect them, the facts that were
  // sealed with it: they are vouched for, the page around them is not.
  function describe(shown, box, cq) {
    const page = (document.documentElement.lang || "").toLowerCase();
    if (cq.lang === page) return [];
    for (const part of shown) {
      part.lang = cq.lang;
      part.dir = RIGHT_TO_LEFT.test(cq.lang) ? "rtl" : "ltr";
    }
    // Inside a document that is shown in its original language as a whole, every line of it would say the same.
    const around = box.parentElement.closest("[lang]");
    if (around && around.lang.toLowerCase() === cq.lang) return [];
    const language = languageName(cq.lang);
    const text = communique.messages.sentence("language", { language }) || language;
    const facts = element(isPhrase(box) ? "span" : "p", "sealed__facts", text);
    return isPhrase(box) ? [facts, " "] : [facts];
  }

  function languageName(code) {
    try {
      return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(code) || code;
    } catch {
      return code;
    }
  }

  function showWords(box, fragment, cq) {
    return showText(box, fragment, (shown) => describe([shown], box, cq));
  }

  function showRow(box, fragment, cq) {
    const cells = [...fragment.children].filter((cell) => /^t[dh]$/.test(cell.localName));
    if (cells.length === 0) return false;
    const facts = describe(cells, box, cq);
    if (box.localName === "tr") {
      const mark = box.querySelector(".sealed__mark");
      box.replaceChildren(...cells);
      cells[0].prepend(...(mark ? [mark, " "] : []), ...facts);
    } else {
      // The table is in an outer section this reader cannot open: the row stands beside it, alone.
      const table = element("table", "", element("tbody", "", element("tr", "", ...cells)));
      removeClosed(box);
      box.append(...facts, element("div", "sealed__open", table));
    }
    return true;
  }

  // Where the parts of a paper are read as one, paragraphs keep their places, since their numbers run on; what each part
  // counts anew, its footnotes and headings, is called after the part. As papers.py does it for public text.
  function keepApart(fragment, prefix) {
    const renamed = (names) => names.replace(/[^ ]+/g, (name) => (/^p\d/.test(name) ? name : prefix + name));
    for (const name of ["id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      for (const element of fragment.querySelectorAll(`[${name}]`)) {
        element.setAttribute(name, renamed(element.getAttribute(name)));
      }
    }
    for (const link of fragment.querySelectorAll("a[href^='#']")) {
      link.setAttribute("href", "#" + renamed(link.getAttribute("href").slice(1)));
    }
  }

  // A guest's anchors are its own page's, and so are its links to them. Gives the anchor at which it begins there.
  function withoutAnchors(fragment, address, part) {
    let first = "#" + part;
    for (const element of [...fragment.querySelectorAll("[id]")].reverse()) {
      if (/^p\d/.test(element.id)) first = "#" + element.id;
      element.removeAttribute("id");
    }
    for (const link of fragment.querySelectorAll("a[href^='#']")) {
      if (address) link.href = address + link.getAttribute("href");
      else link.removeAttribute("href");
    }
    return part === ENTRY ? "" : first;
  }

  // Title, symbol, date and the like, where they are sealed with the text: the page has empty places for them.
  function fillFacts(scope, { meta, cq }, address) {
    for (const place of scope.querySelectorAll("[data-cq-fact]")) {
      const fact = meta[place.dataset.cqFact];
      if (place.localName === "a" && address) place.href = address;
      if (typeof fact !== "string" || fact === "") continue;
      place.textContent = fact;
      describe([place], place, cq);
      // Emptied like opened text when the page is locked.
      place.classList.add("is-open");
      unhide(place, scope);
    }
    for (const facts of scope.querySelectorAll(".sealed__facts")) facts.hidden = false;
  }

  function unhide(place, scope) {
    for (let at = place; at && at !== scope; at = at.parentElement) at.hidden = false;
  }

  // A narrower part inside an opened one lies beside it on the page, for readers of the narrower part alone. Now
  // that its true place is here, its box moves in: the empty place becomes the box.
  function fill(place, key, boxes) {
    const box = boxes.get(key);
    place.removeAttribute("data-cq-place");
    if (!box || !box.isConnected || box.contains(place)) return;
    for (const { name, value } of [...box.attributes]) if (name !== "class") place.setAttribute(name, value);
    place.className = box.className.replace(/\bsealed--[a-z]+/, "sealed--" + formOf(box));
    const home = place.localName === "tr" ? place.cells[0] || place.insertCell() : place;
    home.append(...[...box.childNodes].map((child) => (isPhrase(place) ? asPhrase(child) : child)));
    box.remove();
    boxes.set(key, place);
  }

  // A paragraph may not stand inside a line of text, at any depth.
  function asPhrase(child) {
    if (child.nodeType !== Node.ELEMENT_NODE) return child;
    child.replaceChildren(...[...child.childNodes].map(asPhrase));
    if (!/^(?:p|div)$/.test(child.localName)) return child;
    const span = element("span", child.className, ...child.childNodes);
    for (const { name, value } of child.attributes) span.setAttribute(name, value);
    return span;
  }

  communique.unusualBoxes = Object.freeze({ show });
})((window.Communique = window.Communique || {}));
