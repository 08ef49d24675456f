// Data shared by all pages, such as the keyring, loaded by script element: the one way that works on a disk too.
//
// `release.js` has a fixed name and says which file holds what; the files themselves carry their hash in their
// name and consist of one line, CQ1_DATA("<name>", "<text>"). Nothing here is secret and nothing is trusted.
(function (communique) {
  "use strict";

  const expected = new WeakMap();
  const kept = new Map();

  const { problem } = communique.loading;

  window.CQ1_DATA = function (name, text) {
    const script = document.currentScript;
    const wanted = script && expected.get(script);
    if (wanted && wanted.name === name && typeof text === "string") wanted.text = text;
  };

  async function load(name, path, again) {
    const wanted = { name, text: null };
    // A host may let browsers keep release.js for a while; the second reading must not be the kept copy.
    const query = again ? "?again=" + Date.now() : "";
    await communique.loading.run(path + query, (script) => expected.set(script, wanted));
    if (wanted.text === null) throw problem("malformed");
    return wanted.text;
  }

  async function release(again) {
    if (again || !kept.has("release")) {
      const text = await load("release", "release.js", again && !communique.addresses.onDisk);
      let told;
      try {
        told = JSON.parse(text);
      } catch {
        throw problem("malformed");
      }
      const ours = told && told.v === 1 && told.site === document.documentElement.dataset.site;
      if (!ours || typeof told.data !== "object" || told.data === null) throw problem("malformed");
      kept.set("release", told);
    }
    return kept.get("release");
  }

  async function readOnce(name, again) {
    const { data } = await release(again);
    if (!Object.hasOwn(data, name) || typeof data[name] !== "string") throw problem("gone");
    return load(name, data[name], false);
  }

  // The text called `name`. A file that is gone belonged to an earlier release: release.js is read once more.
  async function read(name) {
    try {
      return await readOnce(name, false);
    } catch (error) {
      if (error.code !== "gone") throw error;
      return readOnce(name, true);
    }
  }

  communique.sharedData = Object.freeze({ read, release: () => release(false) });
})((window.Communique = window.Communique || {}));
