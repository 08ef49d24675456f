// What may be wrong with a passphrase that opened nothing: a word that is in no list of issued words, or an unusual
// number of words. The lists are public and come when the sign-in form opens, all languages in one, so that asking
// for them tells nothing about who asks. The comparison is made here; what is said names places, never words.
(function (communique) {
  "use strict";

  const USUAL = [9, 12];
  const MOST = 24;

  let listed = null;

  function parse(text) {
    const told = JSON.parse(text);
    if (told.v !== 1 || typeof told.words !== "string") throw new Error("not the lists");
    return new Set(told.words.split(" "));
  }

  // Never rejects: a hint that cannot be given is no reason to say anything. It is asked for again next time.
  function prepare() {
    listed = listed || communique.sharedData.read("words").then(parse).catch(() => (listed = null));
    return listed;
  }

  // Several things in one sentence: "4", "4 and 7".
  function enumeration(items) {
    try {
      return new Intl.ListFormat(document.documentElement.lang).format(items);
    } catch {
      return items.join(", ");
    }
  }

  // Sentences about what was typed; none where nothing strikes.
  async function about(typed) {
    const words = window.CommuniqueSealed.normalisePassphrase(typed).split(" ").filter(Boolean);
    const known = await prepare();
    const hints = [];
    if (!known || words.length === 0) return hints;
    if (!USUAL.includes(words.length)) hints.push(communique.messages.sentence("word-count", { n: words.length }));
    const places = words.flatMap((word, index) => (known.has(word) ? [] : [String(index + 1)]));
    if (places.length > 0 && words.length <= MOST) {
      const numbers = enumeration(places);
      hints.push(communique.messages.sentence("word-unknown", { n: places.length, numbers }));
    }
    return hints.filter(Boolean);
  }

  communique.typingHints = Object.freeze({ prepare, about });
})((window.Communique = window.Communique || {}));
