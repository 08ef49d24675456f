// Locked boxes on the page: opens those the reader may open and shows what was in them. Knows the page and no
// cryptography; sealed-object.js knows the opposite half. If in doubt, a box stays closed.
(function (communique) {
  "use strict";

  const RIGHT_TO_LEFT = /^(?:ar|dv|fa|he|ks|ku-arab|ps|sd|ug|ur|yi)(?:-|$)/;
  const SENTENCE_OF = { "newer-than-keyring": "newer", "older-than-keys": "older" };
  const BLOCKS = "p, ul, ol, dl, div, table, blockquote, pre";

  let boxes = new Map();
  let turn = 0;

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  function boxesOnPage() {
    const found = new Map();
    const twice = new Set();
    for (const box of document.querySelectorAll("[data-cq-part]")) {
      const part = box.dataset.cqPart;
      if (found.has(part)) twice.add(part);
      found.set(part, box);
    }
    // Two boxes of one name cannot both be where the text belongs.
    for (const part of twice) found.delete(part);
    return found;
  }

  // What the object in a box must say of itself. Document and language come from the page's address; a text not
  // yet translated stands in its original language, and that is the one exception.
  function expectationOf(box) {
    const here = communique.addresses.holds(communique.addresses.current().path);
    if (!here) return null;
    const lang = (box.dataset.cqLang || here.lang).toLowerCase();
    if (lang !== here.lang && lang !== (document.documentElement.dataset.original || "").toLowerCase()) return null;
    const aud = (box.dataset.cqAud || "").split(" ").filter(Boolean);
    return { doc: here.doc, lang, part: box.dataset.cqPart, aud, kind: "section" };
  }

  function textOf(body) {
    return typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body);
  }

  // The opened text of a box, or the code of the reason why there is none.
  async function openedFrom(box) {
    try {
      const script = box.querySelector(`script[data-cq="${CSS.escape(box.dataset.cqPart)}"]`);
      const expected = expectationOf(box);
      if (!script || !expected) return { code: "malformed" };
      const opened = await communique.membership.open(script.textContent, expected);
      if (!String(opened.meta.ct).startsWith("text/html")) return { code: "malformed" };
      return { html: textOf(opened.body), cq: opened.cq, meta: opened.meta };
    } catch (error) {
      return { code: error.isOlder ? "older-than-keys" : error.code || "malformed" };
    }
  }

  function formOf(box) {
    return box.dataset.cqForm || "block";
  }

  function isPhrase(box) {
    return /^(?:span|p|li)$/.test(box.localName);
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
    const language = communique.messages.languageName(cq.lang);
    const text = communique.messages.sentence("language", { language }) || language;
    const facts = element(isPhrase(box) ? "span" : "p", "sealed__facts", text);
    return isPhrase(box) ? [facts, " "] : [facts];
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

  function showText(box, fragment, cq) {
    if (!fragment.hasChildNodes()) return false;
    const phrase = isPhrase(box) && !fragment.querySelector(BLOCKS);
    const shown = element(phrase ? "span" : "div", "sealed__open", fragment);
    const facts = describe([shown], box, cq);
    removeClosed(box);
    box.append(...facts, shown);
    return true;
  }

  function removeClosed(box) {
    for (const closed of box.querySelectorAll(":scope > .sealed__closed, :scope > .sealed__problem")) closed.remove();
  }

  function show(box, opened) {
    const address = communique.addresses.addressOf(communique.addresses.current().path);
    const fragment = communique.safeHtml.fragmentOf(opened.html, address);
    const places = [...fragment.querySelectorAll("[data-cq-place]")];
    const shown = formOf(box) === "row" ? showRow(box, fragment, opened.cq) : showText(box, fragment, opened.cq);
    if (!shown) return false;
    box.classList.add("is-open");
    for (const place of places) fill(place);
    return true;
  }

  // A narrower part inside an opened one lies beside it on the page, for readers of the narrower part alone. Now
  // that its true place is here, its box moves in: the empty place becomes the box.
  function fill(place) {
    const part = place.dataset.cqPlace;
    const box = boxes.get(part);
    place.removeAttribute("data-cq-place");
    if (!box || !box.isConnected || box.contains(place)) return;
    for (const { name, value } of [...box.attributes]) if (name !== "class") place.setAttribute(name, value);
    place.className = box.className.replace(/\bsealed--[a-z]+/, "sealed--" + formOf(box));
    const home = place.localName === "tr" ? place.cells[0] || place.insertCell() : place;
    home.append(...[...box.childNodes].map((child) => (isPhrase(place) ? asPhrase(child) : child)));
    box.remove();
    boxes.set(part, place);
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

  function tell(box, code) {
    const text = communique.messages.sentence(SENTENCE_OF[code] || "damaged");
    const home = box.localName === "tr" ? box.cells[0] || box.insertCell() : box;
    for (const earlier of home.querySelectorAll(":scope > .sealed__problem")) earlier.remove();
    home.append(element(isPhrase(box) ? "span" : "p", "sealed__problem", text));
    return text;
  }

  // Opens what may be opened and says how it went: {count, problems: [sentences]}; null if the reader has locked
  // or gone to another page meanwhile.
  async function openAll() {
    const mine = ++turn;
    boxes = boxesOnPage();
    const parts = [...boxes].filter(([, box]) => !box.classList.contains("is-open")).map(([part]) => part);
    const results = await Promise.all(parts.map((part) => openedFrom(boxes.get(part))));
    if (mine !== turn || !communique.membership.isSignedIn()) return null;
    const problems = new Set();
    let count = 0;
    parts.forEach((part, index) => {
      const opened = results[index];
      let code = opened.code;
      // In document order, so that an outer part is open before the parts that lie in it.
      if (!code) {
        try {
          if (show(boxes.get(part), opened)) count += 1;
          else code = "malformed";
        } catch {
          code = "malformed";
        }
      }
      if (code && code !== "not-for-you" && code !== "given-up") problems.add(tell(boxes.get(part), code));
    });
    return { count, problems: [...problems] };
  }

  // Takes opened text off the page at once, before anything else happens.
  function wipe() {
    turn += 1;
    for (const box of document.querySelectorAll(".is-open")) box.replaceChildren();
  }

  function summary(result) {
    if (!result) return [];
    const count = communique.messages.sentence("opened", { n: result.count });
    return [result.count > 0 ? count : communique.messages.sentence("none"), ...result.problems];
  }

  communique.sections = Object.freeze({ openAll, wipe, summary });
})((window.Communique = window.Communique || {}));
