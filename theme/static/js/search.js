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
    return isHere ? { index, number, at, score, matched } : null;
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
    // No cell or item begins or ends with the sign that stands between two.
    from += /^[·|]? */.exec(text.slice(from))[0].length;
    to -= /[ ·|]*$/.exec(text.slice(from, to))[0].length;
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
  function placeOf({ facts, place, anchor, lang }, answer, form) {
    if (facts.numbering && /^p\d/.test(anchor) && /^\d+( [a-z]+)?$/.test(place)) return `¶\u00a0${place}`;
    if (!place) return form.said("place");
    const said = element("span", "", ...snippetOf(place, answer));
    speak(said, lang, form);
    return said;
  }

  // As the box bears it in which the passage stands on its page.
  function markOf(marking) {
    const mark = element("span", `sealed__mark tlp ${marking.toLowerCase().replace("tlp:", "tlp--").replace("+", "-")}`, marking);
    mark.lang = "en";
    mark.dir = "ltr";
    mark.translate = false;
    return mark;
  }

  // The words of a passage; of a heading alone those that stand under it, which the same readers may read.
  async function wordsOf({ index, at }, found, isShown) {
    if (found.text === found.place) return null;
    if (found.text) return found.text;
    return isShown(index, at + 1) ? null : (await index.passage(at + 1)).text;
  }

  async function passageOf({ index, at }, isShown, answer, form) {
    const found = await index.passage(at);
    const link = element("a", "result__place", placeOf(found, answer, form));
    link.href = addressOf(found);
    const text = await wordsOf({ index, at }, found, isShown);
    const passage = element("li", "result__passage", link);
    if (!text && !found.marking) return passage;
    const words = element("p", "result__text", ...(found.marking ? [markOf(found.marking), " "] : []));
    if (text) words.append(...snippetOf(text, answer));
    speak(words, found.lang, form);
    passage.append(words);
    return passage;
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
    // What a document that is sealed as a whole is called is sealed text too.
    if (facts.sealed) line.append(markOf(facts.marking), " ");
    if (facts.lang) {
      const known = form.languages[facts.lang];
      say("state state--missing", known ? form.said("language", { language: known.name }) : facts.lang);
    }
    if (facts.superseded) say("state state--superseded", form.said("superseded"));
    if (facts.draft) say("state state--draft", form.said("draft"));
    return line;
  }

  // One document in the list: {item, add: takes what another index has of it}.
  async function resultOf(group, named, answer, form) {
    const { facts } = named;
    const { index, document: own } = group;
    const title = element("a", "", ...(facts.title ? snippetOf(facts.title, answer) : [form.said("sealed")]));
    speak(title, facts.title ? facts.title_lang || facts.lang : "", form);
    title.href = addressOf({ facts });
    const item = element("li", "entry result", factsOf(facts, form), element("h2", "entry__title", title));
    const list = element("ul", "result__passages");
    const more = element("button", "button button--text result__more");
    more.type = "button";
    const all = [...group.hits];
    const first = index.nameOf(own) + 1;
    // Where a name alone was found, how the text begins.
    const waiting = all.length ? [...all] : first < index.endOf(own) ? [{ index, at: first }] : [];
    const isShown = (where, at) => all.some((hit) => hit.index === where && hit.at === at);

    async function show(number) {
      const made = waiting.splice(0, number).map((hit) => passageOf(hit, isShown, answer, form));
      for (const passage of await Promise.all(made)) {
        // What is for two audiences stands in the indexes of both.
        if (![...list.children].some((one) => one.isEqualNode(passage))) list.append(passage);
      }
      if (list.hasChildNodes()) item.append(list);
      offer();
    }

    function offer() {
      if (waiting.length === 0) more.remove();
      else {
        more.textContent = form.said("more-here", { n: waiting.length });
        item.append(more);
      }
    }

    more.addEventListener("click", async () => {
      const next = list.children.length;
      await show(waiting.length);
      (list.children[next] || item).querySelector("a").focus();
    });
    await show(PASSAGES_AT_ONCE);
    return {
      item,
      add(hits) {
        all.push(...hits);
        waiting.push(...hits);
        offer();
      },
    };
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
    let results = new Map();
    let answer = null;

    function say(text) {
      if (status.textContent !== text) status.textContent = text;
    }

    function clear() {
      list.replaceChildren();
      notes.replaceChildren();
      more.hidden = true;
      waiting = [];
      results = new Map();
    }

    // A document is in one index for what everybody may read of it, and in others for what is sealed: it is shown once.
    async function joined(groups) {
      const named = await Promise.all(groups.map(({ index, document: own }) => index.passage(index.nameOf(own))));
      const byPath = new Map();
      groups.forEach((group, i) => {
        const { path, title } = named[i].facts;
        const known = byPath.get(path);
        const hits = known ? [...known.group.hits, ...group.hits].sort((a, b) => b.score - a.score) : group.hits;
        // Not every index may say what its documents are called.
        const says = known && !(title && !known.named.facts.title) ? known : { group, named: named[i] };
        byPath.set(path, { named: says.named, group: { ...says.group, hits } });
      });
      return byPath;
    }

    async function showMore(mine) {
      const known = results;
      let made = [];
      while (waiting.length > 0 && made.length === 0) {
        const found = [...(await joined(waiting.splice(0, DOCUMENTS_AT_ONCE)))];
        const fresh = found.filter(([path]) => !known.has(path));
        made = await Promise.all(fresh.map(([, { group, named }]) => resultOf(group, named, answer, form)));
        if (mine !== turn) return null;
        for (const [path, { group }] of found) if (known.has(path)) known.get(path).add(group.hits);
        fresh.forEach(([path], i) => known.set(path, made[i]));
      }
      list.append(...made.map(({ item }) => item));
      more.hidden = waiting.length === 0;
      return made.length > 0 ? made[0].item : null;
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
