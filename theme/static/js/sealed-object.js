/*
 * Opening sealed objects (docs/cq1.md): bytes in, bytes out. No page, no language, no storage.
 *
 * Keys exist only as CryptoKey objects that cannot be exported, in a closure of this script. What fails throws a
 * SealedError whose `code` is stable: insecure-context, malformed, does-not-open, newer-than-keyring, not-for-you.
 * The order of the checks (R1 to R7) is part of the format: shapes are checked before any cryptography sees a byte,
 * since at least one engine crashes on a wrapped key of no bytes.
 */
(function () {
  "use strict";

  const FEWEST_ITERATIONS = 600000;
  const LARGEST_TEXT = 64 * 1024 * 1024;
  const MOST_RECIPIENTS = 64;
  const FRAME_HEAD = 44;
  const OBJECT_TYPE = "cq1+jwe";
  const SLOT_TYPE = "cq1-slot+jwe";
  const SLOT_META = '{"ct":"application/jwk-set+json"}';
  const KINDS = ["section", "document", "attachment", "feed", "index"];
  const SLOT_MEMBERS = ["ciphertext", "iv", "protected", "recipients", "tag"];
  const OBJECT_MEMBERS = [...SLOT_MEMBERS, "unprotected"];
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // The order of the Ed25519 group, lowest byte first. A signature whose S is not below it is a second spelling of
  // another one; WebKitGTK accepts those, so we look ourselves.
  const ORDER = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
  ];
  // The public key of RFC 8032, test 1: it only shows that the browser knows the algorithm.
  const KNOWN_PUBLIC_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  const encoder = new TextEncoder();

  class SealedError extends Error {
    constructor(code) {
      super(code);
      this.name = "SealedError";
      this.code = code;
    }
  }

  const malformed = () => new SealedError("malformed");
  const doesNotOpen = () => new SealedError("does-not-open");

  function demand(condition) {
    if (!condition) throw malformed();
  }

  /* ---- text forms ---- */

  function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  function hasExactly(value, names) {
    if (!isObject(value)) return false;
    const own = Object.keys(value);
    return own.length === names.length && names.every((name) => Object.hasOwn(value, name));
  }

  // By code point, as Python sorts; JavaScript's own order is by UTF-16 unit.
  function byCodePoint(first, second) {
    const a = Array.from(first, (char) => char.codePointAt(0));
    const b = Array.from(second, (char) => char.codePointAt(0));
    for (let i = 0; i < a.length && i < b.length; i += 1) {
      if (a[i] !== b[i]) return a[i] - b[i];
    }
    return a.length - b.length;
  }

  function quoted(text) {
    return JSON.stringify(text).replace(
      /[\u007f-\uffff]/g,
      (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
    );
  }

  /** Canonical JSON: one text for one value. Throws for what has none. */
  function cj(value) {
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value === "string") return quoted(value);
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
    if (Array.isArray(value)) return "[" + value.map(cj).join(",") + "]";
    if (isObject(value)) {
      const names = Object.keys(value).sort(byCodePoint);
      return "{" + names.map((name) => quoted(name) + ":" + cj(value[name])).join(",") + "}";
    }
    throw malformed();
  }

  /** The value whose canonical text this is: duplicate keys, spaces, other orders and escapes all fail here. */
  function parseCj(text) {
    let value;
    let canonical;
    try {
      value = JSON.parse(text);
      canonical = cj(value);
    } catch {
      throw malformed();
    }
    demand(canonical === text);
    return value;
  }

  function fromB64u(text) {
    demand(typeof text === "string" && /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1);
    const spare = { 0: 0, 2: 0b1111, 3: 0b11 }[text.length % 4];
    demand(spare === 0 || (DIGITS.indexOf(text[text.length - 1]) & spare) === 0);
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
    return bytes;
  }

  function toB64u(bytes) {
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  function bytesOf(text, length) {
    const bytes = fromB64u(text);
    demand(bytes.length === length);
    return bytes;
  }

  // Frames and headers are ASCII where we wrote them; anything else must not be guessed into letters.
  function asciiOf(bytes) {
    let text = "";
    for (let i = 0; i < bytes.length; i += 1) {
      demand(bytes[i] < 0x80);
      text += String.fromCharCode(bytes[i]);
    }
    return text;
  }

  function isIdentifier(text) {
    return typeof text === "string" && /^[a-z0-9][a-z0-9._/-]{0,127}$/.test(text) && !text.includes("..");
  }

  function isCount(value) {
    return Number.isSafeInteger(value) && value >= 1;
  }

  function isRising(names) {
    return names.every((name, i) => i === 0 || names[i - 1] < name);
  }

  function splitKid(kid) {
    const found = typeof kid === "string" ? /^(.+)\.([1-9][0-9]{0,9})$/.exec(kid) : null;
    demand(found !== null && isIdentifier(found[1]));
    return { tid: found[1], generation: Number(found[2]) };
  }

  /* ---- bytes ---- */

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  function u32(number) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, number);
    return bytes;
  }

  function lp(value) {
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    return joined(u32(bytes.length), bytes);
  }

  /* ---- R1: what the browser must offer ---- */

  let readiness = null;

  /** Resolves where sealed text can be opened; otherwise throws insecure-context. */
  function ready() {
    readiness = readiness || check();
    return readiness;

    async function check() {
      if (globalThis.isSecureContext !== true || !globalThis.crypto || !globalThis.crypto.subtle) {
        throw new SealedError("insecure-context");
      }
      try {
        await signerOf(fromB64u(KNOWN_PUBLIC_KEY));
      } catch {
        throw new SealedError("insecure-context");
      }
    }
  }

  function signerOf(bytes) {
    return globalThis.crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
  }

  /* ---- R2 and R3: text and shapes ---- */

  function readRecipients(value, isSlot) {
    demand(Array.isArray(value) && value.length >= 1 && value.length <= (isSlot ? 1 : MOST_RECIPIENTS));
    const recipients = value.map((recipient) => {
      demand(hasExactly(recipient, ["encrypted_key", "header"]));
      const header = recipient.header;
      demand(hasExactly(header, ["alg", "kid"]) && header.alg === "A256KW" && typeof header.kid === "string");
      if (isSlot) demand(header.kid === "slot");
      else splitKid(header.kid);
      return { kid: header.kid, encryptedKey: bytesOf(recipient.encrypted_key, 40) };
    });
    demand(isRising(recipients.map((recipient) => recipient.kid)));
    return recipients;
  }

  function readShapes(value, isSlot) {
    demand(hasExactly(value, isSlot ? SLOT_MEMBERS : OBJECT_MEMBERS));
    if (!isSlot) demand(hasExactly(value.unprotected, ["cq_sig"]));
    const sealed = {
      signature: isSlot ? null : bytesOf(value.unprotected.cq_sig, 64),
      recipients: readRecipients(value.recipients, isSlot),
      ciphertext: fromB64u(value.ciphertext),
      protectedText: value.protected,
      protectedBytes: fromB64u(value.protected),
      iv: bytesOf(value.iv, 12),
      tag: bytesOf(value.tag, 16),
    };
    demand(sealed.ciphertext.length >= FRAME_HEAD);
    return sealed;
  }

  function readObject(text) {
    demand(typeof text === "string" && text.length <= LARGEST_TEXT);
    const value = parseCj(text);
    const sealed = readShapes(value, false);
    const signed = {};
    for (const name of SLOT_MEMBERS) signed[name] = value[name];
    sealed.signed = encoder.encode("cq1/obj|" + cj(signed));
    return sealed;
  }

  /* ---- R4: who sealed it ---- */

  function isBelowOrder(signature) {
    for (let i = 31; i >= 0; i -= 1) {
      if (signature[32 + i] !== ORDER[i]) return signature[32 + i] < ORDER[i];
    }
    return false;
  }

  async function verify(sealed, signers) {
    if (!isBelowOrder(sealed.signature)) throw doesNotOpen();
    for (const signer of signers) {
      if (await globalThis.crypto.subtle.verify({ name: "Ed25519" }, signer, sealed.signature, sealed.signed)) return;
    }
    throw doesNotOpen();
  }

  /* ---- R5: where it belongs ---- */

  function readHeader(sealed, typ) {
    const header = parseCj(asciiOf(sealed.protectedBytes));
    demand(hasExactly(header, ["cq", "enc", "typ"]) && header.enc === "A256GCM" && header.typ === typ);
    return header.cq;
  }

  function readContext(sealed) {
    const context = readHeader(sealed, OBJECT_TYPE);
    demand(isObject(context));
    const names = ["aud", "doc", "kind", "lang", "part", "site"];
    demand(hasExactly(context, Object.hasOwn(context, "rel") ? [...names, "rel"] : names));
    demand(["site", "lang", "part"].every((name) => isIdentifier(context[name])));
    demand((context.doc === "-" || isIdentifier(context.doc)) && KINDS.includes(context.kind));
    demand(Array.isArray(context.aud) && context.aud.length > 0 && context.aud.every(isIdentifier));
    demand(isRising(context.aud));
    demand(!Object.hasOwn(context, "rel") || isCount(context.rel));
    return context;
  }

  function belongs(context, site, expect) {
    const langs = expect.langs || [expect.lang];
    const audience = [...expect.aud].sort();
    return (
      context.site === site &&
      context.kind === expect.kind &&
      context.doc === expect.doc &&
      context.part === expect.part &&
      langs.some((lang) => typeof lang === "string" && lang.toLowerCase() === context.lang) &&
      cj(context.aud) === cj(audience)
    );
  }

  /* ---- R6: opening ---- */

  async function decrypt(sealed, encryptedKey, kek) {
    const subtle = globalThis.crypto.subtle;
    try {
      const cek = await subtle.unwrapKey("raw", encryptedKey, kek, "AES-KW", { name: "AES-GCM" }, false, ["decrypt"]);
      const parameters = {
        name: "AES-GCM",
        iv: sealed.iv,
        additionalData: encoder.encode(sealed.protectedText),
        tagLength: 128,
      };
      return new Uint8Array(await subtle.decrypt(parameters, cek, joined(sealed.ciphertext, sealed.tag)));
    } catch {
      throw doesNotOpen();
    }
  }

  function unframe(frame) {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const isZero = (byte) => byte === 0;
    if (frame.length < FRAME_HEAD || !frame.subarray(0, 32).every(isZero)) throw doesNotOpen();
    const metaEnd = FRAME_HEAD + view.getUint32(32);
    const bodyEnd = metaEnd + view.getUint32(36) * 2 ** 32 + view.getUint32(40);
    if (bodyEnd > frame.length || !frame.subarray(bodyEnd).every(isZero)) throw doesNotOpen();
    let meta;
    try {
      meta = parseCj(asciiOf(frame.subarray(FRAME_HEAD, metaEnd)));
    } catch {
      throw doesNotOpen();
    }
    if (!isObject(meta)) throw doesNotOpen();
    return { meta, body: frame.slice(metaEnd, bodyEnd) };
  }

  /* ---- signing in ---- */

  function normaliseLogin(typed) {
    const login = String(typed).normalize("NFKC").trim().toLowerCase();
    return /^[a-z0-9._-]{3,32}$/.test(login) ? login : null;
  }

  function normalisePassphrase(typed) {
    const letters = String(typed).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return (letters.match(/[a-z0-9]+/g) || []).join(" ");
  }

  function readKeyring(text) {
    demand(typeof text === "string" && text.length <= LARGEST_TEXT);
    const keyring = parseCj(text);
    demand(hasExactly(keyring, ["v", "site", "epoch", "kdf", "slots"]) && keyring.v === 1);
    demand(isIdentifier(keyring.site) && isCount(keyring.epoch) && keyring.epoch <= 0xffffffff);
    demand(hasExactly(keyring.kdf, ["name", "hash", "iter", "salt"]) && isObject(keyring.slots));
    const { name, hash, iter, salt } = keyring.kdf;
    demand(name === "PBKDF2" && hash === "SHA-512");
    demand(isCount(iter) && iter >= FEWEST_ITERATIONS && iter <= 0x7fffffff);
    return { site: keyring.site, epoch: keyring.epoch, slots: keyring.slots, iterations: iter, salt: bytesOf(salt, 16) };
  }

  async function locatorAndKek(keyring, login, passphrase) {
    const subtle = globalThis.crypto.subtle;
    const material = joined(encoder.encode("cq1/salt|"), lp(keyring.site), lp(keyring.salt), lp(login));
    const salt = await subtle.digest("SHA-256", material);
    const typed = await subtle.importKey("raw", encoder.encode(passphrase), "PBKDF2", false, ["deriveBits"]);
    const stretching = { name: "PBKDF2", hash: "SHA-512", salt, iterations: keyring.iterations };
    const stretched = new Uint8Array(await subtle.deriveBits(stretching, typed, 512));
    const master = await subtle.importKey("raw", stretched, "HKDF", false, ["deriveBits", "deriveKey"]);
    stretched.fill(0);
    const hkdf = (info) => ({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info });
    const locating = hkdf(joined(encoder.encode("cq1/locator|"), u32(keyring.epoch)));
    const wrapping = hkdf(encoder.encode("cq1/slot-kek"));
    return {
      locator: toB64u(new Uint8Array(await subtle.deriveBits(locating, master, 128))),
      kek: await subtle.deriveKey(wrapping, master, { name: "AES-KW", length: 256 }, false, ["unwrapKey"]),
    };
  }

  // Session -> keys and signers. Nothing outside this script can reach them, and `forget` drops them.
  const secrets = new WeakMap();

  async function sessionOf(body, keyring) {
    const subtle = globalThis.crypto.subtle;
    const isOurs =
      isObject(body) && body.v === 1 && body.site === keyring.site && body.epoch === keyring.epoch &&
      typeof body.member === "string" && Array.isArray(body.keys) && Array.isArray(body.sig);
    demand(isOurs);
    const keys = new Map();
    for (const jwk of body.keys) {
      // A kind of key that a later format brings is passed over, not misread.
      if (!isObject(jwk) || jwk.kty !== "oct" || jwk.alg !== "A256KW") continue;
      splitKid(jwk.kid);
      keys.set(jwk.kid, await subtle.importKey("raw", bytesOf(jwk.k, 32), "AES-KW", false, ["unwrapKey"]));
    }
    const signers = [];
    const known = [];
    for (const jwk of body.sig) {
      if (!isObject(jwk) || jwk.kty !== "OKP" || jwk.crv !== "Ed25519") continue;
      signers.push(await signerOf(bytesOf(jwk.x, 32)));
      known.push(jwk.x);
    }
    const session = Object.freeze({
      site: body.site,
      epoch: body.epoch,
      member: body.member,
      labels: isObject(body.labels) ? body.labels : {},
      keyCount: keys.size,
      signers: Object.freeze(known),
    });
    secrets.set(session, { keys, signers });
    return session;
  }

  /** Sign in with what was typed. The session shows who it is; its keys stay here. */
  async function openSlot(keyringText, login, passphrase) {
    await ready();
    const keyring = readKeyring(keyringText);
    const name = normaliseLogin(login);
    const typed = normalisePassphrase(passphrase);
    if (name === null || typed === "") throw doesNotOpen();
    const { locator, kek } = await locatorAndKek(keyring, name, typed);
    if (!Object.hasOwn(keyring.slots, locator)) throw doesNotOpen();
    const slot = readShapes(keyring.slots[locator], true);
    const place = { site: keyring.site, kind: "slot", loc: locator, epoch: keyring.epoch };
    if (cj(readHeader(slot, SLOT_TYPE)) !== cj(place)) throw doesNotOpen();
    const { meta, body } = unframe(await decrypt(slot, slot.recipients[0].encryptedKey, kek));
    try {
      demand(cj(meta) === SLOT_META);
      return await sessionOf(parseCj(asciiOf(body)), keyring);
    } catch {
      throw doesNotOpen();
    }
  }

  /**
   * Open one sealed object if it is genuine and belongs where it was found.
   *
   * expect: {kind, doc, lang or langs, part, aud}, taken from the page's address and the object's placeholder.
   */
  async function openObject(session, text, expect) {
    await ready();
    const held = secrets.get(session);
    if (!held) throw new SealedError("not-for-you");
    const sealed = readObject(text);
    await verify(sealed, held.signers);
    const context = readContext(sealed);
    if (!belongs(context, session.site, expect)) throw doesNotOpen();
    for (const { kid, encryptedKey } of sealed.recipients) {
      if (held.keys.has(kid)) {
        const { meta, body } = unframe(await decrypt(sealed, encryptedKey, held.keys.get(kid)));
        return { meta, body, cq: context };
      }
    }
    // R7: a later key of a tier we hold means an older keyring; anything else means other readers.
    const newest = new Map();
    for (const kid of held.keys.keys()) {
      const { tid, generation } = splitKid(kid);
      newest.set(tid, Math.max(generation, newest.get(tid) || 0));
    }
    const isNewer = sealed.recipients.some(({ kid }) => {
      const { tid, generation } = splitKid(kid);
      return newest.has(tid) && generation > newest.get(tid);
    });
    if (isNewer) throw new SealedError("newer-than-keyring");
    const closed = new SealedError("not-for-you");
    // Only earlier keys of a tier we hold: what we look at was sealed before our oldest key. No other code, since
    // to the format both are the same; but the reader can be told what to do about it.
    closed.isOlder = sealed.recipients.some(({ kid }) => newest.has(splitKid(kid).tid));
    throw closed;
  }

  /** Drop a session's keys: from now on it opens nothing. */
  function forget(session) {
    secrets.delete(session);
  }

  globalThis.CommuniqueSealed = Object.freeze({
    SealedError,
    cj,
    forget,
    fromB64u,
    normaliseLogin,
    normalisePassphrase,
    openObject,
    openSlot,
    parseCj,
    ready,
  });
})();
