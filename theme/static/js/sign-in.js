// The sign-in dialog: asks for login and passphrase, opens the keyring with them and then the page's sections.
(function (communique) {
  "use strict";

  const SENTENCE_OF = {
    "does-not-open": "wrong",
    "access-ended": "ended",
    gone: "gone",
    malformed: "damaged",
  };

  // An answer that comes at once would make the line about the work in hand flash by.
  const SHORTEST_WORK = 600;

  let opener = null;
  let isWorking = false;

  function dialogOnPage() {
    return document.getElementById("cq-sign-in");
  }

  function controlsOf(dialog) {
    const form = dialog.querySelector("form");
    return {
      form,
      login: form.elements.namedItem("login"),
      passphrase: form.elements.namedItem("passphrase"),
      reveal: form.querySelector("[data-cq-show-passphrase]"),
      submit: form.querySelector("[type=submit]"),
      error: dialog.querySelector("[data-cq-error]"),
      hint: dialog.querySelector("[data-cq-hint]"),
      help: dialog.querySelectorAll("[data-cq-if-refused]"),
      working: dialog.querySelector("[data-cq-working]"),
    };
  }

  function hidePassphrase({ passphrase, reveal }) {
    passphrase.type = "password";
    if (reveal) reveal.checked = false;
  }

  function setWorking(controls, working) {
    isWorking = working;
    controls.form.setAttribute("aria-busy", String(working));
    // Not `disabled`, which would take the focus away from whoever just pressed it.
    controls.submit.setAttribute("aria-disabled", String(working));
    controls.working.textContent = working ? communique.messages.sentence("working") : "";
  }

  function show(from) {
    const dialog = dialogOnPage();
    if (!dialog || dialog.open || communique.membership.isSignedIn()) return;
    const controls = controlsOf(dialog);
    opener = from;
    clearAnswer(controls);
    dialog.showModal();
    if (!communique.membership.isPossible()) explainOrigin(dialog, controls);
    else {
      typingHints().catch(() => {});
      (controls.login.value ? controls.passphrase : controls.login).focus();
    }
  }

  // Hints, and the word lists behind them, come with the form.
  async function typingHints() {
    await communique.loading.use("hints");
    communique.typingHints.prepare();
    return communique.typingHints;
  }

  // A hint that cannot be given is no reason to say anything.
  async function hintsAbout(typed) {
    try {
      return await (await typingHints()).about(typed);
    } catch {
      return [];
    }
  }

  // Why this browser opens nothing here, and, where the address is the reason, what to do about it.
  function explainOrigin(dialog, controls) {
    // An alert speaks when it is filled, not when it is uncovered.
    controls.error.textContent = cannotOpen();
    communique.loading.use("remedies").then(
      () => communique.remedies.show(dialog, controls),
      () => {},
    );
  }

  function cannotOpen() {
    return communique.messages.sentence(window.isSecureContext ? "outdated" : "insecure");
  }

  function clearAnswer(controls) {
    controls.error.textContent = "";
    if (controls.hint) controls.hint.replaceChildren();
    for (const help of controls.help) help.hidden = true;
    controls.passphrase.removeAttribute("aria-invalid");
  }

  function refuse(controls, code, hints = []) {
    const isUnable = code === "insecure-context";
    controls.error.textContent = isUnable ? cannotOpen() : communique.messages.sentence(SENTENCE_OF[code] || "wrong");
    if (code === "does-not-open") controls.passphrase.setAttribute("aria-invalid", "true");
    for (const help of controls.help) help.hidden = !["does-not-open", "access-ended"].includes(code);
    if (controls.hint) {
      controls.hint.replaceChildren(
        ...hints.map((text) => {
          const line = document.createElement("span");
          line.textContent = text;
          return line;
        }),
      );
    }
    (controls.login.value.trim() ? controls.passphrase : controls.login).focus();
    controls.passphrase.select();
  }

  function pause(time) {
    return new Promise((resolve) => setTimeout(resolve, time));
  }

  async function submit(dialog) {
    const controls = controlsOf(dialog);
    if (isWorking) return;
    clearAnswer(controls);
    if (!controls.login.value.trim() || !controls.passphrase.value.trim()) {
      refuse(controls, "does-not-open");
      return;
    }
    setWorking(controls, true);
    const begun = Date.now();
    try {
      await communique.membership.begin(controls.login.value, controls.passphrase.value);
    } catch (error) {
      if (error.code === "given-up") {
        setWorking(controls, false);
        return;
      }
      await pause(SHORTEST_WORK - (Date.now() - begun));
      const isAboutWords = error.code === "does-not-open" && dialog.open;
      const hints = isAboutWords ? await hintsAbout(controls.passphrase.value) : [];
      setWorking(controls, false);
      if (dialog.open) refuse(controls, error.code, hints);
      return;
    }
    setWorking(controls, false);
    dialog.close();
    await settle();
  }

  // After signing in: open, say so, and leave the reader where they were.
  async function settle() {
    const box = opener && opener.closest("[data-cq-part]");
    const part = box && box.dataset.cqPart;
    const result = await communique.sections.openAll();
    if (!result) return;
    communique.messages.announce(...communique.sections.summary(result));
    const asked = part && document.querySelector(`[data-cq-part="${CSS.escape(part)}"]`);
    if (asked) communique.anchors.focusOn(asked);
    else if (!communique.anchors.goTo(communique.addresses.current().hash)) {
      communique.anchors.focusOn(document.getElementById("main") || document.body);
    }
  }

  function prepareDialog(dialog) {
    const controls = controlsOf(dialog);
    controls.form.noValidate = true;
    controls.form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(dialog);
    });
    if (controls.reveal) {
      controls.reveal.addEventListener("change", () => {
        controls.passphrase.type = controls.reveal.checked ? "text" : "password";
      });
    }
    for (const cancel of dialog.querySelectorAll("[data-cq-cancel]")) {
      cancel.addEventListener("click", () => dialog.close());
    }
    dialog.addEventListener("close", () => {
      if (isWorking) communique.membership.forget();
      forgetPassphrase();
      clearAnswer(controls);
    });
  }

  function forgetPassphrase() {
    const dialog = dialogOnPage();
    if (!dialog) return;
    const controls = controlsOf(dialog);
    controls.passphrase.value = "";
    hidePassphrase(controls);
  }

  function refresh() {
    const signedIn = communique.membership.isSignedIn();
    communique.signInButton.refresh();
    for (const label of document.querySelectorAll("[data-cq-member]")) {
      const name = communique.membership.name();
      label.textContent = signedIn ? communique.messages.sentence("signed-in-as", { name, member: name }) : "";
      label.hidden = !signedIn;
    }
  }

  communique.membership.onChange(refresh);
  communique.behaviours.add({
    mount(root) {
      const dialog = root.querySelector("#cq-sign-in");
      if (dialog) prepareDialog(dialog);
      refresh();
    },
    unmount: forgetPassphrase,
  });

  communique.signIn = Object.freeze({ show, forgetPassphrase });
})((window.Communique = window.Communique || {}));
