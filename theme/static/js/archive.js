// Narrows the archive's list by what its entries say of themselves. Nothing is kept, in the browser or elsewhere.
//
// A document that is sealed as a whole says its collection and the state of its translation only; by anything else it
// is found once its reader has opened it. What it then says stands in a place that its object fills, never shown.
(function (communique) {
  "use strict";

  const NAMES = ["kind", "year", "collection", "region", "meeting", "state"];
  // The order of the words in an opened entry.
  const TOLD = ["kind", "year", "region", "meeting"];
  const NONE = "-";

  let stop = () => {};

  function isOpen(entry) {
    return entry.classList.contains("is-open");
  }

  function wordsOf(entry) {
    const found = Object.fromEntries(NAMES.map((name) => [name, entry.dataset[name] || ""]));
    const place = isOpen(entry) && entry.querySelector("[data-cq-fact='archive']");
    const told = place ? place.textContent.split(" ") : [];
    TOLD.forEach((name, index) => {
      if (told[index] && told[index] !== NONE) found[name] = told[index];
    });
    return found;
  }

  // A kind or year that only an opened document has becomes a choice, with the words that the document says itself.
  function offer(form, entry) {
    if (!isOpen(entry)) return;
    const { kind, year } = wordsOf(entry);
    const said = entry.querySelector("[data-cq-fact='kind']");
    for (const [name, value, label] of [
      ["kind", kind, said ? said.textContent : ""],
      ["year", year, year],
    ]) {
      const select = form.querySelector(`[data-filter="${name}"]`);
      if (!select || !value || !label || [...select.options].some((option) => option.value === value)) continue;
      const option = document.createElement("option");
      option.value = value;
      option.textContent = label;
      select.append(option);
    }
  }

  function start() {
    const form = document.querySelector("[data-archive]");
    const list = document.querySelector(".archive");
    if (!form || !list) return;
    stop();
    const entries = [...list.children];
    const filters = [...form.querySelectorAll("[data-filter]")];
    const count = form.querySelector("[role=status]");
    const all = form.querySelector("[data-archive-all]");

    function say(shown) {
      const forms = JSON.parse(form.dataset.said);
      const said = forms[new Intl.PluralRules(document.documentElement.lang).select(shown)] || forms.other;
      const text = shown ? said.replace("{n}", shown.toLocaleString(document.documentElement.lang)) : form.dataset.saidNone;
      if (count.textContent !== text) count.textContent = text;
    }

    function narrow() {
      const wanted = filters.filter((filter) => filter.value).map((filter) => [filter.dataset.filter, filter.value]);
      let shown = 0;
      for (const entry of entries) {
        const words = wordsOf(entry);
        entry.hidden = !wanted.every(([name, value]) => words[name] === value);
        if (!entry.hidden) shown += 1;
      }
      all.hidden = wanted.length === 0;
      say(shown);
    }

    function showAll() {
      for (const filter of filters) filter.value = "";
      filters[0].focus();
      narrow();
    }

    // Entries are opened, and emptied again, by the client's other parts.
    const watching = new MutationObserver(() => {
      for (const entry of entries) offer(form, entry);
      narrow();
    });
    for (const entry of entries) {
      if (entry.matches("[data-cq-part]")) watching.observe(entry, { attributes: true, attributeFilter: ["class"] });
    }
    const keepHere = (event) => event.preventDefault();
    form.addEventListener("change", narrow);
    form.addEventListener("submit", keepHere);
    all.addEventListener("click", showAll);
    for (const entry of entries) offer(form, entry);
    narrow();
    form.hidden = false;
    stop = () => {
      watching.disconnect();
      form.removeEventListener("change", narrow);
      form.removeEventListener("submit", keepHere);
      all.removeEventListener("click", showAll);
      stop = () => {};
    };
  }

  communique.archive = Object.freeze({ start, stop: () => stop() });
})((window.Communique = window.Communique || {}));
