// The sign-in dialog: asks for login and passphrase, opens the keyring with them and then the page's sections.
(function (communique) {
  "use strict";

  const SENTENCE_OF = {
    "does-not-open": "wrong",
    "insecure-context": "insecure",
    gone: "gone",
    malformed: "damaged",
  };

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
    const possible = communique.membership.isPossible();
    opener = from;
    controls.error.textContent = possible ? "" : communique.messages.sentence("insecure");
    for (const control of [controls.login, controls.passphrase, controls.submit]) control.disabled = !possible;
    dialog.showModal();
    if (possible) (controls.login.value ? controls.passphrase : controls.login).focus();
  }

  function refuse(controls, code) {
    controls.error.textContent = communique.messages.sentence(SENTENCE_OF[code] || "wrong");
    (controls.login.value.trim() ? controls.passphrase : controls.login).focus();
    controls.passphrase.select();
  }

  async function submit(dialog) {
    const controls = controlsOf(dialog);
    if (isWorking) return;
    controls.error.textContent = "";
    if (!controls.login.value.trim() || !controls.passphrase.value.trim()) {
      refuse(controls, "does-not-open");
      return;
    }
    setWorking(controls, true);
    try {
      await communique.membership.begin(controls.login.value, controls.passphrase.value);
    } catch (error) {
      if (error.code !== "given-up") refuse(controls, error.code);
      return;
    } finally {
      setWorking(controls, false);
    }
    dialog.close();
    await settle();
  }

  // After signing in: open, say so, and leave the reader where they were.
  async function settle() {
    const box = opener && opener.closest("[data-cq-part]");
    const part = box && box.dataset.cqPart;
    communique.visit.begin();
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
    if (!controls.working) {
      // A live region must stand there empty before it can speak.
      const working = document.createElement("p");
      working.setAttribute("role", "status");
      working.setAttribute("data-cq-working", "");
      controls.error.before(working);
    }
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
      controls.error.textContent = "";
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
    for (const button of document.querySelectorAll("[data-cq-sign-in]")) button.hidden = signedIn;
    for (const label of document.querySelectorAll("[data-cq-member]")) {
      const name = communique.membership.name();
      label.textContent = signedIn ? communique.messages.sentence("signed-in-as", { name, member: name }) : "";
      label.hidden = !signedIn;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-cq-sign-in]");
    if (button) show(button);
  });

  communique.membership.onChange(refresh);
  communique.behaviours.add({
    mount(root) {
      const dialog = root.querySelector("#cq-sign-in");
      if (dialog) prepareDialog(dialog);
      refresh();
    },
    unmount: forgetPassphrase,
  });

  communique.signIn = Object.freeze({ forgetPassphrase });
})((window.Communique = window.Communique || {}));
