// Sealed files of several objects, put together by the client as Python puts them together.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import test from "node:test";
import vm from "node:vm";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const VECTORS = JSON.parse(read("../vectors/attachments.json"));
const [KEYRING] = JSON.parse(read("../vectors/objects.json")).keyrings;
const FILE = Buffer.from(VECTORS.file, "base64url");
const CQ = { doc: VECTORS.doc, aud: VECTORS.aud, lang: "es", part: "s1" };

function problem(code) {
  return Object.assign(new Error(code), { code });
}

// The two scripts with a browser's globals, and of the rest of the client only what they ask for.
const context = vm.createContext({ TextEncoder, TextDecoder, atob, btoa, crypto: webcrypto, isSecureContext: true, URL });
context.globalThis = context;
context.window = context;
context.addEventListener = () => {};
let found = {};
context.Communique = {
  behaviours: { add() {} },
  loading: { problem },
  messages: {},
  membership: { onChange() {}, isSignedIn: () => true, open: async (text, expect) => context.CommuniqueSealed.openObject(await session, text, expect) },
  sharedData: {
    release: async () => ({ data: Object.fromEntries(Object.keys(found).map((name) => [name, "sealed/x.js"])) }),
    read: async (name) => found[name],
  },
};
for (const name of ["sealed-object.js", "attachments.js"]) {
  vm.runInContext(read(`../../theme/static/js/${name}`), context, { filename: name });
}
const session = context.CommuniqueSealed.openSlot(KEYRING.keyring, KEYRING.login, KEYRING.passphrase);

async function outcome(objects) {
  found = objects;
  try {
    const { bytes, meta } = await context.Communique.attachments.open(VECTORS.ident, CQ);
    assert.equal(bytes.length, meta.size);
    return { code: null, bytes: Buffer.from(bytes) };
  } catch (error) {
    assert.ok(error.code, String(error.stack));
    return { code: error.code };
  }
}

// The client tells apart what the format does not: objects that are not there at all may come with a reload.
const SAME = { gone: "does-not-open", "not-for-you": "not-for-you" };

for (const item of VECTORS.cases) {
  test(`a sealed file: ${item.name}: ${item.code ?? "opens"}`, async () => {
    const { code, bytes } = await outcome(item.objects);
    assert.equal(SAME[code] ?? code, item.code);
    if (item.code === null) assert.ok(FILE.subarray(0, bytes.length).equals(bytes));
  });
}
