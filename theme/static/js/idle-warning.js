// A minute before a page locks for want of activity, a dialog says so, and any key lets the reader stay.
(function (communique) {
  "use strict";

  const { stayOn } = communique.lock;

  function dialogOnPage() {
    return document.getElementById("cq-idle");
  }

  function isOpen() {
    const dialog = dialogOnPage();
    return Boolean(dialog && dialog.open);
  }

  function show(wanted) {
    const dialog = dialogOnPage();
    if (!dialog || dialog.open === wanted) return;
    if (wanted) dialog.showModal();
    else dialog.close();
  }

  // Once asked, the reader answers on purpose: by any key, the wheel, or a click anywhere. If the dialog went away
  // while the pointer is on its way to the button, the click would fall on whatever lies below.
  function answer(event) {
    if (event.type === "wheel") stayOn();
    if (event.type !== "keydown") return;
    // The key was meant for the dialog; the focus returns to the page before the key has done its work.
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.preventDefault();
    stayOn();
  }

  document.addEventListener("click", () => {
    if (isOpen()) stayOn();
  });

  communique.behaviours.add({
    mount() {
      const dialog = dialogOnPage();
      // Closed by the browser's own gesture, which is an answer too.
      if (dialog) dialog.addEventListener("cancel", stayOn);
    },
  });
  communique.idleWarning = Object.freeze({ isOpen, show, answer });
})((window.Communique = window.Communique || {}));
