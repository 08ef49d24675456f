// Sealing a translator's reply and opening it again (docs/cq1.md, "Replies"): bytes in, bytes out. No page, no storage.
// The other half of sealed-object.js, which opens and never seals; only a package for translators holds this one.
(function () {
  "use strict";

  const { SealedError, cj, fromB64u, parseCj } = globalThis.CommuniqueSealed;
  const TYPE = "cq1-reply+jwe";
  const META = '{"ct":"application/json"}';
  const MEMBERS = ["ciphertext", "iv", "protected", "recipients", "tag"];
  const SMALLEST_FRAME = 512;
  const FRAME_HEAD = 44;
  const LARGEST_TEXT = 16 * 1024 * 1024;
  const PIECE = 0x8000;

  const ascii = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));

  function refuse(code) {
    throw new SealedError(code);
  }

  function toB64u(bytes) {
    let binary = "";
    // In pieces, since a function takes only so many arguments.
    for (let at = 0; at < bytes.length; at += PIECE) binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  function bytesOf(text, length) {
    const bytes = fromB64u(text);
    if (bytes.length !== length) refuse("malformed");
    return bytes;
  }

  function hasExactly(value, names) {
    const isPlain = typeof value === "object" && value !== null && !Array.isArray(value);
    return isPlain && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
  }

  // The bucket of a length, so that a reply tells only roughly how long it is.
  function padme(length) {
    const exponent = Math.floor(Math.log2(length));
    const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
    return Math.ceil(length / step) * step;
  }

  function framed(body) {
    const meta = ascii(META);
    const frame = new Uint8Array(padme(Math.max(SMALLEST_FRAME, FRAME_HEAD + meta.length + body.length)));
    const view = new DataView(frame.buffer);
    view.setUint32(32, meta.length);
    view.setUint32(40, body.length);
    frame.set(meta, FRAME_HEAD);
    frame.set(body, FRAME_HEAD + meta.length);
    return frame;
  }

  function unframed(frame) {
    const isZero = (byte) => byte === 0;
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const start = FRAME_HEAD + META.length;
    if (frame.length < start || !frame.subarray(0, 32).every(isZero)) refuse("does-not-open");
    const end = start + view.getUint32(36) * 2 ** 32 + view.getUint32(40);
    const meta = String.fromCharCode(...frame.subarray(FRAME_HEAD, start));
    const isOurs = view.getUint32(32) === META.length && meta === META && end <= frame.length;
    if (!isOurs || !frame.subarray(end).every(isZero)) refuse("does-not-open");
    return frame.slice(start, end);
  }

  function protectedOf(context) {
    return toB64u(ascii(cj({ cq: context, enc: "A256GCM", typ: TYPE })));
  }

  function gcm(iv, header) {
    return { name: "AES-GCM", iv, additionalData: ascii(header), tagLength: 128 };
  }

  /** The key in which replies are sealed; it cannot be taken out again. */
  function keyFrom(bytes) {
    return globalThis.crypto.subtle.importKey("raw", bytes, "AES-KW", false, ["wrapKey", "unwrapKey"]);
  }

  /** The text of `body` sealed. `random` gives that many bytes from the browser's generator. */
  async function seal(key, kid, context, body, random = randomBytes) {
    const { subtle } = globalThis.crypto;
    const header = protectedOf(context);
    const secret = random(32);
    const iv = random(12);
    const cek = await subtle.importKey("raw", secret, "AES-GCM", true, ["encrypt"]);
    secret.fill(0);
    const data = new Uint8Array(await subtle.encrypt(gcm(iv, header), cek, framed(body)));
    const wrapped = new Uint8Array(await subtle.wrapKey("raw", cek, key, "AES-KW"));
    return cj({
      protected: header,
      recipients: [{ encrypted_key: toB64u(wrapped), header: { alg: "A256KW", kid } }],
      iv: toB64u(iv),
      ciphertext: toB64u(data.subarray(0, -16)),
      tag: toB64u(data.subarray(-16)),
    });
  }

  function randomBytes(length) {
    return globalThis.crypto.getRandomValues(new Uint8Array(length));
  }

  /** What `seal` was given, if `text` was sealed under this key and for this place. */
  async function open(key, kid, context, text) {
    if (text.length > LARGEST_TEXT) refuse("malformed");
    const value = parseCj(text);
    const { recipients } = value || {};
    const isShaped =
      hasExactly(value, MEMBERS) && Array.isArray(recipients) && recipients.length === 1 &&
      hasExactly(recipients[0], ["encrypted_key", "header"]) && hasExactly(recipients[0].header, ["alg", "kid"]) &&
      recipients[0].header.alg === "A256KW" && typeof value.protected === "string";
    if (!isShaped) refuse("malformed");
    // Shapes before cryptography, as everywhere: one browser engine crashes on unwrapping a key of no bytes.
    const wrapped = bytesOf(recipients[0].encrypted_key, 40);
    const iv = bytesOf(value.iv, 12);
    const tag = bytesOf(value.tag, 16);
    const ciphertext = fromB64u(value.ciphertext);
    if (ciphertext.length < FRAME_HEAD) refuse("malformed");
    if (recipients[0].header.kid !== kid || value.protected !== protectedOf(context)) refuse("does-not-open");
    const data = new Uint8Array(ciphertext.length + 16);
    data.set(ciphertext);
    data.set(tag, ciphertext.length);
    let frame;
    try {
      const { subtle } = globalThis.crypto;
      const cek = await subtle.unwrapKey("raw", wrapped, key, "AES-KW", "AES-GCM", false, ["decrypt"]);
      frame = new Uint8Array(await subtle.decrypt(gcm(iv, value.protected), cek, data));
    } catch {
      refuse("does-not-open");
    }
    return unframed(frame);
  }

  globalThis.CommuniqueReply = Object.freeze({ keyFrom, open, seal });
})();
