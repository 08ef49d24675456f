// The page as the browser loaded it, before anything is done to it, and addresses that name another one.
(function (communique) {
  "use strict";

  const { addresses } = communique;
  const page = {
    html: "<!DOCTYPE html>\n" + document.documentElement.outerHTML,
    address: addresses.withoutHash(location.href),
  };

  // `#!/es/…/index.html#p29` opened by someone who is not signed in: the real file is a link away.
  function leaveHashForm() {
    const target = addresses.virtualTarget();
    if (target) location.replace(addresses.addressOf(target.path, target.hash));
    return target;
  }

  function isSignedIn() {
    return Boolean(communique.membership && communique.membership.isSignedIn());
  }

  function followBar() {
    if (communique.visit && isSignedIn()) communique.visit.followBar();
    // Entries made while signed in outlive the lock; the browser believes they are this document.
    else if (!leaveHashForm() && addresses.current().path !== addresses.entryPath) location.reload();
  }

  function watch() {
    window.addEventListener("popstate", followBar);
    window.addEventListener("hashchange", () => {
      if (!isSignedIn()) leaveHashForm();
    });
  }

  communique.entry = Object.freeze({ page, leaveHashForm, isSignedIn, watch });
})((window.Communique = window.Communique || {}));
