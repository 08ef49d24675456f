// Locked boxes on the page: opens those the reader may open and shows what was in them. Knows the page and no
// cryptography; sealed-object.js knows the opposite half. If in doubt, a box stays closed.
//
// Most boxes stand on their document's own page. A guest box shows a text of another document: it names the document
// (`data-cq-doc`) and the kind (`data-cq-kind`), and says where its text comes from once it is open.
(function (communique) {
  "use strict";

  const SENTENCE_OF = { "newer-than-keyring": "newer", "older-than-keys": "older", gone: "gone" };
  const BLOCKS = "p, ul, ol, dl, div, table, blockquote, pre";
  const GUESTS = ["section", "document", "feed"];
  // The text of a document that is sealed as a whole.
  const WHOLE = "text";

  let boxes = new Map();
  let turn = 0;

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  // What tells one box of a page from another: a guest's part may be called like one of the page's own.
  function keyOf(box, part = box.dataset.cqPart) {
    return (box.dataset.cqDoc || "") + " " + part;
  }

  function boxesOnPage() {
    const found = new Map();
    const twice = new Set();
    for (const box of document.querySelectorAll("[data-cq-part]")) {
      const key = keyOf(box);
      if (found.has(key)) twice.add(key);
      found.set(key, box);
    }
    // Two boxes of one name cannot both be where the text belongs.
    for (const key of twice) found.delete(key);
    return found;
  }

  // What the object in a box must say of itself. Document and language come from the page's address; a text not
  // yet translated stands in its original language. A guest's come from its box, and are shown beside its text.
  function expectationOf(box) {
    const { cqPart: part, cqDoc: doc, cqKind: kind } = box.dataset;
    const aud = (box.dataset.cqAud || "").split(" ").filter(Boolean);
    if (doc) return GUESTS.includes(kind) ? { doc, lang: box.dataset.cqLang, part, aud, kind } : null;
    const here = communique.addresses.holds(communique.addresses.current().path);
    if (!here) return null;
    const lang = (box.dataset.cqLang || here.lang).toLowerCase();
    if (lang !== here.lang && lang !== (document.documentElement.dataset.original || "").toLowerCase()) return null;
    return { doc: here.doc, lang, part, aud, kind: here.isSealed && part === WHOLE ? "document" : "section" };
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

  // `describe` gives what is to be said of the text, if anything.
  function showText(box, fragment, describe = () => []) {
    if (!fragment.hasChildNodes()) return false;
    const phrase = isPhrase(box) && !fragment.querySelector(BLOCKS);
    const shown = element(phrase ? "span" : "div", "sealed__open", fragment);
    const facts = describe(shown);
    removeClosed(box);
    box.append(...facts, shown);
    return true;
  }

  function removeClosed(box) {
    for (const closed of box.querySelectorAll(":scope > .sealed__closed, :scope > .sealed__problem")) closed.remove();
  }

  // Whether a box holds nothing but text of this page's document in its language: no row, no places of narrower parts.
  function isPlain(box, { cq, html }) {
    const isOfPage = !box.dataset.cqDoc && cq.kind === "section";
    const isItsLanguage = cq.lang === document.documentElement.lang.toLowerCase();
    return isOfPage && isItsLanguage && formOf(box) !== "row" && !html.includes("data-cq-place");
  }

  function show(box, opened) {
    if (!isPlain(box, opened)) return communique.unusualBoxes.show(box, opened, boxes);
    const { addressOf, current } = communique.addresses;
    const fragment = communique.safeHtml.fragmentOf(opened.html, addressOf(current().path));
    const files = [...fragment.querySelectorAll("[data-cq-file]")];
    if (!showText(box, fragment)) return false;
    box.classList.add("is-open");
    bring(files, opened.cq);
    return true;
  }

  // Files and images that the text refers to lie outside it.
  async function bring(files, cq) {
    if (files.length === 0) return;
    try {
      await communique.loading.use("attachments");
      communique.attachments.prepare(files, cq);
    } catch {
      communique.messages.announce(communique.messages.sentence("gone"));
    }
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
    const closed = [...boxes].filter(([, box]) => !box.classList.contains("is-open")).map(([key]) => key);
    const results = await Promise.all(closed.map((key) => openedFrom(boxes.get(key))));
    if (mine !== turn || !communique.membership.isSignedIn()) return null;
    const isUnusual = (key, index) => results[index].cq && !isPlain(boxes.get(key), results[index]);
    if (closed.some(isUnusual)) {
      try {
        await communique.loading.use("boxes");
      } catch {
        closed.forEach((key, index) => isUnusual(key, index) && (results[index] = { code: "gone" }));
      }
      if (mine !== turn || !communique.membership.isSignedIn()) return null;
    }
    const problems = new Set();
    let count = 0;
    closed.forEach((key, index) => {
      const opened = results[index];
      let code = opened.code;
      // In document order, so that an outer part is open before the parts that lie in it.
      if (!code) {
        try {
          if (show(boxes.get(key), opened)) count += 1;
          else code = "malformed";
        } catch {
          code = "malformed";
        }
      }
      if (code && code !== "not-for-you" && code !== "given-up") problems.add(tell(boxes.get(key), code));
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

  communique.sections = Object.freeze({
    openAll,
    wipe,
    summary,
    element,
    keyOf,
    formOf,
    isPhrase,
    showText,
    removeClosed,
    bring,
  });
})((window.Communique = window.Communique || {}));
