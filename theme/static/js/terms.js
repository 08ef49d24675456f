// What a term of the glossary means, said where it stands. Each such word is a link to the glossary, and its title is
// the meaning, so that there is something to read without this script. Here a box says it instead: for the mouse, for
// the keyboard, and for a finger, whose first touch opens the box and whose second follows the link.
//
// The box stays while the pointer or the focus is on the word, or the pointer on the box; Escape closes it. Nothing is
// fetched: the meaning came with the text, sealed where the text is.
(function (communique) {
  "use strict";

  const TERM = "a.term";
  const BOX = "cq-term";
  // Long enough to cross the gap between word and box, and not to open on every word a pointer passes.
  const GRACE = 200;
  const EDGE = 8;

  const meanings = new WeakMap();
  const leaving = new MutationObserver(() => {
    // Locked, or another page: what was opened is gone, and so is what was said about it.
    if (shown && !shown.link.isConnected) hide();
  });
  let shown = null;
  let waiting = 0;
  let touched = null;

  function termAt(event) {
    return event.target.closest ? event.target.closest(TERM) : null;
  }

  // The browser's own hint would stand beside the box.
  function take(link) {
    if (!link.title) return;
    meanings.set(link, link.title);
    link.removeAttribute("title");
  }

  function giveBack(link) {
    if (meanings.has(link)) link.title = meanings.get(link);
  }

  function show(link) {
    clearTimeout(waiting);
    if (shown && shown.link === link) return;
    hide();
    take(link);
    const said = meanings.get(link);
    if (!said) return;
    const box = document.createElement("div");
    box.id = BOX;
    box.className = "term-box";
    box.setAttribute("role", "tooltip");
    const written = link.closest("[lang]") || document.documentElement;
    box.lang = written.lang;
    box.dir = getComputedStyle(written).direction;
    box.textContent = said;
    // Within the text's landmark, where whoever moves by landmarks finds it.
    (link.closest("main") || document.body).append(box);
    link.setAttribute("aria-describedby", BOX);
    shown = { link, box };
    place(link, box);
    leaving.observe(document.body, { childList: true, subtree: true });
  }

  // Below the word, or above it where there is no room; never beyond the window's edges.
  function place(link, box) {
    const [word] = link.getClientRects();
    const { width, height } = box.getBoundingClientRect();
    const page = document.documentElement;
    const fits = word.bottom + height + EDGE <= page.clientHeight || word.top < height + EDGE;
    const start = box.dir === "rtl" ? word.right - width : word.left;
    const left = Math.max(EDGE, Math.min(start, page.clientWidth - width - EDGE));
    box.style.left = left + window.scrollX + "px";
    box.style.top = (fits ? word.bottom : word.top - height) + window.scrollY + "px";
  }

  function hide() {
    clearTimeout(waiting);
    if (!shown) return;
    leaving.disconnect();
    shown.link.removeAttribute("aria-describedby");
    shown.box.remove();
    shown = null;
  }

  function later(action) {
    clearTimeout(waiting);
    waiting = setTimeout(action, GRACE);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = termAt(event);
    if (link) {
      take(link);
      later(() => show(link));
    } else if (shown && shown.box.contains(event.target)) {
      clearTimeout(waiting);
    }
  });
  document.addEventListener("pointerout", (event) => {
    const link = termAt(event);
    if (link) giveBack(link);
    const isFocused = shown && shown.link === document.activeElement;
    if (event.pointerType !== "touch" && (link || shown) && !isFocused) later(hide);
  });
  document.addEventListener("focusin", (event) => {
    const link = termAt(event);
    if (link) show(link);
  });
  document.addEventListener("focusout", (event) => {
    const link = termAt(event);
    if (!link) return;
    giveBack(link);
    hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      const link = termAt(event);
      touched = link && event.pointerType === "touch" && !(shown && shown.link === link) ? link : null;
      if (shown && !link && !shown.box.contains(event.target)) hide();
    },
    { capture: true },
  );
  document.addEventListener(
    "click",
    (event) => {
      if (!touched || termAt(event) !== touched) return;
      const link = touched;
      touched = null;
      event.preventDefault();
      event.stopImmediatePropagation();
      show(link);
    },
    { capture: true },
  );

  communique.behaviours.add({ mount() {}, unmount: hide });
})((window.Communique = window.Communique || {}));
