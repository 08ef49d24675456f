// The file in which a translator's work is kept and returned (docs/translating.md): written, and read strictly. What is
// read is text that somebody may have changed; it is never taken for anything but text.
(function () {
  "use strict";

  const FORMAT = "communique-reply";
  const VERSION = 1;
  const KEYS = ["format", "lang", "note", "package", "saved", "units", "version"];
  const LONGEST_FILE = 16 * 1024 * 1024;
  const LONGEST_TEXT = 65536;
  // How many earlier texts of one translation are told.
  const MOST_EARLIER = 32;
  // Neither a person nor a page needs them; they could turn the direction of what stands around them.
  const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

  // Half a sign, which some editors leave behind when they cut: no file can hold it.
  const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

  function problem(code) {
    return Object.assign(new Error(code), { code });
  }

  function isPlain(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  function hasExactly(value, names) {
    return isPlain(value) && Object.keys(value).sort().join() === names.join();
  }

  function isText(value) {
    return typeof value === "string" && value.length <= LONGEST_TEXT && value === cleaned(value);
  }

  /** What may stand in a reply, of what was typed or pasted. */
  function cleaned(text) {
    return text.replace(/\r\n?/g, "\n").replace(INVISIBLE, "").replace(HALVES, "");
  }

  function isUnit(value) {
    if (!hasExactly(value, ["done", "text", "was"]) || typeof value.done !== "boolean" || !isText(value.text)) return false;
    return Array.isArray(value.was) && value.was.length <= MOST_EARLIER && value.was.every(isText);
  }

  /**
   * {saved, note, units: Map of id → {done, text, was}} of a reply to the package called `ident`. `was`: the translation
   * that the package brought, and what earlier replies of this work said.
   */
  function read(text, ident) {
    if (text.length > LONGEST_FILE) throw problem("not-a-reply");
    let told;
    try {
      told = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      throw problem("not-a-reply");
    }
    if (!isPlain(told) || told.format !== FORMAT) throw problem("not-a-reply");
    if (!hasExactly(told, KEYS) || told.version !== VERSION || !isPlain(told.units)) throw problem("not-a-reply");
    if (!Number.isSafeInteger(told.saved) || told.saved < 1 || !isText(told.note)) throw problem("not-a-reply");
    if (told.package !== ident) throw problem("other-package");
    const units = new Map(Object.entries(told.units));
    if (![...units.values()].every(isUnit)) throw problem("not-a-reply");
    return { saved: told.saved, note: told.note, units };
  }

  // The same work always gives the same text.
  function write({ ident, lang, saved, note, units }) {
    const one = ({ done, text, was }) => ({ done, text, was: was.slice(-MOST_EARLIER) });
    const sorted = [...units].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, unit]) => [id, one(unit)]);
    const told = { format: FORMAT, lang, note, package: ident, saved, units: Object.fromEntries(sorted), version: VERSION };
    return JSON.stringify(told, null, 1) + "\n";
  }

  globalThis.CommuniqueReplyFile = Object.freeze({ cleaned, read, write, LONGEST_FILE, LONGEST_TEXT });
})();
