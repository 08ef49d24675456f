// The page on which a translator works: what it seals, what it opens again, and what it takes for a reply.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import test from "node:test";
import vm from "node:vm";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const VECTOR = JSON.parse(read("../vectors/replies.json"));
const SCRIPTS = ["static/js/sealed-object.js", "side-by-side/reply-object.js", "side-by-side/reply-file.js"];

const page = vm.createContext({ TextEncoder, TextDecoder, atob, btoa, crypto: webcrypto, isSecureContext: true });
page.globalThis = page;
for (const name of SCRIPTS) vm.runInContext(read("../../theme/" + name), page, { filename: name });
const { CommuniqueReply: reply, CommuniqueReplyFile: file, CommuniqueSealed: sealed } = page;

const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const key = reply.keyFrom(sealed.fromB64u(VECTOR.key));
const context = JSON.parse(JSON.stringify(VECTOR.context));

for (const { name, random, body, text } of VECTOR.opens) {
  test(`${name}: sealing gives the very bytes that Python gives, and they open again`, async () => {
    const left = random.map((one) => sealed.fromB64u(one));
    const made = await reply.seal(await key, VECTOR.kid, context, sealed.fromB64u(body), () => left.shift());
    assert.equal(made, text);
    assert.equal(base64url(await reply.open(await key, VECTOR.kid, context, text)), body);
  });
}

for (const { name, text } of VECTOR.refused) {
  test(`refused: ${name}`, async () => {
    const opening = reply.open(await key, VECTOR.kid, context, text);
    await assert.rejects(opening, ({ code }) => ["malformed", "does-not-open"].includes(code));
  });
}

test("two replies of the same work have nothing in common but their header", async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(async () => JSON.parse(await reply.seal(await key, VECTOR.kid, context, new Uint8Array(9)))),
  );
  assert.equal(one.protected, two.protected);
  for (const name of ["ciphertext", "iv", "tag"]) assert.notEqual(one[name], two[name]);
});

test("no single changed sign of a reply opens", async () => {
  const { text } = VECTOR.opens[0];
  for (let at = 0; at < text.length; at += 7) {
    const sign = text[at] === "A" ? "B" : "A";
    const altered = text.slice(0, at) + sign + text.slice(at + 1);
    await assert.rejects(reply.open(await key, VECTOR.kid, context, altered), ({ code }) => Boolean(code));
  }
});

const WORK = {
  ident: VECTOR.package,
  lang: "pt-BR",
  saved: 2,
  note: "À l’attention…",
  units: new Map([["b2", { done: false, text: "", was: ["Antes"] }], ["a1", { done: true, text: "Linha\nLinha", was: [] }]]),
};

test("what is written is read again, and the same work gives the same text", () => {
  const text = file.write(WORK);
  const told = file.read(text, VECTOR.package);
  assert.deepEqual([told.saved, told.note, [...told.units.keys()]], [2, WORK.note, ["a1", "b2"]]);
  assert.equal(told.units.get("a1").text, "Linha\nLinha");
  assert.equal(file.write({ ...WORK, units: new Map([...WORK.units].reverse()) }), text);
});

test("a reply to another package is told from what is no reply at all", () => {
  const text = file.write(WORK);
  assert.throws(() => file.read(text, "other"), { code: "other-package" });
  const altered = [
    text.replace('"version": 1', '"version": 2'),
    text.replace('"saved": 2', '"saved": 0'),
    text.replace('"done": true', '"done": 1'),
    text.replace('"text": "Linha', '"html": "Linha'),
    text.replace('"Antes"', "7"),
    text.replace('"was": []', '"was": {}'),
    text.replace("Linha", "Li\\u202enha"),
    text.replace("communique-reply", "communique-plan"),
    text.replace('"saved": 2,', '"saved": 2, "more": 1,'),
    text.slice(0, -3),
    "[]",
    "null",
  ];
  for (const one of altered) assert.throws(() => file.read(one, VECTOR.package), { code: "not-a-reply" });
});

test("pasted text loses what nobody sees, and keeps the marks that languages need", () => {
  assert.equal(file.cleaned("a\r\nb\u202ec\u0007\ufeff"), "a\nbc");
  assert.equal(file.cleaned("a\ud83cb\udf0ac🌊"), "abc🌊");
  assert.equal(file.cleaned("نص\u200f عربي\u200c"), "نص\u200f عربي\u200c");
});
