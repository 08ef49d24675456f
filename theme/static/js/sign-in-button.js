// The buttons that ask for the sign-in form. What signing in and reading need is loaded when somebody comes near one;
// whoever reads public text alone never asks for it.
(function (communique) {
  "use strict";

  function buttonOf(event) {
    return event.target.closest && event.target.closest("[data-cq-sign-in]");
  }

  async function press(button) {
    button.setAttribute("aria-busy", "true");
    try {
      await communique.loading.use("reading");
    } catch {
      communique.messages.announce(communique.messages.sentence("gone"));
      return;
    } finally {
      button.removeAttribute("aria-busy");
    }
    communique.signIn.show(button);
  }

  for (const nearness of ["pointerover", "focusin"]) {
    document.addEventListener(nearness, (event) => {
      // Nothing to say yet if it does not come: that is for whoever presses the button.
      if (buttonOf(event)) communique.loading.use("reading").catch(() => {});
    });
  }

  document.addEventListener("click", (event) => {
    const button = buttonOf(event);
    if (button) press(button);
  });

  function refresh() {
    const signedIn = communique.entry.isSignedIn();
    for (const button of document.querySelectorAll("[data-cq-sign-in]")) button.hidden = signedIn;
  }

  communique.behaviours.add({ mount: refresh });
  communique.signInButton = Object.freeze({ refresh });
})((window.Communique = window.Communique || {}));
