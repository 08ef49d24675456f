// Lists that can be narrowed ask for the part that does it. Other pages load nothing of it.
(function (communique) {
  "use strict";

  communique.behaviours.add({
    mount(root) {
      if (!root.querySelector("[data-archive], [data-since]")) return;
      // Without it the whole list stands there, as without script.
      communique.loading.use("archive").then(
        () => {
          communique.archive.start();
          communique.since.start();
        },
        () => {},
      );
    },
    unmount() {
      if (!communique.archive) return;
      communique.archive.stop();
      communique.since.stop();
    },
  });
})((window.Communique = window.Communique || {}));
