// Citing a paragraph. Its number is a link to it, as everywhere; whoever follows it, or came by such a link, finds one
// button behind the paragraph's text that copies how it is cited. There is only ever one on a page.
//
// A long paper has hundreds of numbers. Only one of them is a stop for the Tab key; the arrow keys go from there to the
// others. Everything listens on the document, so that numbers in opened text need nothing done to them.
(function (communique) {
  "use strict";

  const { addresses, behaviours, messages } = communique;
  const NUMBER = "a.para__number";
  const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

  let offer = null;

  // The paragraph that a number stands before on this page; null where the text is a guest's, which has no places.
  function paragraphOf(link) {
    const paragraph = link.closest("p[id]");
    return paragraph && link.getAttribute("href").endsWith("#" + paragraph.id) ? paragraph : null;
  }

  function numberOf(paragraph) {
    return paragraph && paragraph.querySelector(":scope > " + NUMBER);
  }

  function told(scope, name) {
    const place = scope.querySelector(`[data-cite="${name}"]`);
    return place ? place.textContent.trim() : "";
  }

  // How a paragraph is cited, in the page's language: symbol or title, number, address.
  function citationOf(paragraph) {
    const scope = paragraph.closest("[data-cite-path]");
    const path = scope ? scope.dataset.citePath : addresses.current().path;
    const home = document.getElementById("cq-messages").dataset.home;
    const hash = "#" + paragraph.id;
    // Where a copy lies on this disk is nobody's business but the reader's.
    const address = home || addresses.onDisk ? home + path + hash : addresses.addressOf(path, hash);
    const symbol = told(scope || document, "symbol");
    const number = numberOf(paragraph).textContent.trim();
    const blanks = { document: symbol || told(scope || document, "title"), number, address };
    return messages.sentence(symbol ? "citation" : "citation-title", blanks);
  }

  function offerFor(paragraph) {
    if (!numberOf(paragraph) || (offer && offer.parentElement === paragraph)) return;
    withdraw();
    offer = document.createElement("button");
    offer.type = "button";
    offer.className = "button button--text para__cite";
    offer.textContent = messages.sentence("cite");
    paragraph.append(" ", offer);
  }

  function withdraw() {
    if (offer) offer.remove();
    offer = null;
    for (const shown of document.querySelectorAll(".para__citation")) shown.remove();
  }

  // The paragraph that the address names, if it is one that is shown.
  function offerForAddress() {
    const { hash } = addresses.current();
    const target = /^#p\d/.test(hash) ? document.getElementById(hash.slice(1)) : null;
    if (target) offerFor(target);
  }

  async function copy(button) {
    const text = citationOf(button.parentElement);
    if ((await given(text)) || putThere(text, button)) {
      messages.announce(messages.sentence("cited", { citation: text }));
    } else {
      show(text, button);
    }
  }

  async function given(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not everywhere: not on http, and in some browsers not on a disk.
      return false;
    }
  }

  function putThere(text, button) {
    const field = document.createElement("textarea");
    field.className = "visually-hidden";
    field.value = text;
    button.after(field);
    field.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {
      // Then the reader copies it.
    }
    field.remove();
    button.focus({ preventScroll: true });
    return done;
  }

  function show(text, button) {
    const field = document.createElement("input");
    field.className = "para__citation";
    field.readOnly = true;
    field.value = text;
    field.setAttribute("aria-label", messages.sentence("cite-by-hand"));
    button.after(field);
    field.select();
    messages.announce(messages.sentence("cite-by-hand"));
  }

  // -- one stop for all numbers

  function numbers() {
    return [...document.querySelectorAll("main " + NUMBER)];
  }

  function stopAt(link) {
    for (const other of numbers()) if (other !== link) other.tabIndex = -1;
    link.removeAttribute("tabindex");
  }

  function step(event) {
    const link = event.target.closest && event.target.closest(NUMBER);
    const by = STEPS[event.key];
    if (!link || !by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = numbers();
    const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(link) + by))];
    event.preventDefault();
    next.focus();
  }

  function focused(event) {
    const element = event.target;
    if (element.matches && element.matches(NUMBER)) {
      stopAt(element);
      element.title = messages.sentence("cite-keys");
    } else if (element.matches && element.matches("p.para")) {
      // Opened text comes after the browser looked for what the address names: the client goes there and focuses it.
      offerFor(element);
    }
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest) return;
    const link = event.target.closest(NUMBER);
    if (link && paragraphOf(link)) offerFor(paragraphOf(link));
    else if (offer && event.target === offer) copy(offer);
  });
  document.addEventListener("keydown", step);
  document.addEventListener("focusin", focused);
  window.addEventListener("hashchange", offerForAddress);

  behaviours.add({
    mount() {
      offer = null;
      const [first] = numbers();
      if (first) stopAt(first);
      offerForAddress();
    },
    unmount: withdraw,
  });
})((window.Communique = window.Communique || {}));
