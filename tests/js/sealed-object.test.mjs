// The browser's half of CQ1, run by Node's own test runner on the same vectors as Python's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import test from "node:test";
import vm from "node:vm";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
// As it is written, or as it ships (tests/test_client.py).
const SCRIPT = process.env.SEALED_OBJECT
  ? readFileSync(process.env.SEALED_OBJECT, "utf8")
  : read("../../theme/static/js/sealed-object.js");
const VECTOR = JSON.parse(read("../vectors/cq1.json"));
const CASES = JSON.parse(read("../vectors/objects.json"));

// The script as a page runs it: a classic script with a browser's globals and nothing of Node.
function page(globals = {}) {
  const context = vm.createContext({
    TextEncoder, atob, btoa, crypto: webcrypto, isSecureContext: true, ...globals,
  });
  context.globalThis = context;
  vm.runInContext(SCRIPT, context, { filename: "sealed-object.js" });
  return context.CommuniqueSealed;
}

const sealed = page();
const worked = sealed.openSlot(sealed.cj(VECTOR.keyring), VECTOR.login, VECTOR.passphrase);
const reader = sealed.openSlot(CASES.keyrings[0].keyring, CASES.keyrings[0].login, CASES.keyrings[0].passphrase);
const plain = (value) => JSON.parse(JSON.stringify(value));
const text = (bytes) => new TextDecoder().decode(bytes);
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

async function codeOf(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    assert.equal(error.name, "SealedError", String(error.stack));
    return error.code;
  }
}

test("the worked vector signs in and opens", async () => {
  const session = await worked;
  assert.equal(session.member, VECTOR.norm_login);
  const opened = await sealed.openObject(session, VECTOR.section_text, VECTOR.expect_cq);
  assert.equal(text(opened.body), VECTOR.expect_body);
  assert.equal(opened.meta.title, "Debriefings");
  assert.deepEqual(plain(opened.cq), VECTOR.expect_cq);
});

test("login and passphrase are read as generously as Python reads them", () => {
  assert.equal(sealed.normaliseLogin(VECTOR.login), VECTOR.norm_login);
  assert.equal(sealed.normalisePassphrase(VECTOR.passphrase), VECTOR.norm_pass);
  assert.equal(sealed.normalisePassphrase(VECTOR.passphrase_generated), VECTOR.norm_pass);
  assert.equal(sealed.normaliseLogin("ab"), null);
  assert.equal(sealed.normaliseLogin("a b c"), null);
});

for (const item of CASES.objects) {
  test(`object: ${item.name}: ${item.code ?? "opens"}`, async () => {
    const session = await reader;
    if (item.code === null) {
      const opened = await sealed.openObject(session, item.text, item.expect);
      assert.deepEqual(plain(opened.meta), item.meta);
      assert.equal(base64url(opened.body), item.body);
    } else {
      assert.equal(await codeOf(sealed.openObject(session, item.text, item.expect)), item.code);
    }
  });
}

for (const item of CASES.keyrings) {
  test(`keyring: ${item.name}: ${item.code ?? "opens"}`, async () => {
    assert.equal(await codeOf(sealed.openSlot(item.keyring, item.login, item.passphrase)), item.code);
  });
}

test("a sample of single-bit flips of the section's text is refused, each in a known way", async () => {
  const session = await worked;
  const bytes = Buffer.from(VECTOR.section_text, "latin1");
  for (let at = 0; at < bytes.length * 8; at += 23) {
    const flipped = Buffer.from(bytes);
    flipped[at >> 3] ^= 1 << (at & 7);
    const code = await codeOf(sealed.openObject(session, flipped.toString("latin1"), VECTOR.expect_cq));
    assert.ok(code === "malformed" || code === "does-not-open", `bit ${at}: ${code}`);
  }
});

test("shapes are checked before any cryptography is called", async () => {
  const forbidden = new Proxy({}, { get: (_, name) => assert.fail(`crypto.subtle.${String(name)} was called`) });
  const session = await reader;
  const strict = { subtle: webcrypto.subtle };
  const bound = page({ crypto: strict });
  const mine = await bound.openSlot(CASES.keyrings[0].keyring, CASES.keyrings[0].login, CASES.keyrings[0].passphrase);
  strict.subtle = forbidden;
  for (const name of ["a wrapped key of 0 bytes", "an iv of 11 bytes", "a tag of 15 bytes", "65 recipients"]) {
    const item = CASES.objects.find((one) => one.name === name);
    assert.equal(await codeOf(bound.openObject(mine, item.text, item.expect)), "malformed", name);
  }
  assert.ok(session);
});

test("without a secure context, WebCrypto or Ed25519 nothing is tried", async () => {
  const subtle = { importKey: () => Promise.reject(new Error("NotSupportedError")) };
  for (const globals of [{ isSecureContext: false }, { isSecureContext: undefined }, { crypto: undefined }, { crypto: {} }, { crypto: { subtle } }]) {
    const bare = page(globals);
    assert.equal(await codeOf(bare.ready()), "insecure-context");
    assert.equal(await codeOf(bare.openSlot(CASES.keyrings[0].keyring, "nz-01", "x")), "insecure-context");
  }
});

test("a session shows no key, and opens nothing once it is forgotten", async () => {
  const first = CASES.keyrings[0];
  const session = await sealed.openSlot(first.keyring, first.login, first.passphrase);
  assert.deepEqual(Object.keys(session).sort(), ["epoch", "keyCount", "labels", "member", "signers", "site"]);
  assert.ok(Object.isFrozen(session));
  const item = CASES.objects[0];
  assert.equal(await codeOf(sealed.openObject(session, item.text, item.expect)), null);
  assert.equal(await codeOf(sealed.openObject({ ...session }, item.text, item.expect)), "not-for-you");
  sealed.forget(session);
  assert.equal(await codeOf(sealed.openObject(session, item.text, item.expect)), "not-for-you");
});

test("keys are imported so that no script can export them", async () => {
  const asked = [];
  const subtle = new Proxy(webcrypto.subtle, {
    get(target, name) {
      return (...given) => {
        const extractable = { importKey: 3, deriveKey: 3, unwrapKey: 5 }[name];
        if (extractable !== undefined) asked.push(given[extractable]);
        return target[name](...given);
      };
    },
  });
  const watched = page({ crypto: { subtle } });
  const first = CASES.keyrings[0];
  const session = await watched.openSlot(first.keyring, first.login, first.passphrase);
  await watched.openObject(session, CASES.objects[0].text, CASES.objects[0].expect);
  assert.ok(asked.length >= 8);
  assert.ok(asked.every((value) => value === false));
});

test("canonical JSON refuses what another parser might read differently", () => {
  for (const good of ["0", "-1", "9007199254740991", '"\\u007f"', '{"a":[true,false,null]}', '{"\\uffee":1,"\\ud83c\\udf0a":2}']) {
    assert.equal(sealed.cj(sealed.parseCj(good)), good);
  }
  for (const bad of ["1.0", "1e0", "-0", "1.5", "1e21", "9007199254740992", '"é"', '"\\u00E9"', '"\\/"', " 1", '{"b":1,"a":1}', '{"a":1,"a":1}', "\u007f", '"\u007f"']) {
    assert.throws(() => sealed.parseCj(bad), { code: "malformed" }, bad);
  }
});

test("base64url has one spelling", () => {
  for (const good of ["", "AA", "AAA", "AAAA", "_-8"]) assert.equal(base64url(sealed.fromB64u(good)), good);
  for (const bad of ["A", "AB", "AAB", "AA=", "AA==", "A+", "A/", " AA", "AA\n", "é", null, 1]) {
    assert.throws(() => sealed.fromB64u(bad), { code: "malformed" }, String(bad));
  }
});
