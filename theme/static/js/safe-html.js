// Turns text into nodes, and is the only place that may. Two kinds of text come in: opened sealed text, held to
// a list of what writing needs, and whole pages of this site, which may also hold controls and locked boxes.
//
// The Trusted Types policy cannot clean a string, since parsing it to clean it needs the policy itself. So the
// rule stays in this closure, the text is parsed into an inert document, walked there, and only nodes leave:
// no cleaned string is ever parsed a second time, which is where cleaners are usually tricked.
(function (communique) {
  "use strict";

  const WRITING = new Set(
    (
      "a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt " +
      "em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong " +
      "sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
    ).split(" "),
  );
  // Their content is not text for a reader either; anything else unknown loses its tags and keeps its words.
  const DROPPED_WHOLE = new Set(
    (
      "applet audio base canvas embed frame frameset iframe link math meta noembed noframes noscript object " +
      "param plaintext portal script style svg template textarea title video xmp"
    ).split(" "),
  );
  const WRITING_ATTRIBUTES = new Set(
    (
      "abbr align alt class colspan datetime dir headers height href hreflang id lang open rel reversed role " +
      "rowspan scope span start tabindex title translate type value width"
    ).split(" "),
  );
  const ADDRESSES = new Set(["href", "src", "cite", "poster", "data"]);
  const FILE = /^cq:att\/(a[a-z2-7]{16})$/;
  const SEALED_OBJECT = "application/jose+json";

  const trusted = communique.loading.takeHtmlRule();

  function allowedAddress(value, name, element) {
    // Browsers skip control characters and blanks inside a scheme; so must whoever judges it.
    const bare = value.replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/g, "");
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare);
    if (!scheme) return !bare.startsWith("//") && !bare.startsWith("\\");
    if (name === "href" && element === "a") return /^(?:https?|mailto|tel)$/i.test(scheme[1]);
    return false;
  }

  // `page`: what may stand, and what may not, in a whole page; null for writing.
  function cleanAttributes(element, page) {
    const tag = element.localName;
    for (const { name, value } of [...element.attributes]) {
      const known = page
        ? !page.never.includes(name)
        : WRITING_ATTRIBUTES.has(name) || name.startsWith("aria-") || /^data-(?:cq-place|number|label)$/.test(name);
      const fine =
        known &&
        !/^on/i.test(name) &&
        (!ADDRESSES.has(name) || allowedAddress(value, name, tag)) &&
        (page || name !== "id" || allowedId(value));
      if (!fine) element.removeAttribute(name);
    }
  }

  // Opened text names its files by ids that only sealed objects know. The id is kept where no browser follows it;
  // attachments.js brings the file. Any other image goes: it would tell its host that the text was opened.
  function cleanFile(element) {
    const found = FILE.exec(element.getAttribute(element.localName === "img" ? "src" : "href") || "");
    cleanAttributes(element, null);
    if (found) element.dataset.cqFile = found[1];
    else if (element.localName === "img") element.remove();
  }

  // Opened text must not take the place of what the client looks up by id.
  function allowedId(id) {
    return !/^cq-/.test(id) && id !== "main";
  }

  function clean(root, page) {
    const names = page ? new Set([...WRITING, ...page.elements]) : WRITING;
    for (const element of [...root.querySelectorAll("*")]) {
      if (!root.contains(element)) continue;
      const name = element.localName;
      const isSealedObject = page && name === "script" && element.getAttribute("type") === SEALED_OBJECT;
      if (names.has(name) && (name !== "script" || isSealedObject)) {
        if (!page && (name === "a" || name === "img")) cleanFile(element);
        else cleanAttributes(element, page);
        if (isSealedObject) element.removeAttribute("src");
      } else if (DROPPED_WHOLE.has(name) || name === "body" || name === "head") {
        element.remove();
      } else {
        element.replaceWith(...element.childNodes);
      }
    }
    const comments = root.ownerDocument.createNodeIterator(root, NodeFilter.SHOW_COMMENT);
    for (let comment = comments.nextNode(); comment; comment = comments.nextNode()) comment.remove();
  }

  // The document the text will be shown in may lie elsewhere than the page it belongs to, so its relative
  // addresses are made absolute. A bare `#p12` stays as it is: it means the page that is shown, wherever that is.
  function makeAbsolute(root, address) {
    for (const element of root.querySelectorAll("[href], [src]")) {
      for (const name of ["href", "src"]) {
        const value = element.getAttribute(name);
        if (value === null || value.startsWith("#")) continue;
        try {
          element.setAttribute(name, new URL(value, address).href);
        } catch {
          element.removeAttribute(name);
        }
      }
    }
  }

  // Opened text of the page at `address` as a fragment of this document. A template parses rows and cells
  // without a table around them.
  function fragmentOf(text, address) {
    const template = document.createElement("template");
    template.innerHTML = trusted(text);
    clean(template.content, null);
    makeAbsolute(template.content, address);
    return document.importNode(template.content, true);
  }

  // A whole page of this site, cleaned and inert (page-html.js).
  function documentOf(text, address, page) {
    const parsed = new DOMParser().parseFromString(trusted(text), "text/html");
    clean(parsed.body, page);
    makeAbsolute(parsed.body, address);
    return parsed;
  }

  communique.safeHtml = Object.freeze({ fragmentOf, documentOf });
})((window.Communique = window.Communique || {}));
