// Addresses: where the site begins, which page an address names, and what a page's address says it holds.
//
// A page is named by its path below the site's root ("es/meetings/paris-2008/index.html"). The site may lie in
// any folder of any host, or on a disk, so the root is worked out once from the first page's `data-root`.
(function (communique) {
  "use strict";

  const PAGE = /^(?:[a-z0-9][a-z0-9.-]*\/)*[a-z0-9][a-z0-9.-]*\.html$/;
  // The folder of documents that are sealed as a whole.
  const SEALED = "x";
  const VIRTUAL = /^#!\/([^#]*)(#.*)?$/;

  const onDisk = location.protocol === "file:";
  const root = new URL(document.documentElement.dataset.root || "./", withoutHash(location.href));
  root.search = "";
  root.hash = "";
  const entryPath = pathOf(location.href);

  function withoutHash(address) {
    return address.split("#", 1)[0];
  }

  // The path below the root, or null for an address that is not a page of this site.
  function pathOf(address) {
    const url = new URL(address, root);
    url.search = "";
    const bare = withoutHash(url.href);
    if (!bare.startsWith(root.href)) return null;
    let path = bare.slice(root.href.length);
    if (path === "" || path.endsWith("/")) path += "index.html";
    return PAGE.test(path) && !path.includes("..") ? path : null;
  }

  // The real address of a page.
  function addressOf(path, hash = "") {
    return new URL(path, root).href + hash;
  }

  // What the reader looks at: {path, hash}. On a disk the address bar cannot change its file, so a page swapped
  // in there is named in the hash: `#!/es/…/index.html#p29`.
  function current() {
    const virtual = virtualTarget();
    if (onDisk && virtual) return virtual;
    return { path: pathOf(location.href), hash: location.hash };
  }

  function virtualTarget() {
    const match = VIRTUAL.exec(location.hash);
    if (!match || !PAGE.test(match[1]) || match[1].includes("..")) return null;
    return { path: match[1], hash: match[2] || "" };
  }

  // What to put into the address bar for a page, so that current() reads it back. A page in the hash has its own
  // hash after a second `#`.
  function barFor(path, hash = "") {
    if (!onDisk) return addressOf(path, hash);
    if (path === entryPath) return withoutHash(location.href) + hash;
    return withoutHash(location.href) + "#!/" + path + hash;
  }

  // The document and language an address stands for: `<lang>/<collection>/<slug>/index.html`, and
  // `<lang>/x/<slug>/index.html` for a document sealed as a whole. Sealed text is opened only where it belongs, so
  // this comes from the address, never from what the page says about itself.
  function holds(path) {
    const parts = (path || "").split("/");
    if (parts.length < 3 || parts[parts.length - 1] !== "index.html") return null;
    const isSealed = parts[1] === SEALED && parts.length === 4;
    return { lang: parts[0], doc: parts.slice(isSealed ? 2 : 1, -1).join("/"), isSealed };
  }

  // The page of a document in `lang`: holds() backwards. Null for what is no document's.
  function pageOf(doc, lang) {
    const path = lang + "/" + (doc.includes("/") ? doc : SEALED + "/" + doc) + "/index.html";
    return PAGE.test(path) ? path : null;
  }

  communique.addresses = Object.freeze({
    onDisk,
    root: root.href,
    entryPath,
    withoutHash,
    pathOf,
    addressOf,
    current,
    virtualTarget,
    barFor,
    holds,
    pageOf,
  });
})((window.Communique = window.Communique || {}));
