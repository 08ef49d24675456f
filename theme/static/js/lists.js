// A list that can be narrowed asks for the part that does it. Other pages load nothing of it.
(function (communique) {
  "use strict";

  communique.behaviours.add({
    mount(root) {
      if (!root.querySelector("[data-archive]")) return;
      // Without it the whole list stands there, as without script.
      communique.loading.use("archive").then(
        () => communique.archive.start(),
        () => {},
      );
    },
    unmount() {
      if (communique.archive) communique.archive.stop();
    },
  });
})((window.Communique = window.Communique || {}));
