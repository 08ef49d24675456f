// WebCrypto asked for CQ1's primitives by the same calls as sealed-object.js makes; run by Node and by browsers.

const bytesFrom = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const PRIMITIVES = {
  async "aes-256-gcm"({ key, iv, aad, data }) {
    const imported = await crypto.subtle.importKey("raw", bytesFrom(key), "AES-GCM", false, ["decrypt"]);
    const parameters = { name: "AES-GCM", iv: bytesFrom(iv), additionalData: bytesFrom(aad), tagLength: 128 };
    return hexOf(await crypto.subtle.decrypt(parameters, imported, bytesFrom(data)));
  },

  async "aes-256-kw"({ key, data }) {
    const kek = await crypto.subtle.importKey("raw", bytesFrom(key), "AES-KW", false, ["unwrapKey"]);
    // An HMAC key may have any length, so that vectors of all lengths can be looked at.
    const target = { name: "HMAC", hash: "SHA-512" };
    const cek = await crypto.subtle.unwrapKey("raw", bytesFrom(data), kek, "AES-KW", target, true, ["sign"]);
    return hexOf(await crypto.subtle.exportKey("raw", cek));
  },

  async ed25519({ key, data, signature }) {
    const signer = await crypto.subtle.importKey("raw", bytesFrom(key), { name: "Ed25519" }, false, ["verify"]);
    const given = bytesFrom(signature);
    // As the client does: a length and an S that engines must not be trusted with.
    if (given.length !== 64 || BigInt("0x" + hexOf(given.slice(32).reverse())) >= GROUP_ORDER) return null;
    return (await crypto.subtle.verify({ name: "Ed25519" }, signer, given, bytesFrom(data))) ? "good" : null;
  },

  async "hkdf-sha-256"({ key, salt, info, size }) {
    const material = await crypto.subtle.importKey("raw", bytesFrom(key), "HKDF", false, ["deriveBits"]);
    const parameters = { name: "HKDF", hash: "SHA-256", salt: bytesFrom(salt), info: bytesFrom(info) };
    return hexOf(await crypto.subtle.deriveBits(parameters, material, size * 8));
  },

  async "hmac-sha-512"({ key, data, size }) {
    const algorithm = { name: "HMAC", hash: "SHA-512" };
    const imported = await crypto.subtle.importKey("raw", bytesFrom(key), algorithm, false, ["sign"]);
    return hexOf((await crypto.subtle.sign("HMAC", imported, bytesFrom(data))).slice(0, size));
  },

  async "pbkdf2-hmac-sha-512"({ key, salt, rounds, size }) {
    const typed = await crypto.subtle.importKey("raw", bytesFrom(key), "PBKDF2", false, ["deriveBits"]);
    const stretching = { name: "PBKDF2", hash: "SHA-512", salt: bytesFrom(salt), iterations: rounds };
    return hexOf(await crypto.subtle.deriveBits(stretching, typed, size * 8));
  },
};

// For each question the answer in hexadecimal; null where it was refused.
globalThis.answerAll = async (questions) => {
  const answers = [];
  for (const question of questions) {
    answers.push(await PRIMITIVES[question.primitive](question).catch(() => null));
  }
  return answers;
};
