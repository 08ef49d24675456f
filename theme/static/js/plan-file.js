// The file in which a reader keeps a filled-in plan (docs/plans.md): written, and read strictly. What is read is text
// that somebody may have changed; it is never taken for anything but text.
(function (communique) {
  "use strict";

  const FORMAT = "communique-plan";
  const VERSION = 1;
  const KEYS = ["answers", "format", "kept", "plan", "revision", "short", "symbol", "version"];
  const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
  const LONGEST_FILE = 262144;
  const LONGEST_ANSWER = 4000;
  // Neither a person nor a page needs them; they could turn the direction of what stands around them.
  const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;

  function problem(code, blanks) {
    const error = new Error(code);
    error.code = code;
    error.blanks = blanks;
    return error;
  }

  function isPlain(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  function answersIn(value) {
    if (!isPlain(value)) throw problem("damaged");
    const answers = new Map();
    for (const [name, answer] of Object.entries(value)) {
      const isFine = NAME.test(name) && typeof answer === "string" && answer.length <= LONGEST_ANSWER;
      if (!isFine || INVISIBLE.test(answer)) throw problem("damaged");
      answers.set(name, answer);
    }
    return answers;
  }

  // {answers, kept, revision, short} of the file's text, which must belong to the plan called `plan`.
  function read(text, plan) {
    if (text.length > LONGEST_FILE) throw problem("too-long");
    let told;
    try {
      told = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      throw problem("not-a-plan");
    }
    if (!isPlain(told) || told.format !== FORMAT) throw problem("not-a-plan");
    if (Number.isInteger(told.version) && told.version > VERSION) throw problem("newer");
    const keys = Object.keys(told).sort();
    const isKnown = keys.length === KEYS.length && keys.every((key, i) => key === KEYS[i]);
    const isText = ["plan", "revision", "symbol"].every((key) => typeof told[key] === "string" && told[key].length <= 200);
    if (told.version !== VERSION || !isKnown || !isText || typeof told.short !== "boolean") throw problem("damaged");
    if (told.plan !== plan) throw problem("other-plan", { name: told.plan.replace(INVISIBLE, "") });
    const { revision, short } = told;
    return { answers: answersIn(told.answers), kept: answersIn(told.kept), revision, short };
  }

  // The same answers always give the same file.
  function write({ plan, revision, symbol, short, answers, kept }) {
    const sorted = (map) => Object.fromEntries([...map].filter(([, answer]) => answer !== "").sort());
    const about = { format: FORMAT, version: VERSION, plan, symbol, revision, short };
    return JSON.stringify({ ...about, answers: sorted(answers), kept: sorted(kept) }, null, 2) + "\n";
  }

  communique.planFile = Object.freeze({ read, write, LONGEST_ANSWER, LONGEST_FILE, INVISIBLE });
})((window.Communique = window.Communique || {}));
