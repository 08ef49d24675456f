// Data shared by all pages, such as the keyring, loaded by script element: the one way that works on a disk too.
//
// `release.js` has a fixed name and says which file holds what; the files themselves carry their hash in their
// name and consist of one line, CQ1_DATA("<name>", "<text>"). Nothing here is secret and nothing is trusted.
(function (communique) {
  "use strict";

  const expected = new Map();
  const kept = new Map();

  function problem(code) {
    const error = new Error(code);
    error.code = code;
    return error;
  }

  window.CQ1_DATA = function (name, text) {
    const script = document.currentScript;
    const wanted = script && expected.get(script);
    if (wanted && wanted.name === name && typeof text === "string") wanted.text = text;
  };

  function load(name, path, again) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const wanted = { name, text: null };
      expected.set(script, wanted);
      const done = (settle) => {
        expected.delete(script);
        script.remove();
        settle();
      };
      script.addEventListener("load", () =>
        done(() => (wanted.text === null ? reject(problem("malformed")) : resolve(wanted.text))),
      );
      script.addEventListener("error", () => done(() => reject(problem("gone"))));
      // A host may let browsers keep release.js for a while; the second reading must not be the kept copy.
      const address = communique.addresses.root + path + (again ? "?again=" + Date.now() : "");
      try {
        script.src = communique.safeHtml.scriptAddress(address);
      } catch {
        done(() => reject(problem("malformed")));
        return;
      }
      document.head.append(script);
    });
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
