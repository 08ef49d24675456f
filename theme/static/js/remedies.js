// The sign-in form where nothing can be opened: no fields that would lead nowhere, and where the address is the reason,
// what a reader can do about it.
(function (communique) {
  "use strict";

  function show(dialog, { form, login, passphrase, submit }) {
    for (const control of [login, passphrase, submit]) control.disabled = true;
    for (const part of form.querySelectorAll(".field, .dialog__help:not([data-cq-if-refused])")) part.hidden = true;
    submit.hidden = true;
    const remedies = dialog.querySelector("[data-cq-remedies]");
    if (window.isSecureContext || !remedies) return;
    for (const link of remedies.querySelectorAll("[data-cq-protected]")) {
      const address = new URL(location.href);
      address.protocol = "https:";
      address.port = "";
      link.href = address.href;
      link.textContent = address.origin + decodeURI(address.pathname);
    }
    remedies.hidden = false;
  }

  communique.remedies = Object.freeze({ show });
})((window.Communique = window.Communique || {}));
