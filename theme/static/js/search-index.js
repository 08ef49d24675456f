// Indexes: loads the shards that a query needs, opens those that are sealed, and says where words stand. Nothing is
// loaded before the first query, and none of it is kept longer than the document lives.
//
// What is in a table and in its shards says plugins/communique/searching/index.py.
(function (communique) {
  "use strict";

  const { loading } = communique;
  const KIND = "index";
  const NO_DOCUMENT = "-";
  const EVERYWHERE = "x";
  // A beginning of a word may be that of very many.
  const MOST_SHARDS = 4;
  const MOST_FORMS = 200;
  // An index of not more shards of passages than these is loaded whole for whoever is signed in.
  const MOST_AHEAD = 12;
  const WORD = /[\p{L}\p{N}\p{M}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+/gu;
  const SILENT = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
  const TWINS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i", ـ: "", ى: "ي", ة: "ه" };

  const expected = new WeakMap();
  const kept = new Map();
  const publicIndexes = new Map();
  let sealedIndexes = new Map();

  /* ---- Words, folded as the index has them ---- */

  function fold(text) {
    const bare = text.replace(SILENT, "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return bare
      .replace(/[ßæœøłđıـىة]/g, (letter) => TWINS[letter])
      .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
      .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
  }

  function formsIn(text) {
    return (fold(text).match(/[\p{L}\p{N}]+/gu) || []).filter((form) => form.length > 1 || !/^[a-z]$/.test(form));
  }

  // Each word of a text with its place: {from, to, forms}.
  function wordsIn(text) {
    return [...text.matchAll(WORD)].map((found) => ({
      from: found.index,
      to: found.index + found[0].length,
      forms: formsIn(found[0]),
    }));
  }

  /* ---- Loading ---- */

  window.CQ1_INDEX = function (name, text) {
    const script = document.currentScript;
    const wanted = script && expected.get(script);
    if (wanted && typeof text === "string") wanted.text = text;
  };

  async function load(path) {
    const wanted = { text: null };
    await loading.run(path, (script) => expected.set(script, wanted));
    if (wanted.text === null) throw loading.problem("malformed");
    return wanted.text;
  }

  // What did not come is asked for again next time.
  function once(store, key, make) {
    if (!store.has(key)) {
      const made = make();
      made.catch(() => store.delete(key));
      store.set(key, made);
    }
    return store.get(key);
  }

  function textAt(path) {
    return once(kept, path, () => load(path));
  }

  async function openedFrom(text, lang, part, aud) {
    const opened = await communique.membership.open(text, { kind: KIND, doc: NO_DOCUMENT, lang, part, aud: [aud] });
    const { body } = opened;
    return JSON.parse(typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body));
  }

  /* ---- One index ---- */

  function sums(steps) {
    let sum = 0;
    return steps.map((step) => (sum += step));
  }

  // The place of the last bound that is not behind `value`.
  function placeIn(bounds, value) {
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bounds[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // Of a shard of words: the first of the words that each belongs to, and all words in order.
  function readWords(shard) {
    const firsts = new Map();
    for (const [word, line] of Object.entries(shard)) {
      const [others, elsewhere] = line.split("@");
      if (elsewhere) firsts.set(word, others);
      else for (const one of [word, ...formsOf(line)]) firsts.set(one, word);
    }
    return { shard, firsts, forms: [...firsts.keys()].sort() };
  }

  function formsOf(line) {
    return line.split("|")[0].split(" ").filter(Boolean);
  }

  function indexOf(table, read) {
    if (table.v !== 1) throw loading.problem("malformed");
    const documents = sums(table.documents);
    const quiet = new Set(table.quiet);
    const words = { bounds: table.words.map(([first]) => first), shards: new Map() };
    const texts = { bounds: table.texts.map(([first]) => first), shards: new Map() };

    function wordsAt(place) {
      return once(words.shards, place, async () => readWords(await read(table.words[place][1])));
    }

    function textsAt(place) {
      return once(texts.shards, place, async () => read(table.texts[place][1]));
    }

    // Before a member's query is answered: all shards, or those of words alone where there are many, so that which are
    // loaded does not depend on what was typed. By their names, since the order of words is not to be told either.
    async function loadAhead() {
      const isWhole = table.texts.length <= MOST_AHEAD;
      const ahead = table.words.map(([, name], place) => ({ name, start: () => wordsAt(place) }));
      if (isWhole) ahead.push(...table.texts.map(([, name], place) => ({ name, start: () => textsAt(place) })));
      ahead.sort((a, b) => (a.name > b.name) - (a.name < b.name));
      await Promise.all(ahead.map(({ start }) => start()));
    }

    // The shards in which words may stand that begin so.
    function placesOf(beginning) {
      const first = Math.max(0, placeIn(words.bounds, beginning));
      const last = placeIn(words.bounds, beginning + "\uffff");
      const places = [];
      for (let place = first; place <= last && places.length < MOST_SHARDS; place += 1) places.push(place);
      return places;
    }

    // The forms in the index that begin so.
    async function formsFrom(beginning) {
      const found = [];
      for (const place of words.bounds.length ? placesOf(beginning) : []) {
        const { forms } = await wordsAt(place);
        found.push(...forms.filter((form) => form.startsWith(beginning)));
      }
      return found.slice(0, MOST_FORMS);
    }

    // What a word finds: {passages: Set, forms: [those that belong together], isEverywhere}; null if it is not there.
    async function find(form) {
      if (words.bounds.length === 0) return null;
      const { firsts } = await wordsAt(Math.max(0, placeIn(words.bounds, form)));
      if (!firsts.has(form)) return null;
      const first = firsts.get(form);
      const line = (await wordsAt(placeIn(words.bounds, first))).shard[first];
      const where = line.split("|")[1];
      return {
        passages: new Set(where === EVERYWHERE ? [] : sums(where.split("x").slice(1).map(Number))),
        forms: new Set([first, ...formsOf(line)]),
        isEverywhere: where === EVERYWHERE,
      };
    }

    // A passage with what is said of its document: {facts, anchor, place: number or heading, text, lang, marking}.
    async function passage(at) {
      const place = placeIn(texts.bounds, at);
      const shard = await textsAt(place);
      const [anchor, heading, text, lang, marking] = shard.passages[at - texts.bounds[place]];
      const facts = shard.documents[placeIn(documents, at)];
      return { facts, anchor, place: heading, text, lang: lang || facts.lang || "", marking: marking || facts.marking || "" };
    }

    return {
      count: table.passages,
      documentOf: (at) => placeIn(documents, at),
      nameOf: (document) => documents[document],
      endOf: (document) => (document + 1 < documents.length ? documents[document + 1] : table.passages),
      isQuiet: (document) => quiet.has(document),
      loadAhead,
      find,
      formsFrom,
      passage,
    };
  }

  function publicIndex(path) {
    return once(publicIndexes, path, async () =>
      indexOf(JSON.parse(await textAt(path)), async (reference) => JSON.parse(await textAt(reference))),
    );
  }

  // The sealed indexes of a language that the reader's keys open: {indexes, problems: [codes]}.
  function sealedIndexesAt(path, lang) {
    return once(sealedIndexes, path, async () => {
      const { tables, shards } = JSON.parse(await textAt(path));
      const problems = new Set();
      const made = await Promise.all(
        Object.entries(tables).map(async ([aud, text]) => {
          // A table numbers its shards; where they lie is told by what names the tables.
          const read = async (reference) => {
            if (typeof reference !== "number") return reference;
            const part = `search/${aud}/${String(reference).padStart(4, "0")}`;
            return openedFrom(await textAt(shards[part]), lang, part, aud);
          };
          try {
            return indexOf(await openedFrom(text, lang, `search/${aud}`, aud), read);
          } catch (error) {
            if (error.code !== "not-for-you") problems.add(error.code || "malformed");
            return null;
          }
        }),
      );
      return { indexes: made.filter(Boolean), problems: [...problems] };
    });
  }

  // Another reader, or none: nothing of what was opened is used again.
  function forget() {
    sealedIndexes = new Map();
  }

  communique.searchIndex = Object.freeze({ formsIn, wordsIn, publicIndex, sealedIndexesAt, forget });
})((window.Communique = window.Communique || {}));
