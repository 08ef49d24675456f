// The page that searches asks for the part that does it. Other pages load nothing of it.
(function (communique) {
  "use strict";

  communique.behaviours.add({
    mount(root) {
      if (!root.querySelector("[data-search]")) return;
      // Without it the page says what else leads to a text, as without script.
      communique.loading.use("search").then(
        () => communique.search.start(),
        () => {},
      );
    },
    unmount() {
      if (communique.search) communique.search.stop();
    },
  });
})((window.Communique = window.Communique || {}));
