// The page that searches: what was typed, and what it finds. A query stays in this document's memory: it is in no
// address, no store and no request, since what somebody looks for may tell as much as what they read.
(function (communique) {
  "use strict";

  const { addresses, entry, messages, searchIndex } = communique;
  const REST = 180;
  const SHORTEST_BEGINNING = 3;
  const DOCUMENTS_AT_ONCE = 10;
  const PASSAGES_AT_ONCE = 3;
  const SNIPPET = 240;
  const NAME_COUNTS = 2.5;
  const BEGINNING_COUNTS = 0.6;
  // How much of a word may be taken off its end to find one that is like it.
  const MOST_OFF = 3;

  // What a signed-in reader last looked for, while they go from page to page.
  let typed = "";
  let stop = () => {};

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  /* ---- What a query finds ---- */

  function union(sets) {
    const all = new Set();
    for (const set of sets) for (const one of set) all.add(one);
    return all;
  }

  // A word in one index, as it is and, where it may not be finished, as a beginning.
  async function findIn(index, form, isBeginning) {
    const whole = await index.find(form);
    const found = {
      passages: whole ? whole.passages : new Set(),
      begun: new Set(),
      forms: whole ? whole.forms : new Set(),
      isEverywhere: Boolean(whole && whole.isEverywhere),
      isKnown: Boolean(whole),
    };
    if (!isBeginning || form.length < SHORTEST_BEGINNING) return found;
    const longer = await index.formsFrom(form);
    const all = await Promise.all(longer.filter((one) => one !== form).map((one) => index.find(one)));
    found.begun = union(all.map((one) => one.passages));
    found.forms = union([found.forms, ...all.map((one) => one.forms)]);
    found.isKnown = found.isKnown || longer.length > 0;
    return found;
  }

  // For a word that no index has: those that begin like it.
  async function likeIn(indexes, form) {
    const most = Math.max(MOST_OFF, Math.floor(form.length / 3));
    for (let off = 0; off <= most && form.length - off >= SHORTEST_BEGINNING; off += 1) {
      const beginning = form.slice(0, form.length - off);
      const found = await Promise.all(indexes.map((index) => index.formsFrom(beginning)));
      const like = [...union(found)].filter((one) => Math.abs(one.length - form.length) <= MOST_OFF);
      if (like.length > 0) return like.sort();
    }
    return [];
  }

  // One word of a query in all indexes: {form, found: [for each index], like: words that stand in for it}.
  async function termIn(indexes, form, isBeginning) {
    const found = await Promise.all(indexes.map((index) => findIn(index, form, isBeginning)));
    if (found.some((one) => one.isKnown)) return { form, found, like: [] };
    const like = await likeIn(indexes, form);
    const instead = await Promise.all(
      indexes.map(async (index) => {
        const all = (await Promise.all(like.map((one) => index.find(one)))).filter(Boolean);
        const passages = union(all.map((one) => one.passages));
        return { passages, begun: new Set(), forms: union(all.map((one) => one.forms)), isEverywhere: false };
      }),
    );
    return { form, found: instead, like };
  }

  function count(terms, number, index, at) {
    const name = index.nameOf(index.documentOf(at));
    let score = 0;
    let matched = 0;
    let isHere = false;
    for (const { found } of terms) {
      const { passages, begun } = found[number];
      const here = passages.has(at) ? 1 : begun.has(at) ? BEGINNING_COUNTS : 0;
      const inName = passages.has(name) ? 1 : begun.has(name) ? BEGINNING_COUNTS : 0;
      if (!here && !inName) continue;
      matched += 1;
      isHere = isHere || here > 0;
      const rarity = Math.log(1 + index.count / (1 + passages.size + begun.size));
      score += rarity * Math.max(here, inName * NAME_COUNTS);
    }
    return isHere ? { number, at, score, matched } : null;
  }

  // Passages in the order in which they are worth reading. `isWhole`: they have all words of the query.
  function ranked(indexes, terms) {
    const hits = [];
    indexes.forEach((index, number) => {
      const candidates = union(terms.flatMap(({ found }) => [found[number].passages, found[number].begun]));
      for (const at of candidates) {
        const hit = count(terms, number, index, at);
        if (hit) hits.push(hit);
      }
    });
    const most = hits.reduce((greatest, { matched }) => Math.max(greatest, matched), 0);
    const kept = hits.filter(({ matched }) => matched === most);
    kept.sort((a, b) => b.score - a.score || a.number - b.number || a.at - b.at);
    return { hits: kept, isWhole: most === terms.length };
  }

  // By document: {index, document, hits}, where a name alone shows how the text begins.
  function byDocument(indexes, hits) {
    const groups = new Map();
    for (const hit of hits) {
      const index = indexes[hit.number];
      const own = index.documentOf(hit.at);
      const isName = hit.at === index.nameOf(own);
      if (isName && index.isQuiet(own)) continue;
      const key = `${hit.number} ${own}`;
      if (!groups.has(key)) groups.set(key, { index, document: own, hits: [] });
      if (!isName) groups.get(key).hits.push(hit);
    }
    return [...groups.values()];
  }

  async function ask(indexes, words, isFinished) {
    const forms = [...new Set(words)];
    const last = words[words.length - 1];
    const terms = await Promise.all(forms.map((form) => termIn(indexes, form, form === last && !isFinished)));
    const isTelling = ({ found }) => !found.some(({ isEverywhere }) => isEverywhere);
    const telling = terms.filter(isTelling);
    const { hits, isWhole } = ranked(indexes, telling);
    return {
      groups: byDocument(indexes, hits),
      marked: union(terms.flatMap(({ found }) => found.map((one) => one.forms))),
      beginning: isFinished ? "" : last,
      everywhere: terms.filter((term) => !isTelling(term)).map(({ form }) => form),
      like: telling.filter(({ like }) => like.length > 0),
      nowhere: telling.filter(({ like, found }) => like.length === 0 && !found.some(({ isKnown }) => isKnown)).map(({ form }) => form),
      isWhole,
    };
  }

  /* ---- What is shown of it ---- */

  // The words around the first place where many of those that were looked for stand together.
  function windowOf(places, text) {
    if (text.length <= SNIPPET) return { from: 0, to: text.length };
    let best = 0;
    let most = 0;
    places.forEach((place, i) => {
      const within = places.slice(i).filter(({ to }) => to - place.from <= SNIPPET - 60).length;
      if (within > most) [best, most] = [i, within];
    });
    let from = Math.max(0, (places.length ? places[best].from : 0) - 60);
    if (from > 0) from = text.indexOf(" ", from) + 1;
    let to = Math.min(text.length, from + SNIPPET);
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), from + 1);
    return { from, to };
  }

  function snippetOf(text, { marked, beginning }) {
    const isMarked = (form) => marked.has(form) || (beginning.length >= SHORTEST_BEGINNING && form.startsWith(beginning));
    const places = searchIndex.wordsIn(text).filter(({ forms }) => forms.some(isMarked));
    const { from, to } = windowOf(places, text);
    const shown = [from > 0 ? "… " : ""];
    let at = from;
    for (const place of places) {
      if (place.from < at || place.to > to) continue;
      shown.push(text.slice(at, place.from), element("mark", "", text.slice(place.from, place.to)));
      at = place.to;
    }
    shown.push(text.slice(at, to), to < text.length ? " …" : "");
    return shown.filter((piece) => piece !== "");
  }

  function speak(made, lang, form) {
    if (!lang || lang === document.documentElement.lang) return;
    const known = form.languages[lang];
    made.lang = lang;
    made.dir = known ? known.dir : "auto";
  }

  function addressOf({ facts, anchor }) {
    return addresses.addressOf(facts.path, anchor ? "#" + anchor : "");
  }

  // A paragraph by its number, where the document is cited so; anything else by the heading above it.
  function placeOf({ facts, place, anchor, lang }, form) {
    if (facts.numbering && /^p\d/.test(anchor) && /^\d/.test(place)) return `¶\u00a0${place}`;
    if (!place) return form.said("place");
    const said = element("span", "", place);
    speak(said, lang, form);
    return said;
  }

  function passageOf(found, answer, form) {
    const { text, lang } = found;
    const link = element("a", "result__place", placeOf(found, form));
    link.href = addressOf(found);
    const words = element("p", "result__text", ...snippetOf(text, answer));
    speak(words, lang, form);
    return element("li", "result__passage", link, words);
  }

  function factsOf(facts, form) {
    const line = element("p", "entry__meta");
    const say = (className, text) => text && line.append(element("span", className, text), " ");
    if (facts.date_text) {
      const time = element("time", "", facts.date_text);
      time.dateTime = facts.date;
      line.append(time, " ");
    }
    say("entry__kind", facts.kind);
    say("symbol", facts.symbol);
    if (facts.marking) {
      const marking = element("span", `tlp ${facts.marking.toLowerCase().replace("tlp:", "tlp--").replace("+", "-")}`, facts.marking);
      marking.lang = "en";
      marking.dir = "ltr";
      marking.translate = false;
      line.append(marking, " ");
    }
    if (facts.lang) {
      const known = form.languages[facts.lang];
      say("state state--missing", known ? form.said("language", { language: known.name }) : facts.lang);
    }
    if (facts.superseded) say("state state--superseded", form.said("superseded"));
    if (facts.draft) say("state state--draft", form.said("draft"));
    return line;
  }

  async function resultOf(group, answer, form) {
    const { index, document: own } = group;
    const first = index.nameOf(own);
    const begins = first + 1 < index.endOf(own) ? [{ at: first + 1 }] : [];
    const named = await index.passage(first);
    const { facts } = named;
    const title = element("a", "", ...(facts.title ? snippetOf(facts.title, answer) : [form.said("sealed")]));
    speak(title, facts.title ? facts.title_lang || facts.lang : "", form);
    title.href = addressOf({ facts });
    const item = element("li", "entry result", factsOf(facts, form), element("h2", "entry__title", title));
    const list = element("ul", "result__passages");
    const waiting = group.hits.length ? [...group.hits] : begins;
    const show = async (number) => {
      const found = await Promise.all(waiting.splice(0, number).map(({ at }) => index.passage(at)));
      list.append(...found.map((one) => passageOf(one, answer, form)));
    };
    await show(PASSAGES_AT_ONCE);
    if (list.hasChildNodes()) item.append(list);
    if (waiting.length > 0) {
      const more = element("button", "button button--text result__more", form.said("more-here", { n: waiting.length }));
      more.type = "button";
      more.addEventListener("click", async () => {
        const next = list.children.length;
        await show(waiting.length);
        more.remove();
        list.children[next].querySelector("a").focus();
      });
      item.append(more);
    }
    return item;
  }

  /* ---- The page ---- */

  // The form with its sentences and places, as the page has them.
  function formOf(root) {
    const sentences = root.dataset;
    return {
      root,
      input: root.querySelector("[type=search]"),
      status: root.querySelector("[role=status]"),
      notes: document.querySelector("[data-search-notes]"),
      list: document.querySelector("[data-search-results]"),
      more: document.querySelector("[data-search-more]"),
      languages: JSON.parse(sentences.languages),
      said(name, blanks = {}) {
        let text = root.getAttribute("data-said-" + name) || "";
        if (text.startsWith('{"')) {
          const forms = JSON.parse(text);
          text = forms[new Intl.PluralRules(document.documentElement.lang).select(blanks.n)] || forms.other;
        }
        return text.replace(/\{([a-z]+)\}/g, (whole, blank) =>
          Object.hasOwn(blanks, blank) ? blanks[blank].toLocaleString(document.documentElement.lang) : whole,
        );
      },
    };
  }

  async function indexesFor(form) {
    const { index, sealed } = form.root.dataset;
    const open = await searchIndex.publicIndex(index);
    if (!entry.isSignedIn()) return { indexes: [open], problems: [] };
    const { indexes, problems } = await searchIndex.sealedIndexesAt(sealed, document.documentElement.lang);
    const codes = new Set(problems);
    // What somebody looks for in sealed texts is not to be guessed from what is asked of the public index either. An
    // index that did not come whole is not asked at all: to try again for one word would tell it.
    const ready = await Promise.all(
      [open, ...indexes].map(async (one) => {
        try {
          await one.loadAhead();
          return one;
        } catch (error) {
          if (error.code === "given-up") throw error;
          codes.add(error.code || "malformed");
          return null;
        }
      }),
    );
    return { indexes: ready.filter(Boolean), problems: [...codes] };
  }

  const SENTENCE_OF = { "newer-than-keyring": "newer", gone: "gone" };

  function start() {
    const root = document.querySelector("[data-search]");
    if (!root) return;
    stop();
    const form = formOf(root);
    const { input, status, notes, list, more } = form;
    const without = document.querySelector("[data-search-without]");
    let turn = 0;
    let timer = 0;
    let waiting = [];
    let answer = null;

    function say(text) {
      if (status.textContent !== text) status.textContent = text;
    }

    function clear() {
      list.replaceChildren();
      notes.replaceChildren();
      more.hidden = true;
      waiting = [];
    }

    async function showMore(mine) {
      const made = await Promise.all(waiting.splice(0, DOCUMENTS_AT_ONCE).map((group) => resultOf(group, answer, form)));
      if (mine !== turn) return null;
      list.append(...made);
      more.hidden = waiting.length === 0;
      return made[0] || null;
    }

    function note(text) {
      if (text) notes.append(element("p", "", text));
    }

    // A word that was folded to look for it, as the reader wrote it.
    function asTyped(word) {
      const { value } = input;
      const written = searchIndex.wordsIn(value).find(({ forms }) => forms.includes(word));
      return written ? value.slice(written.from, written.to) : word;
    }

    function tellOf(problems, words) {
      notes.replaceChildren();
      for (const code of problems) note(messages.sentence(SENTENCE_OF[code] || "damaged"));
      if (answer.everywhere.length > 0 && answer.everywhere.length < words) {
        note(form.said("left-out", { words: answer.everywhere.map(asTyped).join(", ") }));
      }
      for (const { form: word } of answer.like) note(form.said("like", { word: asTyped(word) }));
      if (answer.groups.length > 0) for (const word of answer.nowhere) note(form.said("nowhere", { word: asTyped(word) }));
      if (!answer.isWhole && answer.nowhere.length === 0 && answer.groups.length > 0) note(form.said("not-all"));
    }

    async function search(isFinished) {
      clearTimeout(timer);
      const mine = ++turn;
      typed = entry.isSignedIn() ? input.value : "";
      const words = searchIndex.formsIn(input.value);
      if (words.length === 0) {
        clear();
        say("");
        return;
      }
      if (list.childElementCount === 0) say(form.said("working"));
      try {
        const { indexes, problems } = await indexesFor(form);
        const found = await ask(indexes, words, isFinished);
        if (mine !== turn) return;
        answer = found;
        clear();
        tellOf(problems, new Set(words).size);
        waiting = [...found.groups];
        await showMore(mine);
        if (mine !== turn) return;
        const passages = found.groups.reduce((sum, { hits }) => sum + Math.max(1, hits.length), 0);
        const isAll = found.everywhere.length === new Set(words).size;
        if (isAll) say(form.said("too-common", { words: found.everywhere.map(asTyped).join(", ") }));
        else say(passages ? form.said("found", { n: passages }) : form.said("none"));
      } catch (error) {
        if (mine !== turn || error.code === "given-up") return;
        clear();
        say(messages.sentence(error.code === "gone" ? "gone" : "damaged"));
      }
    }

    function searchSoon() {
      clearTimeout(timer);
      timer = setTimeout(() => search(/\s$/.test(input.value)), REST);
    }

    function submit(event) {
      event.preventDefault();
      search(true);
    }

    // The arrow keys lead from the field through the results and back.
    function walk(event) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stations = [input, ...list.querySelectorAll("a")];
      const place = stations.indexOf(document.activeElement);
      const next = stations[place + (event.key === "ArrowDown" ? 1 : -1)];
      if (place < 0 || !next) return;
      event.preventDefault();
      next.focus();
    }

    async function onMore() {
      const made = await showMore(turn);
      if (made) made.querySelector("a").focus();
    }

    // Whoever signs in finds what they may read at once.
    const watching = new MutationObserver(() => {
      searchIndex.forget();
      if (input.value) search(true);
    });
    watching.observe(document.documentElement, { attributes: true, attributeFilter: ["data-cq-signed-in"] });
    root.addEventListener("submit", submit);
    input.addEventListener("input", searchSoon);
    document.addEventListener("keydown", walk);
    more.addEventListener("click", onMore);
    root.hidden = false;
    if (without) without.hidden = true;
    if (entry.isSignedIn() && typed) {
      input.value = typed;
      search(true);
    }
    stop = () => {
      turn += 1;
      clearTimeout(timer);
      watching.disconnect();
      root.removeEventListener("submit", submit);
      input.removeEventListener("input", searchSoon);
      document.removeEventListener("keydown", walk);
      more.removeEventListener("click", onMore);
      stop = () => {};
    };
  }

  communique.search = Object.freeze({ start, stop: () => stop() });
})((window.Communique = window.Communique || {}));
