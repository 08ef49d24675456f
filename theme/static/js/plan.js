// Filling in a plan. What is written stays in this document's memory until it ends: it is saved to a file that the
// reader keeps (plan-file.js) and exported as a finished plan (plan-export.js), never stored, never sent.
(function (communique) {
  "use strict";

  const { behaviours, planExport, planFile } = communique;
  // A browser has taken a file long before; until then its address must work.
  const HANDED_OVER = 60000;
  const SHORT = "plan--short";
  // What was written into each plan by its id, while the signed-in reader goes from page to page: {answers, kept,
  // short, isSaved}. `kept` are answers of a loaded file that have no place in the plan as it is now.
  const written = new Map();
  // The page's own plan: {section, prose, fields, state, was}.
  let shown = null;
  // Answers of a file that wait for the reader to say whether they may replace what is there.
  let waiting = null;
  let wasSignedIn = false;

  function isSignedIn() {
    return Boolean(communique.membership && communique.membership.isSignedIn());
  }

  /* ---- Words of the page ---- */

  function sentence(name, blanks = {}) {
    let text = shown.section.getAttribute("data-msg-" + name) || "";
    if (text.startsWith('{"')) {
      const forms = JSON.parse(text);
      text = forms[new Intl.PluralRules(document.documentElement.lang || "en").select(blanks.n)] || forms.other;
    }
    return text.replace(/\{([a-z]+)\}/g, (whole, blank) => (Object.hasOwn(blanks, blank) ? blanks[blank] : whole));
  }

  function part(name) {
    return shown.section.querySelector(`[data-plan-${name}]`);
  }

  function say(...sentences) {
    part("said").textContent = sentences.filter(Boolean).join(" ");
  }

  /* ---- The form ---- */

  function element(name, attributes) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function controlFor(box, type) {
    if (type === "lines") return element("textarea", { rows: "4" });
    if (type === "choice") {
      const select = element("select", {});
      select.append(new Option("—", ""));
      for (const choice of box.querySelectorAll("[data-plan-choice]")) {
        select.append(new Option(choice.textContent, choice.dataset.planChoice));
      }
      return select;
    }
    if (type === "state") return element("input", { type: "text", list: "plan-states" });
    return element("input", { type: type === "phone" ? "tel" : "text" });
  }

  // Turns what is asked about a variable into a field to write in.
  function makeField(box) {
    const { planField: name, planType: type } = box.dataset;
    const caption = box.querySelector(".plan-field__label");
    const control = controlFor(box, type);
    control.id = `plan-${name}`;
    control.className = "plan-field__control";
    // Also keeps it out of what a browser remembers of forms, and of a session it restores.
    control.autocomplete = "off";
    if (type !== "choice") control.maxLength = type === "lines" ? planFile.LONGEST_ANSWER : 400;
    const notes = [...box.querySelectorAll(".plan-field__guidance, .plan-field__example")];
    notes.forEach((note, i) => (note.id = `plan-${name}-note${i + 1}`));
    control.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
    const label = element("label", { class: caption.className, for: control.id });
    label.textContent = caption.textContent;
    caption.replaceWith(label);
    label.after(control);
    box.classList.add("is-open");
    return { name, type, box, control, label: label.textContent, merge: box.dataset.planMerge || "" };
  }

  function choicesOf(field) {
    return [...field.control.options].slice(1).map((option) => [option.value, option.textContent]);
  }

  function states() {
    return [...shown.section.querySelectorAll("[data-plan-code]")].map((state) => [state.dataset.planCode, state.value]);
  }

  // What is kept of an answer is the same in every language; what is shown is the page's.
  function displayed(field, answer) {
    if (field.type === "choice") return (choicesOf(field).find(([name]) => name === answer) || ["", ""])[1];
    if (field.type === "state") return (states().find(([code]) => code === answer) || ["", answer])[1];
    return answer;
  }

  function answerOf(field) {
    const typed = field.control.value.replace(planFile.INVISIBLE, "").trim();
    if (field.type !== "state") return typed;
    return (states().find(([, label]) => label.toLowerCase() === typed.toLowerCase()) || [typed])[0];
  }

  function fits(name, answer) {
    const field = shown.fields.get(name);
    if (!field) return false;
    if (field.type === "choice") return choicesOf(field).some(([choice]) => choice === answer);
    return field.type === "lines" || !answer.includes("\n");
  }

  /* ---- Showing ---- */

  function effective(blank) {
    return (shown.state.short && blank.dataset.planMerged) || blank.dataset.planBlank;
  }

  function answerIn(blank) {
    const field = shown.fields.get(effective(blank));
    const answer = field ? shown.state.answers.get(field.name) || "" : "";
    return answer === "" ? null : displayed(field, answer);
  }

  function showBlanks() {
    for (const blank of shown.prose.querySelectorAll(".blank")) {
      const answer = answerIn(blank);
      const field = shown.fields.get(effective(blank));
      blank.classList.toggle("is-filled", answer !== null);
      blank.textContent = answer === null ? (field ? field.label : blank.textContent) : answer;
    }
    const asked = [...shown.fields.values()].filter(({ box }) => !(shown.state.short && "planLong" in box.dataset));
    const done = asked.filter(({ name }) => shown.state.answers.get(name)).length;
    const progress = sentence("progress", { done, all: asked.length });
    part("progress").textContent = shown.state.isSaved ? progress : `${progress}, ${sentence("unsaved")}`;
  }

  function showMisfits() {
    const { kept } = shown.state;
    const list = part("misfits").querySelector("dl");
    list.replaceChildren();
    for (const [name, answer] of kept) {
      const [term, told] = [document.createElement("dt"), document.createElement("dd")];
      const field = shown.fields.get(name);
      term.textContent = field ? field.label : name;
      told.textContent = answer;
      list.append(term, told);
    }
    part("misfits").hidden = kept.size === 0;
  }

  function showForm() {
    shown.prose.closest(".document").classList.toggle(SHORT, shown.state.short);
    part("switch").checked = shown.state.short;
  }

  function showAll() {
    for (const field of shown.fields.values()) {
      field.control.value = displayed(field, shown.state.answers.get(field.name) || "");
      if (field.type === "choice") field.control.value = shown.state.answers.get(field.name) || "";
    }
    showForm();
    showMisfits();
    showBlanks();
  }

  /* ---- Saving and loading ---- */

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

  function nameFor(ending) {
    return `${shown.section.dataset.planName}.${ending}`;
  }

  function save() {
    const { plan, planRevision: revision, planSymbol: symbol } = shown.section.dataset;
    hand(nameFor("plan.json"), planFile.write({ plan, revision, symbol, ...shown.state }));
    shown.state.isSaved = true;
    showBlanks();
    say(sentence("saved"));
  }

  function take({ answers, kept, revision, short }) {
    const { state } = shown;
    state.answers = new Map();
    state.kept = new Map();
    // What has a place now goes there; everything else stays as it was told.
    for (const [name, answer] of [...answers, ...kept]) {
      if (fits(name, answer) && !state.answers.has(name)) state.answers.set(name, answer);
      else if (state.answers.get(name) !== answer) state.kept.set(name, answer);
    }
    state.short = short;
    state.isSaved = true;
    showAll();
    say(
      sentence("loaded", { n: state.answers.size }),
      revision === shown.section.dataset.planRevision ? "" : sentence("other-revision"),
      state.kept.size ? sentence("misfits", { n: state.kept.size }) : "",
    );
  }

  async function load(file) {
    const mine = shown;
    let told;
    try {
      if (file.size > planFile.LONGEST_FILE * 4) throw Object.assign(new Error("too-long"), { code: "too-long" });
      const bytes = await file.arrayBuffer();
      told = planFile.read(new TextDecoder("utf-8", { fatal: true }).decode(bytes), mine.section.dataset.plan);
    } catch (error) {
      if (mine === shown) say(sentence(error.code ? error.message : "not-a-plan", error.blanks));
      return;
    }
    if (mine !== shown) return;
    if (shown.state.isSaved) take(told);
    else ask(told);
  }

  function ask(told) {
    waiting = told;
    part("ask").hidden = told === null;
    if (told) part("keep").focus();
    else part("load").focus();
  }

  /* ---- Finished plans ---- */

  function finished() {
    const { planTitle: title, planSymbol: symbol, planRevision: revision, planLang: lang, planDir: dir } =
      shown.section.dataset;
    return {
      prose: shown.prose,
      short: shown.state.short,
      answerIn,
      title,
      lang,
      dir,
      madeFrom: sentence("made-from", { symbol: symbol || title, revision }),
      sealed: sentence("left-out"),
    };
  }

  function print() {
    // What is printed is the state's own paper: it bears neither this page's marking nor its frame.
    const { classList } = document.body;
    classList.add("plan--finished");
    window.addEventListener("afterprint", () => classList.remove("plan--finished"), { once: true });
    window.print();
  }

  /* ---- Together ---- */

  function wire() {
    const { section, prose, state } = shown;
    prose.addEventListener("input", ({ target }) => {
      const field = [...shown.fields.values()].find(({ control }) => control === target);
      if (!field) return;
      state.answers.set(field.name, answerOf(field));
      state.isSaved = false;
      wasSignedIn = isSignedIn();
      showBlanks();
    });
    part("switch").addEventListener("change", ({ target }) => {
      state.short = target.checked;
      showForm();
      showBlanks();
    });
    part("file").addEventListener("change", ({ target }) => {
      const [file] = target.files;
      // So that the same file can be chosen again.
      if (file) load(file).finally(() => (target.value = ""));
    });
    const acts = {
      save,
      load: () => part("file").click(),
      text: () => hand(nameFor(`${section.dataset.planLang}.md`), planExport.asText(finished())),
      page: () => hand(nameFor(`${section.dataset.planLang}.html`), planExport.asPage(finished())),
      print,
      replace: () => {
        const told = waiting;
        ask(null);
        take(told);
      },
      keep: () => ask(null),
    };
    for (const [name, act] of Object.entries(acts)) part(name).addEventListener("click", act);
    // Whoever has come to the end of the fields should not have to go back: there it is said by the page's own region.
    const end = section.closest(".document").querySelector("[data-plan-end]");
    end.hidden = false;
    end.querySelector("[data-plan-end-save]").addEventListener("click", () => {
      save();
      communique.messages.announce(sentence("saved"));
    });
  }

  function mount(root) {
    const section = root.querySelector("[data-plan]");
    const prose = section && section.closest(".document").querySelector(".prose--plan");
    if (!prose) return;
    const { plan } = section.dataset;
    const start = { answers: new Map(), kept: new Map(), short: false, isSaved: true };
    if (!written.has(plan)) written.set(plan, start);
    shown = { section, prose, state: written.get(plan), fields: new Map() };
    if (section.querySelector("[data-plan-switch]").checked) shown.state.short = true;
    for (const box of prose.querySelectorAll("[data-plan-field]")) {
      const field = makeField(box);
      shown.fields.set(field.name, field);
    }
    wasSignedIn = isSignedIn();
    wire();
    showAll();
    part("without").hidden = true;
    part("tools").hidden = false;
  }

  function unmount() {
    shown = null;
    waiting = null;
  }

  // Asks before unsaved answers are lost. Never in the way of a lock: that one waits for nobody.
  window.addEventListener("beforeunload", (event) => {
    const isLocking = (wasSignedIn && !isSignedIn()) || Boolean(history.state && history.state.locked);
    const isUnsaved = [...written.values()].some(({ isSaved }) => !isSaved);
    if (isUnsaved && !isLocking) event.preventDefault();
  });

  behaviours.add({ mount, unmount });
})((window.Communique = window.Communique || {}));
