// Page behaviours: what has to be done to every page that is shown, whether the browser loaded it or the
// client swapped it in. Scripts inside a swapped page do not run, so nothing may rely on being loaded anew.
(function (communique) {
  "use strict";

  const behaviours = [];
  let isMounted = false;

  communique.behaviours = Object.freeze({
    // A behaviour is {mount(root)} and, where it holds something of the page, {unmount()}. One that arrives after the
    // page is mounted at once.
    add(behaviour) {
      behaviours.push(behaviour);
      if (isMounted) behaviour.mount(document.body);
    },
    mount() {
      isMounted = true;
      for (const behaviour of behaviours) behaviour.mount(document.body);
    },
    unmount() {
      isMounted = false;
      for (const behaviour of behaviours) if (behaviour.unmount) behaviour.unmount();
    },
  });
})((window.Communique = window.Communique || {}));
