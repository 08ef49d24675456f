// Links a signed-in reader follows: keys live only in this document, so the link's page has to come to it. Finding out
// which links those are must not wait for anything; visit.js, which brings the pages, comes when it is needed.
(function (communique) {
  "use strict";

  const { addresses, loading, membership } = communique;

  function isOrdinary(event) {
    return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  }

  function linkToFollow(event) {
    if (!membership.isSignedIn() || event.defaultPrevented || !isOrdinary(event)) return null;
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.hasAttribute("download") || (link.target && link.target !== "_self")) return null;
    return link;
  }

  // The address a link names. Of a page that only the hash names, `#p12` cannot be resolved by the browser.
  function addressIn(link) {
    const target = link.getAttribute("href");
    const virtual = addresses.onDisk && addresses.virtualTarget();
    return new URL(virtual && target.startsWith("#") ? addresses.addressOf(virtual.path, target) : link.href);
  }

  function followLink(event) {
    const link = linkToFollow(event);
    if (!link) return;
    const url = addressIn(link);
    const path = url.search ? null : addresses.pathOf(url.href);
    if (path === null) return;
    const isHere = path === addresses.current().path;
    const isInPage = addresses.withoutHash(url.href) === addresses.withoutHash(location.href);
    if (isHere && url.hash && isInPage && !addresses.virtualTarget()) return;
    event.preventDefault();
    // Without visit.js the link is followed in the ordinary way: this document ends.
    loading.use("visit").then(
      () => communique.visit.follow(path, url.hash),
      () => location.assign(url.href),
    );
  }

  document.addEventListener("click", followLink);
  // Whoever has signed in is going to read on. Should it not come now, the next link asks again.
  membership.onChange(() => {
    if (membership.isSignedIn()) loading.use("visit").catch(() => {});
  });
  communique.links = Object.freeze({ isOrdinary, addressIn });
})((window.Communique = window.Communique || {}));
