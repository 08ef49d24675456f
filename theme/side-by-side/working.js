// The page of a package for translators: shows each paragraph beside a field for its translation, counts, warns of what
// was forgotten, and hands over the reply file. Everything is made of text nodes: nothing that was written by others is
// ever read as HTML. What is typed stays in this page's memory; sealed words leave it when it locks.
(function () {
  "use strict";

  const { cleaned, read, write, LONGEST_FILE, LONGEST_TEXT } = globalThis.CommuniqueReplyFile;
  const IDLE_LIMIT = 15 * 60 * 1000;
  const WARNING = 60 * 1000;
  // A browser has taken a file long before; until then its address must work.
  const HANDED_OVER = 60000;
  const SHORTEST_WORK = 600;
  // Not scrolling by itself: what the page says moves it too, and the warning would take itself back.
  const ACTIVITY = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"];

  const root = document.documentElement;
  const { pkg: ident, lang, site } = root.dataset;
  const isSealed = "sealed" in root.dataset;
  const byId = (id) => document.getElementById(id);
  const page = {
    progress: byId("progress"),
    said: byId("said"),
    list: byId("units"),
    marking: byId("marking"),
    note: byId("note"),
    work: byId("work"),
    tools: byId("tools"),
    file: byId("file"),
    signIn: byId("sign-in"),
  };

  // What is being worked on: {units: Map of id → {unit, field, done, warning}, saved, isSaved, reply}.
  let work = null;
  // The work of a page that has locked: {isSaved, text: promise of it sealed under the reply's key}.
  let asleep = null;
  let lastActivity = 0;
  let lastPointer = "";

  /* ---- Words of the page ---- */

  function sentence(name, blanks = {}) {
    const text = byId("messages").getAttribute("data-msg-" + name) || "";
    return text.replace(/\{([a-z]+)\}/g, (whole, blank) =>
      Object.hasOwn(blanks, blank) ? blanks[blank].toLocaleString(root.lang) : whole,
    );
  }

  function say(text) {
    page.said.textContent = text;
  }

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function label(marking) {
    const tone = marking.toLowerCase().replace("tlp:", "tlp--").replace("+", "-");
    return element("span", { class: `tlp ${tone}`, lang: "en", dir: "ltr" }, marking);
  }

  /* ---- One paragraph ---- */

  function inLanguage(of, name, attributes, ...content) {
    return element(name, { lang: of.lang, dir: of.dir, ...attributes }, ...content);
  }

  function changed(unit) {
    const signs = { "+": "ins", "-": "del" };
    const pieces = unit.changed.map(([sign, text]) => (signs[sign] ? element(signs[sign], {}, text) : text));
    const summary = element("summary", {}, sentence("changed"));
    return element("details", { open: "open" }, summary, inLanguage(unit, "div", { class: "text" }, ...pieces));
  }

  function around(unit, text, name) {
    const label = element("span", { class: "around__label", lang: root.lang, dir: root.dir }, sentence(name));
    return inLanguage(unit, "p", { class: "around" }, label, " ", text);
  }

  function terms(unit) {
    const list = element("dl", { class: "terms" });
    for (const [term, equivalent, definition] of unit.terms) {
      const pair = element("div", {}, inLanguage(unit, "dt", {}, term), element("dd", { lang, dir: page.list.dir }, equivalent));
      if (definition) pair.append(element("dd", { class: "terms__meaning", lang, dir: page.list.dir }, definition));
      list.append(pair);
    }
    return [element("h4", {}, sentence("terms")), list];
  }

  // The signs that the original has more often than the translation.
  function missing(unit, text) {
    const left = new Map();
    for (const sign of unit.fixed) left.set(sign, (left.get(sign) || 0) + 1);
    return [...left].filter(([sign, count]) => text.split(sign).length - 1 < count).map(([sign]) => sign);
  }

  function shown(unit, number) {
    const field = element("textarea", {
      // Also keeps it out of what a browser remembers of forms, and of a session it restores.
      autocomplete: "off",
      // Some browsers send what is typed elsewhere to have its spelling looked at.
      spellcheck: String(!isSealed),
      maxlength: String(LONGEST_TEXT),
      lang,
      dir: page.list.dir,
      rows: String(Math.min(24, Math.max(2, Math.ceil(Math.max(unit.source.length, unit.target.length) / 48)))),
      id: `t${number}`,
      "aria-labelledby": `l${number} h${number}`,
      "aria-describedby": `o${number} w${number}`,
    });
    field.value = unit.target;
    const done = element("input", { type: "checkbox", id: `d${number}`, "aria-labelledby": `c${number} h${number}` });
    const warning = element("p", { class: "warning", id: `w${number}` });
    const marking = label(unit.marking);
    const place = element("h3", { id: `h${number}` }, unit.place);
    const readers = element("span", { class: "readers" }, unit.audience);
    const state = element("span", { class: "state" }, sentence("is-" + unit.state));
    const ticked = element("span", { id: `c${number}` }, sentence("done"));
    const check = element("label", { class: "done", for: `d${number}` }, done, " ", ticked);
    const left = element("div", { class: "original" });
    left.append(element("h4", {}, sentence("original")));
    if (unit.before) left.append(around(unit, unit.before, "before"));
    left.append(inLanguage(unit, "div", { class: "text", id: `o${number}` }, unit.source));
    if (unit.after) left.append(around(unit, unit.after, "after"));
    if (unit.changed.length > 0) left.append(changed(unit));
    if (unit.terms.length > 0) left.append(...terms(unit));
    const right = element("div", { class: "translation" });
    const caption = element("label", { for: field.id, id: `l${number}` }, sentence("translation"));
    right.append(element("h4", {}, caption), field, warning);
    const head = element("div", { class: "unit__head" }, place, marking, readers, state, check);
    const box = element("article", { class: "unit", "aria-labelledby": place.id }, head, left, right);
    const was = unit.target ? [unit.target] : [];
    const entry = { unit, field, done, warning, box, was, isAsked: false };
    field.addEventListener("input", () => noteChange(entry, true));
    field.addEventListener("change", () => {
      settle(entry);
      noteChange(entry, true);
    });
    done.addEventListener("change", () => {
      entry.isAsked = true;
      noteChange(entry, false);
    });
    return entry;
  }

  function warn({ unit, field, done, warning, box }) {
    const text = field.value.trim();
    const signs = text === "" ? [] : missing(unit, text);
    warning.textContent = "";
    if (text === "" && done.checked) warning.textContent = sentence("empty");
    if (signs.length > 0) warning.replaceChildren(sentence("missing"), " ", element("code", { dir: "ltr" }, signs.join("  ")));
    box.classList.toggle("is-done", done.checked);
  }

  // Who leaves a field that they wrote in has mostly done it; whoever says otherwise is not asked again.
  function settle(entry) {
    if (!entry.isAsked && entry.field.value.trim() !== "") entry.done.checked = true;
    entry.isAsked = true;
  }

  function noteChange(entry, isWriting) {
    // A field that is taken off the page still says goodbye.
    if (work === null) return;
    work.isSaved = false;
    // While somebody writes, what is not there yet is not missing.
    if (!isWriting || !entry.field.matches(":focus")) warn(entry);
    count();
  }

  /* ---- The whole ---- */

  function count() {
    const all = [...work.units.values()];
    const told = sentence("progress", { done: all.filter(({ done }) => done.checked).length, all: all.length });
    page.progress.textContent = work.isSaved ? told : `${told} · ${sentence("unsaved")}`;
  }

  function show(told, reply) {
    work = { units: new Map(), saved: 0, isSaved: true, reply };
    page.list.replaceChildren();
    page.marking.replaceChildren(label(told.marking));
    let title = null;
    let group = null;
    told.units.forEach((sent, i) => {
      // A field gives its lines back in one way, however they were sent.
      const unit = { ...sent, target: cleaned(sent.target) };
      if (unit.document !== title) {
        title = unit.document;
        const name = inLanguage(unit, "h2", {}, unit.document);
        group = element("section", { class: "document" }, name);
        page.list.append(group);
      }
      const entry = shown(unit, i + 1);
      entry.field.addEventListener("blur", () => warn(entry));
      work.units.set(unit.id, entry);
      group.append(entry.box);
    });
    page.work.hidden = false;
    page.tools.hidden = false;
    for (const entry of work.units.values()) warn(entry);
    count();
  }

  function snapshot() {
    const units = new Map();
    for (const [id, { unit, field, done, was }] of work.units) {
      const text = cleaned(field.value);
      if (done.checked || text !== unit.target || was.length > 1) units.set(id, { done: done.checked, text, was });
    }
    return { ident, lang, saved: work.saved + 1, note: cleaned(page.note.value), units };
  }

  function fill({ saved, note, units }, isSaved) {
    for (const [id, entry] of work.units) {
      const kept = units.get(id);
      entry.field.value = kept ? kept.text : entry.unit.target;
      entry.done.checked = Boolean(kept && kept.done);
      entry.isAsked = Boolean(kept);
      entry.was = kept ? kept.was : entry.unit.target ? [entry.unit.target] : [];
      warn(entry);
    }
    page.note.value = note;
    work.saved = saved;
    work.isSaved = isSaved;
    count();
  }

  /* ---- The reply ---- */

  function place() {
    return { kind: "reply", lang: lang.toLowerCase(), part: "translate/" + ident, site };
  }

  async function textOf(state, reply) {
    const text = write(state);
    if (!reply) return text;
    return (await globalThis.CommuniqueReply.seal(reply.key, reply.kid, place(), new TextEncoder().encode(text))) + "\n";
  }

  async function stateIn(text, reply) {
    if (!reply) return read(text, ident);
    const body = await globalThis.CommuniqueReply.open(reply.key, reply.kid, place(), text.trim());
    return read(new TextDecoder("utf-8", { fatal: true }).decode(body), ident);
  }

  function hand(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = name;
    link.hidden = true;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), HANDED_OVER);
  }

  async function save() {
    const mine = work;
    if (mine === null) return;
    // Saved by a key, the field that is being written in has not been left.
    for (const entry of mine.units.values()) {
      if (entry.field.matches(":focus") && entry.field.value !== entry.unit.target) settle(entry);
    }
    const state = snapshot();
    const text = await textOf(state, mine.reply);
    if (work !== mine) return;
    const name = `translate-${lang}-${ident}.reply.json`;
    hand(name, text);
    work.saved = state.saved;
    work.isSaved = true;
    noteSaved(state.units);
    count();
    say(sentence("saved", { name }));
  }

  // What has once left this page may be in use when the next reply comes.
  function noteSaved(units) {
    for (const [id, { text }] of units) {
      const entry = work.units.get(id);
      if (entry && text !== "" && !entry.was.includes(text)) entry.was = [...entry.was, text];
    }
  }

  async function take(file) {
    const mine = work;
    if (mine === null) return;
    let state;
    try {
      if (file.size > LONGEST_FILE) throw Object.assign(new Error("too long"), { code: "not-a-reply" });
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      state = await stateIn(text, mine.reply);
    } catch (error) {
      const known = ["other-package", "does-not-open"].includes(error.code);
      if (work === mine) say(sentence(known ? error.code : "not-a-reply"));
      return;
    }
    if (work !== mine || (!work.isSaved && !window.confirm(sentence("replace")))) return;
    fill(state, true);
    noteSaved(state.units);
    say(sentence("taken"));
  }

  function goToNext() {
    const all = [...work.units.values()];
    const at = all.findIndex(({ box }) => box.contains(document.activeElement));
    const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(({ done }) => !done.checked);
    if (!next) {
      say(sentence("all-done"));
      return;
    }
    next.box.scrollIntoView({ block: "nearest" });
    next.field.focus();
  }

  /* ---- A sealed package: opening and locking ---- */

  function controls() {
    const form = page.signIn.querySelector("form");
    const { login, passphrase, reveal } = form.elements;
    return { form, login, passphrase, reveal, answer: byId("answer"), working: byId("working") };
  }

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

  async function opened(login, passphrase) {
    const sealed = globalThis.CommuniqueSealed;
    const session = await sealed.openSlot(byId("keyring").textContent.trim(), login, passphrase);
    try {
      const expect = JSON.parse(byId("expect").textContent);
      const { body } = await sealed.openObject(session, byId("object").textContent.trim(), expect);
      const { reply, ...told } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
      if (told.package !== ident || told.lang !== lang) throw Object.assign(new Error("other"), { code: "malformed" });
      const bytes = sealed.fromB64u(reply.k);
      const key = await globalThis.CommuniqueReply.keyFrom(bytes);
      bytes.fill(0);
      return { told, reply: { key, kid: reply.kid } };
    } finally {
      sealed.forget(session);
    }
  }

  function explain(code) {
    if (code === "insecure-context") return sentence(window.isSecureContext ? "outdated" : "insecure");
    return sentence(code === "does-not-open" ? "wrong" : "damaged");
  }

  async function signIn() {
    const { form, login, passphrase, answer, working } = controls();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    answer.textContent = "";
    working.textContent = sentence("working");
    const begun = Date.now();
    let found = null;
    try {
      found = await opened(login.value, passphrase.value);
    } catch (error) {
      await pause(SHORTEST_WORK - (Date.now() - begun));
      answer.textContent = explain(error.code);
    }
    form.setAttribute("aria-busy", "false");
    working.textContent = "";
    if (!found) {
      passphrase.focus();
      passphrase.select();
      return;
    }
    passphrase.value = "";
    hidePassphrase();
    page.signIn.hidden = true;
    show(found.told, found.reply);
    await wake();
    if (work === null) return;
    lastActivity = Date.now();
    watch();
    page.work.focus();
    say(sentence("opened"));
  }

  async function wake() {
    if (!asleep) return;
    const { text, isSaved } = asleep;
    const mine = work;
    const state = await stateIn(await text, mine.reply);
    if (work !== mine) return;
    asleep = null;
    fill({ ...state, saved: state.saved - 1 }, isSaved);
  }

  function hidePassphrase() {
    const { passphrase, reveal } = controls();
    passphrase.type = "password";
    reveal.checked = false;
  }

  // Takes the words off the page at once; the work is kept, sealed, until somebody signs in again or the page is left.
  function lock(reason) {
    if (!isSealed || work === null) return;
    const { reply, isSaved } = work;
    const state = snapshot();
    wipe();
    // Locked again before it had all come back: what sleeps is the whole work, and the page holds less.
    if (!asleep) asleep = { isSaved, text: textOf(state, reply) };
    page.signIn.hidden = false;
    say(sentence(reason));
    controls().login.focus();
  }

  function wipe() {
    work = null;
    page.list.replaceChildren();
    page.marking.replaceChildren();
    page.note.value = "";
    page.progress.textContent = "";
    page.work.hidden = true;
    page.tools.hidden = true;
  }

  // Timers stop while a machine sleeps, so the clock is asked as well, on every sign of life.
  let timer = 0;
  let isWarned = false;
  function watch() {
    clearTimeout(timer);
    if (!isSealed || work === null) return;
    const left = lastActivity + IDLE_LIMIT - Date.now();
    if (isWarned !== left <= WARNING) {
      isWarned = !isWarned;
      say(isWarned ? sentence("idle-soon") : "");
    }
    if (left <= 0) lock("idle");
    else timer = setTimeout(watch, left > WARNING ? left - WARNING : left);
  }

  function noteActivity(event) {
    if (work === null) return;
    if (event.type === "pointermove") {
      // A page that changes under a resting pointer makes browsers report movements that nobody made.
      const before = lastPointer;
      lastPointer = event.screenX + " " + event.screenY;
      // Where it rests is not known before the first report, which may be such a one.
      if (before === "" || lastPointer === before) return;
    }
    if (Date.now() - lastActivity >= IDLE_LIMIT) watch();
    lastActivity = Date.now();
    if (isWarned) watch();
  }

  /* ---- Together ---- */

  function wire() {
    const acts = { save, end: save, load: () => page.file.click(), next: goToNext, lock: () => lock("locked") };
    for (const [name, act] of Object.entries(acts)) {
      const button = byId(name);
      if (button) button.addEventListener("click", act);
    }
    page.file.addEventListener("change", () => {
      const [file] = page.file.files;
      // So that the same file can be chosen again.
      if (file) take(file).finally(() => (page.file.value = ""));
    });
    page.note.addEventListener("input", () => {
      if (work === null) return;
      work.isSaved = false;
      count();
    });
    document.addEventListener("keydown", (event) => {
      if (work === null || !(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      save();
    });
    window.addEventListener("beforeunload", (event) => {
      const { isSaved } = work || asleep || { isSaved: true };
      if (!isSaved) event.preventDefault();
    });
    if (!isSealed) return;
    const { form, passphrase, reveal } = controls();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      signIn();
    });
    reveal.addEventListener("change", () => {
      passphrase.type = reveal.checked ? "text" : "password";
    });
    for (const name of ACTIVITY) {
      document.addEventListener(name, noteActivity, { capture: true, passive: name !== "keydown" });
    }
    document.addEventListener("visibilitychange", watch);
    window.addEventListener("focus", watch);
    // A page kept for the back button would keep the opened text with it.
    window.addEventListener("pagehide", () => {
      passphrase.value = "";
      wipe();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
  }

  wire();
  if (isSealed) page.signIn.hidden = false;
  else show(JSON.parse(byId("package").textContent), null);
})();
