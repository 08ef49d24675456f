// A signed-in reader's visit: following links without leaving the document, since keys live only in it.
//
// A page is fetched on http(s). On a disk, where fetching is forbidden, it is loaded in a hidden frame, in which
// this same client answers through a MessagePort with the page's own HTML and does nothing else. The page is then
// swapped in, its sections are opened, and the address bar follows: the real address on http(s), `#!/…` on a disk,
// where the bar cannot name another file. Where anything fails, the link is followed in the ordinary way.
(function (communique) {
  "use strict";

  const { addresses, anchors, behaviours, membership, messages, safeHtml, sections } = communique;
  const READY = "communique page ready";
  const ASK = "communique page wanted";
  const FRAME_PATIENCE = 10000;
  const PATIENCE_AFTER_LOAD = 1500;
  const SCROLL_REST = 200;

  let entry = null;
  let shown = null;
  let turn = 0;
  let isLoading = false;
  let scrollTimer = 0;

  /* ---- The framed copy ---- */

  function ownHtml() {
    return "<!DOCTYPE html>\n" + document.documentElement.outerHTML;
  }

  // On a disk every file is its own origin and none can be named; elsewhere only our own origin gets an answer.
  function toOurselves() {
    return addresses.onDisk ? "*" : location.origin;
  }

  function isOurs(event, source) {
    return event.source === source && (addresses.onDisk || event.origin === location.origin);
  }

  function answerParent() {
    const html = ownHtml();
    window.addEventListener("message", (event) => {
      if (!isOurs(event, window.parent) || event.data !== ASK || event.ports.length !== 1) return;
      event.ports[0].postMessage({ html, address: addresses.withoutHash(location.href) });
    });
    window.parent.postMessage(READY, toOurselves());
  }

  /* ---- Getting a page ---- */

  async function fetched(address) {
    const response = await fetch(address, { credentials: "same-origin" });
    const type = response.headers.get("content-type") || "";
    if (!response.ok || !/^text\/html\b/i.test(type)) throw new Error("not a page");
    return { html: await response.text(), address: addresses.withoutHash(response.url) };
  }

  function framed(address) {
    return new Promise((resolve, reject) => {
      const frame = document.createElement("iframe");
      let timer = setTimeout(() => settle(reject, new Error("no answer")), FRAME_PATIENCE);

      function settle(act, value) {
        clearTimeout(timer);
        window.removeEventListener("message", hear);
        frame.remove();
        act(value);
      }

      function hear(event) {
        if (!isOurs(event, frame.contentWindow) || event.data !== READY) return;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => {
          port1.close();
          const isAnswer = data && typeof data.html === "string" && typeof data.address === "string";
          if (isAnswer) settle(resolve, { html: data.html, address: data.address });
          else settle(reject, new Error("not a page"));
        };
        frame.contentWindow.postMessage(ASK, toOurselves(), [port2]);
      }

      window.addEventListener("message", hear);
      // A browser's own error page loads too, and says nothing.
      frame.addEventListener("load", () => {
        clearTimeout(timer);
        timer = setTimeout(() => settle(reject, new Error("no answer")), PATIENCE_AFTER_LOAD);
      });
      frame.hidden = true;
      frame.tabIndex = -1;
      frame.setAttribute("aria-hidden", "true");
      frame.src = address;
      document.body.append(frame);
    });
  }

  async function pageAt(path) {
    // A browser may refuse to load a document into a frame of itself.
    if (path === addresses.entryPath) return entry;
    const address = addresses.addressOf(path);
    let page;
    try {
      page = addresses.onDisk ? await framed(address) : await fetched(address);
    } catch (error) {
      if (addresses.onDisk) throw error;
      page = await framed(address);
    }
    if (addresses.pathOf(page.address) !== path) throw new Error("another page");
    return page;
  }

  /* ---- Showing it ---- */

  function clientFilesOf(page, address) {
    const files = [...page.querySelectorAll("head script[src], head link[rel=stylesheet]")];
    return files.map((file) => new URL(file.getAttribute("src") || file.getAttribute("href"), address).href).join();
  }

  function takeHead(page, address) {
    document.title = page.title;
    const html = document.documentElement;
    const theirs = page.documentElement;
    for (const { name } of [...html.attributes]) {
      if (/^data-(?!cq-)/.test(name) && !theirs.hasAttribute(name)) html.removeAttribute(name);
    }
    for (const { name, value } of theirs.attributes) {
      if (/^(?:lang|dir|class|data-(?!cq-).*)$/.test(name)) html.setAttribute(name, value);
    }
    for (const link of document.querySelectorAll("head link[rel=canonical], head link[rel=alternate]")) link.remove();
    for (const link of page.querySelectorAll("head link[rel=canonical], head link[rel=alternate]")) {
      const ours = document.createElement("link");
      ours.rel = link.getAttribute("rel");
      for (const name of ["hreflang", "type", "title"]) {
        if (link.hasAttribute(name)) ours.setAttribute(name, link.getAttribute(name));
      }
      ours.href = new URL(link.getAttribute("href"), address).href;
      document.head.append(ours);
    }
  }

  // Everything in the body changes but the region that speaks: one that is replaced falls silent.
  function takeBody(page) {
    const status = document.getElementById("cq-status");
    const theirs = page.getElementById("cq-status");
    document.body.className = page.body.className;
    for (const child of [...document.body.childNodes]) if (child !== status) child.remove();
    let isAfter = !theirs;
    for (const child of [...page.body.childNodes]) {
      if (child === theirs) isAfter = true;
      else if (isAfter || !status) document.body.append(document.adoptNode(child));
      else status.before(document.adoptNode(child));
    }
  }

  function setLoading(loading) {
    isLoading = loading;
    document.documentElement.toggleAttribute("data-cq-busy", loading);
  }

  // The ordinary way: the document ends, and the next one asks for the passphrase again.
  function leaveFor(path, hash, isNew) {
    const address = addresses.addressOf(path, hash);
    if (isNew) location.assign(address);
    else if (addresses.onDisk) location.replace(address);
    else location.reload();
  }

  // `isNew`: the reader followed a link; otherwise they went back or forward, and `position` says where they were.
  async function show(path, hash, { isNew, position }) {
    const mine = ++turn;
    setLoading(true);
    let found;
    let page;
    try {
      found = await pageAt(path);
      page = safeHtml.pageOf(found.html, found.address);
    } catch {
      page = null;
    }
    if (mine !== turn) return;
    if (!page || !membership.isSignedIn() || clientFilesOf(page, found.address) !== entry.clientFiles) {
      leaveFor(path, hash, isNew);
      return;
    }
    clearTimeout(scrollTimer);
    if (isNew) {
      keepPosition();
      history.pushState({ x: 0, y: 0 }, "", addresses.barFor(path, hash));
    }
    behaviours.unmount();
    takeHead(page, found.address);
    takeBody(page);
    shown = path;
    setLoading(false);
    behaviours.mount();
    scrollToPosition(position || { x: 0, y: 0 });
    const result = await sections.openAll();
    if (mine !== turn || !result) return;
    messages.announce(...(result.count + result.problems.length ? sections.summary(result) : []));
    if (position) scrollToPosition(position);
    // The heading, so that a screen reader says which page this is, as it would after an ordinary link.
    const heading = document.querySelector("main h1") || document.getElementById("main") || document.body;
    if (position || !anchors.goTo(hash)) anchors.focusOn(heading);
  }

  /* ---- History ---- */

  function scrollToPosition({ x, y }) {
    window.scrollTo({ left: x, top: y, behavior: "instant" });
  }

  function positionIn(state) {
    return state && Number.isFinite(state.x) && Number.isFinite(state.y) ? { x: state.x, y: state.y } : null;
  }

  function keepPosition() {
    clearTimeout(scrollTimer);
    // While a page is on its way the bar may already name it; its entry must not get the old page's position.
    if (!membership.isSignedIn() || addresses.current().path !== shown) return;
    history.replaceState({ x: Math.round(window.scrollX), y: Math.round(window.scrollY) }, "");
  }

  function keepPositionSoon() {
    if (!membership.isSignedIn() || isLoading) return;
    clearTimeout(scrollTimer);
    scrollTimer = setTimeout(keepPosition, SCROLL_REST);
  }

  function followBar() {
    const { path, hash } = addresses.current();
    if (!membership.isSignedIn()) {
      // Entries made while signed in outlive the lock; the browser believes they are this document.
      if (leaveHashForm()) return;
      if (path !== shown) location.reload();
      return;
    }
    anchors.clearTarget();
    const position = positionIn(history.state);
    if (path === null) location.reload();
    else if (path !== shown) show(path, hash, { isNew: false, position });
    else {
      if (isLoading) {
        turn += 1;
        setLoading(false);
      }
      if (position) scrollToPosition(position);
      else if (location.hash !== hash) anchors.goTo(hash);
    }
  }

  // `#!/es/…/index.html#p29` opened by someone who is not signed in: the real file is a link away.
  function leaveHashForm() {
    const target = addresses.virtualTarget();
    if (!target) return false;
    location.replace(addresses.addressOf(target.path, target.hash));
    return true;
  }

  /* ---- Links ---- */

  function linkToFollow(event) {
    if (!membership.isSignedIn() || event.defaultPrevented || event.button !== 0) return null;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
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
    if (isHere && url.hash) {
      keepPosition();
      history.pushState(null, "", addresses.barFor(path, url.hash));
      anchors.goTo(url.hash);
      keepPositionSoon();
    } else {
      show(path, url.hash, { isNew: true, position: null });
    }
  }

  // A link that the browser will open elsewhere, or copy, must name its page in full by then.
  function nameInFull(event) {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    const isOrdinary = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (link && (event.type === "contextmenu" || !isOrdinary)) link.href = addressIn(link).href;
  }

  // Called once the reader has signed in: from now on positions are ours to keep, since pages arrive late.
  function begin() {
    history.scrollRestoration = "manual";
    for (const icon of document.querySelectorAll("head link[rel~=icon]")) icon.href = new URL(icon.href).href;
    keepPosition();
  }

  function prepare() {
    const address = addresses.withoutHash(location.href);
    entry = { html: ownHtml(), address, clientFiles: clientFilesOf(document, address) };
    shown = addresses.entryPath;
    document.addEventListener("click", followLink);
    for (const moment of ["click", "auxclick", "contextmenu"]) document.addEventListener(moment, nameInFull, true);
    window.addEventListener("popstate", followBar);
    window.addEventListener("hashchange", () => {
      if (!membership.isSignedIn()) leaveHashForm();
    });
    window.addEventListener("scroll", keepPositionSoon, { passive: true });
  }

  communique.visit = Object.freeze({ prepare, begin, answerParent, leaveHashForm });
})((window.Communique = window.Communique || {}));
