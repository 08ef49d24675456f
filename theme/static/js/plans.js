// A plan that can be filled in asks for the part that does it. Other pages load nothing of it.
(function (communique) {
  "use strict";

  communique.behaviours.add({
    mount(root) {
      // Without it the template stays what it is without script: complete, and to be filled in on paper.
      if (root.querySelector("[data-plan]")) communique.loading.use("plan").catch(() => {});
    },
  });
})((window.Communique = window.Communique || {}));
