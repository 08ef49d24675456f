// A signed-in reader's visit: going to other pages without leaving the document, since keys live only in it.
//
// A page is fetched on http(s). On a disk, where fetching is forbidden, it is loaded in a hidden frame, in which
// this same client answers through a MessagePort with the page's own HTML (framed.js) and does nothing else. The page
// is then swapped in, its sections are opened, and the address bar follows: the real address on http(s), `#!/…` on a
// disk, where the bar cannot name another file. Where anything fails, the link is followed in the ordinary way.
(function (communique) {
  "use strict";

  const { addresses, anchors, behaviours, entry, links, membership, messages, pageHtml, sections } = communique;
  const FRAME_PATIENCE = 10000;
  const PATIENCE_AFTER_LOAD = 1500;
  const SCROLL_REST = 200;
  // On a disk every file is its own origin and none can be named; elsewhere only our own origin is spoken to.
  const ours = addresses.onDisk ? "*" : location.origin;

  const entryFiles = clientFilesOf(pageHtml.pageOf(entry.page.html, entry.page.address), entry.page.address);

  let shown = addresses.entryPath;
  let turn = 0;
  let isLoading = false;
  let scrollTimer = 0;

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
        const isFrame = event.source === frame.contentWindow && (addresses.onDisk || event.origin === ours);
        if (!isFrame || event.data !== "communique page ready") return;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => {
          port1.close();
          const isAnswer = data && typeof data.html === "string" && typeof data.address === "string";
          if (isAnswer) settle(resolve, { html: data.html, address: data.address });
          else settle(reject, new Error("not a page"));
        };
        frame.contentWindow.postMessage("communique page wanted", ours, [port2]);
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
    if (path === addresses.entryPath) return entry.page;
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
      page = pageHtml.pageOf(found.html, found.address);
    } catch {
      page = null;
    }
    if (mine !== turn) return;
    if (!page || !membership.isSignedIn() || clientFilesOf(page, found.address) !== entryFiles) {
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

  // Back, forward, or an address typed over the one in the bar.
  function followBar() {
    const { path, hash } = addresses.current();
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

  // A link the reader has followed, to another page or to a place on this one.
  function follow(path, hash) {
    if (path === addresses.current().path && hash) {
      keepPosition();
      history.pushState(null, "", addresses.barFor(path, hash));
      anchors.goTo(hash);
      keepPositionSoon();
    } else {
      show(path, hash, { isNew: true, position: null });
    }
  }

  // A link that the browser will open elsewhere, or copy, must name its page in full by then.
  function nameInFull(event) {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && (event.type === "contextmenu" || !links.isOrdinary(event))) link.href = links.addressIn(link).href;
  }

  // From now on positions are ours to keep, since pages arrive late.
  history.scrollRestoration = "manual";
  for (const icon of document.querySelectorAll("head link[rel~=icon]")) icon.href = new URL(icon.href).href;
  keepPosition();
  window.addEventListener("scroll", keepPositionSoon, { passive: true });
  for (const moment of ["click", "auxclick", "contextmenu"]) document.addEventListener(moment, nameInFull, true);

  communique.visit = Object.freeze({ follow, followBar });
})((window.Communique = window.Communique || {}));
