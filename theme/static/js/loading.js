// Loads what not every page needs: the client's other parts when they are first used, and shared data. The only place
// that may turn an address into a script. The build writes in front of this file which parts there are:
// Communique.parts = {reading: "theme/js/reading.….js", …}, so that one file's name stands for the whole client.
(function (communique) {
  "use strict";

  const SHARED_DATA = /^sealed\/[a-z0-9][a-z0-9.-]*\.[0-9a-f]{16}\.js$/;
  const parts = Object.freeze({ ...communique.parts });
  const underway = new Map();
  const complete = new Set();

  function ownScript(address) {
    const { root } = communique.addresses;
    const bare = address.replace(/\?again=\d+$/, "");
    const path = bare.startsWith(root) ? bare.slice(root.length) : "";
    if (path === "release.js" || SHARED_DATA.test(path) || Object.values(parts).includes(path)) return address;
    throw new TypeError("only the site's own files may be loaded as scripts");
  }

  // One policy is allowed. Its rule for text is for safe-html.js alone, which asks once.
  const rules = { createHTML: (text) => text, createScriptURL: ownScript };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("communique", rules) : rules;
  let htmlRule = (text) => policy.createHTML(text);

  function takeHtmlRule() {
    const rule = htmlRule;
    htmlRule = null;
    return rule;
  }

  function problem(code) {
    const error = new Error(code);
    error.code = code;
    return error;
  }

  // Runs one of the site's own scripts; `prepare` gets its element before it is asked for.
  function run(path, prepare) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const settle = (act, value) => {
        script.remove();
        act(value);
      };
      script.addEventListener("load", () => settle(resolve));
      script.addEventListener("error", () => settle(reject, problem("gone")));
      try {
        script.src = policy.createScriptURL(communique.addresses.root + path);
      } catch {
        reject(problem("malformed"));
        return;
      }
      if (prepare) prepare(script);
      document.head.append(script);
    });
  }

  // Each part ends with this, in a line of the build's: a file that was cut off on its way is not taken for a part.
  function arrived(name) {
    complete.add(name);
  }

  async function load(name) {
    await run(parts[name]);
    if (!complete.has(name)) throw problem("gone");
  }

  // Resolves once a part is there. One that did not come is asked for again next time.
  function use(name) {
    if (!underway.has(name)) {
      const loaded = load(name);
      loaded.catch(() => underway.delete(name));
      underway.set(name, loaded);
    }
    return underway.get(name);
  }

  communique.loading = Object.freeze({ use, run, arrived, problem, takeHtmlRule });
})((window.Communique = window.Communique || {}));
