// Files and images that sealed text refers to: loads the objects of a file, opens them all, and shows the image or
// hands the reader the file. If one object is missing, another's, or of another version of the file, nothing is shown.
(function (communique) {
  "use strict";

  const { behaviours, loading, membership, messages, sharedData } = communique;
  // One file serves all languages.
  const LANGUAGE = "mul";
  const IMAGES = ["image/png", "image/jpeg"];
  const NAME = /^[a-z0-9][a-z0-9.-]*$/;
  const MARKING = /^TLP:[A-Z+]+$/;
  const FACTS = ["ct", "marking", "name", "sha256", "size"];
  // A browser has taken a file long before; until then its address must work.
  const HANDED_OVER = 60000;

  // Addresses of opened bytes. They work only in this document, and end with the lock and with the page.
  const addresses = new Set();
  let hints = 0;

  function addressOf(blob) {
    const address = URL.createObjectURL(blob);
    addresses.add(address);
    return address;
  }

  function revoke(address) {
    addresses.delete(address);
    URL.revokeObjectURL(address);
  }

  function revokeAll() {
    for (const address of [...addresses]) revoke(address);
  }

  function numbered(number) {
    return String(number).padStart(4, "0");
  }

  // The names of a file's objects in order. How many there are is said by each of them, and each is opened as what
  // it says it is: a list that leaves one out, or adds one, opens nothing.
  async function partsOf(id) {
    const { data } = await sharedData.release();
    const names = Object.keys(data).filter((name) => name.startsWith(`att/${id}/`)).sort();
    const isWhole = names.every((name, i) => name === `att/${id}/${numbered(i + 1)}of${numbered(names.length)}`);
    if (names.length === 0 || !isWhole) throw loading.problem("gone");
    return names;
  }

  function joined(bodies, size) {
    const whole = new Uint8Array(size);
    let at = 0;
    for (const body of bodies) {
      whole.set(body, at);
      at += body.length;
    }
    return whole;
  }

  async function isWhole(bytes, digest) {
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const told = window.CommuniqueSealed.fromB64u(digest);
    return told.length === found.length && told.every((byte, i) => byte === found[i]);
  }

  // The file, if every object of it is genuine and belongs to this text's document and readers: {bytes, meta}.
  async function open(id, cq, progress = () => {}) {
    const names = await partsOf(id);
    const bodies = [];
    let meta = null;
    let size = 0;
    for (const part of names) {
      progress(bodies.length, names.length);
      const expected = { kind: "attachment", doc: cq.doc, lang: LANGUAGE, part, aud: cq.aud };
      const opened = await membership.open(await sharedData.read(part), expected);
      meta = meta || opened.meta;
      if (FACTS.some((fact) => opened.meta[fact] !== meta[fact])) throw loading.problem("does-not-open");
      bodies.push(opened.body);
      size += opened.body.length;
    }
    const isUsable = NAME.test(meta.name) && MARKING.test(meta.marking) && size === meta.size;
    if (!isUsable) throw loading.problem("does-not-open");
    const bytes = joined(bodies, size);
    if (!(await isWhole(bytes, meta.sha256))) throw loading.problem("does-not-open");
    return { bytes, meta };
  }

  function line(className, text) {
    const made = document.createElement("span");
    made.className = className;
    made.textContent = text;
    return made;
  }

  function follows(element, selector) {
    return element.nextElementSibling && element.nextElementSibling.matches(selector) ? element.nextElementSibling : null;
  }

  function tell(element, text) {
    const last = follows(element, ".file__facts") || element;
    const earlier = follows(last, ".file__told");
    if (earlier) earlier.remove();
    if (text) last.after(line("file__told", text));
  }

  function sentenceOf(error) {
    return messages.sentence(error.code === "gone" ? "file-gone" : "file-damaged");
  }

  /* ---- Images ---- */

  async function showImage(image, cq) {
    try {
      const { bytes, meta } = await open(image.dataset.cqFile, cq);
      if (!IMAGES.includes(meta.ct)) throw loading.problem("does-not-open");
      if (!image.isConnected || !membership.isSignedIn()) return;
      image.src = addressOf(new Blob([bytes], { type: meta.ct }));
    } catch (error) {
      // The alternative text stands there meanwhile.
      if (error.code !== "given-up" && image.isConnected) tell(image, sentenceOf(error));
    }
  }

  /* ---- Files ---- */

  // The marking comes first, so that the file cannot lie among others without it.
  function hand({ bytes, meta }) {
    const name = meta.marking.replace(":", "-") + " " + meta.name;
    const link = document.createElement("a");
    // Never the file's own kind: a browser must not show it here instead of saving it.
    link.href = addressOf(new Blob([bytes], { type: "application/octet-stream" }));
    link.download = name;
    link.hidden = true;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => revoke(link.href), HANDED_OVER);
    return name;
  }

  async function save(link, cq) {
    if (link.getAttribute("aria-busy") === "true") return;
    link.setAttribute("aria-busy", "true");
    messages.announce(messages.sentence("file-opening"));
    let told = "";
    try {
      const file = await open(link.dataset.cqFile, cq, (done, n) => {
        if (n > 1) tell(link, messages.sentence("file-part", { part: done + 1, parts: n }));
      });
      if (!link.isConnected || !membership.isSignedIn()) return;
      messages.announce(messages.sentence("file-handed", { name: hand(file) }));
    } catch (error) {
      if (error.code !== "given-up") {
        told = sentenceOf(error);
        messages.announce(told);
      }
    } finally {
      link.removeAttribute("aria-busy");
    }
    tell(link, told);
  }

  function makeButton(link, cq, hint) {
    link.setAttribute("role", "button");
    link.tabIndex = 0;
    link.setAttribute("aria-describedby", hint.id);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      save(link, cq);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      save(link, cq);
    });
  }

  // Said once for all files of a text, where its last one stands: what is saved is out of the lock's reach.
  function hintIn(links) {
    const last = links[links.length - 1];
    const hint = line("file__hint", messages.sentence("file-hint"));
    hints += 1;
    hint.id = `cq-file-hint-${hints}`;
    (last.closest("p, li, td, th, dd, dt, figcaption, h2, h3, h4, h5, h6") || last.parentElement).append(" ", hint);
    return hint;
  }

  // `elements`: the links and images of a text that was just opened, `cq` what that text vouches for of itself.
  function prepare(elements, cq) {
    const shown = elements.filter((element) => element.isConnected && membership.isSignedIn());
    const links = shown.filter((element) => element.localName === "a");
    if (links.length > 0) {
      const hint = hintIn(links);
      for (const link of links) makeButton(link, cq, hint);
    }
    for (const image of shown) if (image.localName === "img") showImage(image, cq);
  }

  membership.onChange(() => {
    if (!membership.isSignedIn()) revokeAll();
  });
  window.addEventListener("pagehide", revokeAll);
  behaviours.add({ mount() {}, unmount: revokeAll });

  communique.attachments = Object.freeze({ open, prepare });
})((window.Communique = window.Communique || {}));
